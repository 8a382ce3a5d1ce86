import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileQuery } from "./query.ts";
import { rowOf } from "./rows.ts";
import { QueryError } from "./tokens.ts";
import type { Value } from "./value.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const messages = [
  '{"level":"INFO","user":{"id":"u1"},"ms":10}',
  '{"level":"ERROR","user":{"id":"u2"},"ms":30}',
  '{"level":"ERROR","user":{"id":"u1"},"ms":20}',
  "REPORT RequestId: 64f13944-9baa-474a-9d7e-f28e12462148\tDuration: 2.03 ms\tBilled Duration: 7 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t\n",
  "plain user=bob took 12ms",
];
const rows: Map<string, Value>[] = messages
  .map((message, i) =>
    rowOf({ message, ingestedMs: START, stream: "s", timestamp: START + i * 60_000, sequence: i }, "0:g", `p${i}`),
  )
  .reverse();

const run = (query: string) =>
  compileQuery(query)(rows, undefined).rows.map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== "@ptr").map(({ field, value }) => [field, value])),
  );

describe("Insights queries", () => {
  test.each<[string, object[]]>([
    [
      "fields @timestamp, ms | filter level = 'ERROR' | sort @timestamp desc | limit 1",
      [{ "@timestamp": "2026-01-01 00:02:00.000", ms: "20" }],
    ],
    [
      "filter @message like /user=/ | parse @message 'user=* took *ms' as who, took | display who, took",
      [{ who: "bob", took: "12" }],
    ],
    ["filter @message like 'plain' | parse @message /took (?<t>\\d+)/ | fields t", [{ t: "12" }]],
    [
      "stats count(*) as n, avg(ms) as mean by level | filter n > 1 | sort level",
      [{ level: "ERROR", n: "2", mean: "25" }, { n: "2" }],
    ],
    [
      "filter ispresent(ms) | stats count(*), max(ms), pct(ms, 50) by bin(2m) | sort bin(2m)",
      [
        { "bin(2m)": "2026-01-01 00:00:00.000", "count(*)": "2", "max(ms)": "30", "pct(ms,50)": "10" },
        { "bin(2m)": "2026-01-01 00:02:00.000", "count(*)": "1", "max(ms)": "20", "pct(ms,50)": "20" },
      ],
    ],
    ["filter @type = 'REPORT' | fields @duration, @maxMemoryUsed / 1000 / 1000 as mb", [{ "@duration": "2.03", mb: "60" }]],
    ["filter user.id in ['u1'] and not (ms < 15 or ms > 25) | display ms", [{ ms: "20" }]],
    ["filter ispresent(user.id) | dedup user.id | display user.id", [{ "user.id": "u1" }, { "user.id": "u2" }]],
    ["filter level not like /INFO/ and ms >= 30 | display toupper(concat(level, '!')) as l", [{ l: "ERROR!" }]],
    ["stats count_distinct(user.id) as users, latest(level) as last | display users, last", [{ users: "2", last: "ERROR" }]],
    ["filter level = 'NONE' | stats count(*) as n", [{ n: "0" }]],
  ])("%s", (query, wanted) => {
    expect(run(query)).toEqual(wanted);
  });

  test.each([
    "",
    "nonsense",
    "fields",
    "filter",
    "filter a =",
    "limit 0",
    "limit x",
    "stats ms",
    "filter (a = 1",
    "fields nope(1)",
    "parse @message '*'",
    "filter a like /(/",
    "fields a |",
    "sort",
    'filter a = "x',
  ])("%s is malformed", (query) => {
    expect(() => compileQuery(query)).toThrow(QueryError);
  });

  test("no text whatever makes it hang or throw anything but QueryError", () => {
    const words = fc.constantFrom(
      "fields",
      "filter",
      "stats",
      "count(",
      "(",
      ")",
      "|",
      "like",
      "/a/",
      "'x",
      "@message",
      "by",
      "sort",
      "1",
      ",",
      "not",
      "-",
      "in [",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join(" ")),
        ),
        (query) => {
          try {
            compileQuery(query)(rows, undefined);
          } catch (error) {
            expect(error).toBeInstanceOf(QueryError);
          }
        },
      ),
    );
  });
});
