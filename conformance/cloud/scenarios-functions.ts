/**
 * Functions that run, WebSocket and OpenAPI APIs: what needs code or a second request to show. Not run against moto, which runs functions in
 * containers only. Expectations: the API references of Lambda, API Gateway v2 and Kinesis.
 */
import { strToU8, zipSync } from "fflate";
import { type Scenario, type Step, stepsOf } from "./case.ts";

const lambda = stepsOf("lambda");
const api = stepsOf("apigatewayv2");
const management = stepsOf("apigatewaymanagementapi");
const iam = stepsOf("iam");
const kinesis = stepsOf("kinesis");
const sqs = stepsOf("sqs");

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString("base64");
const bytes = (text: string | Uint8Array) => ({ $bytes: base64(text) });
const zipOf = (files: { readonly [name: string]: string }) =>
  bytes(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), { mtime: "2000-01-01" }));

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

/** A role that Lambda may assume, with everything it needs here. */
const makeRole = (RoleName: string): Step[] => [
  iam.ok("CreateRole", { RoleName, AssumeRolePolicyDocument: trust("lambda.amazonaws.com") }, { keep: { role: "Role.Arn" } }),
  iam.ok("PutRolePolicy", {
    RoleName,
    PolicyName: "all",
    PolicyDocument:
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kinesis:*","sqs:*","logs:*"],"Resource":"*"}]}',
  }),
];

const makeFunction = (FunctionName: string, code: string, more: object = {}): Step =>
  lambda.ok(
    "CreateFunction",
    {
      FunctionName,
      Role: "@{role}",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Timeout: 20,
      Code: { ZipFile: zipOf({ "index.js": code }) },
      ...more,
    },
    { output: { FunctionName, Version: "$LATEST" }, keep: { function: "FunctionArn" } },
  );

const STREAM = "arn:aws:kinesis:eu-west-1:000000000000:stream/scenario";
const STREAMING =
  "exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('one'); await new Promise((r) => setTimeout(r, 20)); stream.write('two'); stream.end(); if (event.fail) throw new Error('late'); });";
const badMapping = (input: object, message: string): Step =>
  lambda.fails(
    "CreateEventSourceMapping",
    { FunctionName: "mapped", EventSourceArn: STREAM, StartingPosition: "TRIM_HORIZON", ...input },
    "InvalidParameterValueException",
    400,
    message,
  );

const SIGNING = {
  AllowedPublishers: { SigningProfileVersionArns: ["arn:aws:signer:eu-west-1:000000000000:/signing-profiles/p/abcdefghij"] },
};
const NO_SIGNING = { CodeSigningConfigArn: "arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-0123456789abcdef0" };

const DOCUMENT = JSON.stringify({
  openapi: "3.0.1",
  info: { title: "imported", version: "7" },
  paths: {
    "/a/{id}": {
      get: {
        "x-amazon-apigateway-integration": {
          type: "http_proxy",
          httpMethod: "GET",
          uri: "http://localhost:1",
          payloadFormatVersion: "1.0",
        },
      },
    },
  },
});

