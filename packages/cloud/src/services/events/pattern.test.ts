import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches } from "../../core/event-pattern/match.ts";
import { PatternError, parsePattern } from "../../core/event-pattern/rule.ts";
import { atPath, targetInput } from "./input.ts";

const event = {
  source: "app",
  "detail-type": "Order",
  resources: ["arn:1", "arn:2"],
  detail: {
    state: "running",
    count: 5,
    price: 12.5,
    ip: "10.0.0.7",
    flag: true,
    none: null,
    text: "Größe*A",
    list: [1, 2],
    items: [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
    empty: [],
    deep: { x: "y" },
  },
};
const hit = (pattern: unknown) => matches(parsePattern(JSON.stringify(pattern)), event);

describe("operators", () => {
  const rows: [string, unknown, boolean][] = [
    ["equal text", { source: ["app"] }, true],
    ["one of several", { source: ["x", "app"] }, true],
    ["another text", { source: ["App"] }, false],
    ["a value of an array", { resources: ["arn:2"] }, true],
    ["number equality by value", { detail: { count: [5.0] } }, true],
    ["a number is no text", { detail: { count: ["5"] } }, false],
    ["boolean and null", { detail: { flag: [true], none: [null] } }, true],
    ["prefix", { detail: { state: [{ prefix: "run" }] } }, true],
    ["prefix without case", { detail: { state: [{ prefix: { "equals-ignore-case": "RUN" } }] } }, true],
    ["suffix", { detail: { state: [{ suffix: "ing" }] } }, true],
    ["equals-ignore-case", { detail: { state: [{ "equals-ignore-case": "RUNNING" }] } }, true],
    ["wildcard", { detail: { state: [{ wildcard: "r*n*g" }] } }, true],
    ["wildcard without room", { detail: { state: [{ wildcard: "running*running" }] } }, false],
    ["escaped star", { detail: { text: [{ wildcard: "Gr*\\*A" }] } }, true],
    ["anything-but", { detail: { state: [{ "anything-but": "stopped" }] } }, true],
    ["anything-but a list with it", { detail: { state: [{ "anything-but": ["running", "x"] }] } }, false],
    ["anything-but numbers", { detail: { count: [{ "anything-but": [1, 2] }] } }, true],
    ["anything-but prefix", { detail: { state: [{ "anything-but": { prefix: "run" } }] } }, false],
    ["anything-but suffixes", { detail: { state: [{ "anything-but": { suffix: ["x", "y"] } }] } }, true],
    ["anything-but on a missing field", { detail: { missing: [{ "anything-but": "x" }] } }, false],
    ["numeric range", { detail: { price: [{ numeric: [">", 12, "<=", 12.5] }] } }, true],
    ["numeric outside", { detail: { count: [{ numeric: ["<", 5] }] } }, false],
    ["numeric equal", { detail: { count: [{ numeric: ["=", 5] }] } }, true],
    ["cidr", { detail: { ip: [{ cidr: "10.0.0.0/24" }] } }, true],
    ["other network", { detail: { ip: [{ cidr: "10.0.1.0/24" }] } }, false],
    ["exists", { detail: { none: [{ exists: true }] } }, true],
    ["exists is for leaves", { detail: { deep: [{ exists: true }] } }, false],
    ["not exists", { detail: { missing: [{ exists: false }], deep: { z: [{ exists: false }] } } }, true],
    ["empty array has no value", { detail: { empty: [{ exists: false }] } }, true],
    ["fields of one array element", { detail: { items: { a: [1], b: [2] } } }, true],
    ["fields of two array elements", { detail: { items: { a: [1], b: [4] } } }, false],
    ["$or", { $or: [{ source: ["x"] }, { detail: { count: [5] } }] }, true],
    ["$or and a field beside it", { source: ["x"], $or: [{ resources: ["arn:1"] }, { "detail-type": ["Order"] }] }, false],
    ["$or says a field again: the later counts", { source: ["x"], $or: [{ source: ["app"] }, { source: ["y"] }] }, true],
    ["$or deeper down", { detail: { $or: [{ count: [1] }, { price: [12.5] }] } }, true],
    ["an inherited name is no field", { detail: { constructor: [{ exists: false }] } }, true],
  ];
  test.each(rows)("%s", (_name, pattern, wanted) => expect(hit(pattern)).toBe(wanted));
});

test.each([
  ["{", /JSON/],
  ["[]", /Filter is not an object/],
  ["{}", /Empty objects are not allowed/],
  ['{"a":{}}', /Empty objects are not allowed/],
  ['{"a":[]}', /Empty arrays are not allowed/],
  ['{"source":"x"}', /"source" must be an object or an array/],
  ['{"a":[{"exists":"yes"}]}', /exists match pattern must be either true or false/],
  ['{"a":[{"bogus":1}]}', /Unrecognized match type bogus/],
  ['{"a":[{"prefix":"a","suffix":"b"}]}', /Only one key allowed in match expression/],
  ['{"a":[{"wildcard":"a**b"}]}', /Consecutive wildcard characters at pos 1/],
  ['{"a":[{"numeric":[">",5,"<",3]}]}', /Bottom must be less than top/],
  ['{"a":[{"anything-but":["x",1]}]}', /either all values are number or string/],
  ['{"a":[{"cidr":"10.0.0.0/33"}]}', /Malformed CIDR/],
  [
    JSON.stringify(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}`, { $or: [{ a: [1] }, { b: [2] }] }]))),
    /too many rule combinations/,
  ],
])("%s is refused", (pattern, reason) => {
  expect(() => parsePattern(pattern)).toThrow(reason);
});

test("hostile patterns and events end quickly and never throw anything else", () => {
  const wild = parsePattern(JSON.stringify({ a: [{ wildcard: `${"*a".repeat(400)}b` }] }));
  expect(matches(wild, { a: "a".repeat(100_000) })).toBe(false);
  const deep = JSON.parse(`${"[".repeat(3000)}1${"]".repeat(3000)}`);
  expect(matches(parsePattern('{"a":[1]}'), { a: deep })).toBe(false);
  expect(() => parsePattern(`${'{"a":'.repeat(200)}[1]${"}".repeat(200)}`)).toThrow(/nested too deeply/);
  fc.assert(
    fc.property(fc.json(), fc.jsonValue(), (pattern, value) => {
      try {
        matches(parsePattern(pattern), value);
      } catch (error) {
        expect(error).toBeInstanceOf(PatternError);
      }
    }),
  );
});

describe("input", () => {
  const full = { version: "0", id: "i", account: "1", time: "t", region: "r", ...event } as const;
  const facts = { ruleArn: "arn:rule", ruleName: "rule", ingestionTime: "t" };
  const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
    targetInput({ Id: "1", Arn: "a", InputTransformer: { InputTemplate, InputPathsMap } }, full, facts);

  test("paths", () => {
    expect([
      atPath(event, "$.detail.deep.x"),
      atPath(event, "$.resources[1]"),
      atPath(event, "$.detail['count']"),
      atPath(event, "$.no.way"),
    ]).toEqual(["y", "arn:2", 5, undefined]);
  });
  test("a variable outside quotes is JSON, inside it is text", () => {
    expect(
      template('{"state": <s>, "n": <n>, "text": "it is <s>, <o>"}', {
        s: "$.detail.state",
        n: "$.detail.count",
        o: "$.detail.deep",
      }),
    ).toBe('{"state": "running", "n": 5, "text": "it is running, {\\"x\\":\\"y\\"}"}');
  });
  test("AWS's own variables", () => {
    expect(template('"<aws.events.rule-name> <aws.events.rule-arn>"')).toBe('"rule arn:rule"');
    expect(JSON.parse(template("<aws.events.event.json>"))).toEqual(full);
    expect(JSON.parse(template("<aws.events.event>"))).not.toHaveProperty("detail");
  });
});

describe("objects in arrays", () => {
  const items = [{ x: "ab" }, { y: "q" }];
  const rows: [string, object, unknown, boolean][] = [
    ["values of one element", { x: ["ab"], y: ["q"] }, [{ x: "ab", y: "q" }], true],
    ["values of two elements", { x: ["ab"], y: ["q"] }, items, false],
    ["a field that some element has", { y: [{ exists: false }] }, items, false],
    ["a field that the matched element has not", { x: ["ab"], y: [{ exists: false }] }, items, true],
    ["an earlier path is looked for in all elements", { w: [{ exists: false }], x: ["ab"] }, [{ x: "ab" }, { w: 1 }], false],
    ["no elements at all", { y: [{ exists: false }] }, [], true],
    ["arrays in arrays", { y: { a: [1], b: [2] } }, [{ y: [{ a: 1 }, { b: 2 }] }, { y: [{ a: 1, b: 2 }] }], true],
  ];
  test.each(rows)("%s", (_name, pattern, list, wanted) => {
    expect(matches(parsePattern(JSON.stringify({ list: pattern })), { list })).toBe(wanted);
  });

  test("thousands of elements don't multiply", () => {
    const list = Array.from({ length: 20_000 }, (_, at) => ({ a: "x", b: "x", c: at, d: [{ e: "x" }, { f: "x" }] }));
    const pattern = { list: { a: ["x"], b: ["x"], c: [-1], d: { e: ["x"], f: ["x"] } } };
    expect(matches(parsePattern(JSON.stringify(pattern)), { list })).toBe(false);
  });
});
