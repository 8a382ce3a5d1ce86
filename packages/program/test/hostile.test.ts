import { describe, expect, test } from "vitest";
import { places, runBody } from "./programs.ts";

describe("programs that go wrong on purpose", () => {
  test.each([
    [
      "an output that contains itself",
      "const a: any = {}; a.b = { c: a }; return { ok: 1, a };",
      "DVT1006 sst.config.ts:2:52",
      'The output "a" of run(): At "b.c"',
    ],
    [
      "an output that throws when it is read",
      "return { get evil(): any { throw new Error('no'); } };",
      "DVT1003 sst.config.ts:2:34",
      'The output "evil" of run(): no',
    ],
    ["an output that is a function", "return { f: () => 1 };", "DVT1006 sst.config.ts:2:10", 'The output "f" of run()'],
    [
      "an output of more items than there may be",
      "return { big: Array.from({ length: 1_000_001 }, () => 1) };",
      "DVT1006 sst.config.ts:2:10",
      "more than 1000000 items",
    ],
    ["null thrown in apply", "$util.output(1).apply(() => { throw null; });", "DVT1003 sst.config.ts:2:17", "null"],
    [
      "something thrown that cannot be shown",
      "throw { toString() { throw new Error('x'); }, toJSON() { throw new Error('y'); } };",
      "DVT1003",
      "cannot be shown",
    ],
    [
      "recursion without an end",
      "const f = (n: number): number => f(n + 1) + 1; f(0);",
      "DVT1003 sst.config.ts:2:41",
      "Maximum call stack",
    ],
  ])("%s is an exception of the program's, at its place", async (_name, body, place, detail) => {
    const { diagnostics } = await runBody(`${body}`);
    const [error] = diagnostics.filter((d) => d.severity === "error");
    expect([places(error ? [error] : []), error?.detail]).toEqual([[place], expect.stringContaining(detail)]);
  });

  test("names that every object has already are names like others", async () => {
    const { host, result, diagnostics } = await runBody(`
      for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) new aws.sqs.Queue(name);
      return JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"toString":"t"}');`);
    expect(diagnostics).toEqual([]);
    expect(host.order).toEqual(["__proto__", "constructor", "toString", "hasOwnProperty"].map((name) => `aws_sqs_queue.${name}`));
    expect(Object.entries(result.outputs).map(([name, output]) => [name, output.value])).toEqual([
      ["__proto__", { polluted: 1 }],
      ["constructor", { prototype: { polluted: 2 } }],
      ["toString", "t"],
    ]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("a program that changes what all objects inherit changes no registration", async () => {
    const { get, diagnostics } = await runBody(`
      Object.defineProperty(Object.prototype, "visibilityTimeoutSeconds", { value: 5, configurable: true, enumerable: true });
      const q = new aws.sqs.Queue("Q", { tags: { a: "b" } });
      await q.urn;
      delete (Object.prototype as any).visibilityTimeoutSeconds;`);
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(get("aws_sqs_queue.Q").config).toEqual({ tags: { a: "b" } });
  });

  test("a resource taken for an Output, nested as deep as one likes, gives its members", async () => {
    const { result } = await runBody(
      'const q = new aws.sqs.Queue("Q", { name: "n" }); return { a: $util.output(q).name, b: $util.output({ q }).q.arn, c: $util.all([q])[0].name };',
      { pass: "apply" },
    );
    expect(Object.values(result.outputs).map((output) => output.value)).toEqual(["n", "arn-of-aws_sqs_queue.Q", "n"]);
  });
});
