import type { Diagnostic } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { configOf, load, places, project, run, runBody } from "./programs.ts";

const errors = (diagnostics: readonly Diagnostic[]) => diagnostics.filter((diagnostic) => diagnostic.severity === "error");

describe("arguments", () => {
  test.each([
    [
      "an unknown property",
      'new aws.sqs.Queue("Q", {\n  name: "q", // it\'s { here\n  visibilityTimout: 30,\n});',
      "DVT1005 sst.config.ts:4:3",
      'Did you mean "visibilityTimeoutSeconds"?',
    ],
    [
      "a snake_case property",
      'new aws.sqs.Queue("Q", { delay_seconds: 3 });',
      "DVT1005 sst.config.ts:2:26",
      'Did you mean "delaySeconds"?',
    ],
    [
      "an unknown nested property",
      'new aws.dynamodb.Table("T", { hashKey: "a", attributes: [{ name: "a", type: "S" }, { nam: "b", name: "c", type: "S" }] });',
      "DVT1005 sst.config.ts:2:86",
      'Did you mean "name"?',
    ],
    ["a wrong type", 'new aws.lambda.Function("F", { role: "r", timeout: "soon" });', "DVT1006 sst.config.ts:2:43", undefined],
    [
      "a list in place of an object",
      'new aws.lambda.Function("F", { role: "r", environment: [{}, {}] });',
      "DVT1006 sst.config.ts:2:43",
      undefined,
    ],
    [
      "a single value in place of a list",
      'new aws.lambda.Function("F", { role: "r", layers: "arn" });',
      "DVT1006 sst.config.ts:2:43",
      "Put it in brackets: [ ... ]",
    ],
    ["a function", 'new aws.sqs.Queue("Q", { name: () => 1 });', "DVT1006 sst.config.ts:2:1", undefined],
    ["a cycle", 'const a: any = {}; a.a = a;\nnew aws.sqs.Queue("Q", { tags: a });', "DVT1006 sst.config.ts:3:1", undefined],
    ["a list in place of arguments", 'new aws.sqs.Queue("Q", [] as any);', "DVT1006 sst.config.ts:2:1", undefined],
    [
      "an Output in place of arguments",
      'new aws.sqs.Queue("Q", new aws.sqs.Queue("R").arn as any);',
      "DVT1006 sst.config.ts:2:1",
      undefined,
    ],
    [
      "Pulumi's package by the name that it has in Pulumi programs",
      'new aws.sqs.Queue("Q", { name: pulumi.output("q") });',
      "DVT1003 sst.config.ts:2:32",
      'In an SST app @pulumi/pulumi is the global $util; or import it:\n    import * as pulumi from "@pulumi/pulumi";',
    ],
    ["process.exit", "process.exit(3);", "DVT1003 sst.config.ts:2:1", undefined],
    ["a recursion without end", "const f = (): any => f();\nf();", "DVT1003 sst.config.ts:2:22", undefined],
    ["a missing argument", 'new aws.lambda.Function("F", { handler: "x.y" });', "DVT1007 sst.config.ts:2:1", 'Add "role".'],
    [
      "a missing nested argument",
      'new aws.dynamodb.Table("T", { attributes: [{ name: "a" }] });',
      "DVT1007 sst.config.ts:2:31",
      'Add "type".',
    ],
    ["something AWS decides", 'new aws.sqs.Queue("Q", { arn: "x" });', "DVT1005 sst.config.ts:2:26", "Take the argument out."],
    [
      "an unknown resource option",
      'new aws.sqs.Queue("Q", {}, { dependOn: [] } as any);',
      "DVT1005 sst.config.ts:2:1",
      'Did you mean "dependsOn"?',
    ],
    [
      "a hook at a point that there is not",
      'new aws.sqs.Queue("Q", {}, { hooks: { onCreate: [] } } as any);',
      "DVT1005 sst.config.ts:2:30",
      "It has: beforeCreate, afterCreate, beforeUpdate, afterUpdate, beforeDelete, afterDelete.",
    ],
    [
      "a function without a name as a hook of a delete",
      'new aws.sqs.Queue("Q", {}, { hooks: { beforeDelete: [() => {}] } });',
      "DVT1005 sst.config.ts:2:30",
      'Write new pulumi.ResourceHook("name", args => { ... }).',
    ],
    [
      "hooks of a component",
      'new $util.ComponentResource("x:y:Z", "Z", {}, { hooks: {} });',
      "DVT1005 sst.config.ts:2:1",
      "Give the hooks to a resource of the component.",
    ],
    [
      "two hooks of one name",
      'new $util.ResourceHook("h", () => {}); new $util.ResourceHook("h", () => {});',
      "DVT1003 sst.config.ts:2:40",
      undefined,
    ],
    ["an unknown class", 'new aws.sqs.Quue("Q");', "DVT1015 sst.config.ts:2:13", "Did you mean aws.sqs.Queue?"],
    ["an unknown namespace", 'new aws.sqss.Queue("Q");', "DVT1015 sst.config.ts:2:9", "Did you mean aws.sqs?"],
    [
      "an unknown constant",
      'new aws.sqs.Queue("Q", { name: aws.lambda.Runtime.NodeJs20 });',
      "DVT1015 sst.config.ts:2:51",
      "Did you mean aws.lambda.Runtime.NodeJS20dX?",
    ],
    [
      "an unknown function",
      "aws.getCallerIdentiyOutput();",
      "DVT1015 sst.config.ts:2:5",
      "Did you mean aws.getCallerIdentityOutput?",
    ],
    [
      "a property that a resource does not have",
      'const q = new aws.sqs.Queue("Q");\nreturn { a: q.visibilityTimeout };',
      "DVT1005 sst.config.ts:3:15",
      'Did you mean "visibilityTimeoutSeconds"?',
    ],
    [
      "the same name twice",
      'new aws.sqs.Queue("Q");\nnew aws.sqs.Queue("Q");',
      "DVT1012 sst.config.ts:3:1",
      "Give one of them another name.",
    ],
    [
      "a missing archive",
      'new aws.lambda.Function("F", { role: "r", handler: "a.b", runtime: "nodejs20.x", code: new $util.asset.FileArchive("../dist") });',
      "DVT1010 sst.config.ts:2:1",
      "Build it first, or correct the path.",
    ],
    [
      "a wrong argument of a function",
      'aws.sqs.getQueueOutput({\n  nme: "x" } as any);',
      "DVT1005 sst.config.ts:3:3",
      'Did you mean "name"?',
    ],
  ])("%s is an error at its place", async (_name, body, place, fix) => {
    const { diagnostics } = await runBody(body);
    const found = errors(diagnostics);
    expect(places(found)).toContain(place);
    if (fix !== undefined) expect(found.map((diagnostic) => diagnostic.fix)).toContain(fix);
  });

  test("everything wrong in a program is told in one run, and what depends on a wrong resource adds nothing", async () => {
    const { diagnostics, host } = await runBody(
      'const a = new aws.sqs.Queue("A", { bad: 1, worse: 2 });\nnew aws.sqs.QueuePolicy("P", { queueUrl: a.url, policy: "{}" });\nnew aws.sns.Topic("T", { nope: 1 });\nnew aws.sns.Topic("Fine");',
    );
    expect(places(diagnostics)).toEqual([
      "DVT1005 sst.config.ts:2:36",
      "DVT1005 sst.config.ts:2:44",
      "DVT1005 sst.config.ts:4:26",
    ]);
    expect(host.order).toEqual(["aws_sns_topic.Fine"]);
  });

  test("an object where JSON text is expected is written as JSON, with a note", async () => {
    const { diagnostics, get } = await runBody('new aws.sqs.Queue("Q", {\n  redrivePolicy: { maxReceiveCount: 3 } });');
    expect(places(diagnostics)).toEqual(["DVT1019 sst.config.ts:3:3"]);
    expect(get("aws_sqs_queue.Q").config.redrive_policy).toBe('{"maxReceiveCount":3}');
  });

  test.each([
    ["undefined", "`https://${(process.env as any).NOPE}/x`"],
    ["NaN", "`a-${Number('x')}`"],
    ["[object Object]", "`${{}}`"],
  ])("a text with %s in it is a warning", async (_name, expression) => {
    const { diagnostics, get } = await runBody(`new aws.sqs.Queue("Q", { name: ${expression} });`);
    expect(diagnostics.map((d) => [d.severity, d.code, d.range?.column])).toEqual([["warning", "DVT1022", 26]]);
    expect(typeof get("aws_sqs_queue.Q").config.name).toBe("string");
  });

  test("numbers and booleans given as text are taken, and the other way round", async () => {
    const { get } = await runBody('new aws.sqs.Queue("Q", { delaySeconds: "5", fifoQueue: "true", name: 7 } as any);');
    expect(get("aws_sqs_queue.Q").config).toEqual({ delay_seconds: 5, fifo_queue: true, name: "7" });
  });

  test("a key called __proto__ is a key, and changes no prototype", async () => {
    const { get } = await runBody(
      'new aws.sqs.Queue("Q", { tags: JSON.parse(\'{"__proto__": "x"}\') });\nreturn { a: ({} as any).polluted };',
    );
    expect(Object.getOwnPropertyNames(get("aws_sqs_queue.Q").config.tags)).toEqual(["__proto__"]);
  });

  test("a getter that throws is an exception of the program, at its place", async () => {
    const { diagnostics } = await runBody(
      'new aws.sqs.Queue("Q", { tags: {\n get a(): string { throw new Error("boom"); } } });',
    );
    expect(errors(diagnostics).map((d) => `${d.code} ${d.detail} ${d.range?.line}`)).toEqual(['DVT1003 Declaring "Q": boom 3']);
  });

  test("a very large input is taken, one beyond the limit is refused", async () => {
    const large = await runBody(
      'new aws.dynamodb.Table("T", { hashKey: "a", attributes: Array.from({ length: 20000 }, (_, i) => ({ name: `k${i}`, type: "S" })) });',
    );
    expect(errors(large.diagnostics)).toEqual([]);
    const deep = await runBody("let x: any = 1; for (let i = 0; i < 5000; i++) x = [x];\nnew aws.sqs.Queue('Q', { tags: x });");
    expect(places(errors(deep.diagnostics))).toEqual(["DVT1006 sst.config.ts:3:1"]);
  });
});

