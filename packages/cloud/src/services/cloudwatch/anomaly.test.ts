import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { bandOf, TRAINING_MS } from "./anomaly-band.ts";

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(7), volatile: true, listen: false });
});
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(operation: string, input: object) => cloud.call<O>("cloudwatch", operation, input);
const metric = { Namespace: "App", MetricName: "Latency", Dimensions: [{ Name: "Api", Value: "orders" }] };
const code = (name: string) => expect.objectContaining({ code: name });

async function put(values: readonly number[]): Promise<void> {
  for (const Value of values) {
    const { Namespace, ...row } = metric;
    await call("PutMetricData", { Namespace, MetricData: [{ ...row, Value, Timestamp: new Date(cloud.clock.now()) }] });
    await cloud.clock.advance(MINUTE_MS);
  }
  await cloud.idle();
}

const queries = (expression: string) => [
  { Id: "m1", MetricStat: { Metric: metric, Stat: "Average", Period: 60 } },
  { Id: "ad1", Expression: expression },
];
const alarm = (more: object = {}) => ({
  AlarmName: "odd",
  ComparisonOperator: "LessThanLowerOrGreaterThanUpperThreshold",
  EvaluationPeriods: 1,
  ThresholdMetricId: "ad1",
  Metrics: queries("ANOMALY_DETECTION_BAND(m1, 2)"),
  ...more,
});

describe("the band", () => {
  const known = new Map([10, 20, 30, 40].map((value, i) => [i * MINUTE_MS, value]));

  it("is the mean of what was before, and so many deviations around it", () => {
    const { upper, lower } = bandOf(known, [0, 2 * MINUTE_MS, 3 * MINUTE_MS], 2);
    const deviation = Math.sqrt(200 / 3);
    expect([...upper.keys()]).toEqual([3 * MINUTE_MS]);
    expect(upper.get(3 * MINUTE_MS)).toBeCloseTo(20 + 2 * deviation);
    expect(lower.get(3 * MINUTE_MS)).toBeCloseTo(20 - 2 * deviation);
  });

  it("forgets after two weeks, and leaves out what it is told to", () => {
    expect(bandOf(known, [TRAINING_MS + 2 * MINUTE_MS], 2).upper.size).toBe(0);
    const { upper } = bandOf(known, [4 * MINUTE_MS], 1e-9, (time) => time === 0);
    expect(upper.get(4 * MINUTE_MS)).toBeCloseTo(30);
  });
});

describe("an alarm over a band", () => {
  it("waits until the band is known, goes off beyond it, and says between which lines it was", async () => {
    await call("PutMetricAlarm", alarm());
    const state = async () => {
      const { MetricAlarms } = await call<{ MetricAlarms: { StateValue: string; StateReason: string }[] }>("DescribeAlarms", {});
      return MetricAlarms[0];
    };
    await put([10, 12]);
    expect(await state()).toMatchObject({ StateValue: "INSUFFICIENT_DATA", ThresholdMetricId: "ad1" });
    await put([11, 10, 12, 11]);
    expect(await state()).toMatchObject({ StateValue: "OK" });
    await put([50]);
    expect(await state()).toMatchObject({
      StateValue: "ALARM",
      StateReason: expect.stringMatching(
        /^Thresholds Crossed: 1 out of the last 1 datapoints \[50\.0 \(01\/01\/26 00:06:00\)\] was less than the lower thresholds \[9\.\d+\] or greater than the upper thresholds \[12\.\d+\] \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
      ),
    });
    expect(await state()).not.toHaveProperty("Threshold");
  });

  it("has a detector made for it, which knows when it has learnt", async () => {
    const { AnomalyDetectors } = await call<{ AnomalyDetectors: object[] }>("DescribeAnomalyDetectors", {});
    expect(AnomalyDetectors).toMatchObject([{ ...metric, Stat: "Average", StateValue: "TRAINED" }]);
  });

  it.each<[string, object]>([
    ["a threshold beside the band", { Threshold: 1 }],
    ["an operator of plain thresholds", { ComparisonOperator: "GreaterThanThreshold" }],
    ["no band", { ThresholdMetricId: undefined }],
    ["a band that is none", { ThresholdMetricId: "m1" }],
    ["an expression over what is no series", { Metrics: queries("ANOMALY_DETECTION_BAND(nothing)") }],
  ])("is refused with %s", async (_, more) => {
    await expect(call("PutMetricAlarm", alarm(more))).rejects.toEqual(code("ValidationError"));
  });
});

describe("GetMetricData", () => {
  it("answers a band as two lines", async () => {
    const { MetricDataResults } = await call<{ MetricDataResults: { Id: string; Label: string; Values: number[] }[] }>(
      "GetMetricData",
      {
        MetricDataQueries: queries("ANOMALY_DETECTION_BAND(m1)"),
        StartTime: new Date(START_MS),
        EndTime: new Date(START_MS + 7 * MINUTE_MS),
        ScanBy: "TimestampAscending",
      },
    );
    expect(MetricDataResults.map(({ Id, Label, Values }) => [Id, Label, Values.length])).toEqual([
      ["m1", "Latency", 7],
      ["ad1", "Latency (expected) High", 4],
      ["ad1", "Latency (expected) Low", 4],
    ]);
  });
});

describe("detectors", () => {
  it("are put, described by what they watch, and deleted", async () => {
    const single = { Namespace: "App", MetricName: "Other", Stat: "Sum" };
    await call("PutAnomalyDetector", {
      SingleMetricAnomalyDetector: single,
      Configuration: { ExcludedTimeRanges: [{ StartTime: new Date(0), EndTime: new Date(1) }], MetricTimezone: "UTC" },
    });
    await call("PutAnomalyDetector", { MetricMathAnomalyDetector: { MetricDataQueries: [queries("m1 * 2")[0]] } });
    const list = async (more: object) =>
      (await call<{ AnomalyDetectors: object[] }>("DescribeAnomalyDetectors", more)).AnomalyDetectors;
    expect(await list({ MetricName: "Other" })).toMatchObject([
      { SingleMetricAnomalyDetector: single, StateValue: "PENDING_TRAINING", Configuration: { MetricTimezone: "UTC" } },
    ]);
    expect(await list({ AnomalyDetectorTypes: ["METRIC_MATH"] })).toHaveLength(1);
    await call("DeleteAnomalyDetector", single);
    expect(await list({ MetricName: "Other" })).toEqual([]);
    await expect(call("DeleteAnomalyDetector", single)).rejects.toEqual(code("ResourceNotFoundException"));
  });

  it.each<[string, object, string]>([
    ["no statistic", { Namespace: "App", MetricName: "x" }, "MissingRequiredParameterException"],
    [
      "two ways of naming a metric",
      { Namespace: "App", MetricName: "x", Stat: "Sum", SingleMetricAnomalyDetector: { Namespace: "App" } },
      "InvalidParameterCombinationException",
    ],
    [
      "a time that ends before it begins",
      {
        ...metric,
        Stat: "Sum",
        Configuration: { ExcludedTimeRanges: [{ StartTime: new Date(2), EndTime: new Date(1) }] },
      },
      "InvalidParameterValueException",
    ],
  ])("are refused with %s", async (_, input, name) => {
    await expect(call("PutAnomalyDetector", input)).rejects.toEqual(code(name));
  });
});
