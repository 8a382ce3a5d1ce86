/** Notifications, connections, replays. Expectations: SNS and EventBridge API references ("Errors", "Response Elements"). */
import { type Scenario, stepsOf } from "./case.ts";

const sns = stepsOf("sns");
const events = stepsOf("events");
const BASIC = { AuthorizationType: "BASIC", AuthParameters: { BasicAuthParameters: { Username: "u", Password: "p" } } };
const NO_CONNECTION = "arn:aws:events:eu-west-1:000000000000:connection/none/00000000-0000-0000-0000-000000000000";
const NOT_FOUND = "ResourceNotFoundException";
const APP = { PlatformApplicationArn: "@{app}" };

export const eventScenarios: readonly Scenario[] = [
  {
    name: "sns: devices and text messages",
    steps: [
      sns.ok(
        "CreatePlatformApplication",
        { Name: "app", Platform: "GCM", Attributes: { PlatformCredential: "k" } },
        { keep: { app: "PlatformApplicationArn" } },
      ),
      sns.fails(
        "CreatePlatformApplication",
        { Name: "app", Platform: "PIGEON", Attributes: { PlatformCredential: "k" } },
        "InvalidParameter",
        400,
      ),
      sns.ok("GetPlatformApplicationAttributes", APP, { output: { Attributes: { Enabled: "true" } } }),
      sns.ok("CreatePlatformEndpoint", { ...APP, Token: "t" }, { keep: { device: "EndpointArn" } }),
      sns.fails(
        "CreatePlatformEndpoint",
        { ...APP, Token: "t", CustomUserData: "x" },
        "InvalidParameter",
        400,
        "already exists with the same Token",
      ),
      sns.ok("ListEndpointsByPlatformApplication", APP, { output: { Endpoints: [{ Attributes: { Token: "t" } }] } }),
      sns.ok("Publish", { TargetArn: "@{device}", Message: "m" }),
      sns.ok("SetEndpointAttributes", { EndpointArn: "@{device}", Attributes: { Enabled: "false" } }),
      sns.fails("Publish", { TargetArn: "@{device}", Message: "m" }, "EndpointDisabled", 400, "Endpoint is disabled"),
      sns.ok("DeleteEndpoint", { EndpointArn: "@{device}" }),
      sns.fails("GetEndpointAttributes", { EndpointArn: "@{device}" }, "NotFound", 404, "Endpoint does not exist"),
      sns.ok("DeletePlatformApplication", APP),
      sns.fails("GetPlatformApplicationAttributes", APP, "NotFound", 404),
      sns.ok("SetSMSAttributes", { attributes: { DefaultSMSType: "Transactional" } }),
      sns.ok(
        "GetSMSAttributes",
        { attributes: ["DefaultSMSType"] },
        { output: { attributes: { DefaultSMSType: "Transactional" } } },
      ),
      sns.fails("SetSMSAttributes", { attributes: { DefaultSMSType: "Fast" } }, "InvalidParameter", 400),
      sns.ok("CheckIfPhoneNumberIsOptedOut", { phoneNumber: "+15550100" }, { output: { isOptedOut: false } }),
      sns.ok("GetSMSSandboxAccountStatus", {}, { output: { IsInSandbox: false } }),
      sns.fails("DeleteSMSSandboxPhoneNumber", { PhoneNumber: "+15550100" }, "ResourceNotFound", 404),
    ],
  },
  {
    name: "sns: policies of delivery and data",
    steps: [
      sns.ok("CreateTopic", { Name: "policies" }, { keep: { topic: "TopicArn" } }),
      sns.fails(
        "SetTopicAttributes",
        {
          TopicArn: "@{topic}",
          AttributeName: "DeliveryPolicy",
          AttributeValue: '{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}',
        },
        "InvalidParameter",
        400,
      ),
      sns.fails(
        "SetTopicAttributes",
        { TopicArn: "@{topic}", AttributeName: "SignatureVersion", AttributeValue: "3" },
        "InvalidParameter",
        400,
      ),
      sns.ok("PutDataProtectionPolicy", {
        ResourceArn: "@{topic}",
        DataProtectionPolicy: '{"Name":"p","Version":"2021-06-01","Statement":[{"Sid":"s"}]}',
      }),
      sns.fails("PutDataProtectionPolicy", { ResourceArn: "@{topic}", DataProtectionPolicy: "{}" }, "InvalidParameter", 400),
      sns.fails("Publish", { TopicArn: "@{topic}", Message: "" }, "InvalidParameter", 400),
      sns.fails(
        "PublishBatch",
        {
          TopicArn: "@{topic}",
          PublishBatchRequestEntries: [
            { Id: "a", Message: "x".repeat(200_000) },
            { Id: "b", Message: "x".repeat(100_000) },
          ],
        },
        "BatchRequestTooLong",
        400,
      ),
    ],
  },
  {
    name: "events: connections and API destinations",
    steps: [
      events.fails("DescribeConnection", { Name: "none" }, NOT_FOUND, 400),
      events.fails("UpdateConnection", { Name: "none", ...BASIC }, NOT_FOUND, 400),
      events.fails("DeauthorizeConnection", { Name: "none" }, NOT_FOUND, 400),
      events.fails("DeleteConnection", { Name: "none" }, NOT_FOUND, 400),
      events.fails("DescribeApiDestination", { Name: "none" }, NOT_FOUND, 400),
      events.fails("UpdateApiDestination", { Name: "none" }, NOT_FOUND, 400),
      events.fails("DeleteApiDestination", { Name: "none" }, NOT_FOUND, 400),
      events.fails(
        "CreateApiDestination",
        { Name: "d", ConnectionArn: NO_CONNECTION, InvocationEndpoint: "https://localhost/", HttpMethod: "POST" },
        NOT_FOUND,
        400,
      ),
      events.ok(
        "CreateConnection",
        { Name: "c", ...BASIC },
        { output: { ConnectionState: "AUTHORIZED" }, keep: { c: "ConnectionArn" } },
      ),
      events.fails("CreateConnection", { Name: "c", ...BASIC }, "ResourceAlreadyExistsException", 400),
      events.ok("DescribeConnection", { Name: "c" }, { output: { AuthParameters: { BasicAuthParameters: { Username: "u" } } } }),
      events.ok(
        "CreateApiDestination",
        { Name: "d", ConnectionArn: "@{c}", InvocationEndpoint: "https://localhost/", HttpMethod: "POST" },
        { output: { ApiDestinationState: "ACTIVE" } },
      ),
      events.ok("DescribeApiDestination", { Name: "d" }, { output: { InvocationRateLimitPerSecond: 300, HttpMethod: "POST" } }),
      events.ok("ListApiDestinations", { ConnectionArn: "@{c}" }, { output: { ApiDestinations: [{ Name: "d" }] } }),
      events.ok("DeauthorizeConnection", { Name: "c" }, { output: { ConnectionState: "DEAUTHORIZED" } }),
      events.ok("DescribeApiDestination", { Name: "d" }, { output: { ApiDestinationState: "INACTIVE" } }),
      events.ok("DeleteApiDestination", { Name: "d" }),
      events.ok("DeleteConnection", { Name: "c" }, { output: { ConnectionState: "DELETING" } }),
      events.fails("CancelReplay", { ReplayName: "none" }, NOT_FOUND, 400),
    ],
  },
];
