import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";
import { callSpan } from "./spanned.ts";
import { ringTrace, type TraceEvent } from "./trace.ts";

const root = { kind: "root", accountId: "000000000000", accessKeyId: "test" } as const;
const start = { kind: "request", service: "sqs", operation: "SendMessage", account: "0", region: "r", principal: root } as const;

describe("the record", () => {
  const make = (limit: number) => ringTrace(() => 1_000, seededRandom(1), limit);

  test("keeps the newest, in the order of completion", () => {
    const trace = make(3);
    const spans = [1, 2, 3, 4, 5].map(() => trace.begin(start));
    for (const span of spans.reverse()) trace.end(span, 200);
    expect(trace.events().map(({ order }) => order)).toEqual([3, 4, 5]);
    expect(trace.events(4)).toHaveLength(1);
    trace.limit = 1;
    expect(trace.events().map(({ order }) => order)).toEqual([5]);
    trace.limit = 0;
    trace.end(trace.begin(start), 200);
    expect(trace.events()).toEqual([]);
  });

  test("keeps housekeeping only when it caused something, before or after its end", () => {
    const trace = make(10);
    trace.end(trace.begin({ ...start, isQuiet: true, operation: "Idle" }), 200);
    const outer = trace.begin({ ...start, isQuiet: true, operation: "Outer" });
    const inner = trace.begin({ ...start, isQuiet: true, operation: "Inner", parent: outer });
    trace.end(outer, 200);
    trace.end(trace.begin({ ...start, parent: inner }), 200);
    trace.end(inner, 200);
    expect(trace.events().map(({ operation }) => operation)).toEqual(["Outer", "SendMessage", "Inner"]);
    expect(new Set(trace.events().map((event) => event.root)).size).toBe(1);
  });

  test("a header names its span, and only in the process that wrote it", () => {
    const trace = make(10);
    const span = trace.begin(start);
    expect(trace.header(span)).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/);
    expect(trace.parentOf(trace.header(span))).toBe(span.number);
    for (const header of ["", "Root=1-0-0", `Parent=${"f".repeat(16)}`, `Parent=${"0".repeat(15)}`, "Parent=x;Parent=y"])
      expect(trace.parentOf(header)).toBeUndefined();
  });

  test("tells an error's code and message, and ends once", () => {
    const trace = make(10);
    const span = trace.begin(start);
    trace.end(span, 500, new Error("x".repeat(2000)));
    trace.end(span, 200);
    expect(trace.events()).toMatchObject([{ status: 500, error: { code: "InternalFailure", message: "x".repeat(500) } }]);
  });
});

describe("a call from inside", () => {
  const called = (name: string, input: object) => ({ service: { row: { name: "lambda" } }, name, operation: {}, input }) as never;
  const at = { account: "0", region: "r", principal: root };

  test("of a poller's function was caused by the message's sender, also when the poller has a cause itself", () => {
    const trace = ringTrace(() => 1_000, seededRandom(1), 10);
    const mapping = trace.begin({ ...start, operation: "CreateEventSourceMapping" });
    const sender = trace.begin(start);
    const id = "12345678-1234-1234-1234-123456789012";
    trace.leave(id, sender);
    const Payload = Buffer.from(JSON.stringify({ Records: [{ messageId: id }] }));
    expect(callSpan(trace, called("Invoke", { Payload }), { ...at, span: mapping }).parent).toBe(sender.number);
    expect(callSpan(trace, called("Invoke", { Payload }), at).parent).toBe(sender.number);
    const other = Buffer.from(JSON.stringify({ Records: [{ messageId: id.replaceAll("1", "2") }] }));
    expect(callSpan(trace, called("Invoke", { Payload: other }), { ...at, span: mapping }).parent).toBe(mapping.number);
  });

  test("that only polls is no event, whoever began it", () => {
    const trace = ringTrace(() => 1_000, seededRandom(1), 10);
    const mapping = trace.begin({ ...start, operation: "CreateEventSourceMapping" });
    trace.end(callSpan(trace, called("ReceiveMessage", {}), { ...at, span: mapping }), 200);
    trace.end(mapping, 200);
    expect(trace.events().map(({ operation }) => operation)).toEqual(["CreateEventSourceMapping"]);
  });
});

describe("a cloud's trace", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud.stop());
  const trace = async (query = ""): Promise<{ events: TraceEvent[]; last: number }> =>
    (await fetch(`${cloud.endpoint}/_dovetail/trace${query}`)).json() as Promise<{ events: TraceEvent[]; last: number }>;

  test("a topic's message to a queue is the publication's effect", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
    await cloud.call("sns", "CreateTopic", { Name: "t" });
    const TopicArn = "arn:aws:sns:us-east-1:000000000000:t";
    const Endpoint = "arn:aws:sqs:us-east-1:000000000000:q";
    const Policy = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" }] });
    await cloud.call("sqs", "SetQueueAttributes", { QueueUrl: `${cloud.endpoint}/000000000000/q`, Attributes: { Policy } });
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint });
    const { last } = await trace();
    const answer = await fetch(cloud.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sns/aws4_request",
      },
      body: new URLSearchParams({ Action: "Publish", Version: "2010-03-31", TopicArn, Message: "m" }).toString(),
    });
    const requestId = answer.headers.get("x-amzn-requestid") ?? "";
    await cloud.idle();
    const { events } = await trace(`?request=${requestId}`);
    expect(events.map(({ kind, service, operation, status }) => ({ kind, service, operation, status }))).toEqual([
      { kind: "request", service: "sns", operation: "Publish", status: 200 },
      { kind: "call", service: "sqs", operation: "SendMessage", status: 200 },
    ]);
    expect(events[0]).toMatchObject({ requestId, resource: TopicArn, principal: "arn:aws:iam::000000000000:root" });
    expect(events[1]).toMatchObject({ parent: events[0]?.id, principal: "sns.amazonaws.com" });
    expect((await trace(`?since=${last}`)).events).toHaveLength(2);
  });

  test("a refused request is told with its error", async () => {
    await fetch(cloud.endpoint, {
      method: "POST",
      headers: {
        "x-amz-target": "AmazonSSM.GetParameter",
        authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request",
      },
      body: '{"Name":"none"}',
    });
    expect((await trace()).events.at(-1)).toMatchObject({
      service: "ssm",
      operation: "GetParameter",
      resource: "none",
      status: 400,
      error: { code: "ParameterNotFound" },
    });
  });

  test("waits for the next event when asked to, and speaks NDJSON", async () => {
    const { last } = await trace();
    const waiting = fetch(`${cloud.endpoint}/_dovetail/trace?since=${last}&wait=20000&format=ndjson`).then((answer) =>
      answer.text(),
    );
    await cloud.call("ssm", "PutParameter", { Name: "n", Value: "v", Type: "String" });
    const lines = (await waiting).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ service: "ssm", operation: "PutParameter" }]);
  });

  test.each([[{}], [{ limit: -1 }], [{ limit: 1.5 }], [{ limit: "9" }], [{ limit: 1e9 }]])(
    "a limit of %o is refused",
    async (body) => {
      const answer = await fetch(`${cloud.endpoint}/_dovetail/trace`, { method: "POST", body: JSON.stringify(body) });
      expect(answer.status).toBe(400);
    },
  );
});
