import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.stop());

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const answer = await fetch(cloud.endpoint + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, json: text === "" ? undefined : JSON.parse(text) };
}
async function getParameter(): Promise<{ status: number; json: unknown }> {
  const answer = await fetch(cloud.endpoint, {
    method: "POST",
    headers: {
      "x-amz-target": "AmazonSSM.GetParameter",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request",
    },
    body: '{"Name":"none"}',
  });
  return { status: answer.status, json: await answer.json() };
}

describe("faults", () => {
  test("are added, shown with ids, strike, and are taken away", async () => {
    const rule = { service: "ssm", operation: "GetParameter", error: { statusCode: 400, code: "ThrottlingException" } };
    expect(await ask("POST", "/_dovetail/faults", [rule])).toMatchObject({ status: 200, json: [{ id: "1", ...rule }] });
    expect(await ask("PATCH", "/_dovetail/faults", { service: "s3", probability: 0.5 })).toMatchObject({
      json: [{ id: "1" }, { id: "2" }],
    });
    expect(await getParameter()).toMatchObject({ status: 400, json: { __type: expect.stringContaining("ThrottlingException") } });
    expect(await ask("DELETE", "/_dovetail/faults", { id: "1" })).toMatchObject({ json: [{ id: "2", service: "s3" }] });
    expect(await getParameter()).toMatchObject({ json: { __type: expect.stringContaining("ParameterNotFound") } });
    expect(await ask("DELETE", "/_localstack/chaos/faults", [{ service: "s3", probability: 0.5 }])).toMatchObject({ json: [] });
    await ask("POST", "/_localstack/chaos/faults", [rule]);
    expect(await ask("DELETE", "/_localstack/chaos/faults")).toMatchObject({ json: [] });
  });

  test("of latency alone let the request pass", async () => {
    await ask("POST", "/_dovetail/faults", [{ service: "ssm", latencyMs: 1 }]);
    expect(await getParameter()).toMatchObject({ json: { __type: expect.stringContaining("ParameterNotFound") } });
    await ask("DELETE", "/_dovetail/faults");
  });

  test.each([
    [["x"], /is an object/],
    [[{ servise: "s3" }], /no member "servise"/],
    [[{ probability: 2 }], /0 to 1/],
    [[{ latencyMs: 1e9 }], /milliseconds/],
    [[{ error: { statusCode: 200 } }], /status/],
    [[{ error: { code: "a\r\nb" } }], /error code/],
    [[{ error: [] }], /an object/],
  ])("%j is refused, and nothing is set", async (rules, why) => {
    expect(await ask("POST", "/_dovetail/faults", rules)).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(why) },
    });
    expect(await ask("GET", "/_dovetail/faults")).toMatchObject({ json: [] });
  });
});

describe("what LocalStack's users ask", () => {
  test("init stages, all and one", async () => {
    expect(await ask("GET", "/_localstack/init")).toEqual({
      status: 200,
      json: { completed: { BOOT: true, START: true, READY: true, SHUTDOWN: false }, scripts: [] },
    });
    expect(await ask("GET", "/_localstack/init/ready")).toEqual({ status: 200, json: { completed: true, scripts: [] } });
    expect(await ask("GET", "/_localstack/init/shutdown")).toMatchObject({ json: { completed: false } });
    expect(await ask("GET", "/_localstack/init/nope")).toMatchObject({ status: 404 });
  });

  test("text messages and e-mails, and their removal by kind", async () => {
    await cloud.call("sns", "Publish", { PhoneNumber: "+4915112345678", Message: "code 1" });
    await cloud.idle();
    expect(await ask("GET", "/_aws/sns/sms-messages?region=us-east-1&accountId=000000000000")).toMatchObject({
      json: { region: "us-east-1", sms_messages: { "+4915112345678": [{ Message: "code 1", PhoneNumber: "+4915112345678" }] } },
    });
    expect(await ask("GET", "/_aws/sns/sms-messages?region=eu-west-1")).toMatchObject({ json: { sms_messages: {} } });
    expect(await ask("DELETE", "/_aws/ses")).toMatchObject({ status: 204 });
    expect(cloud.mailbox.list({ kind: "sms" })).toHaveLength(1);
    expect(await ask("DELETE", "/_aws/sns/sms-messages")).toMatchObject({ status: 204 });
    expect(cloud.mailbox.list()).toEqual([]);
  });

  test("health and info", async () => {
    expect(await ask("GET", "/_localstack/health")).toMatchObject({
      json: { services: { s3: "available" }, edition: "dovetail" },
    });
    expect(await ask("GET", "/_localstack/info")).toMatchObject({
      json: { is_docker: false, server_time_utc: expect.any(String) },
    });
  });
});

describe("one service", () => {
  test("is reset with its records, timers and memory, and the others keep theirs", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
    await cloud.call("sqs", "SendMessage", { QueueUrl: `${cloud.endpoint}/000000000000/q`, MessageBody: "m" });
    await cloud.call("ssm", "PutParameter", { Name: "/kept", Value: "v", Type: "String" });
    await cloud.call("iam", "CreateUser", { UserName: "gone" });
    expect(await ask("POST", "/_localstack/state/sqs/reset")).toEqual({ status: 200, json: {} });
    expect(await cloud.call("sqs", "ListQueues", {})).toEqual({});
    expect(await cloud.call("ssm", "GetParameter", { Name: "/kept" })).toMatchObject({ Parameter: { Value: "v" } });
    await cloud.clock.advance(120_000);
    // STS lies with IAM.
    await ask("POST", "/_localstack/state/sts/reset");
    expect(await cloud.call("iam", "ListUsers", {})).toMatchObject({ Users: [] });
    await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
    expect(await ask("POST", "/_localstack/state/none/reset")).toMatchObject({ status: 404 });
  });

  test("a queue's messages are seen without being received, by URL and by path", async () => {
    const QueueUrl = `${cloud.endpoint}/000000000000/seen`;
    await cloud.call("sqs", "CreateQueue", { QueueName: "seen" });
    await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: "now" });
    await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: "later", DelaySeconds: 60 });
    const bodies = async (path: string) => {
      const { json } = await ask("GET", path);
      const { Messages, ReceiveMessageResponse } = json as {
        Messages: { Body: string }[];
        ReceiveMessageResponse: { ReceiveMessageResult: { Message: { Body: string }[] } };
      };
      return [Messages, ReceiveMessageResponse.ReceiveMessageResult.Message].map((list) => list.map(({ Body }) => Body).sort());
    };
    const all = ["later", "now"];
    expect(await bodies(`/_aws/sqs/messages?QueueUrl=${encodeURIComponent(QueueUrl)}`)).toEqual([all, ["now"]]);
    expect(await bodies("/_aws/sqs/messages/us-east-1/000000000000/seen?ShowDelayed=true")).toEqual([all, all]);
    expect(await ask("GET", "/_aws/sqs/messages/us-east-1/000000000000/..%2f..")).toMatchObject({ status: 404 });
  });
});
