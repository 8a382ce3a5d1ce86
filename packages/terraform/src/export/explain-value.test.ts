import { writeExpression } from "@dovetail/hcl";
import { type ResourceSchema, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { explain, type Seen } from "./explain-value.ts";
import { StandIns, spelled } from "./stand-ins.ts";

const SCHEMA: ResourceSchema = {
  attributes: {
    arn: { type: "string" },
    name: { type: "string" },
    port: { type: "number" },
    zones: { type: ["list", "string"] },
    groups: { type: ["set", "string"] },
    labels: { type: ["map", "string"] },
  },
  blocks: { rule: { nesting: "list", attributes: { id: { type: "string" } } } },
};
const QUEUE = {
  arn: "arn:aws:sqs:eu-west-1:1:jobs",
  name: "jobs",
  port: 443,
  zones: ["a", "b"],
  groups: ["x"],
  labels: { "a b": "1", c: "2" },
  rule: [{ id: "first" }],
};

const BASE = "aws_sqs_queue.q";

/** What an export writes for what a program makes of a queue. */
function written(program: (queue: typeof QUEUE) => Value, real: ValueObject = QUEUE, isJsonByMeaning = false): string {
  const standIns = new StandIns();
  const made = (queue: ValueObject) => program(queue as unknown as typeof QUEUE);
  const marked = (spelling: "a" | "b") => made(standIns.ofObject(real, SCHEMA, BASE, spelling));
  const seen: Seen = Object.values(real).some((value) => value === UNKNOWN)
    ? { real: UNKNOWN, marked: marked("a"), respelled: marked("b") }
    : { real: made(real), marked: marked("a") };
  const { expression, isWorkedOut, isMissing } = explain(standIns, seen, { isJsonByMeaning });
  return `${isMissing ? "missing " : ""}${isWorkedOut ? "worked out: " : ""}${writeExpression(expression)}`;
}

describe("what a program makes of an attribute is written as", () => {
  test.each<[string, (queue: typeof QUEUE) => Value, string]>([
    ["the attribute itself", (q) => q.arn, `${BASE}.arn`],
    ["a template", (q) => `${q.arn}/*`, `"\${${BASE}.arn}/*"`],
    ["a template of several", (q) => `${q.name}:${q.port}`, `"\${${BASE}.name}:\${${BASE}.port}"`],
    ["a number", (q) => q.port, `${BASE}.port`],
    ["a number as text", (q) => String(q.port), `${BASE}.port`],
    ["an element of a list", (q) => q.zones[1] ?? null, `${BASE}.zones[1]`],
    ["a whole list", (q) => [...q.zones], `${BASE}.zones`],
    ["a part of a list", (q) => q.zones.slice(0, 1), `[${BASE}.zones[0]]`],
    ["a list in another order", (q) => [...q.zones].reverse(), `[${BASE}.zones[1], ${BASE}.zones[0]]`],
    ["a whole set", (q) => [...q.groups], `${BASE}.groups`],
    ["the only element of a set", (q) => q.groups[0] ?? null, `one(${BASE}.groups)`],
    ["a whole map", (q) => ({ ...q.labels }), `${BASE}.labels`],
    ["a member of a map", (q) => q.labels["a b"], `${BASE}.labels["a b"]`],
    ["an attribute of a block", (q) => q.rule[0]?.id ?? null, `${BASE}.rule[0].id`],
    ["a text in lower case that was so before", (q) => q.name.toLowerCase(), `${BASE}.name`],
    ["a value of the program's own", () => "jobs", '"jobs"'],
    ["a text cut out of another", (q) => q.arn.split(":")[5] ?? "none", 'worked out: "jobs"'],
    ["a number calculated", (q) => q.port * 2, "worked out: 886"],
    ["the length of a text", (q) => q.name.length, "worked out: 4"],
    ["a list of another length", (q) => q.name.split(""), 'worked out: ["j", "o", "b", "s"]'],
    ["a choice", (q) => (q.name === "jobs" ? "yes" : "no"), 'worked out: "yes"'],
  ])("%s", (_what, program, text) => {
    expect(written(program)).toBe(text);
  });
});

describe("JSON", () => {
  const policy = (q: typeof QUEUE) => JSON.stringify({ Resource: [q.arn, `${q.arn}/*`], Effect: "Allow" });
  const encoded = ["jsonencode({", `Resource = [${BASE}.arn, "\${${BASE}.arn}/*"]`, 'Effect = "Allow"', "})"].join("\n");

  test("is jsonencode where the provider takes it for the same, or it is the same to the letter", () => {
    expect(written(policy, QUEUE, true)).toBe(encoded);
    expect(written((q) => JSON.stringify({ a: q.arn }))).toBe(`jsonencode({\na = ${BASE}.arn\n})`);
  });

  test("is a template where its spelling counts", () => {
    expect(written(policy)).toBe(`"{\\"Resource\\":[\\"\${${BASE}.arn}\\",\\"\${${BASE}.arn}/*\\"],\\"Effect\\":\\"Allow\\"}"`);
  });

  test("stays text where numbers would lose digits, and where it only begins like JSON", () => {
    expect(written(() => '{"a":12345678901234567890}', QUEUE, true)).toBe('"{\\"a\\":12345678901234567890}"');
    expect(written((q) => `{"a": ${q.name}`, QUEUE, true)).toBe(`"{\\"a\\": \${${BASE}.name}"`);
  });
});

describe("what is not known before a deploy", () => {
  const real: ValueObject = { ...QUEUE, arn: UNKNOWN, zones: UNKNOWN };

  test("is followed all the same, where it is put together only", () => {
    expect(written((q) => q.arn, real)).toBe(`${BASE}.arn`);
    expect(written((q) => `${q.arn}/*`, real)).toBe(`"\${${BASE}.arn}/*"`);
    expect(written((q) => ({ a: q.arn, b: ["x"] }), real)).toBe(`{\na = ${BASE}.arn\nb = ["x"]\n}`);
  });

  test("is missing where the program looks into it", () => {
    expect(written((q) => q.arn.slice(0, 12), real)).toMatch(/^missing /);
    expect(written((q) => q.zones as unknown as Value, real)).toMatch(/^missing /);
  });
});

test("a whole value that a local value or a variable stands for is that one, wherever it is used", () => {
  const standIns = new StandIns();
  const standIn = () => spelled(standIns.number({ text: "local.tags", from: "", real: { a: "1", b: "2" } }), "text", "a");
  const { expression, isWorkedOut } = explain(standIns, { real: { a: "1", b: "2" }, marked: standIn() });
  expect([writeExpression(expression), isWorkedOut]).toEqual(["local.tags", false]);
  expect(explain(standIns, { real: { a: "1" }, marked: standIn() })).toMatchObject({ isWorkedOut: true });
});
