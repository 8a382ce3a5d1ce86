/** SES, both versions. Expectations: Amazon SES API v1 and v2 references ("Errors", "Response Elements"). */
import { type Scenario, type Step, stepsOf } from "./case.ts";

const ses = stepsOf("ses");
const v2 = stepsOf("sesv2");
const NOT_FOUND = "NotFoundException";

const OF_SETS: readonly (readonly [operation: string, input: object])[] = [
  ["GetConfigurationSet", {}],
  ["DeleteConfigurationSet", {}],
  ["GetConfigurationSetEventDestinations", {}],
  ["PutConfigurationSetSendingOptions", { SendingEnabled: true }],
  ["PutConfigurationSetReputationOptions", { ReputationMetricsEnabled: true }],
  ["PutConfigurationSetDeliveryOptions", { TlsPolicy: "REQUIRE" }],
  ["PutConfigurationSetSuppressionOptions", { SuppressedReasons: ["BOUNCE"] }],
  ["PutConfigurationSetTrackingOptions", {}],
  ["PutConfigurationSetVdmOptions", {}],
  ["DeleteConfigurationSetEventDestination", { EventDestinationName: "none" }],
  [
    "CreateConfigurationSetEventDestination",
    {
      EventDestinationName: "d",
      EventDestination: { MatchingEventTypes: ["SEND"], SnsDestination: { TopicArn: "arn:aws:sns:eu-west-1:000000000000:t" } },
    },
  ],
];

const OF_IDENTITIES: readonly (readonly [operation: string, input: object])[] = [
  ["PutEmailIdentityDkimAttributes", { SigningEnabled: true }],
  ["PutEmailIdentityFeedbackAttributes", { EmailForwardingEnabled: true }],
  ["PutEmailIdentityMailFromAttributes", { MailFromDomain: "a.none.test" }],
  ["PutEmailIdentityConfigurationSetAttributes", {}],
  ["PutEmailIdentityDkimSigningAttributes", { SigningAttributesOrigin: "AWS_SES" }],
  ["GetEmailIdentityPolicies", {}],
  ["DeleteEmailIdentityPolicy", { PolicyName: "p" }],
];

function life(): readonly Step[] {
  const set = { ConfigurationSetName: "app" };
  const destination = {
    ...set,
    EventDestinationName: "bus",
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: ["BOUNCE"],
      EventBridgeDestination: { EventBusArn: "arn:aws:events:eu-west-1:000000000000:event-bus/default" },
    },
  };
  const other = { EventBridgeDestination: { EventBusArn: "arn:aws:events:eu-west-1:000000000000:event-bus/other" } };
  return [
    v2.ok("CreateConfigurationSet", { ...set, SendingOptions: { SendingEnabled: true }, Tags: [{ Key: "a", Value: "b" }] }),
    v2.fails("CreateConfigurationSet", set, "AlreadyExistsException", 400),
    v2.fails("CreateConfigurationSet", { ConfigurationSetName: "a b" }, "BadRequestException", 400),
    v2.ok("GetConfigurationSet", set, {
      output: { ConfigurationSetName: "app", SendingOptions: { SendingEnabled: true }, Tags: [{ Key: "a", Value: "b" }] },
    }),
    v2.ok("ListConfigurationSets", {}, { output: { ConfigurationSets: ["app"] } }),
    v2.ok("CreateConfigurationSetEventDestination", destination),
    v2.fails("CreateConfigurationSetEventDestination", destination, "AlreadyExistsException", 400),
    v2.fails(
      "UpdateConfigurationSetEventDestination",
      { ...destination, EventDestination: { MatchingEventTypes: ["SEND"], ...other } },
      "BadRequestException",
      400,
    ),
    v2.ok("GetConfigurationSetEventDestinations", set, {
      output: { EventDestinations: [{ Name: "bus", Enabled: true, MatchingEventTypes: ["BOUNCE"] }] },
    }),
    v2.ok("CreateEmailIdentity", { EmailIdentity: "app.test", ...set }),
    v2.fails("CreateEmailIdentity", { EmailIdentity: "b.test", ConfigurationSetName: "none" }, NOT_FOUND, 404),
    v2.ok("GetEmailIdentity", { EmailIdentity: "app.test" }, { output: { ConfigurationSetName: "app" } }),
    v2.ok("PutEmailIdentityMailFromAttributes", { EmailIdentity: "app.test", MailFromDomain: "mail.app.test" }),
    v2.fails(
      "PutEmailIdentityMailFromAttributes",
      { EmailIdentity: "app.test", MailFromDomain: "mail.other.test" },
      "BadRequestException",
      400,
    ),
    v2.ok(
      "GetEmailIdentity",
      { EmailIdentity: "app.test" },
      { output: { MailFromAttributes: { MailFromDomain: "mail.app.test" } } },
    ),
    v2.ok("DeleteConfigurationSetEventDestination", { ...set, EventDestinationName: "bus" }),
    v2.ok("GetAccount", {}, { output: { ProductionAccessEnabled: true, SendingEnabled: true } }),
  ];
}

