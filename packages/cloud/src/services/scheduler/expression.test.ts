import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextFiring, parseExpression } from "./expression.ts";
import { instantOf, isTimeZone, wallTime } from "./zone.ts";

const iso = (text: string) => Date.parse(text);

function firings(text: string, after: string, count: number, zone = "UTC", origin = after): string[] {
  const expression = parseExpression(text);
  if (expression === undefined) throw new Error(`not an expression: ${text}`);
  const out: string[] = [];
  let at = iso(after);
  for (let i = 0; i < count; i++) {
    const next = nextFiring(expression, at, iso(origin), zone);
    if (next === undefined) break;
    out.push(new Date(next).toISOString().replace(".000Z", "Z"));
    at = next;
  }
  return out;
}

describe("cron", () => {
  const rows: [string, string, string[], string?][] = [
    ["cron(0 10 * * ? *)", "2024-01-01T10:00:00Z", ["2024-01-02T10:00:00Z", "2024-01-03T10:00:00Z"]],
    ["cron(15 12 * * ? *)", "2024-01-01T00:00:00Z", ["2024-01-01T12:15:00Z"]],
    ["cron(0 18 ? * MON-FRI *)", "2024-01-05T18:00:00Z", ["2024-01-08T18:00:00Z"]],
    ["cron(0 8 1 * ? *)", "2024-01-01T08:00:00Z", ["2024-02-01T08:00:00Z"]],
    ["cron(0/10 * ? * MON-FRI *)", "2024-01-05T23:45:00Z", ["2024-01-05T23:50:00Z", "2024-01-08T00:00:00Z"]],
    ["cron(0/5 8-17 ? * MON-FRI *)", "2024-01-05T17:55:00Z", ["2024-01-08T08:00:00Z"]],
    ["cron(0 0 L * ? *)", "2024-02-01T00:00:00Z", ["2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z"]],
    ["cron(0 0 L-2 * ? *)", "2024-02-01T00:00:00Z", ["2024-02-27T00:00:00Z"]],
    ["cron(15 10 ? * 6L 2022-2023)", "2022-11-01T00:00:00Z", ["2022-11-25T10:15:00Z", "2022-12-30T10:15:00Z"]],
    ["cron(0 9 ? * 2#1 *)", "2024-01-02T00:00:00Z", ["2024-02-05T09:00:00Z"]],
    ["cron(0 9 ? * MON#5 *)", "2024-02-01T00:00:00Z", ["2024-04-29T09:00:00Z"]],
    // 15 June 2024 is a Saturday, 1 June too (the nearest weekday must stay in the month), 30 June a Sunday.
    ["cron(0 9 15W 6 ? *)", "2024-01-01T00:00:00Z", ["2024-06-14T09:00:00Z"]],
    ["cron(0 9 1W 6 ? *)", "2024-01-01T00:00:00Z", ["2024-06-03T09:00:00Z"]],
    ["cron(0 9 LW 6 ? *)", "2024-01-01T00:00:00Z", ["2024-06-28T09:00:00Z"]],
    ["cron(0 0 29 2 ? *)", "2024-03-01T00:00:00Z", ["2028-02-29T00:00:00Z"]],
    ["cron(0 0 31 2 ? *)", "2024-03-01T00:00:00Z", []],
    ["cron(0 0 1 1 ? 2020)", "2024-03-01T00:00:00Z", []],
    ["cron(0 0 ? * FRI-MON *)", "2024-01-02T00:00:00Z", ["2024-01-05T00:00:00Z"]],
    ["cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "2024-01-01T08:14:30Z", ["2024-01-01T08:15:00Z", "2024-01-02T08:00:00Z"]],
  ];
  test.each(rows)("%s after %s", (text, after, wanted, zone) => {
    expect(firings(text, after, wanted.length || 1, zone)).toEqual(wanted);
  });

  test("a wall time that the clocks skip in spring is left out", () => {
    // Berlin goes from 02:00 to 03:00 on 31 March 2024.
    expect(firings("cron(30 2 * * ? *)", "2024-03-29T12:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2024-03-30T01:30:00Z",
      "2024-04-01T00:30:00Z",
    ]);
  });

  test("a wall time that the clocks show twice in autumn happens once", () => {
    // New York shows 01:30 at 05:30Z and at 06:30Z on 3 November 2024.
    expect(firings("cron(30 1 * * ? *)", "2024-11-02T12:00:00Z", 2, "America/New_York")).toEqual([
      "2024-11-03T05:30:00Z",
      "2024-11-04T06:30:00Z",
    ]);
  });

  test("zones with half hours count", () => {
    expect(firings("cron(0 9 * * ? *)", "2024-01-01T00:00:00Z", 1, "Asia/Kolkata")).toEqual(["2024-01-01T03:30:00Z"]);
  });
});

describe("rate and at", () => {
  test("a rate steps from its origin, also over the change of clocks", () => {
    expect(firings("rate(1 days)", "2024-03-30T12:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2024-03-31T12:00:00Z",
      "2024-04-01T12:00:00Z",
    ]);
    expect(firings("rate(5 minutes)", "2024-01-01T00:07:00Z", 2, "UTC", "2024-01-01T00:00:00Z")).toEqual([
      "2024-01-01T00:10:00Z",
      "2024-01-01T00:15:00Z",
    ]);
  });
  test("at is a wall time of the zone, once", () => {
    expect(firings("at(2024-07-01T09:00:00)", "2024-01-01T00:00:00Z", 2, "Europe/Berlin")).toEqual(["2024-07-01T07:00:00Z"]);
    expect(firings("at(2024-07-01T09:00:00)", "2025-01-01T00:00:00Z", 2)).toEqual([]);
  });
  test("a rule's rate must agree in number", () => {
    expect(parseExpression("rate(1 minutes)", { strictUnits: true })).toBeUndefined();
    expect(parseExpression("rate(5 minute)", { strictUnits: true })).toBeUndefined();
    expect(parseExpression("rate(1 minute)", { strictUnits: true })).toEqual({ kind: "rate", everyMs: 60_000 });
  });
});

test.each([
  "",
  "rate()",
  "rate(0 minutes)",
  "rate(5 seconds)",
  "rate(-1 days)",
  "rate(5minutes)",
  "rate(5 minutes) ",
  "at(2024-02-30T00:00:00)",
  "at(2024-01-01T24:00:00)",
  "at(2024-01-01)",
  "at(2024-01-01T00:00:00Z)",
  "cron(* * * * *)",
  "cron(0 10 * * * *)",
  "cron(0 10 ? * ? *)",
  "cron(60 10 * * ? *)",
  "cron(0 24 * * ? *)",
  "cron(0 10 32 * ? *)",
  "cron(0 10 ? * 8 *)",
  "cron(0 10 ? * 2#6 *)",
  "cron(0 10 * 13 ? *)",
  "cron(0 10 * * ? 2200)",
  "cron(0/0 10 * * ? *)",
  "cron(0/5, 9-18, ?, *, MON-FRI, *)",
  "every 5 minutes",
])("%j is refused", (text) => {
  expect(parseExpression(text)).toBeUndefined();
});

test("any text is parsed or refused, and what is parsed can be asked for its next firing", () => {
  const field = fc.constantFrom(
    "*",
    "?",
    "L",
    "W",
    "LW",
    "1W",
    "6L",
    "2#3",
    "0/7",
    "1-5",
    "22-2",
    "MON",
    "FEB",
    "59",
    "31",
    "2030",
    "x",
  );
  fc.assert(
    fc.property(fc.array(field, { minLength: 6, maxLength: 6 }), (fields) => {
      const expression = parseExpression(`cron(${fields.join(" ")})`);
      if (expression === undefined) return;
      const next = nextFiring(expression, 1_700_000_000_000, 0, "Europe/Berlin");
      expect(next === undefined || next > 1_700_000_000_000).toBe(true);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void parseExpression(text)));
});

test("wall time and instant are each other's inverse away from changes of clocks", () => {
  expect(wallTime(iso("2024-07-01T00:00:00.123Z"), "Europe/Berlin")).toBe(iso("2024-07-01T02:00:00.123Z"));
  expect(instantOf(iso("2024-07-01T02:00:00Z"), "Europe/Berlin")).toBe(iso("2024-07-01T00:00:00Z"));
  expect([isTimeZone("Europe/Berlin"), isTimeZone("UTC"), isTimeZone("+01:00"), isTimeZone("Mars/Base")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
