/** Sending through both versions of SES: the mailbox, events, suppression, pauses. */
import * as V1 from "@aws-sdk/client-ses";
import * as V2 from "@aws-sdk/client-sesv2";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let v1: V1.SESClient;
let v2: V2.SESv2Client;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1) });
  const options = {
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  v1 = new V1.SESClient(options);
  v2 = new V2.SESv2Client(options);
});
beforeEach(async () => {
  await cloud.reset();
  await v1.send(new V1.VerifyEmailIdentityCommand({ EmailAddress: "me@app.test" }));
});
afterAll(() => cloud.stop());

const simple = (ToAddresses: string[], more: Partial<V2.SendEmailCommandInput> = {}) =>
  v2.send(
    new V2.SendEmailCommand({
      FromEmailAddress: "me@app.test",
      Destination: { ToAddresses },
      Content: { Simple: { Subject: { Data: "s" }, Body: { Text: { Data: "text" }, Html: { Data: "<b>html</b>" } } } },
      ...more,
    }),
  );

/** What a topic's events brought to a queue. */
async function eventsOf(types: V2.EventType[], act: () => Promise<unknown>): Promise<{ eventType: string; mail: object }[]> {
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "mail" });
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "mail" });
  const Endpoint = "arn:aws:sqs:us-east-1:000000000000:mail";
  const allow = (Service: string, Action: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service }, Action, Resource: "*" }],
    });
  await cloud.call("sqs", "SetQueueAttributes", {
    QueueUrl,
    Attributes: { Policy: allow("sns.amazonaws.com", "sqs:SendMessage") },
  });
  const AttributeValue = allow("ses.amazonaws.com", "sns:Publish");
  await cloud.call("sns", "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue });
  await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint, Attributes: { RawMessageDelivery: "true" } });
  await v2.send(new V2.CreateConfigurationSetCommand({ ConfigurationSetName: "set" }));
  await v2.send(
    new V2.CreateConfigurationSetEventDestinationCommand({
      ConfigurationSetName: "set",
      EventDestinationName: "topic",
      EventDestination: { Enabled: true, MatchingEventTypes: types, SnsDestination: { TopicArn } },
    }),
  );
  await act();
  await cloud.idle();
  const { Messages = [] } = await cloud.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }) => JSON.parse(Body));
}

test("version 1 and 2 send into one mailbox, as text and HTML", async () => {
  await simple(["a@b.test"]);
  await v1.send(
    new V1.SendEmailCommand({
      Source: "me@app.test",
      Destination: { ToAddresses: ["c@d.test"] },
      Message: { Subject: { Data: "one" }, Body: { Html: { Data: "<i>" } } },
    }),
  );
  expect(cloud.mailbox.list()).toMatchObject([
    { to: "a@b.test", subject: "s", body: "text", html: "<b>html</b>", service: "sesv2" },
    { to: "c@d.test", subject: "one", html: "<i>", service: "ses" },
  ]);
});

test("a raw message says itself who it is for, in whatever encoding", async () => {
  const Data = Buffer.from(
    [
      'From: "Me, myself" <me@app.test>',
      "To: a@b.test, B <b@b.test>",
      "Subject: =?utf-8?B?R3LDvMOfZQ==?=",
      'Content-Type: multipart/alternative; boundary="x"',
      "",
      "--x",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "Gr=C3=BC=C3=9Fe",
      "--x",
      "Content-Type: text/html",
      "Content-Transfer-Encoding: base64",
      "",
      Buffer.from("<b>hi</b>").toString("base64"),
      "--x--",
    ].join("\r\n"),
  );
  await v1.send(new V1.SendRawEmailCommand({ RawMessage: { Data } }));
  expect(cloud.mailbox.list()).toMatchObject([
    { to: "a@b.test", subject: "Grüße", body: "Grüße", html: "<b>hi</b>" },
    { to: "b@b.test" },
  ]);
});

