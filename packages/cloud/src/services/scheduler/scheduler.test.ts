import * as sch from "@aws-sdk/client-scheduler";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { type ServiceDefinition, ServiceError } from "../../core/service.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const ROLE = "arn:aws:iam::000000000000:role/scheduler";
const fn = "arn:aws:lambda:us-east-1:000000000000:function:f";
let cloud: Cloud;
let client: sch.SchedulerClient;
let got: { service: string; operation: string; input: Record<string, unknown>; atMs: number; role: string }[];
let refuse: ServiceError | undefined;

function recorder(name: string, ...operations: string[]): ServiceDefinition {
  const handler =
    (operation: string) => (ctx: Parameters<NonNullable<ServiceDefinition["inventory"]>>[0], input: Record<string, unknown>) => {
      if (refuse !== undefined && operation === "Invoke") throw refuse;
      const role = ctx.principal.kind === "role-session" ? ctx.principal.roleArn : ctx.principal.kind;
      got.push({ service: name, operation, input, atMs: ctx.now(), role });
      return {};
    };
  return {
    name,
    operations: Object.fromEntries(operations.map((operation) => [operation, { validate: false, handler: handler(operation) }])),
  };
}

/** A role named `scheduler` that Scheduler may assume, one named `other` that it may not. */
const iam: ServiceDefinition = {
  name: "iam",
  operations: {
    GetRole: {
      handler: (_ctx, { RoleName }: { RoleName: string }) => {
        if (RoleName === "missing") throw new ServiceError("NoSuchEntity", 404, "no such role");
        const service = RoleName === "scheduler" ? "scheduler.amazonaws.com" : "lambda.amazonaws.com";
        const trust = {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
        };
        return { Role: { AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)) } };
      },
    },
  },
};

beforeEach(async () => {
  got = [];
  refuse = undefined;
  const services = {
    iam,
    lambda: recorder("lambda", "Invoke"),
    sqs: recorder("sqs", "SendMessage"),
    sns: recorder("sns", "Publish"),
  };
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), enforceIam: false, services });
  client = new sch.SchedulerClient({
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
const create = (
  ScheduleExpression: string,
  input: Partial<sch.CreateScheduleCommandInput> = {},
  target: Partial<sch.Target> = {},
) =>
  client.send(
    new sch.CreateScheduleCommand({
      Name: "s",
      ScheduleExpression,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: fn, RoleArn: ROLE, Input: "{}", ...target },
      ...input,
    }),
  );
const times = () => got.map(({ atMs }) => new Date(atMs).toISOString().slice(5, 16));
const text = () => Buffer.from((got.at(-1)?.input.Payload as Uint8Array) ?? "").toString();

describe("firing", () => {
  test("a one-time schedule fires once, with the role, and deletes itself when asked", async () => {
    const { ScheduleArn } = await create(
      "at(2026-01-01T01:00:00)",
      { ActionAfterCompletion: "DELETE" },
      { Input: '{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>"}' },
    );
    await cloud.clock.advance(3600_000);
    expect(got).toHaveLength(1);
    expect(got[0]?.role).toBe(ROLE);
    expect(JSON.parse(text())).toEqual({ arn: ScheduleArn, at: "2026-01-01T01:00:00Z" });
    await cloud.clock.advance(86_400_000);
    expect(got).toHaveLength(1);
    expect(await reason(client.send(new sch.GetScheduleCommand({ Name: "s" })))).toBe(
      "ResourceNotFoundException: Schedule s does not exist.",
    );
  });

  test("a one-time schedule of another zone fires at that zone's time and stays", async () => {
    await create("at(2026-01-01T09:00:00)", { ScheduleExpressionTimezone: "Asia/Kolkata" });
    await cloud.clock.advance(86_400_000);
    expect(times()).toEqual(["01-01T03:30"]);
    expect((await client.send(new sch.GetScheduleCommand({ Name: "s" }))).State).toBe("ENABLED");
  });

  test("a rate fires at once and then by its interval, between its dates", async () => {
    await create("rate(20 minutes)");
    await cloud.clock.advance(45 * 60_000);
    expect(times()).toEqual(["01-01T00:00", "01-01T00:20", "01-01T00:40"]);
    got = [];
    await create("rate(1 hours)", {
      Name: "t",
      StartDate: new Date(START + 7200_000),
      EndDate: new Date(START + 3 * 3600_000),
      State: "ENABLED",
    });
    await client.send(new sch.DeleteScheduleCommand({ Name: "s" }));
    await cloud.clock.advance(86_400_000);
    expect(times()).toEqual(["01-01T02:00", "01-01T03:00"]);
  });

  test("a flexible window delays by less than its length", async () => {
    await create("at(2026-01-01T01:00:00)", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 } });
    await cloud.clock.advance(2 * 3600_000);
    const late = (got[0]?.atMs ?? 0) - START - 3600_000;
    expect(late >= 0 && late < 15 * 60_000).toBe(true);
  });

  test("an update replaces the old time, a disabled schedule waits", async () => {
    await create("at(2026-01-01T01:00:00)");
    const update = (ScheduleExpression: string, State: sch.ScheduleState) =>
      client.send(
        new sch.UpdateScheduleCommand({
          Name: "s",
          ScheduleExpression,
          State,
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: { Arn: fn, RoleArn: ROLE },
        }),
      );
    await update("at(2026-01-01T02:00:00)", "ENABLED");
    await cloud.clock.advance(90 * 60_000);
    expect(got).toEqual([]);
    await update("at(2026-01-01T02:00:00)", "DISABLED");
    await cloud.clock.advance(86_400_000);
    expect(got).toEqual([]);
  });

  test("without input the target gets AWS's default notification", async () => {
    await create("at(2026-01-01T01:00:00)", {}, { Input: undefined });
    await cloud.clock.advance(3600_000);
    expect(JSON.parse(text())).toMatchObject({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
      time: "2026-01-01T01:00:00Z",
      detail: "{}",
      account: "000000000000",
    });
  });

  test("templated and universal targets", async () => {
    await create(
      "at(2026-01-01T01:00:00)",
      {},
      { Arn: "arn:aws:sqs:us-east-1:000000000000:q.fifo", SqsParameters: { MessageGroupId: "g" }, Input: "hello" },
    );
    await create(
      "at(2026-01-01T01:00:00)",
      { Name: "u" },
      { Arn: "arn:aws:scheduler:::aws-sdk:sns:publish", Input: '{"TopicArn":"t","Message":"m"}' },
    );
    await cloud.clock.advance(3600_000);
    expect(got.map(({ service, input }) => ({ service, input }))).toMatchObject([
      { service: "sqs", input: { MessageBody: "hello", MessageGroupId: "g", QueueUrl: `${cloud.endpoint}/000000000000/q.fifo` } },
      { service: "sns", input: { TopicArn: "t", Message: "m" } },
    ]);
  });

  test("a failing target is tried again, then its event goes to the dead-letter queue", async () => {
    refuse = new ServiceError("TooManyRequestsException", 429, "Rate exceeded");
    await create(
      "at(2026-01-01T01:00:00)",
      {},
      {
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:000000000000:dead" },
      },
    );
    await cloud.clock.advance(2 * 3600_000);
    expect(got).toMatchObject([
      {
        service: "sqs",
        input: { MessageBody: "{}", MessageAttributes: { ERROR_CODE: { StringValue: "TooManyRequestsException" } } },
      },
    ]);
  });
});