export const mailScenarios: readonly Scenario[] = [
  {
    name: "sesv2: what is not there",
    steps: [
      ...OF_SETS.map(([operation, input]) => v2.fails(operation, { ConfigurationSetName: "none", ...input }, NOT_FOUND, 404)),
      ...OF_IDENTITIES.map(([operation, input]) => v2.fails(operation, { EmailIdentity: "none.test", ...input }, NOT_FOUND, 404)),
      v2.fails("GetEmailTemplate", { TemplateName: "none" }, NOT_FOUND, 404),
      v2.fails("DeleteEmailTemplate", { TemplateName: "none" }, NOT_FOUND, 404),
      v2.fails("TestRenderEmailTemplate", { TemplateName: "none", TemplateData: "{}" }, NOT_FOUND, 404),
      v2.fails("GetSuppressedDestination", { EmailAddress: "a@b.test" }, NOT_FOUND, 404),
      v2.fails("DeleteSuppressedDestination", { EmailAddress: "a@b.test" }, NOT_FOUND, 404),
    ],
  },
  { name: "sesv2: a configuration set's life", steps: life() },
  {
    name: "sesv2: templates and suppression",
    steps: [
      v2.ok("CreateEmailTemplate", { TemplateName: "hi", TemplateContent: { Subject: "Hi {{name}}", Text: "x" } }),
      v2.fails("CreateEmailTemplate", { TemplateName: "hi", TemplateContent: { Subject: "x" } }, "AlreadyExistsException", 400),
      v2.fails("CreateEmailTemplate", { TemplateName: "bad", TemplateContent: { Subject: "{{#if" } }, "BadRequestException", 400),
      v2.ok("GetEmailTemplate", { TemplateName: "hi" }, { output: { TemplateContent: { Subject: "Hi {{name}}" } } }),
      v2.ok("TestRenderEmailTemplate", { TemplateName: "hi", TemplateData: '{"name":"Ada"}' }),
      v2.fails("TestRenderEmailTemplate", { TemplateName: "hi", TemplateData: "{}" }, "BadRequestException", 400),
      v2.ok("ListEmailTemplates", {}, { output: { TemplatesMetadata: [{ TemplateName: "hi" }] } }),
      v2.ok("PutSuppressedDestination", { EmailAddress: "a@b.test", Reason: "COMPLAINT" }),
      v2.ok(
        "GetSuppressedDestination",
        { EmailAddress: "a@b.test" },
        { output: { SuppressedDestination: { Reason: "COMPLAINT" } } },
      ),
      v2.ok("ListSuppressedDestinations", { Reasons: ["BOUNCE"] }, { output: { SuppressedDestinationSummaries: [] } }),
    ],
  },
  {
    name: "ses: the classic API",
    steps: [
      ses.fails(
        "SendEmail",
        {
          Source: "a@b.test",
          Destination: { ToAddresses: ["c@d.test"] },
          Message: { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } },
        },
        "MessageRejected",
        400,
        "Email address is not verified. The following identities failed the check in region EU-WEST-1: a@b.test",
      ),
      ses.ok("VerifyEmailIdentity", { EmailAddress: "a@b.test" }),
      ses.fails("VerifyEmailIdentity", { EmailAddress: "nobody" }, "InvalidParameterValue", 400),
      ses.ok("VerifyDomainIdentity", { Domain: "d.test" }),
      ses.ok("ListIdentities", { IdentityType: "EmailAddress" }, { output: { Identities: ["a@b.test"] } }),
      ses.ok(
        "GetIdentityVerificationAttributes",
        { Identities: ["a@b.test", "none@b.test"] },
        {
          output: { VerificationAttributes: { "a@b.test": { VerificationStatus: "Success" } } },
        },
      ),
      ses.ok("SendEmail", {
        Source: "A <a@b.test>",
        Destination: { ToAddresses: ["c@d.test"] },
        Message: { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } },
      }),
      ses.ok("SendRawEmail", {
        RawMessage: { Data: { $bytes: Buffer.from("From: a@b.test\r\nTo: c@d.test\r\n\r\nhi").toString("base64") } },
      }),
      ses.ok("GetSendQuota", {}, { output: { Max24HourSend: 50_000 } }),
      ses.ok("CreateTemplate", { Template: { TemplateName: "t", SubjectPart: "{{a}}", TextPart: "x" } }),
      ses.fails("CreateTemplate", { Template: { TemplateName: "t", SubjectPart: "x" } }, "AlreadyExists", 400),
      ses.fails("GetTemplate", { TemplateName: "none" }, "TemplateDoesNotExist", 400),
      ses.fails("TestRenderTemplate", { TemplateName: "t", TemplateData: "{}" }, "MissingRenderingAttribute", 400),
      ses.ok("SendTemplatedEmail", {
        Source: "a@b.test",
        Destination: { ToAddresses: ["c@d.test"] },
        Template: "t",
        TemplateData: '{"a":1}',
      }),
      ses.fails("DescribeConfigurationSet", { ConfigurationSetName: "none" }, "ConfigurationSetDoesNotExist", 400),
      ses.ok("CreateConfigurationSet", { ConfigurationSet: { Name: "c" } }),
      ses.fails("CreateConfigurationSet", { ConfigurationSet: { Name: "c" } }, "ConfigurationSetAlreadyExists", 400),
      ses.ok("DescribeConfigurationSet", { ConfigurationSetName: "c" }, { output: { ConfigurationSet: { Name: "c" } } }),
      ses.ok("DeleteIdentity", { Identity: "a@b.test" }),
    ],
  },
];