export const functionScenarios: readonly Scenario[] = [
  {
    name: "lambda: invocations, streamed and not",
    steps: [
      ...makeRole("streams"),
      makeFunction("streamed", STREAMING),
      lambda.ok(
        "InvokeWithResponseStream",
        { FunctionName: "streamed", Payload: bytes("{}") },
        {
          output: {
            StatusCode: 200,
            ExecutedVersion: "$LATEST",
            ResponseStreamContentType: "application/vnd.amazon.eventstream",
            EventStream: [
              { PayloadChunk: { Payload: bytes("one") } },
              { PayloadChunk: { Payload: bytes("two") } },
              { InvokeComplete: {} },
            ],
          },
        },
      ),
      lambda.ok(
        "InvokeWithResponseStream",
        { FunctionName: "streamed", Payload: bytes('{"fail":true}') },
        {
          output: {
            EventStream: [
              { PayloadChunk: { Payload: bytes("one") } },
              { PayloadChunk: { Payload: bytes("two") } },
              { InvokeComplete: { ErrorCode: "Unhandled" } },
            ],
          },
        },
      ),
      lambda.ok(
        "Invoke",
        { FunctionName: "streamed", Payload: bytes("{}") },
        { output: { StatusCode: 200, Payload: bytes("onetwo") } },
      ),
      lambda.ok(
        "Invoke",
        { FunctionName: "streamed", InvocationType: "Event", Payload: bytes("{}") },
        { output: { StatusCode: 202 } },
      ),
      lambda.ok("Invoke", { FunctionName: "streamed", InvocationType: "DryRun" }, { output: { StatusCode: 204 } }),
      lambda.ok("InvokeAsync", { FunctionName: "streamed", InvokeArgs: bytes("{}") }, { output: { Status: 202 } }),
      lambda.fails("InvokeAsync", { FunctionName: "streamed", InvokeArgs: bytes("{") }, "InvalidRequestContentException", 400),
      lambda.fails("InvokeWithResponseStream", { FunctionName: "none" }, "ResourceNotFoundException", 404),
      lambda.fails(
        "InvokeWithResponseStream",
        { FunctionName: "streamed", Payload: bytes("{") },
        "InvalidRequestContentException",
        400,
      ),
      lambda.ok("PutFunctionConcurrency", { FunctionName: "streamed", ReservedConcurrentExecutions: 0 }),
      lambda.fails("Invoke", { FunctionName: "streamed" }, "TooManyRequestsException", 429),
      lambda.fails("InvokeWithResponseStream", { FunctionName: "streamed" }, "TooManyRequestsException", 429),
      lambda.ok("DeleteFunction", { FunctionName: "streamed" }),
    ],
  },
  {
    name: "lambda: mappings of streams and queues",
    steps: [
      ...makeRole("mappings"),
      makeFunction("mapped", "exports.handler = async () => {};"),
      badMapping({}, "Stream not found"),
      kinesis.ok("CreateStream", { StreamName: "scenario", ShardCount: 1 }),
      badMapping({ StartingPosition: "AT_TIMESTAMP" }, "StartingPositionTimestamp"),
      badMapping({ MaximumRecordAgeInSeconds: 30 }, "MaximumRecordAgeInSeconds"),
      badMapping({ FilterCriteria: { Filters: [{ Pattern: "no json" }] } }, "Invalid filter pattern"),
      lambda.ok(
        "CreateEventSourceMapping",
        {
          FunctionName: "mapped",
          EventSourceArn: STREAM,
          StartingPosition: "AT_TIMESTAMP",
          StartingPositionTimestamp: "2024-01-01T00:00:00Z",
          ParallelizationFactor: 2,
          BisectBatchOnFunctionError: true,
          MaximumRetryAttempts: 3,
          MaximumRecordAgeInSeconds: 3600,
          TumblingWindowInSeconds: 0,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:eu-west-1:000000000000:failures" } },
        },
        { output: { State: "Creating", BatchSize: 100 }, keep: { uuid: "UUID" } },
      ),
      lambda.ok(
        "GetEventSourceMapping",
        { UUID: "@{uuid}" },
        {
          output: {
            State: "Enabled",
            EventSourceArn: STREAM,
            StartingPosition: "AT_TIMESTAMP",
            ParallelizationFactor: 2,
            BisectBatchOnFunctionError: true,
            MaximumRetryAttempts: 3,
            MaximumRecordAgeInSeconds: 3600,
            DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:eu-west-1:000000000000:failures" } },
          },
        },
      ),
      lambda.fails(
        "CreateEventSourceMapping",
        { FunctionName: "mapped", EventSourceArn: STREAM, StartingPosition: "LATEST" },
        "ResourceConflictException",
        409,
      ),
      lambda.ok(
        "UpdateEventSourceMapping",
        { UUID: "@{uuid}", Enabled: false, BatchSize: 7 },
        { output: { State: "Updating", BatchSize: 7 } },
      ),
      lambda.ok("DeleteEventSourceMapping", { UUID: "@{uuid}" }, { output: { State: "Deleting" } }),
      sqs.ok("CreateQueue", { QueueName: "mapped" }),
      lambda.fails(
        "CreateEventSourceMapping",
        { FunctionName: "mapped", EventSourceArn: "arn:aws:sqs:eu-west-1:000000000000:mapped", MaximumRetryAttempts: 1 },
        "InvalidParameterValueException",
        400,
      ),
      lambda.ok(
        "CreateEventSourceMapping",
        {
          FunctionName: "mapped",
          EventSourceArn: "arn:aws:sqs:eu-west-1:000000000000:mapped",
          ScalingConfig: { MaximumConcurrency: 2 },
        },
        { output: { BatchSize: 10, ScalingConfig: { MaximumConcurrency: 2 } }, keep: { uuid: "UUID" } },
      ),
      lambda.ok("DeleteEventSourceMapping", { UUID: "@{uuid}" }),
      lambda.ok("DeleteFunction", { FunctionName: "mapped" }),
      kinesis.ok("DeleteStream", { StreamName: "scenario" }),
    ],
  },
  {
    name: "lambda: code signing configurations",
    steps: [
      lambda.fails("GetCodeSigningConfig", NO_SIGNING, "CodeSigningConfigNotFoundException", 404),
      lambda.fails("DeleteCodeSigningConfig", NO_SIGNING, "CodeSigningConfigNotFoundException", 404),
      lambda.fails("UpdateCodeSigningConfig", NO_SIGNING, "CodeSigningConfigNotFoundException", 404),
      lambda.fails("ListFunctionsByCodeSigningConfig", NO_SIGNING, "CodeSigningConfigNotFoundException", 404),
      lambda.ok("CreateCodeSigningConfig", SIGNING, {
        output: { CodeSigningConfig: { ...SIGNING, CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Warn" } } },
        keep: { arn: "CodeSigningConfig.CodeSigningConfigArn" },
      }),
      lambda.ok(
        "UpdateCodeSigningConfig",
        { CodeSigningConfigArn: "@{arn}", CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Enforce" } },
        { output: { CodeSigningConfig: { CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Enforce" } } } },
      ),
      ...makeRole("signing"),
      lambda.fails(
        "CreateFunction",
        {
          FunctionName: "signed",
          Role: "@{role}",
          Runtime: "nodejs22.x",
          Handler: "index.handler",
          CodeSigningConfigArn: "@{arn}",
          Code: { ZipFile: zipOf({ "index.js": "" }) },
        },
        "CodeVerificationFailedException",
        400,
      ),
      makeFunction("signed", ""),
      lambda.ok(
        "PutFunctionCodeSigningConfig",
        { FunctionName: "signed", CodeSigningConfigArn: "@{arn}" },
        { output: { FunctionName: "signed" } },
      ),
      lambda.ok(
        "ListFunctionsByCodeSigningConfig",
        { CodeSigningConfigArn: "@{arn}" },
        { output: { FunctionArns: ["arn:aws:lambda:eu-west-1:000000000000:function:signed"] } },
      ),
      lambda.fails("DeleteCodeSigningConfig", { CodeSigningConfigArn: "@{arn}" }, "ResourceConflictException", 409),
      lambda.ok("DeleteFunctionCodeSigningConfig", { FunctionName: "signed" }),
      lambda.ok("DeleteCodeSigningConfig", { CodeSigningConfigArn: "@{arn}" }),
      lambda.ok("ListCodeSigningConfigs", {}, { output: { CodeSigningConfigs: [] } }),
      lambda.ok("DeleteFunction", { FunctionName: "signed" }),
    ],
  },
  {
    name: "apigatewayv2: WebSocket APIs",
    steps: [
      api.ok(
        "CreateApi",
        { Name: "ws", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
        { output: { ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" }, keep: { id: "ApiId" } },
      ),
      api.ok(
        "CreateIntegration",
        {
          ApiId: "@{id}",
          IntegrationType: "MOCK",
          RequestTemplates: { "200": '{"statusCode":200}' },
          TemplateSelectionExpression: "200",
        },
        {
          output: { IntegrationType: "MOCK", PassthroughBehavior: "WHEN_NO_MATCH", TimeoutInMillis: 29_000 },
          keep: { integration: "IntegrationId" },
        },
      ),
      api.fails(
        "CreateIntegration",
        { ApiId: "@{id}", IntegrationType: "AWS_PROXY", IntegrationUri: "nonsense" },
        "BadRequestException",
        400,
      ),
      api.fails(
        "CreateIntegration",
        { ApiId: "@{id}", IntegrationType: "MOCK", TimeoutInMillis: 29_500 },
        "BadRequestException",
        400,
      ),
      api.ok(
        "CreateIntegrationResponse",
        { ApiId: "@{id}", IntegrationId: "@{integration}", IntegrationResponseKey: "/200/", ResponseTemplates: { "200": "ok" } },
        { output: { IntegrationResponseKey: "/200/" }, keep: { response: "IntegrationResponseId" } },
      ),
      api.fails(
        "CreateIntegrationResponse",
        { ApiId: "@{id}", IntegrationId: "@{integration}", IntegrationResponseKey: "/200/" },
        "ConflictException",
        409,
      ),
      api.ok(
        "UpdateIntegrationResponse",
        {
          ApiId: "@{id}",
          IntegrationId: "@{integration}",
          IntegrationResponseId: "@{response}",
          TemplateSelectionExpression: "200",
        },
        { output: { TemplateSelectionExpression: "200", ResponseTemplates: { "200": "ok" } } },
      ),
      api.ok(
        "GetIntegrationResponses",
        { ApiId: "@{id}", IntegrationId: "@{integration}" },
        { output: { Items: [{ IntegrationResponseKey: "/200/" }] } },
      ),
      api.fails(
        "GetIntegrationResponse",
        { ApiId: "@{id}", IntegrationId: "@{integration}", IntegrationResponseId: "none" },
        "NotFoundException",
        404,
      ),
      api.ok(
        "CreateRoute",
        { ApiId: "@{id}", RouteKey: "send", Target: "integrations/@{integration}", RouteResponseSelectionExpression: "$default" },
        { output: { RouteKey: "send" }, keep: { route: "RouteId" } },
      ),
      api.fails("CreateRoute", { ApiId: "@{id}", RouteKey: "other", AuthorizationType: "AWS_IAM" }, "BadRequestException", 400),
      api.ok(
        "CreateRouteResponse",
        { ApiId: "@{id}", RouteId: "@{route}", RouteResponseKey: "$default" },
        { keep: { answer: "RouteResponseId" } },
      ),
      api.fails(
        "CreateRouteResponse",
        { ApiId: "@{id}", RouteId: "@{route}", RouteResponseKey: "other" },
        "BadRequestException",
        400,
      ),
      api.ok(
        "GetRouteResponse",
        { ApiId: "@{id}", RouteId: "@{route}", RouteResponseId: "@{answer}" },
        { output: { RouteResponseKey: "$default" } },
      ),
      api.ok("DeleteRouteResponse", { ApiId: "@{id}", RouteId: "@{route}", RouteResponseId: "@{answer}" }),
      api.ok("GetRouteResponses", { ApiId: "@{id}", RouteId: "@{route}" }, { output: { Items: [] } }),
      api.ok("DeleteIntegrationResponse", {
        ApiId: "@{id}",
        IntegrationId: "@{integration}",
        IntegrationResponseId: "@{response}",
      }),
      api.ok("CreateStage", { ApiId: "@{id}", StageName: "dev", AutoDeploy: true }),
      management.fails("PostToConnection", { ConnectionId: "abc=", Data: bytes("x") }, "GoneException", 410),
      management.fails(
        "PostToConnection",
        { ConnectionId: "abc=", Data: bytes("x".repeat(131_073)) },
        "PayloadTooLargeException",
        413,
      ),
      api.ok("DeleteApi", { ApiId: "@{id}" }),
    ],
  },
  {
    name: "apigatewayv2: OpenAPI, models, domain names",
    steps: [
      api.fails("ImportApi", { Body: "{" }, "BadRequestException", 400),
      api.fails("ImportApi", { Body: '{"swagger":"2.0"}' }, "BadRequestException", 400),
      api.ok(
        "ImportApi",
        { Body: DOCUMENT },
        { output: { Name: "imported", Version: "7", ProtocolType: "HTTP" }, keep: { id: "ApiId" } },
      ),
      api.ok("GetRoutes", { ApiId: "@{id}" }, { output: { Items: [{ RouteKey: "GET /a/{id}", AuthorizationType: "NONE" }] } }),
      api.ok("ReimportApi", { ApiId: "@{id}", Body: DOCUMENT.replace("/a/{id}", "/b") }, { output: { Name: "imported" } }),
      api.ok("GetRoutes", { ApiId: "@{id}" }, { output: { Items: [{ RouteKey: "GET /b" }] } }),
      api.fails("ReimportApi", { ApiId: "abcdefghij", Body: DOCUMENT }, "NotFoundException", 404),
      api.fails("ExportApi", { ApiId: "@{id}", Specification: "OAS20", OutputType: "JSON" }, "BadRequestException", 400),
      api.ok("ExportApi", { ApiId: "@{id}", Specification: "OAS30", OutputType: "YAML" }),
      api.ok(
        "CreateModel",
        { ApiId: "@{id}", Name: "M", ContentType: "application/json", Schema: '{"type":"object"}' },
        { keep: { model: "ModelId" } },
      ),
      api.ok(
        "UpdateModel",
        { ApiId: "@{id}", ModelId: "@{model}", Description: "d" },
        { output: { Name: "M", Description: "d" } },
      ),
      api.ok("GetModelTemplate", { ApiId: "@{id}", ModelId: "@{model}" }, { output: { Value: "{}" } }),
      api.fails("UpdateModel", { ApiId: "@{id}", ModelId: "none", Description: "d" }, "NotFoundException", 404),
      api.ok("CreateStage", { ApiId: "@{id}", StageName: "$default", AutoDeploy: true }),
      api.ok("CreateDomainName", { DomainName: "api.scenario.example" }, { output: { DomainName: "api.scenario.example" } }),
      api.ok(
        "CreateApiMapping",
        { DomainName: "api.scenario.example", ApiId: "@{id}", Stage: "$default", ApiMappingKey: "v1" },
        { keep: { mapping: "ApiMappingId" } },
      ),
      api.fails(
        "CreateApiMapping",
        { DomainName: "api.scenario.example", ApiId: "@{id}", Stage: "$default", ApiMappingKey: "v1" },
        "ConflictException",
        409,
      ),
      api.fails("DeleteApi", { ApiId: "@{id}" }, "BadRequestException", 400),
      api.ok("DeleteApiMapping", { DomainName: "api.scenario.example", ApiMappingId: "@{mapping}" }),
      api.ok("DeleteDomainName", { DomainName: "api.scenario.example" }),
      api.ok("DeleteApi", { ApiId: "@{id}" }),
    ],
  },
];
