/** Lambda, API Gateway v2, CloudWatch, Logs. Expectations: the services' API references ("Errors", "Response Elements"). */
import { type Scenario, stepsOf } from "./case.ts";

const iam = stepsOf("iam");
const lambda = stepsOf("lambda");
const api = stepsOf("apigatewayv2");
const management = stepsOf("apigatewaymanagementapi");
const metrics = stepsOf("cloudwatch");
const logs = stepsOf("logs");

const NOT_FOUND = "ResourceNotFoundException";
const FUNCTION = { FunctionName: "none" };
const EMPTY_ZIP = { $bytes: "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==" };
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const ON_FUNCTIONS: readonly (readonly [operation: string, input: object])[] = [
  ["GetFunction", {}],
  ["GetFunctionConfiguration", {}],
  ["GetFunctionConcurrency", {}],
  ["GetFunctionCodeSigningConfig", {}],
  ["GetFunctionEventInvokeConfig", {}],
  ["GetFunctionUrlConfig", {}],
  ["GetFunctionRecursionConfig", {}],
  ["GetRuntimeManagementConfig", {}],
  ["GetPolicy", {}],
  ["GetAlias", { Name: "a" }],
  ["GetProvisionedConcurrencyConfig", { Qualifier: "1" }],
  ["DeleteFunction", {}],
  ["DeleteFunctionConcurrency", {}],
  ["DeleteFunctionEventInvokeConfig", {}],
  ["DeleteFunctionUrlConfig", {}],
  ["ListAliases", {}],
  ["ListVersionsByFunction", {}],
  ["ListFunctionEventInvokeConfigs", {}],
  ["ListProvisionedConcurrencyConfigs", {}],
  ["CreateAlias", { Name: "a", FunctionVersion: "1" }],
  ["UpdateAlias", { Name: "a" }],
  ["CreateFunctionUrlConfig", { AuthType: "NONE" }],
  ["UpdateFunctionUrlConfig", { AuthType: "NONE" }],
  ["PutFunctionConcurrency", { ReservedConcurrentExecutions: 1 }],
  ["PutFunctionEventInvokeConfig", { MaximumRetryAttempts: 1 }],
  ["UpdateFunctionEventInvokeConfig", { MaximumRetryAttempts: 1 }],
  ["UpdateFunctionConfiguration", { Timeout: 3 }],
  ["UpdateFunctionCode", { ZipFile: EMPTY_ZIP }],
  ["PublishVersion", {}],
  ["AddPermission", { StatementId: "a", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com" }],
  ["RemovePermission", { StatementId: "a" }],
  ["Invoke", {}],
];

const API = { ApiId: "abcdefghij" };
const ON_APIS: readonly (readonly [operation: string, input: object])[] = [
  ["GetApi", {}],
  ["DeleteApi", {}],
  ["UpdateApi", { Name: "a" }],
  ["GetRoutes", {}],
  ["GetRoute", { RouteId: "abcdefg" }],
  ["CreateRoute", { RouteKey: "GET /" }],
  ["DeleteRoute", { RouteId: "abcdefg" }],
  ["GetIntegrations", {}],
  ["GetIntegration", { IntegrationId: "abcdefg" }],
  [
    "CreateIntegration",
    { IntegrationType: "HTTP_PROXY", IntegrationUri: "http://localhost", IntegrationMethod: "GET", PayloadFormatVersion: "1.0" },
  ],
  ["DeleteIntegration", { IntegrationId: "abcdefg" }],
  ["GetStages", {}],
  ["GetStage", { StageName: "a" }],
  ["CreateStage", { StageName: "a" }],
  ["DeleteStage", { StageName: "a" }],
  ["GetAuthorizers", {}],
  ["GetAuthorizer", { AuthorizerId: "abcdef" }],
  ["DeleteAuthorizer", { AuthorizerId: "abcdef" }],
  ["GetDeployments", {}],
  ["GetDeployment", { DeploymentId: "abcdef" }],
  ["CreateDeployment", {}],
  ["GetModels", {}],
  ["DeleteCorsConfiguration", {}],
];

const GROUP = { logGroupName: "none" };
const ON_GROUPS: readonly (readonly [operation: string, input: object])[] = [
  ["DeleteLogGroup", {}],
  ["CreateLogStream", { logStreamName: "s" }],
  ["DeleteLogStream", { logStreamName: "s" }],
  ["DescribeLogStreams", {}],
  ["FilterLogEvents", {}],
  ["GetLogEvents", { logStreamName: "s" }],
  ["PutLogEvents", { logStreamName: "s", logEvents: [{ timestamp: 1, message: "m" }] }],
  ["PutRetentionPolicy", { retentionInDays: 7 }],
  ["DeleteRetentionPolicy", {}],
  [
    "PutMetricFilter",
    { filterName: "f", filterPattern: "", metricTransformations: [{ metricName: "m", metricNamespace: "n", metricValue: "1" }] },
  ],
  ["DeleteMetricFilter", { filterName: "f" }],
  ["DescribeSubscriptionFilters", {}],
  ["DeleteSubscriptionFilter", { filterName: "f" }],
  ["ListTagsLogGroup", {}],
  ["TagLogGroup", { tags: { a: "b" } }],
  ["StartQuery", { startTime: 1, endTime: 2, queryString: "fields @message" }],
];

const BAD_FILTERS = ["{ $.a = }", "[a, b", "{ $.a"];
const BAD_ALARMS: readonly object[] = [
  { Period: 7 },
  { DatapointsToAlarm: 2 },
  { TreatMissingData: "whatever" },
  { Statistic: undefined, ExtendedStatistic: "p101" },
];
const ALARM = {
  AlarmName: "a",
  Namespace: "N",
  MetricName: "m",
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: "GreaterThanThreshold",
};

export const computeScenarios: readonly Scenario[] = [
  {
    name: "lambda: what is not there",
    steps: [
      ...ON_FUNCTIONS.map(([operation, input]) => lambda.fails(operation, { ...FUNCTION, ...input }, NOT_FOUND, 404)),
      lambda.fails(
        "GetFunction",
        FUNCTION,
        NOT_FOUND,
        404,
        "Function not found: arn:aws:lambda:eu-west-1:000000000000:function:none",
      ),
      lambda.fails("GetEventSourceMapping", { UUID: "00000000-0000-0000-0000-000000000000" }, NOT_FOUND, 404),
      lambda.fails("DeleteEventSourceMapping", { UUID: "00000000-0000-0000-0000-000000000000" }, NOT_FOUND, 404),
      lambda.fails("GetLayerVersion", { LayerName: "none", VersionNumber: 1 }, NOT_FOUND, 404),
      lambda.fails("GetLayerVersionPolicy", { LayerName: "none", VersionNumber: 1 }, NOT_FOUND, 404),
      lambda.ok(
        "DeleteLayerVersion",
        { LayerName: "none", VersionNumber: 1 },
        { output: { ResponseMetadata: { HTTPStatusCode: 204 } } },
      ),
      lambda.ok("ListFunctions", {}, { output: { Functions: [] } }),
      lambda.ok("GetAccountSettings", {}, { output: { AccountLimit: { ConcurrentExecutions: 1000 } } }),
      iam.ok("CreateRole", { RoleName: "scenario-function", AssumeRolePolicyDocument: TRUST }, { keep: { role: "Role.Arn" } }),
      lambda.fails(
        "CreateFunction",
        { FunctionName: "f", Role: "@{role}", Runtime: "nodejs99.x", Handler: "a.b", Code: { ZipFile: EMPTY_ZIP } },
        "InvalidParameterValueException",
        400,
        "Value nodejs99.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set",
      ),
    ],
  },
  {
    name: "apigatewayv2",
    steps: [
      ...ON_APIS.map(([operation, input]) => api.fails(operation, { ...API, ...input }, "NotFoundException", 404)),
      api.fails("GetApi", API, "NotFoundException", 404, "Invalid API identifier specified 000000000000:abcdefghij"),
      api.fails("GetDomainName", { DomainName: "none.example.com" }, "NotFoundException", 404),
      api.fails("CreateApi", { Name: "ws", ProtocolType: "WEBSOCKET" }, "BadRequestException", 400),
      api.ok(
        "CreateApi",
        { Name: "a", ProtocolType: "HTTP" },
        { output: { ProtocolType: "HTTP", RouteSelectionExpression: "$request.method $request.path" }, keep: { id: "ApiId" } },
      ),
      api.fails("CreateRoute", { ApiId: "@{id}", RouteKey: "nonsense" }, "BadRequestException", 400),
      api.ok(
        "CreateRoute",
        { ApiId: "@{id}", RouteKey: "GET /a" },
        { output: { RouteKey: "GET /a", AuthorizationType: "NONE" } },
      ),
      api.fails("CreateRoute", { ApiId: "@{id}", RouteKey: "GET /a" }, "ConflictException", 409),
      api.fails("GetStage", { ApiId: "@{id}", StageName: "none" }, "NotFoundException", 404),
      api.ok("CreateStage", { ApiId: "@{id}", StageName: "$default", AutoDeploy: true }, { output: { AutoDeploy: true } }),
      api.fails("CreateStage", { ApiId: "@{id}", StageName: "$default" }, "ConflictException", 409),
      api.ok("DeleteApi", { ApiId: "@{id}" }, { output: { ResponseMetadata: { HTTPStatusCode: 204 } } }),
      management.fails("GetConnection", { ConnectionId: "abc=" }, "GoneException", 410),
      management.fails("DeleteConnection", { ConnectionId: "abc=" }, "GoneException", 410),
      management.fails("PostToConnection", { ConnectionId: "abc=", Data: { $bytes: "AAAA" } }, "GoneException", 410),
    ],
  },
  {
    name: "cloudwatch",
    steps: [
      metrics.fails("GetDashboard", { DashboardName: "none" }, "ResourceNotFound", 404),
      metrics.fails("SetAlarmState", { AlarmName: "none", StateValue: "OK", StateReason: "r" }, "ResourceNotFound", 404),
      metrics.ok("DescribeAlarms", { AlarmNames: ["none"] }, { output: { MetricAlarms: [], CompositeAlarms: [] } }),
      metrics.fails(
        "PutMetricData",
        { Namespace: "AWS/Mine", MetricData: [{ MetricName: "m", Value: 1 }] },
        "InvalidParameterValue",
        400,
      ),
      metrics.ok("PutMetricData", { Namespace: "N", MetricData: [{ MetricName: "m", Value: 1.5, Unit: "Count" }] }),
      metrics.ok(
        "ListMetrics",
        { Namespace: "N" },
        { output: { Metrics: [{ Namespace: "N", MetricName: "m", Dimensions: [] }] } },
      ),
      metrics.ok("PutMetricAlarm", ALARM),
      metrics.ok(
        "DescribeAlarms",
        { AlarmNames: ["a"] },
        {
          output: { MetricAlarms: [{ AlarmName: "a", StateValue: "INSUFFICIENT_DATA", ActionsEnabled: true }] },
        },
      ),
      ...BAD_ALARMS.map((wrong) => metrics.fails("PutMetricAlarm", { ...ALARM, ...wrong }, "ValidationError", 400)),
      metrics.ok("SetAlarmState", { AlarmName: "a", StateValue: "ALARM", StateReason: "r" }),
      metrics.ok(
        "DescribeAlarmHistory",
        { AlarmName: "a", HistoryItemType: "StateUpdate" },
        {
          output: { AlarmHistoryItems: [{ HistorySummary: "Alarm updated from INSUFFICIENT_DATA to ALARM" }] },
        },
      ),
      metrics.fails("PutDashboard", { DashboardName: "d", DashboardBody: "{" }, "InvalidParameterInput", 400),
      metrics.ok(
        "PutDashboard",
        { DashboardName: "d", DashboardBody: '{"widgets":[]}' },
        { output: { DashboardValidationMessages: [] } },
      ),
      metrics.ok("DeleteDashboards", { DashboardNames: ["d"] }),
      metrics.ok("DeleteAlarms", { AlarmNames: ["a"] }),
    ],
  },
  {
    name: "logs",
    steps: [
      ...ON_GROUPS.map(([operation, input]) => logs.fails(operation, { ...GROUP, ...input }, NOT_FOUND, 400)),
      logs.fails(
        "PutLogEvents",
        { ...GROUP, logStreamName: "s", logEvents: [{ timestamp: 1, message: "m" }] },
        NOT_FOUND,
        400,
        "The specified log group does not exist.",
      ),
      logs.fails("GetQueryResults", { queryId: "00000000-0000-0000-0000-000000000000" }, NOT_FOUND, 400),
      logs.ok("CreateLogGroup", { logGroupName: "/g" }),
      logs.fails(
        "CreateLogGroup",
        { logGroupName: "/g" },
        "ResourceAlreadyExistsException",
        400,
        "The specified log group already exists",
      ),
      logs.fails("PutRetentionPolicy", { logGroupName: "/g", retentionInDays: 8 }, "InvalidParameterException", 400),
      logs.ok("PutRetentionPolicy", { logGroupName: "/g", retentionInDays: 7 }),
      logs.ok(
        "DescribeLogGroups",
        { logGroupNamePrefix: "/g" },
        { output: { logGroups: [{ logGroupName: "/g", retentionInDays: 7 }] } },
      ),
      logs.fails(
        "PutLogEvents",
        { logGroupName: "/g", logStreamName: "s", logEvents: [{ timestamp: 1, message: "m" }] },
        NOT_FOUND,
        400,
        "The specified log stream does not exist.",
      ),
      logs.ok("CreateLogStream", { logGroupName: "/g", logStreamName: "s" }),
      logs.fails(
        "CreateLogStream",
        { logGroupName: "/g", logStreamName: "s" },
        "ResourceAlreadyExistsException",
        400,
        "The specified log stream already exists",
      ),
      logs.fails("CreateLogStream", { logGroupName: "/g", logStreamName: "a:b" }, "InvalidParameterException", 400),
      ...BAD_FILTERS.map((pattern) =>
        logs.fails("FilterLogEvents", { logGroupName: "/g", filterPattern: pattern }, "InvalidParameterException", 400),
      ),
      logs.fails(
        "StartQuery",
        { logGroupName: "/g", startTime: 1, endTime: 2, queryString: "nonsense here" },
        "MalformedQueryException",
        400,
      ),
      logs.ok("DeleteLogGroup", { logGroupName: "/g" }),
    ],
  },
];
