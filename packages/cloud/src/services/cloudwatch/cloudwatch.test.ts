import * as cw from "@aws-sdk/client-cloudwatch";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import type { ServiceDefinition } from "../../core/service.ts";

const START = Date.parse("2026-11-21T12:00:00Z");
const MINUTE = 60_000;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:alerts";
let cloud: Cloud;
let client: cw.CloudWatchClient;
let published: { TopicArn: string; Subject: string; Message: string }[];

const OPEN = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});
const sns: ServiceDefinition = {
  name: "sns",
  operations: {
    Publish: {
      iam: () => ({ resources: ["*"], resourcePolicy: OPEN }),
      handler: (_ctx, input: { TopicArn: string; Subject: string; Message: string }) => {
        published.push(input);
        return { MessageId: "m" };
      },
    },
  },
};

beforeEach(async () => {
  published = [];
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), services: { sns } });
  client = new cw.CloudWatchClient({
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
const at = (minutes: number) => new Date(START + minutes * MINUTE);
const put = (Value: number, datum: Partial<cw.MetricDatum> = {}) =>
  client.send(new cw.PutMetricDataCommand({ Namespace: "App", MetricData: [{ MetricName: "Errors", Value, ...datum }] }));
const alarm = (input: Partial<cw.PutMetricAlarmCommandInput> = {}) =>
  client.send(
    new cw.PutMetricAlarmCommand({
      AlarmName: "errors",
      Namespace: "App",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [TOPIC],
      ...input,
    }),
  );
const state = async (name = "errors") => {
  const { MetricAlarms, CompositeAlarms } = await client.send(new cw.DescribeAlarmsCommand({ AlarmNames: [name] }));
  return (MetricAlarms?.[0] ?? CompositeAlarms?.[0])?.StateValue;
};

describe("metrics", () => {
  test("what was put comes back by period, with percentiles", async () => {
    for (const [minutes, value] of [
      [-10, 1],
      [-10, 3],
      [-9, 5],
      [-5, 7],
    ] as const)
      await put(value, { Timestamp: at(minutes), Unit: "Count" });
    const answer = await client.send(
      new cw.GetMetricStatisticsCommand({
        Namespace: "App",
        MetricName: "Errors",
        StartTime: at(-10),
        EndTime: at(0),
        Period: 300,
        Statistics: ["Sum", "Average", "SampleCount", "Maximum"],
        ExtendedStatistics: undefined,
      }),
    );
    expect(answer.Datapoints?.sort((a, b) => Number(a.Timestamp) - Number(b.Timestamp))).toEqual([
      { Timestamp: at(-10), Sum: 9, Average: 3, SampleCount: 3, Maximum: 5, Unit: "Count" },
      { Timestamp: at(-5), Sum: 7, Average: 7, SampleCount: 1, Maximum: 7, Unit: "Count" },
    ]);
    const p = await client.send(
      new cw.GetMetricStatisticsCommand({
        Namespace: "App",
        MetricName: "Errors",
        StartTime: at(-10),
        EndTime: at(-5),
        Period: 300,
        ExtendedStatistics: ["p50"],
      }),
    );
    expect(p.Datapoints?.[0]?.ExtendedStatistics).toEqual({ p50: 3 });
    expect((await client.send(new cw.ListMetricsCommand({ Namespace: "App" }))).Metrics).toEqual([
      { Namespace: "App", MetricName: "Errors", Dimensions: [] },
    ]);
  });

  test("GetMetricData answers metrics and math, newest first", async () => {
    await put(4, { Timestamp: at(-3) });
    await put(6, { Timestamp: at(-2) });
    const stat = { Metric: { Namespace: "App", MetricName: "Errors" }, Period: 60, Stat: "Sum" };
    const query = (Expression: string) =>
      client.send(
        new cw.GetMetricDataCommand({
          StartTime: at(-5),
          EndTime: at(0),
          MetricDataQueries: [
            { Id: "m1", MetricStat: stat, ReturnData: false },
            { Id: "e1", Expression, Label: "twice" },
          ],
        }),
      );
    const { MetricDataResults } = await query("m1 * 2");
    expect(MetricDataResults).toEqual([
      { Id: "e1", Label: "twice", StatusCode: "Complete", Timestamps: [at(-2), at(-3)], Values: [12, 8] },
    ]);
    expect(await reason(query("m2 * 2"))).toMatch(/^ValidationException: .*Undefined variable m2/);
    expect(await reason(query("SERVICE_QUOTA(m1)"))).toMatch(/NotImplemented/);
  });

  test("what AWS refuses is refused", async () => {
    expect(
      await reason(
        client.send(new cw.PutMetricDataCommand({ Namespace: "AWS/Mine", MetricData: [{ MetricName: "x", Value: 1 }] })),
      ),
    ).toBe("InvalidParameterValueException: The value AWS/Mine for parameter Namespace is invalid.");
    expect(await reason(put(Number.NaN))).toMatch(/^InvalidParameterValueException/);
    expect(await reason(put(1, { Timestamp: at(-15 * 24 * 60) }))).toMatch(/no more than two weeks in the past/);
    expect(
      await reason(
        client.send(
          new cw.GetMetricStatisticsCommand({
            Namespace: "App",
            MetricName: "x",
            StartTime: at(-2000),
            EndTime: at(0),
            Period: 60,
            Statistics: ["Sum"],
          }),
        ),
      ),
    ).toMatch(
      /^InvalidParameterCombinationException: You have requested up to 2,000 datapoints, which exceeds the limit of 1,440\./,
    );
  });
});

describe("alarms", () => {
  test("goes to ALARM and back by the clock, and tells its topic in AWS's words", async () => {
    await alarm({ AlarmDescription: "too many errors" });
    expect(await state()).toBe("INSUFFICIENT_DATA");
    await cloud.clock.advance(MINUTE);
    expect(await state()).toBe("OK");
    await put(3);
    await cloud.clock.advance(MINUTE);
    expect(await state()).toBe("ALARM");
    expect(published).toHaveLength(1);
    expect(published[0]?.Subject).toBe('ALARM: "errors" in US East (N. Virginia)');
    const message = JSON.parse(published[0]?.Message ?? "");
    expect(message).toMatchObject({
      AlarmName: "errors",
      AlarmDescription: "too many errors",
      AWSAccountId: "000000000000",
      NewStateValue: "ALARM",
      OldStateValue: "OK",
      Region: "US East (N. Virginia)",
      AlarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors",
      StateChangeTime: "2026-11-21T12:02:00.000+0000",
      NewStateReason:
        "Threshold Crossed: 1 out of the last 1 datapoints [3.0 (21/11/26 12:01:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
      Trigger: {
        MetricName: "Errors",
        Namespace: "App",
        StatisticType: "Statistic",
        Statistic: "SUM",
        Dimensions: [],
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        TreatMissingData: "notBreaching",
      },
    });
    expect(published[0]?.Message).toContain('"Threshold":1.0');
    await cloud.clock.advance(10 * MINUTE);
    expect(await state()).toBe("OK");
    const { AlarmHistoryItems } = await client.send(
      new cw.DescribeAlarmHistoryCommand({ AlarmName: "errors", HistoryItemType: "StateUpdate" }),
    );
    expect(AlarmHistoryItems?.map((item) => item.HistorySummary)).toEqual([
      "Alarm updated from ALARM to OK",
      "Alarm updated from OK to ALARM",
      "Alarm updated from INSUFFICIENT_DATA to OK",
    ]);
  });

  test("M of N, and metrics that services emit", async () => {
    await alarm({
      AlarmName: "lambda",
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Dimensions: [{ Name: "FunctionName", Value: "f" }],
    });
    await cloud.clock.advance(2 * MINUTE);
    expect(await state("lambda")).toBe("OK");
  });

  test("metric math drives an alarm", async () => {
    const stat = (MetricName: string) => ({ Metric: { Namespace: "App", MetricName }, Period: 60, Stat: "Sum" });
    await alarm({
      Namespace: undefined,
      MetricName: undefined,
      Statistic: undefined,
      Period: undefined,
      Threshold: 50,
      AlarmName: "rate",
      Metrics: [
        { Id: "e", MetricStat: stat("Errors"), ReturnData: false },
        { Id: "r", MetricStat: stat("Requests"), ReturnData: false },
        { Id: "rate", Expression: "100 * e / r", Label: "rate" },
      ],
    });
    await put(6);
    await put(10, { MetricName: "Requests" });
    await cloud.clock.advance(MINUTE);
    expect(await state("rate")).toBe("ALARM");
  });

  test("a composite alarm follows its children and wants them to exist", async () => {
    const composite = (AlarmRule: string) =>
      client.send(new cw.PutCompositeAlarmCommand({ AlarmName: "all", AlarmRule, AlarmActions: [TOPIC] }));
    expect(await reason(composite("ALARM(errors)"))).toBe(
      "ValidationException: Could not save the composite alarm as alarms [errors] in the alarm rule do not exist",
    );
    await alarm({ AlarmActions: [] });
    await composite("ALARM(errors)");
    await client.send(new cw.SetAlarmStateCommand({ AlarmName: "errors", StateValue: "ALARM", StateReason: "test" }));
    await cloud.idle();
    expect(await state("all")).toBe("ALARM");
    expect(JSON.parse(published.at(-1)?.Message ?? "").NewStateReason).toBe(
      "arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors transitioned to ALARM at Saturday 21 November, 2026 12:00:00 UTC",
    );
    await client.send(new cw.DisableAlarmActionsCommand({ AlarmNames: ["all"] }));
    const count = published.length;
    await client.send(new cw.SetAlarmStateCommand({ AlarmName: "errors", StateValue: "OK", StateReason: "test" }));
    await cloud.idle();
    expect([await state("all"), published.length]).toEqual(["OK", count]);
  });

  test("over a Metrics Insights query is in ALARM while one of its groups is, whichever metrics come", async () => {
    const overQuery = (Expression: string, more: cw.MetricDataQuery[] = []) =>
      client.send(
        new cw.PutMetricAlarmCommand({
          AlarmName: "hosts",
          Metrics: [{ Id: "q", Expression, Period: 60 }, ...more],
          EvaluationPeriods: 1,
          Threshold: 5,
          ComparisonOperator: "GreaterThanThreshold",
        }),
      );
    const query = "SELECT MAX(Load) FROM SCHEMA(Fleet, Host) GROUP BY Host";
    await overQuery(query);
    const load = (Host: string, Value: number) =>
      client.send(
        new cw.PutMetricDataCommand({
          Namespace: "Fleet",
          MetricData: [
            { MetricName: "Load", Value, Dimensions: [{ Name: "Host", Value: Host }], Timestamp: new Date(cloud.clock.now()) },
          ],
        }),
      );
    await load("a", 1);
    await cloud.clock.advance(MINUTE);
    expect(await state("hosts")).toBe("OK");
    await load("a", 1);
    await load("b", 9);
    await cloud.clock.advance(MINUTE);
    expect(await state("hosts")).toBe("ALARM");
    expect(await reason(client.send(new cw.DescribeAlarmContributorsCommand({ AlarmName: "hosts" })))).toMatch(/NotImplemented/);
    expect(await reason(overQuery(query, [{ Id: "m", Expression: "q * 2", ReturnData: false }]))).toMatch(
      /must be the only element/,
    );
    expect(await reason(overQuery("SELECT nothing"))).toMatch(/^ValidationE/);
  });

  test("long idle time costs nothing and changes nothing", async () => {
    await alarm({ TreatMissingData: "missing" });
    await cloud.clock.advance(365 * 86_400_000);
    expect(await state()).toBe("INSUFFICIENT_DATA");
  });

  test.each<[Partial<cw.PutMetricAlarmCommandInput>, string]>([
    [{ Period: 45 }, "Period must be 10, 20, 30 or a multiple of 60"],
    [{ Statistic: undefined }, "Exactly one of Statistic or ExtendedStatistic must be specified"],
    [
      { EvaluationPeriods: 2, DatapointsToAlarm: 3 },
      "The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.",
    ],
    [{ AlarmActions: ["nonsense"] }, "Invalid arn syntax: nonsense"],
    [
      { EvaluationPeriods: 100, Period: 1800 },
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    ],
  ])("%j is refused", async (input, message) => expect(await reason(alarm(input))).toBe(`ValidationException: ${message}`));
});

test("dashboards: kept, listed, checked", async () => {
  const body = JSON.stringify({ widgets: [{ type: "metric", properties: { metrics: [["App", "Errors"]] } }] });
  const saved = await client.send(new cw.PutDashboardCommand({ DashboardName: "main", DashboardBody: body }));
  expect(saved.DashboardValidationMessages).toEqual([
    { DataPath: "/widgets/0/properties", Message: "Should have required property 'region'" },
  ]);
  const got = await client.send(new cw.GetDashboardCommand({ DashboardName: "main" }));
  expect(got).toMatchObject({ DashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/main", DashboardBody: body });
  const bad = client.send(new cw.PutDashboardCommand({ DashboardName: "main", DashboardBody: "{" }));
  expect(await reason(bad)).toMatch(/The field DashboardBody must be a valid JSON object/);
  await client.send(new cw.DeleteDashboardsCommand({ DashboardNames: ["main"] }));
  expect(await reason(client.send(new cw.GetDashboardCommand({ DashboardName: "main" })))).toMatch(
    /Dashboard main does not exist/,
  );
});

describe("an alarm on what nobody emits", () => {
  const told = async () => {
    await cloud.clock.advance(16 * MINUTE);
    return cloud.hints.map(({ message }) => message);
  };

  test("is told a quarter of an hour later, with what the namespace has", async () => {
    await put(1, { MetricName: "Error" });
    await alarm();
    expect(await told()).toEqual([
      "alarm errors: nobody has emitted App Errors with no dimensions since the alarm was made; the namespace has Error",
    ]);
  });

  test("and with the dimensions that the metric comes with", async () => {
    await put(1, { Dimensions: [{ Name: "Function", Value: "f" }] });
    await alarm({ Dimensions: [{ Name: "FunctionName", Value: "f" }] });
    expect(await told()).toEqual([
      "alarm errors: nobody has emitted App Errors with FunctionName=f since the alarm was made; it comes with Function=f",
    ]);
  });

  test("in a namespace that has nothing", async () => {
    await alarm({ Namespace: "Ap" });
    expect(await told()).toEqual([
      "alarm errors: nobody has emitted Ap Errors with no dimensions since the alarm was made; its namespace has no metric at all",
    ]);
  });

  test("is not told once there were data, when the alarm is gone, or of AWS's own metrics that only wait for use", async () => {
    await put(1);
    await alarm();
    await alarm({ AlarmName: "gone", MetricName: "Gone" });
    await client.send(new cw.DeleteAlarmsCommand({ AlarmNames: ["gone"] }));
    await alarm({ AlarmName: "unused", Namespace: "AWS/Lambda", Dimensions: [{ Name: "FunctionName", Value: "f" }] });
    expect(await told()).toEqual([]);
  });
});