describe("programs", () => {
  test.each([
    ["a syntax error", { "sst.config.ts": "export default $config({\n  app( {\n" }, "DVT1002 sst.config.ts:3:1"],
    ["an import of a file that is not there", configOf('await import("./nope");'), "DVT1016 sst.config.ts:2:14"],
    ["an import of a package that is not installed", configOf('await import("left-pad-x");'), "DVT1016 sst.config.ts:2:14"],
    ["no default export", { "sst.config.ts": "export const a = 1;" }, "DVT1004 sst.config.ts:1:1"],
    ["a v2 config", { "sst.config.ts": "export default { config() {}, stacks() {} };" }, "DVT1004 sst.config.ts:1:1"],
    [
      "no run()",
      { "sst.config.ts": "export default $config({ app: () => ({ name: 'a' }) } as any);" },
      "DVT1004 sst.config.ts:1:1",
    ],
    [
      "a run that is no function",
      { "sst.config.ts": "export default $config({ app: () => ({ name: 'a' }), run: 3 } as any);" },
      "DVT1004 sst.config.ts:1:1",
    ],
    [
      "an exception in app()",
      { "sst.config.ts": "export default $config({ app() {\n  throw new Error('x'); }, run() {} });" },
      "DVT1003 sst.config.ts:2:9",
    ],
    ["an app without a name", configOf("", ""), "DVT1004 sst.config.ts:1:26"],
    ["an app name that AWS would refuse", configOf("", 'name: "my app"'), "DVT1004 sst.config.ts:1:26"],
    ["removal of an unknown kind", configOf("", 'name: "a", removal: "destroy"'), "DVT1004 sst.config.ts:1:26"],
    ["a provider set to true", configOf("", 'name: "a", providers: { aws: true }'), "DVT1004 sst.config.ts:1:26"],
  ] as const)("%s is told before anything runs", async (_name, files, place) => {
    const failure = await load(project(files)).then(
      () => [],
      (error: { diagnostics: readonly Diagnostic[] }) => error.diagnostics,
    );
    expect(places(failure)).toEqual([place]);
  });

  test.each([
    ["a thrown error", 'new aws.sqs.Queue("Q");\nthrow new TypeError("bad luck");', "run() threw: TypeError: bad luck"],
    ["a thrown error after await", 'await Promise.resolve();\nthrow new Error("bad luck");', "run() threw: bad luck"],
    [
      "an exception in apply",
      'const q = new aws.sqs.Queue("Q", { name: "n" });\nq.name.apply(() => { throw new Error("bad luck"); });',
      "In the function given to apply: bad luck",
    ],
    [
      "a rejected promise as an input",
      'const p = Promise.reject(new Error("bad luck"));\nnew aws.sqs.Queue("Q", { name: p });',
      'Declaring "Q": bad luck',
    ],
  ])("%s is DVT1003 with its line", async (_name, body, detail) => {
    const { diagnostics } = await runBody(body);
    const [found] = errors(diagnostics);
    expect([found?.code, found?.detail]).toEqual(["DVT1003", detail]);
    expect(found?.range?.file.endsWith("sst.config.ts")).toBe(true);
    expect([2, 3]).toContain(found?.range?.line);
  });

  test("an exception in another file points there", async () => {
    const { diagnostics } = await run({
      ...configOf('(await import("./stacks/a")).default();'),
      "stacks/a.ts": "// made by hand\nexport default function A() {\n  const x: any = undefined;\n  return x.y;\n}\n",
    });
    expect(places(errors(diagnostics))).toEqual(["DVT1003 a.ts:4:12"]);
  });

  test("a stack that is imported and never called gets a warning, and so does a program without resources", async () => {
    const { diagnostics } = await run({
      ...configOf('await import("./stacks/a"); (await import("./stacks/b")).default();'),
      "stacks/a.ts": 'import * as aws from "@pulumi/aws";\nexport default function A() { return new aws.sqs.Queue("Q"); }\n',
      "stacks/b.ts": 'import * as aws from "@pulumi/aws";\nexport default async function () { return aws.getRegion(); }\n',
    });
    expect(places(diagnostics)).toEqual(["DVT1014 a.ts:2:1", "DVT1017"]);
  });

  test("reserved variables of a function are dropped with a warning at their place", async () => {
    const { diagnostics, get } = await runBody(
      'new aws.lambda.Function("F", { role: "r", environment: { variables: {\n  A: "1",\n  AWS_REGION: "x",\n} } });',
    );
    expect(places(diagnostics)).toEqual(["DVT1009 sst.config.ts:4:3"]);
    expect(get("aws_lambda_function.F").config.environment).toEqual([{ variables: { A: "1" } }]);
  });

  test("reserved variables that come out of an apply are dropped too", async () => {
    const { diagnostics, get } = await runBody(
      'const q = new aws.sqs.Queue("Q", { name: "q" });\nconst env = q.name.apply((n) => ({ N: n,\n  AWS_REGION: "x" }));\nnew aws.lambda.Function("F", { role: "r", environment: { variables: env } });',
      { pass: "apply" },
    );
    expect(places(diagnostics)).toEqual(["DVT1009 sst.config.ts:4:3"]);
    expect(get("aws_lambda_function.F").config.environment).toEqual([{ variables: { N: "q" } }]);
  });
});