test("sending, delivery, bounces and complaints are events of the configuration set", async () => {
  const types: V2.EventType[] = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"];
  const to = ["ok@b.test", "bounce@simulator.amazonses.com", "complaint@simulator.amazonses.com"];
  const EmailTags = [{ Name: "campaign", Value: "x" }];
  const events = await eventsOf(types, () => simple(to, { ConfigurationSetName: "set", EmailTags }));
  expect(events.map((each) => each.eventType)).toEqual(["Send", "Delivery", "Delivery", "Bounce", "Complaint"]);
  expect(events[0]?.mail).toMatchObject({
    source: "me@app.test",
    destination: to,
    tags: { "ses:configuration-set": ["set"], campaign: ["x"] },
  });
  expect(events[3]).toMatchObject({
    bounce: { bounceType: "Permanent", bouncedRecipients: [{ emailAddress: "bounce@simulator.amazonses.com" }] },
  });
});

test("a template with data that lacks an attribute is taken, not sent, and told as a rendering failure", async () => {
  const events = await eventsOf(["RENDERING_FAILURE"], async () => {
    const TemplateContent = { Subject: "Hi {{name}}", Text: "{{#if premium}}Gold {{/if}}{{name}}" };
    await v2.send(new V2.CreateEmailTemplateCommand({ TemplateName: "hi", TemplateContent }));
    const send = (TemplateData: string) =>
      simple(["a@b.test"], { ConfigurationSetName: "set", Content: { Template: { TemplateName: "hi", TemplateData } } });
    await send('{"name":"Ada","premium":true}');
    await send("{}");
  });
  expect(cloud.mailbox.list()).toMatchObject([{ subject: "Hi Ada", body: "Gold Ada" }]);
  expect(events).toMatchObject([
    {
      eventType: "Rendering Failure",
      failure: { templateName: "hi", errorMessage: "Attribute 'name' is not present in the rendering data." },
    },
  ]);
});

test("bulk mail renders each entry's data over the default's, and tells each result", async () => {
  await v1.send(new V1.CreateTemplateCommand({ Template: { TemplateName: "t", SubjectPart: "{{a}}{{b}}", TextPart: "x" } }));
  const { BulkEmailEntryResults } = await v2.send(
    new V2.SendBulkEmailCommand({
      FromEmailAddress: "me@app.test",
      DefaultContent: { Template: { TemplateName: "t", TemplateData: '{"a":"1","b":"2"}' } },
      BulkEmailEntries: [
        {
          Destination: { ToAddresses: ["a@b.test"] },
          ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: '{"b":"3"}' } },
        },
        { Destination: { ToAddresses: ["not an address"] } },
      ],
    }),
  );
  expect(cloud.mailbox.list().map((mail) => mail.subject)).toEqual(["13"]);
  expect(BulkEmailEntryResults?.map((each) => each.Status)).toEqual(["SUCCESS", "INVALID_PARAMETER"]);
});

test("suppressed addresses get nothing, and paused sending is refused", async () => {
  await v2.send(new V2.PutSuppressedDestinationCommand({ EmailAddress: "no@b.test", Reason: "BOUNCE" }));
  await simple(["no@b.test", "yes@b.test"]);
  expect(cloud.mailbox.list().map((mail) => mail.to)).toEqual(["yes@b.test"]);
  expect(await v1.send(new V1.GetSendQuotaCommand({}))).toMatchObject({ SentLast24Hours: 2 });
  await v1.send(new V1.UpdateAccountSendingEnabledCommand({ Enabled: false }));
  await expect(simple(["a@b.test"])).rejects.toMatchObject({ name: "SendingPausedException" });
});

test("an identity's topic hears of bounces in version 1's form", async () => {
  const heard = await eventsOf(["SEND"], async () => {
    const SnsTopic = "arn:aws:sns:us-east-1:000000000000:mail";
    await v1.send(new V1.SetIdentityNotificationTopicCommand({ Identity: "me@app.test", NotificationType: "Bounce", SnsTopic }));
    await simple(["bounce@simulator.amazonses.com"]);
  });
  expect(heard).toMatchObject([{ notificationType: "Bounce", bounce: { bounceType: "Permanent" } }]);
});
