import * as eb from "@aws-sdk/client-eventbridge";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { type ServiceDefinition, ServiceError } from "../../core/service.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
let cloud: Cloud;
let client: eb.EventBridgeClient;
let got: { service: string; input: Record<string, unknown>; atMs: number }[];
let refuse: ServiceError | undefined;

const OPEN_TO_EVENTS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "*", Resource: "*" }],
});

/** Stands in Lambda's and SQS's place: what EventBridge calls is what is asserted. */
function recorder(name: string, operation: string): ServiceDefinition {
  return {
    name,
    operations: {
      [operation]: {
        validate: false,
        iam: () => ({ resources: ["*"], resourcePolicy: OPEN_TO_EVENTS }),
        handler: (ctx, input: Record<string, unknown>) => {
          if (refuse !== undefined && name === "lambda") throw refuse;
          got.push({ service: name, input, atMs: ctx.now() });
          return {};
        },
      },
    },
  };
}

beforeEach(async () => {
  got = [];
  refuse = undefined;
  cloud = await startCloud({
    clock: manualClock(START),
    random: seededRandom(1),
    enforceIam: false,
    services: { lambda: recorder("lambda", "Invoke"), sqs: recorder("sqs", "SendMessage") },
  });
  client = new eb.EventBridgeClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterEach(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );
const fn = "arn:aws:lambda:us-east-1:000000000000:function:f";
const queue = "arn:aws:sqs:us-east-1:000000000000:q";
const payload = (index = -1) => JSON.parse(Buffer.from((got.at(index)?.input.Payload as Uint8Array) ?? "").toString());
const rule = (Name: string, input: Partial<eb.PutRuleCommandInput>) => client.send(new eb.PutRuleCommand({ Name, ...input }));
const target = (Rule: string, input: Partial<eb.Target> = {}, EventBusName?: string) =>
  client.send(new eb.PutTargetsCommand({ Rule, EventBusName, Targets: [{ Id: "1", Arn: fn, ...input }] }));
const put = async (...Entries: eb.PutEventsRequestEntry[]) => {
  const answer = await client.send(new eb.PutEventsCommand({ Entries }));
  await cloud.idle();
  return answer;
};

describe("rules", () => {
  test("a matching event reaches the target as AWS's envelope, another does not", async () => {
    const { RuleArn } = await rule("orders", { EventPattern: '{"source":["app"]}' });
    expect(RuleArn).toBe("arn:aws:events:us-east-1:000000000000:rule/orders");
    await target("orders");
    const answer = await put(
      { Source: "app", DetailType: "Order", Detail: '{"a":1}', Resources: ["r"] },
      { Source: "other", DetailType: "x", Detail: "{}" },
    );
    expect(answer.FailedEntryCount).toBe(0);
    expect(got).toHaveLength(1);
    expect(payload()).toEqual({
      version: "0",
      id: answer.Entries?.[0]?.EventId,
      "detail-type": "Order",
      source: "app",
      account: "000000000000",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      resources: ["r"],
      detail: { a: 1 },
    });
  });

  test("a rate fires by the clock, one interval after it was made; a disabled rule doesn't", async () => {
    await rule("tick", { ScheduleExpression: "rate(5 minutes)" });
    await target("tick");
    await cloud.clock.advance(10 * 60_000);
    expect(got.map(({ atMs }) => (atMs - START) / 60_000)).toEqual([5, 10]);
    expect(payload()).toMatchObject({
      source: "aws.events",
      "detail-type": "Scheduled Event",
      time: "2026-01-01T00:10:00Z",
      detail: {},
    });
    await client.send(new eb.DisableRuleCommand({ Name: "tick" }));
    await cloud.clock.advance(60 * 60_000);
    expect(got).toHaveLength(2);
  });

  test("a cron fires at its times", async () => {
    await rule("daily", { ScheduleExpression: "cron(0 12 * * ? *)" });
    await target("daily", { Input: '{"job":"daily"}' });
    await cloud.clock.advance(36 * 3_600_000);
    expect(got.map(({ atMs }) => new Date(atMs).toISOString())).toEqual(["2026-01-01T12:00:00.000Z", "2026-01-02T12:00:00.000Z"]);
    expect(payload()).toEqual({ job: "daily" });
  });

  test("an event passes from bus to bus, and a ring of buses ends", async () => {
    const { EventBusArn = "" } = await client.send(new eb.CreateEventBusCommand({ Name: "second" }));
    await rule("on", { EventPattern: '{"source":["app"]}' });
    await target("on", { Arn: EventBusArn });
    await rule("off", { EventPattern: '{"source":["app"]}', EventBusName: "second" });
    await target("off", {}, "second");
    await client.send(
      new eb.PutTargetsCommand({
        Rule: "off",
        EventBusName: "second",
        Targets: [{ Id: "back", Arn: "arn:aws:events:us-east-1:000000000000:event-bus/default" }],
      }),
    );
    await put({ Source: "app", DetailType: "x", Detail: "{}" });
    expect(got.length).toBeGreaterThan(0);
    expect(got.length).toBeLessThan(10);
  });

  test("a refused event goes to the dead-letter queue, a failing target is tried again", async () => {
    await rule("orders", { EventPattern: '{"source":["app"]}' });
    await target("orders", { DeadLetterConfig: { Arn: queue }, RetryPolicy: { MaximumRetryAttempts: 2 } });
    refuse = new ServiceError("ResourceNotFoundException", 404, "Function not found");
    await put({ Source: "app", DetailType: "x", Detail: "{}" });
    expect(got.at(-1)).toMatchObject({
      service: "sqs",
      input: { MessageAttributes: { ERROR_CODE: { StringValue: "NO_RESOURCE" } } },
    });
    refuse = new ServiceError("TooManyRequestsException", 429, "Rate exceeded");
    await put({ Source: "app", DetailType: "x", Detail: "{}" });
    expect(got).toHaveLength(1);
    refuse = undefined;
    await cloud.clock.advance(60_000);
    expect(got.at(-1)?.service).toBe("lambda");
  });
});

test("bad entries fail one by one", async () => {
  const answer = await put(
    { DetailType: "x", Detail: "{}" },
    { Source: "app", DetailType: "x", Detail: "no json" },
    { Source: "aws.s3", DetailType: "x", Detail: "{}" },
    { Source: "app", DetailType: "x", Detail: "{}" },
  );
  expect(answer.FailedEntryCount).toBe(3);
  expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([
    "InvalidArgument",
    "MalformedDetail",
    "NotAuthorizedForSourceException",
    undefined,
  ]);
});

test("what AWS refuses is refused in its words", async () => {
  expect(await reason(rule("r", {}))).toBe(
    "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.",
  );
  expect(await reason(rule("r", { ScheduleExpression: "rate(1 minutes)" }))).toBe(
    "ValidationException: Parameter ScheduleExpression is not valid.",
  );
  expect(await reason(rule("r", { EventPattern: '{"source":"x"}' }))).toBe(
    'InvalidEventPatternException: Event pattern is not valid. Reason: "source" must be an object or an array',
  );
  expect(await reason(client.send(new eb.DescribeRuleCommand({ Name: "r" })))).toBe(
    "ResourceNotFoundException: Rule r does not exist on EventBus default.",
  );
  expect(await reason(client.send(new eb.CreateEventBusCommand({ Name: "default" })))).toBe(
    "ResourceAlreadyExistsException: Event bus default already exists.",
  );
  await rule("r", { EventPattern: '{"source":["x"]}' });
  await target("r");
  expect(await reason(client.send(new eb.DeleteRuleCommand({ Name: "r" })))).toBe(
    "ValidationException: Rule can't be deleted since it has targets.",
  );
  expect(await reason(target("r", { Arn: "nonsense" }))).toBe(
    "ValidationException: Parameter nonsense is not valid. Reason: Provided Arn is not in correct format.",
  );
});

test("an archive's events are replayed with the replay's name", async () => {
  const bus = "arn:aws:events:us-east-1:000000000000:event-bus/default";
  await client.send(new eb.CreateArchiveCommand({ ArchiveName: "all", EventSourceArn: bus, EventPattern: '{"source":["app"]}' }));
  await put({ Source: "app", DetailType: "x", Detail: "{}" });
  await cloud.clock.advance(60_000);
  await rule("late", { EventPattern: '{"source":["app"]}' });
  await target("late");
  await client.send(
    new eb.StartReplayCommand({
      ReplayName: "again",
      EventSourceArn: "arn:aws:events:us-east-1:000000000000:archive/all",
      EventStartTime: new Date(START - 1000),
      EventEndTime: new Date(START + 1000),
      Destination: { Arn: bus },
    }),
  );
  await cloud.idle();
  expect(payload()).toMatchObject({ source: "app", "replay-name": "again" });
  expect((await client.send(new eb.DescribeArchiveCommand({ ArchiveName: "all" }))).EventCount).toBe(1);
});
