import * as logs from "@aws-sdk/client-cloudwatch-logs";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
let cloud: Cloud;
let client: logs.CloudWatchLogsClient;

beforeEach(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1) });
  client = new logs.CloudWatchLogsClient({
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

const group = { logGroupName: "/app/one" };
const stream = { ...group, logStreamName: "s1" };

async function fill(count: number, name = "s1"): Promise<void> {
  await client.send(new logs.CreateLogGroupCommand(group)).catch(() => {});
  await client.send(new logs.CreateLogStreamCommand({ ...group, logStreamName: name }));
  const logEvents = Array.from({ length: count }, (_, i) => ({ timestamp: START - 1000 + i, message: `${name} event ${i}` }));
  if (count > 0) await client.send(new logs.PutLogEventsCommand({ ...group, logStreamName: name, logEvents }));
}

describe("log groups", () => {
  test("are made once, described, retained, tagged and removed", async () => {
    await client.send(new logs.CreateLogGroupCommand({ ...group, tags: { a: "b" } }));
    expect(await reason(client.send(new logs.CreateLogGroupCommand(group)))).toBe(
      "ResourceAlreadyExistsException: The specified log group already exists",
    );
    await client.send(new logs.PutRetentionPolicyCommand({ ...group, retentionInDays: 14 }));
    expect(await reason(client.send(new logs.PutRetentionPolicyCommand({ ...group, retentionInDays: 15 })))).toMatch(
      /^InvalidParameterException/,
    );
    const { logGroups } = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: "/app" }));
    expect(logGroups).toEqual([
      expect.objectContaining({
        logGroupName: "/app/one",
        retentionInDays: 14,
        creationTime: START,
        arn: "arn:aws:logs:us-east-1:000000000000:log-group:/app/one:*",
        logGroupClass: "STANDARD",
        metricFilterCount: 0,
      }),
    ]);
    expect(
      (
        await client.send(
          new logs.ListTagsForResourceCommand({ resourceArn: "arn:aws:logs:us-east-1:000000000000:log-group:/app/one" }),
        )
      ).tags,
    ).toEqual({ a: "b" });
    await client.send(new logs.DeleteLogGroupCommand(group));
    expect(await reason(client.send(new logs.DeleteLogGroupCommand(group)))).toBe(
      "ResourceNotFoundException: The specified log group does not exist.",
    );
  });
});

describe("log events", () => {
  test("are read from both ends, with tokens that go on", async () => {
    await fill(5);
    const last = await client.send(new logs.GetLogEventsCommand({ ...stream, limit: 2 }));
    expect(last.events?.map((event) => event.message)).toEqual(["s1 event 3", "s1 event 4"]);
    const before = await client.send(new logs.GetLogEventsCommand({ ...stream, limit: 2, nextToken: last.nextBackwardToken }));
    expect(before.events?.map((event) => event.message)).toEqual(["s1 event 1", "s1 event 2"]);
    const first = await client.send(new logs.GetLogEventsCommand({ ...stream, limit: 2, startFromHead: true }));
    const next = await client.send(new logs.GetLogEventsCommand({ ...stream, nextToken: first.nextForwardToken }));
    expect(next.events?.map((event) => event.message)).toEqual(["s1 event 2", "s1 event 3", "s1 event 4"]);
    const end = await client.send(new logs.GetLogEventsCommand({ ...stream, nextToken: next.nextForwardToken }));
    expect([end.events, end.nextForwardToken]).toEqual([[], next.nextForwardToken]);
  });

  test("are searched across streams, in order of time, page by page", async () => {
    await fill(3, "s1");
    await fill(3, "s2");
    const messages: string[] = [];
    let nextToken: string | undefined;
    do {
      const input = { ...group, filterPattern: '-"event 1"', limit: 3, nextToken };
      const page: logs.FilterLogEventsCommandOutput = await client.send(new logs.FilterLogEventsCommand(input));
      messages.push(...(page.events ?? []).map((event) => event.message ?? ""));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(messages).toEqual(["s1 event 0", "s2 event 0", "s1 event 2", "s2 event 2"]);
  });

  test.each<[string, { timestamp: number; message: string }[], RegExp]>([
    [
      "out of order",
      [
        { timestamp: START, message: "a" },
        { timestamp: START - 1, message: "b" },
      ],
      /must be in chronological order/,
    ],
    [
      "over more than a day",
      [
        { timestamp: START - 90_000_000, message: "a" },
        { timestamp: START, message: "b" },
      ],
      /cannot span more than 24 hours/,
    ],
    ["of more than 1 MB", [{ timestamp: START, message: "x".repeat(1_048_576) }], /Upload too large/],
  ])("%s are refused", async (_what, logEvents, wanted) => {
    await fill(0);
    expect(await reason(client.send(new logs.PutLogEventsCommand({ ...stream, logEvents })))).toMatch(wanted);
  });

  test("too old or too new are told and left out", async () => {
    await fill(0);
    const old = { timestamp: START - 15 * 86_400_000, message: "old" };
    const { rejectedLogEventsInfo } = await client.send(new logs.PutLogEventsCommand({ ...stream, logEvents: [old] }));
    expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    const later = await client.send(
      new logs.PutLogEventsCommand({
        ...stream,
        logEvents: [
          { timestamp: START, message: "now" },
          { timestamp: START + 3 * 3_600_000, message: "new" },
        ],
      }),
    );
    expect(later.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect((await client.send(new logs.GetLogEventsCommand(stream))).events?.map((event) => event.message)).toEqual(["now"]);
  });

  test("end with the group's retention, by the cloud's clock", async () => {
    await fill(3);
    await client.send(new logs.PutRetentionPolicyCommand({ ...group, retentionInDays: 1 }));
    await fetch(`${cloud.endpoint}/_dovetail/clock`, { method: "POST", body: JSON.stringify({ advanceMs: 3 * 86_400_000 }) });
    expect((await client.send(new logs.GetLogEventsCommand({ ...stream, startFromHead: true }))).events).toEqual([]);
  });
});

describe("filters", () => {
  test("of metrics are kept and listed; patterns that AWS refuses are refused", async () => {
    await client.send(new logs.CreateLogGroupCommand(group));
    const input = {
      ...group,
      filterName: "errors",
      filterPattern: "{ $.level = ERROR }",
      metricTransformations: [{ metricName: "Errors", metricNamespace: "App", metricValue: "1" }],
    };
    await client.send(new logs.PutMetricFilterCommand(input));
    const { metricFilters } = await client.send(new logs.DescribeMetricFiltersCommand(group));
    expect(metricFilters).toEqual([
      expect.objectContaining({
        filterName: "errors",
        filterPattern: "{ $.level = ERROR }",
        metricTransformations: input.metricTransformations,
      }),
    ]);
    expect(await reason(client.send(new logs.PutMetricFilterCommand({ ...input, filterPattern: "{ level = }" })))).toBe(
      "InvalidParameterException: Invalid filter pattern",
    );
  });

  test("saved queries are kept", async () => {
    const { queryDefinitionId } = await client.send(
      new logs.PutQueryDefinitionCommand({ name: "q", queryString: "fields @message", logGroupNames: ["/a"] }),
    );
    const { queryDefinitions } = await client.send(new logs.DescribeQueryDefinitionsCommand({}));
    expect(queryDefinitions).toEqual([expect.objectContaining({ queryDefinitionId, name: "q", logGroupNames: ["/a"] })]);
    await client.send(new logs.DeleteQueryDefinitionCommand({ queryDefinitionId }));
    expect((await client.send(new logs.DescribeQueryDefinitionsCommand({}))).queryDefinitions).toEqual([]);
  });
});
