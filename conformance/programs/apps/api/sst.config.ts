/** HTTP API with a REQUEST authorizer of simple answers, a public route and a role that may read one table's items only. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export default $config({
  app: (input) => ({ name: "notes-api", stage: input.stage, home: "aws" }),
  async run() {
    const notes = new aws.dynamodb.Table("Notes", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "owner",
      rangeKey: "id",
      attributes: [
        { name: "owner", type: "S" },
        { name: "id", type: "S" },
      ],
    });
    const trust = await aws.iam.getPolicyDocument({
      statements: [{ actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }] }],
    });
    const role = new aws.iam.Role("Role", { assumeRolePolicy: trust.json });
    const policy = new aws.iam.Policy("NotesAccess", {
      policy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:PutItem"], Resource: notes.arn },
          { Effect: "Deny", Action: "dynamodb:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "nothing" } } },
        ],
      },
    });
    new aws.iam.RolePolicyAttachment("RoleNotes", { role: role, policyArn: policy.arn });
    new aws.iam.RolePolicyAttachment("RoleLogs", {
      role: role.name,
      policyArn: aws.iam.ManagedPolicies.AWSLambdaBasicExecutionRole,
    });
    const fn = (name: string, environment: Record<string, pulumi.Input<string>> = {}) =>
      new aws.lambda.Function(name, {
        role: role.arn,
        runtime: aws.lambda.Runtime.NodeJS22dX,
        handler: `${name.toLowerCase()}.handler`,
        code: new pulumi.asset.FileArchive("src"),
        environment: { variables: environment },
      });
    const handler = fn("Notes_", { TABLE: notes.name });
    const guard = fn("Guard", { TOKEN: "open sesame" });
    const api = new aws.apigatewayv2.Api("Api", { protocolType: "HTTP", corsConfiguration: { allowOrigins: ["*"] } });
    const authorizer = new aws.apigatewayv2.Authorizer("Authorizer", {
      apiId: api.id,
      name: "guard",
      authorizerType: "REQUEST",
      authorizerUri: guard.invokeArn,
      authorizerPayloadFormatVersion: "2.0",
      enableSimpleResponses: true,
      identitySources: ["$request.header.Authorization"],
      authorizerResultTtlInSeconds: 0,
    });
    const integration = new aws.apigatewayv2.Integration("Integration", {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: handler.arn,
      payloadFormatVersion: "2.0",
    });
    const target = pulumi.interpolate`integrations/${integration.id}`;
    for (const routeKey of ["GET /notes/{id}", "PUT /notes/{id}", "DELETE /notes/{id}"])
      new aws.apigatewayv2.Route(`Route ${routeKey}`, {
        apiId: api.id,
        routeKey,
        target,
        authorizationType: "CUSTOM",
        authorizerId: authorizer.id,
      });
    new aws.apigatewayv2.Route("Health", { apiId: api.id, routeKey: "GET /health", target });
    new aws.apigatewayv2.Stage("Stage", { apiId: api.id, name: "$default", autoDeploy: true });
    for (const [name, callee] of Object.entries({ Handler: handler, Guard: guard }))
      new aws.lambda.Permission(`${name}FromApi`, {
        action: "lambda:InvokeFunction",
        function: callee.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*`,
      });
    return { url: api.apiEndpoint };
  },
});
