import { describe, expect, test } from "vitest";
import { javaDouble, judge, type MissingData, stateReason } from "./alarm-state.ts";

/** `0` within, `X` breaching, `-` missing; oldest first, as AWS's tables show them. */
const points = (text: string) => text.split(" ").map((letter) => (letter === "-" ? undefined : letter === "X" ? 9 : 0));
const TREATMENTS: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];
const states = (text: string, evaluationPeriods: number, datapointsToAlarm: number) =>
  TREATMENTS.map(
    (missingData) =>
      judge(points(text), { evaluationPeriods, datapointsToAlarm, missingData, breaches: (value) => value > 5 }).state ?? "stays",
  );

/** User guide, "How alarm state is evaluated when data is missing". */
describe("3 of 3", () => {
  test.each([
    ["0 - X - X", ["OK", "OK", "OK", "OK"]],
    ["0 - - - -", ["OK", "OK", "OK", "OK"]],
    ["- - - - -", ["INSUFFICIENT_DATA", "stays", "ALARM", "OK"]],
    ["0 X X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["- - X - -", ["ALARM", "stays", "ALARM", "OK"]],
  ])("%s", (text, wanted) => expect(states(text, 3, 3)).toEqual(wanted));
});

describe("2 of 3", () => {
  test.each([
    ["0 - X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["0 0 X 0 X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["0 - X - -", ["OK", "OK", "ALARM", "OK"]],
    ["- - - - 0", ["OK", "OK", "ALARM", "OK"]],
    ["- - - X -", ["ALARM", "stays", "ALARM", "OK"]],
  ])("%s", (text, wanted) => expect(states(text, 3, 2)).toEqual(wanted));
});

test.each([
  [1, "1.0"],
  [0, "0.0"],
  [0.25, "0.25"],
  [-3, "-3.0"],
  [1e7, "1.0E7"],
  [12_345_678, "1.2345678E7"],
  [0.0001, "1.0E-4"],
])("%d is printed as Java prints it: %s", (value, text) => expect(javaDouble(value)).toBe(text));

test("reasons are AWS's sentences", () => {
  const rule = {
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    missingData: "missing" as const,
    breaches: (value: number) => value >= 1,
  };
  const times = [0, 60_000, 120_000, 180_000].map((ms) => Date.parse("2026-11-21T12:00:00Z") + ms);
  const reason = (datapoints: (number | undefined)[], missingData: MissingData = "missing") => {
    const used = { ...rule, missingData };
    const judgement = judge(datapoints, used);
    return stateReason({
      state: judgement.state ?? "OK",
      judgement,
      datapoints,
      times,
      rule: used,
      operator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
    });
  };
  expect(reason([0, 0, 3, 2])).toBe(
    "Threshold Crossed: 2 out of the last 2 datapoints [2.0 (21/11/26 12:03:00), 3.0 (21/11/26 12:02:00)] were greater than or equal to the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition).",
  );
  expect(reason([0, 0, 3, 0])).toBe(
    "Threshold Crossed: 1 out of the last 2 datapoints [0.0 (21/11/26 12:03:00)] was not greater than or equal to the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).",
  );
  expect(reason([undefined, undefined, undefined, undefined])).toBe("Insufficient Data: 2 datapoints were unknown.");
  expect(reason([undefined, undefined, undefined, undefined], "notBreaching")).toBe(
    "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching].",
  );
});
