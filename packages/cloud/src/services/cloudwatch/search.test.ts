import { manualClock, seededRandom } from "@dovetail/model";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { parseInsights } from "./metrics-insights.ts";
import { type FoundMetric, labelOf, parseSearch } from "./search.ts";

const metric = (namespace: string, name: string, dimensions: Record<string, string>): FoundMetric => ({
  namespace,
  name,
  dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
const ALL = [
  metric("AWS/Lambda", "Errors", { FunctionName: "orders-api" }),
  metric("AWS/Lambda", "Errors", { FunctionName: "mailer" }),
  metric("AWS/Lambda", "Duration", { FunctionName: "orders-api" }),
  metric("AWS/SQS", "NumberOfMessagesSent", { QueueName: "orders" }),
  metric("App", "Orders", { Service: "shop", Stage: "dev" }),
];

test.each<[string, number[]]>([
  ["{AWS/Lambda,FunctionName} Errors", [0, 1]],
  ['{AWS/Lambda,FunctionName} MetricName="Errors" orders', [0]],
  ["{AWS/Lambda,FunctionName}", [0, 1, 2]],
  ["{App,Stage,Service}", [4]],
  ["{App,Stage} Orders", []],
  ["orders", [0, 2, 3, 4]],
  ['"orders"', [3]],
  ["orders NOT Namespace=AWS/SQS", [0, 2, 4]],
  ["FunctionName=(mailer OR orders)", [0, 1, 2]],
  ["messages sent", [3]],
  ["(Errors OR Duration) AND FunctionName=orders-api", [0, 2]],
])("SEARCH %s", (text, wanted) => {
  const test = parseSearch(text);
  expect(ALL.flatMap((each, at) => (test?.(each) === true ? [at] : []))).toEqual(wanted);
});

test.each(["", "(", "a=", "a=(b", "NOT", `${"(".repeat(200)}a`])("%j is no search", (text) => {
  expect(parseSearch(text)).toBeUndefined();
});

test("whatever is searched for, there is an answer or none", () => {
  const word = fc.constantFrom("a", "(", ")", "=", "OR", "AND", "NOT", "-", '"b"', "{", "}", ",", "AWS/X");
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      const found = parseSearch(words.join(" "));
      if (found !== undefined) for (const each of ALL) expect(typeof found(each)).toBe("boolean");
      expect(["string", "object"]).toContain(typeof parseInsights(`SELECT ${words.join(" ")}`));
    }),
  );
});

test("labels tell what differs", () => {
  expect(ALL.slice(0, 2).map((each) => labelOf(each, ALL.slice(0, 2)))).toEqual(["orders-api", "mailer"]);
  expect(ALL.slice(0, 3).map((each) => labelOf(each, ALL.slice(0, 3)))).toEqual([
    "orders-api Errors",
    "mailer Errors",
    "orders-api Duration",
  ]);
});