test.each<[string, string, Partial<sch.CreateScheduleCommandInput>, Partial<sch.Target>, string]>([
  [
    "an expression",
    "at(2026-13-01T00:00:00)",
    {},
    {},
    "ValidationException: Invalid Schedule Expression at(2026-13-01T00:00:00).",
  ],
  [
    "a window without length",
    "rate(1 hour)",
    { FlexibleTimeWindow: { Mode: "FLEXIBLE" } },
    {},
    "ValidationException: MaximumWindowInMinutes must be provided when FlexibleTimeWindow Mode is FLEXIBLE.",
  ],
  [
    "an end before the start",
    "rate(1 hour)",
    { StartDate: new Date(START + 2000), EndDate: new Date(START + 1000) },
    {},
    "ValidationException: The EndDate must come after the StartDate.",
  ],
  [
    "a group that isn't there",
    "rate(1 hour)",
    { GroupName: "none" },
    {},
    "ResourceNotFoundException: Schedule group none does not exist.",
  ],
  [
    "a role that it can't assume",
    "rate(1 hour)",
    {},
    { RoleArn: "arn:aws:iam::000000000000:role/other" },
    "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  ],
  [
    "a role that isn't there",
    "rate(1 hour)",
    {},
    { RoleArn: "arn:aws:iam::000000000000:role/missing" },
    "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  ],
])("%s is refused in AWS's words", async (_what, expression, input, target, message) => {
  expect(await reason(create(expression, input, target))).toBe(message);
});

test("a name is taken once, a retried request is the same, lists page", async () => {
  await create("rate(1 hour)", { ClientToken: "t1" });
  expect((await create("rate(1 hour)", { ClientToken: "t1" })).ScheduleArn).toBe(
    "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s",
  );
  expect(await reason(create("rate(1 hour)"))).toBe("ConflictException: Schedule s already exists.");
  await client.send(new sch.CreateScheduleGroupCommand({ Name: "g", Tags: [{ Key: "a", Value: "b" }] }));
  for (const Name of ["x", "y", "z"]) await create("rate(1 hour)", { Name, GroupName: "g" });
  const first = await client.send(new sch.ListSchedulesCommand({ GroupName: "g", MaxResults: 2 }));
  const second = await client.send(new sch.ListSchedulesCommand({ GroupName: "g", MaxResults: 2, NextToken: first.NextToken }));
  expect([first, second].map((page) => page.Schedules?.map((row) => row.Name))).toEqual([["x", "y"], ["z"]]);
  const tags = await client.send(
    new sch.ListTagsForResourceCommand({ ResourceArn: "arn:aws:scheduler:us-east-1:000000000000:schedule-group/g" }),
  );
  expect(tags.Tags).toEqual([{ Key: "a", Value: "b" }]);
  await client.send(new sch.DeleteScheduleGroupCommand({ Name: "g" }));
  expect(await reason(client.send(new sch.GetScheduleCommand({ Name: "x", GroupName: "g" })))).toMatch(
    /^ResourceNotFoundException/,
  );
});

test("an account has 500 schedule groups, default among them", async () => {
  const make = (n: number) => cloud.call("scheduler", "CreateScheduleGroup", { Name: `quota-${n}` });
  const { ScheduleGroups } = await cloud.call<{ ScheduleGroups: object[] }>("scheduler", "ListScheduleGroups", {
    MaxResults: 100,
  });
  for (let n = ScheduleGroups.length; n < 500; n++) await make(n);
  await expect(make(500)).rejects.toMatchObject({ code: "ServiceQuotaExceededException" });
  for (let n = ScheduleGroups.length; n < 500; n++) await cloud.call("scheduler", "DeleteScheduleGroup", { Name: `quota-${n}` });
});
