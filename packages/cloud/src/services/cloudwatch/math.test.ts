import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aggregateOf, statistic } from "./aggregate.ts";
import { parseRule, ruleAlarms, ruleHolds } from "./composite-rule.ts";
import { checkDashboard } from "./dashboard-body.ts";
import { evaluateMath, MathError, type MathValue } from "./math.ts";

const M = 60_000;
const lines: Record<string, Map<number, number>> = {
  m1: new Map([
    [0, 10],
    [M, 20],
    [2 * M, 40],
  ]),
  m2: new Map([
    [0, 2],
    [2 * M, 0],
  ]),
};
const scope = {
  value: (id: string): MathValue | undefined => (lines[id] === undefined ? undefined : { kind: "series", series: lines[id] }),
  metrics: Object.entries(lines).map(([label, series]) => ({ label, series })),
  times: [0, M, 2 * M],
  periodSeconds: 60,
};
function run(text: string): unknown {
  const value = evaluateMath(text, scope);
  if (value.kind === "scalar") return value.value;
  if (value.kind === "series") return [...value.series].map(([time, at]) => [time / M, at]);
  return value.lines.map((line) => [...line.series].map(([time, at]) => [time / M, at]));
}

test.each<[string, unknown]>([
  ["1 + 2 * 3 ^ 2", 19],
  ["-(2 - 5)", 3],
  [
    "m1 * 2",
    [
      [0, 20],
      [1, 40],
      [2, 80],
    ],
  ],
  ["m1 / m2", [[0, 5]]],
  [
    "m1 + m2",
    [
      [0, 12],
      [2, 40],
    ],
  ],
  ["SUM(m1)", 70],
  [
    "AVG([m1, m2])",
    [
      [0, 6],
      [1, 20],
      [2, 20],
    ],
  ],
  [
    "SUM(METRICS())",
    [
      [0, 12],
      [1, 20],
      [2, 40],
    ],
  ],
  [
    "MAX(METRICS('m1'))",
    [
      [0, 10],
      [1, 20],
      [2, 40],
    ],
  ],
  [
    "RATE(m1)",
    [
      [1, 10 / 60],
      [2, 20 / 60],
    ],
  ],
  [
    "DIFF(m1)",
    [
      [1, 10],
      [2, 20],
    ],
  ],
  [
    "FILL(m2, 7)",
    [
      [0, 2],
      [1, 7],
      [2, 0],
    ],
  ],
  [
    "FILL(m2, REPEAT)",
    [
      [0, 2],
      [1, 2],
      [2, 0],
    ],
  ],
  [
    "FILL(m2, LINEAR)",
    [
      [0, 2],
      [1, 1],
      [2, 0],
    ],
  ],
  [
    "IF(m1 > 15, 1, 0)",
    [
      [0, 0],
      [1, 1],
      [2, 1],
    ],
  ],
  ["IF(m1 > 15 AND m1 < 30, m1)", [[1, 20]]],
  [
    "RUNNING_SUM(m1)",
    [
      [0, 10],
      [1, 30],
      [2, 70],
    ],
  ],
  ["PERIOD(m1)", 60],
  [
    "TIME_SERIES(3)",
    [
      [0, 3],
      [1, 3],
      [2, 3],
    ],
  ],
  [
    "SORT(METRICS(), SUM, ASC)",
    [
      [
        [0, 2],
        [2, 0],
      ],
      [
        [0, 10],
        [1, 20],
        [2, 40],
      ],
    ],
  ],
])("%s", (text, wanted) => expect(run(text)).toEqual(wanted));

test.each(["1 +", "m9", "FOO(m1)", "SEARCH('x','Sum',60)", "(m1", "m1 m2", "[m1] + [m2]", "", `${"(".repeat(5000)}1`])(
  "%j has no value",
  (text) => {
    expect(() => evaluateMath(text, scope)).toThrow(MathError);
  },
);

test("any text is evaluated or refused", () => {
  const word = fc.constantFrom("m1", "m2", "+", "-", "(", ")", "[", "]", ",", "SUM(", "IF(", "1", "FILL(", "REPEAT", "^", "AND");
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      try {
        evaluateMath(words.join(" "), scope);
      } catch (error) {
        expect(error).toBeInstanceOf(MathError);
      }
    }),
  );
});

test.each<[string, number | undefined]>([
  ["Sum", 5050],
  ["Average", 50.5],
  ["SampleCount", 100],
  ["Minimum", 1],
  ["Maximum", 100],
  ["p50", 50.5],
  ["p99", 99.01],
  ["p100", 100],
  ["tm90", 45.5],
  ["TM(10%:90%)", 50.5],
  ["tc90", 90],
  ["ts90", 4095],
  ["IQM", 50.5],
  ["PR(:25)", 25],
])("%s of 1 to 100", (name, wanted) => {
  const aggregate = aggregateOf(Array.from({ length: 100 }, (_, index) => [index + 1, 1] as const));
  expect(statistic(name)?.(aggregate)).toBeCloseTo(wanted ?? Number.NaN, 6);
});

test.each(["p101", "Median", "tm", "TM(5:", "p1e3", ""])("%j is no statistic", (name) => expect(statistic(name)).toBeUndefined());

describe("composite rules", () => {
  const state = (name: string) => (name === "a" ? "ALARM" : name === "b" ? "OK" : undefined);
  test.each<[string, boolean]>([
    ["ALARM(a)", true],
    ['ALARM("a") AND OK(b)', true],
    ["NOT ALARM(a) OR NOT OK(b)", false],
    ["(ALARM(b) OR ALARM(a)) AND NOT (ALARM(b))", true],
    ["ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)", true],
    ["OK(gone)", false],
    ["TRUE AND FALSE", false],
  ])("%s", (text, wanted) => {
    const rule = parseRule(text);
    expect(rule === undefined ? undefined : ruleHolds(rule, state)).toBe(wanted);
  });
  test.each(["", "ALARM()", "ALARM(a) AND", "ALARM(a) ALARM(b)", "alarm(a)", "(ALARM(a)", `${"(".repeat(2000)}TRUE`])(
    "%j is no rule",
    (text) => {
      expect(parseRule(text)).toBeUndefined();
    },
  );
  test("names are found once", () => {
    const rule = parseRule("ALARM(a) OR OK(a) AND ALARM(b)");
    expect(rule && ruleAlarms(rule)).toEqual(["a", "b"]);
  });
});

test.each<[string, string[]]>([
  ["nonsense", ["/"]],
  ["[]", ["/"]],
  ["{}", ["/widgets"]],
  ['{"widgets":[{}]}', ["/widgets/0/type"]],
  ['{"widgets":[{"type":"metric","width":25,"properties":{"metrics":[["NS","M"]],"region":"us-east-1"}}]}', ["/widgets/0/width"]],
  [
    '{"widgets":[{"type":"metric","properties":{"metrics":[["NS","M",5]],"region":"us-east-1"}}]}',
    ["/widgets/0/properties/metrics/0"],
  ],
  [
    '{"widgets":[{"type":"text","properties":{"markdown":"# hi"}},{"type":"metric","properties":{"metrics":[["AWS/Lambda","Errors","FunctionName","f",{"stat":"Sum"}],["..."],[{"expression":"m1*2"}]],"region":"us-east-1"}}]}',
    [],
  ],
])("dashboard %s", (body, paths) => expect(checkDashboard(body).errors.map((error) => error.DataPath)).toEqual(paths));