describe("by the API", () => {
  const START = Date.parse("2026-01-01T00:00:00Z");
  let cloud: Cloud;
  const call = <O>(operation: string, input: object) => cloud.call<O>("cloudwatch", operation, input);

  beforeEach(async () => {
    cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
    const datum = (Stage: string, Value: number) => ({
      MetricName: "Orders",
      Value,
      Dimensions: [{ Name: "Stage", Value: Stage }],
    });
    await call("PutMetricData", { Namespace: "App", MetricData: [datum("dev", 1), datum("dev", 2), datum("prod", 10)] });
  });
  afterEach(() => cloud.stop());

  async function values(Expression: string): Promise<[string, number][]> {
    const { MetricDataResults } = await call<{ MetricDataResults: { Label: string; Values: number[] }[] }>("GetMetricData", {
      StartTime: new Date(START - 60_000),
      EndTime: new Date(START + 60_000),
      MetricDataQueries: [{ Id: "q", Expression, Period: 60 }],
    });
    return MetricDataResults.map(({ Label, Values }) => [Label, Values[0] ?? Number.NaN]);
  }

  test.each<[string, [string, number][]]>([
    [
      "SEARCH('{App,Stage} Orders', 'Sum', 60)",
      [
        ["prod", 10],
        ["dev", 3],
      ],
    ],
    ["SUM(SEARCH('{App,Stage} Orders', 'Sum', 60))", [["q", 13]]],
    ['SELECT SUM(Orders) FROM "App"', [["Orders", 13]]],
    [
      'SELECT AVG(Orders) FROM SCHEMA("App", Stage) GROUP BY Stage ORDER BY MAX() DESC',
      [
        ["prod", 10],
        ["dev", 1.5],
      ],
    ],
    ["SELECT COUNT(Orders) FROM SCHEMA(\"App\", Stage) WHERE Stage != 'prod' GROUP BY Stage", [["dev", 2]]],
    ['SELECT MAX(Orders) FROM SCHEMA("App", Stage) GROUP BY Stage ORDER BY MAX() ASC LIMIT 1', [["dev", 2]]],
    ['SELECT MAX(Orders) FROM SCHEMA("App", Stage, Service)', []],
  ])("%s", async (expression, wanted) => {
    const found = await values(expression);
    expect([...found].sort()).toEqual([...wanted].sort());
    if (expression.includes("ORDER BY")) expect(found).toEqual(wanted);
  });

  test.each([
    "SELECT x FROM y",
    "SELECT SUM(a) FROM",
    'SELECT SUM(a) FROM "b" LIMIT 501',
    'SELECT SUM(a) FROM "b" WHERE c',
    "SEARCH('(', 'Sum', 60)",
    "SEARCH('a', 'Most', 60)",
  ])("%s is refused", async (expression) => {
    await expect(values(expression)).rejects.toMatchObject({ code: "ValidationError" });
  });

  test("alarms take no search, and a query that is alone", async () => {
    const alarm = (Expression: string) =>
      call("PutMetricAlarm", {
        AlarmName: "a",
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        Metrics: [{ Id: "q", Expression, Period: 60 }],
      });
    await expect(alarm("SUM(SEARCH('App', 'Sum', 60))")).rejects.toMatchObject({ code: "ValidationError" });
    // A query alone is one; beside another it is none.
    await alarm('SELECT SUM(Orders) FROM "App"');
  });

  test("a composite alarm's actions wait for its suppressor, and a while after it", async () => {
    const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "t" });
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sms", Endpoint: "+15550100" });
    const plain = {
      Namespace: "App",
      MetricName: "x",
      Period: 60,
      Statistic: "Sum",
      EvaluationPeriods: 1,
      Threshold: 1,
      TreatMissingData: "ignore",
    };
    for (const AlarmName of ["child", "maintenance"])
      await call("PutMetricAlarm", { AlarmName, ...plain, ComparisonOperator: "GreaterThanThreshold" });
    await call("PutCompositeAlarm", {
      AlarmName: "all",
      AlarmRule: "ALARM(child)",
      AlarmActions: [TopicArn],
      ActionsSuppressor: "maintenance",
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
    });
    const set = async (AlarmName: string, StateValue: string) => {
      await call("SetAlarmState", { AlarmName, StateValue, StateReason: "test" });
      await cloud.idle();
    };
    const sent = () => cloud.mailbox.list().length;
    await set("child", "ALARM");
    expect(sent()).toBe(0);
    await cloud.clock.advance(61_000);
    expect(sent()).toBe(1);
    await set("child", "OK");
    await set("maintenance", "ALARM");
    await set("child", "ALARM");
    await cloud.clock.advance(600_000);
    expect(sent()).toBe(1);
    expect(await call("DescribeAlarms", { AlarmNames: ["all"], AlarmTypes: ["CompositeAlarm"] })).toMatchObject({
      CompositeAlarms: [{ ActionsSuppressedBy: "Alarm" }],
    });
    await set("maintenance", "OK");
    await cloud.clock.advance(60_000);
    expect(sent()).toBe(1);
    await cloud.clock.advance(61_000);
    expect(sent()).toBe(2);
  });
});
