/**
 * API Stack
 *
 * HTTP API with a JWT authorizer for the user pool, and the functions behind its routes.
 *
 * Resources:
 * - Role of the API's functions with access to the table, the bucket and the schedule group, nothing else
 * - Functions for batches, photos, reminders, profile and the public page
 * - API, authorizer, auto-deployed stage, and per route: integration, route, invoke permission
 */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface ApiStackProps {
  authStack: {
    userPoolId: pulumi.Output<string>;
    clientId: pulumi.Output<string>;
  };
  dataStack: {
    tableName: pulumi.Output<string>;
    tableArn: pulumi.Output<string>;
    bucketName: pulumi.Output<string>;
    bucketArn: pulumi.Output<string>;
  };
  schedulerStack: {
    groupName: pulumi.Output<string>;
    reminderFunctionArn: pulumi.Output<string>;
    schedulerRoleArn: pulumi.Output<string>;
  };
}

export default function ApiStack({ authStack, dataStack, schedulerStack }: ApiStackProps) {
  // Create role for Lambda
  const lambdaRole = new aws.iam.Role("KefirLambdaRole", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
      }],
    }),
  });

  // Attach basic Lambda execution (CloudWatch Logs)
  new aws.iam.RolePolicyAttachment("KefirLambdaBasicExecution", {
    role: lambdaRole.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  });

  // Create inline policy for DynamoDB access
  new aws.iam.RolePolicy("KefirLambdaDynamoPolicy", {
    role: lambdaRole.id,
    policy: pulumi.all([dataStack.tableArn]).apply(([tableArn]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
          Effect: "Allow",
          Action: [
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
          ],
          Resource: [
            tableArn,
            `${tableArn}/index/*`,  // Include GSI permissions
          ],
        }],
      })
    ),
  });

  new aws.iam.RolePolicy("KefirLambdaPhotoPolicy", {
    role: lambdaRole.id,
    policy: pulumi.all([dataStack.bucketArn]).apply(([bucketArn]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
          Resource: [`${bucketArn}/*`],
        }],
      })
    ),
  });

  new aws.iam.RolePolicy("KefirLambdaSchedulePolicy", {
    role: lambdaRole.id,
    policy: pulumi.all([schedulerStack.groupName, schedulerStack.schedulerRoleArn]).apply(([groupName, schedulerRoleArn]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"],
            Resource: [`arn:aws:scheduler:*:*:schedule/${groupName}/*`],
          },
          { Effect: "Allow", Action: ["iam:PassRole"], Resource: [schedulerRoleArn] },
        ],
      })
    ),
  });

  const lambdaEnvironment = pulumi.all([
    dataStack.tableName,
    dataStack.bucketName,
    authStack.userPoolId,
    authStack.clientId,
  ]).apply(([tableName, bucketName, userPoolId, clientId]) => ({
    TABLE_NAME: tableName,
    BUCKET_NAME: bucketName,
    USER_POOL_ID: userPoolId,
    USER_POOL_CLIENT_ID: clientId,
    STAGE: $app.stage,
    AWS_REGION: aws.getRegionOutput().name,
  }));

  const lambdaDefaults = {
    runtime: aws.lambda.Runtime.NodeJS20dX,
    role: lambdaRole.arn,
    timeout: 30,
    memorySize: 512,
    architectures: ["arm64"],  // Graviton2 - better performance/cost
    environment: {
      variables: lambdaEnvironment,
    },
    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  };

  const handleBatches = new aws.lambda.Function("HandleBatches", {
    ...lambdaDefaults,
    name: `kefir-app-${$app.stage}-handleBatches`,
    handler: "src/functions/batch/handler.main",
    code: new pulumi.asset.FileArchive("../backend/dist"),
  });

  const handlePhotos = new aws.lambda.Function("HandlePhotos", {
    ...lambdaDefaults,
    name: `kefir-app-${$app.stage}-handlePhotos`,
    handler: "src/functions/photo/handler.main",
    code: new pulumi.asset.FileArchive("../backend/dist"),
  });

  const handleReminders = new aws.lambda.Function("HandleReminders", {
    ...lambdaDefaults,
    name: `kefir-app-${$app.stage}-handleReminders`,
    handler: "src/functions/reminder/handler.main",
    code: new pulumi.asset.FileArchive("../backend/dist"),
    environment: {
      variables: {
        TABLE_NAME: dataStack.tableName,
        STAGE: $app.stage,
        SCHEDULE_GROUP: schedulerStack.groupName,
        SCHEDULER_ROLE_ARN: schedulerStack.schedulerRoleArn,
        REMINDER_FUNCTION_ARN: schedulerStack.reminderFunctionArn,
      },
    },
  });

  const handlePublic = new aws.lambda.Function("HandlePublic", {
    ...lambdaDefaults,
    name: `kefir-app-${$app.stage}-handlePublic`,
    handler: "src/functions/public/handler.main",
    code: new pulumi.asset.FileArchive("../backend/dist"),
  });

  const api = new aws.apigatewayv2.Api("KefirApi", {
    name: `kefir-app-${$app.stage}`,
    protocolType: "HTTP",  // Use HTTP API (cheaper, faster than REST)

    corsConfiguration: {
      allowOrigins: $app.stage === "prod"
        ? ["https://kefirproducer.com", "https://*.kefirproducer.com"]
        : ["*"],
      allowMethods: ["GET", "POST", "PUT", "DELETE", "OPTIONS"],
      allowHeaders: ["Content-Type", "Authorization"],
      exposeHeaders: ["Content-Type"],
      maxAge: 300,
      allowCredentials: false,
    },

    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  });

  // JWT Authorizer for Cognito
  const authorizer = new aws.apigatewayv2.Authorizer("KefirAuthorizer", {
    apiId: api.id,
    authorizerType: "JWT",
    identitySources: ["$request.header.Authorization"],
    jwtConfiguration: {
      audiences: [authStack.clientId],
      issuer: pulumi.interpolate`https://cognito-idp.${aws.getRegionOutput().name}.amazonaws.com/${authStack.userPoolId}`,
    },
    name: "cognito-authorizer",
  });

  // Auto-deploy stage with throttling
  const stage = new aws.apigatewayv2.Stage("KefirApiStage", {
    apiId: api.id,
    name: "$default",
    autoDeploy: true,
    defaultRouteSettings: {
      throttlingBurstLimit: 2000,
      throttlingRateLimit: 1000,
    },
  });

  function createRoute(
    routeKey: string,
    lambda: aws.lambda.Function,
    useAuthorizer: boolean = true
  ) {
    // Create Lambda integration
    const integration = new aws.apigatewayv2.Integration(
      `Integration-${routeKey.replace(/[\/\s]/g, "-")}`,
      {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: lambda.arn,
        payloadFormatVersion: "2.0",  // Use v2 format
      }
    );

    // Create route
    const route = new aws.apigatewayv2.Route(
      `Route-${routeKey.replace(/[\/\s]/g, "-")}`,
      {
        apiId: api.id,
        routeKey,
        target: pulumi.interpolate`integrations/${integration.id}`,
        authorizationType: useAuthorizer ? "JWT" : "NONE",
        authorizerId: useAuthorizer ? authorizer.id : undefined,
      }
    );

    // Grant API Gateway permission to invoke Lambda
    new aws.lambda.Permission(
      `Permission-${routeKey.replace(/[\/\s]/g, "-")}`,
      {
        action: "lambda:InvokeFunction",
        function: lambda.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
      }
    );

    return { integration, route };
  }

  // Usage
  createRoute("POST /batches", handleBatches);  // With auth
  createRoute("GET /batches", handleBatches);
  createRoute("GET /batches/{batchId}", handleBatches);
  createRoute("DELETE /batches/{batchId}", handleBatches);
  createRoute("POST /batches/{batchId}/photos", handlePhotos);
  createRoute("GET /batches/{batchId}/photos", handlePhotos);
  createRoute("POST /batches/{batchId}/reminders", handleReminders);
  createRoute("GET /batches/{batchId}/reminders", handleReminders);
  createRoute("GET /public/b/{batchId}", handlePublic, false);  // No auth

  return {
    url: stage.invokeUrl,
    apiId: api.id,
    functions: { handleBatches, handlePhotos, handleReminders, handlePublic },
    api,
    stage,
  };
}
