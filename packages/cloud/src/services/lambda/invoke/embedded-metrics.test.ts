import { expect, test } from "vitest";
import { embeddedMetrics } from "./embedded-metrics.ts";

const line = (metrics: object, values: object) =>
  JSON.stringify({ _aws: { Timestamp: 0, CloudWatchMetrics: [metrics] }, ...values });

test("metrics of a log line, with each set of dimensions", () => {
  const text = line(
    { Namespace: "App", Dimensions: [["fn"], ["fn", "stage"]], Metrics: [{ Name: "ms", Unit: "Milliseconds" }] },
    { fn: "a", stage: "dev", ms: [1, 2] },
  );
  expect(embeddedMetrics(`2026-01-01T00:00:00.000Z\tid\tINFO\t${text}`)).toEqual([
    { namespace: "App", name: "ms", unit: "Milliseconds", dimensions: { fn: "a" }, value: 1 },
    { namespace: "App", name: "ms", unit: "Milliseconds", dimensions: { fn: "a" }, value: 2 },
    { namespace: "App", name: "ms", unit: "Milliseconds", dimensions: { fn: "a", stage: "dev" }, value: 1 },
    { namespace: "App", name: "ms", unit: "Milliseconds", dimensions: { fn: "a", stage: "dev" }, value: 2 },
  ]);
});

test.each([
  ["no JSON", "CloudWatchMetrics {"],
  ["no namespace", line({ Dimensions: [[]], Metrics: [{ Name: "a" }] }, { a: 1 })],
  ["a value that is no number", line({ Namespace: "N", Dimensions: [[]], Metrics: [{ Name: "a" }] }, { a: "x" })],
  ["a dimension that is missing", line({ Namespace: "N", Dimensions: [["d"]], Metrics: [{ Name: "a" }] }, { a: 1 })],
  ["metrics that are no list", line({ Namespace: "N", Metrics: "a" }, { a: 1 })],
])("nothing from %s", (_what, text) => {
  expect(embeddedMetrics(text)).toEqual([]);
});
