import { UNKNOWN } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { places, runBody } from "./programs.ts";

/** What the outputs named a, b, c … of `run` come to. */
async function outputsOf(body: string, pass: "plan" | "apply" = "apply"): Promise<{ readonly [name: string]: unknown }> {
  const { result, diagnostics } = await runBody(
    `const p = $util; const q = new aws.sqs.Queue("Jobs", { name: "jobs" });\n${body}`,
    { pass },
  );
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === "error")).toEqual([]);
  return Object.fromEntries(Object.entries(result.outputs).map(([name, output]) => [name, output.value]));
}

const ARN = "arn-of-aws_sqs_queue.Jobs";

describe("Output", () => {
  test.each([
    ["apply", "return { a: q.arn.apply(v => v.length) };", ARN.length],
    ["apply that gives an Output", "return { a: q.arn.apply(v => p.output(v + '!')) };", `${ARN}!`],
    ["apply that gives a promise", "return { a: q.arn.apply(async v => v + '!') };", `${ARN}!`],
    ["apply that gives Outputs inside", "return { a: q.arn.apply(v => ({ x: [q.name] })) };", { x: ["jobs"] }],
    ["all of a list", "return { a: p.all([q.arn, 1, Promise.resolve('x')]).apply(([x, y, z]) => x + y + z) };", `${ARN}1x`],
    ["all of an object", "return { a: p.all({ x: q.name, y: 2 }).apply(({ x, y }) => x + y) };", "jobs2"],
    ["interpolate", "return { a: p.interpolate`<${q.arn}|${null}|${3}>` };", `<${ARN}||3>`],
    ["concat", "return { a: p.concat('a', q.name, 1) };", "ajobs1"],
    ["format", "return { a: p.format('%s-%d%%', q.name, 3) };", "jobs-3%"],
    ["jsonStringify", "return { a: p.jsonStringify({ n: q.name, d: 1 }) };", '{"n":"jobs","d":1}'],
    ["jsonParse", 'return { a: p.jsonParse(p.interpolate`{"n":"${q.name}"}`).n };', "jobs"],
    ["lifted members and items", "return { a: p.output({ list: [{ deep: q.name }] }).list[0].deep };", "jobs"],
    ["a member that is not there", "return { a: p.all([p.output({ x: 1 }).nothing]).apply(([v]) => String(v)) };", "undefined"],
    ["a nested promise in output()", "return { a: p.output({ x: Promise.resolve([q.name]) }) };", { x: ["jobs"] }],
    [
      "globals",
      "return { a: $concat($interpolate`${q.name}`, $resolve([q.name]).apply(([n]) => n), $jsonParse($jsonStringify('z'))) };",
      "jobsjobsz",
    ],
  ])("%s", async (_name, body, wanted) => {
    expect((await outputsOf(body)).a).toEqual(wanted);
  });

  test("in a plan apply does not run on what is unknown, and runs on what is known", async () => {
    const outputs = await outputsOf(
      "return { a: q.arn.apply(() => { throw new Error('ran'); }), b: q.name.apply(n => n + '!'), c: p.all([q.name, q.arn]).apply(() => 1), d: p.output({ k: q.name, u: q.arn }).k };",
      "plan",
    );
    expect(outputs).toEqual({ a: UNKNOWN, b: "jobs!", c: UNKNOWN, d: "jobs" });
  });

  test("secrets stay secret through apply, interpolate, all, tokens and members, and unsecret ends it", async () => {
    const { result, get } = await runBody(
      `const p = $util; const s = p.secret("hush");
      new aws.ssm.Parameter("P", { type: "String", value: s, tags: { plain: "x", mixed: \`a-\${s}\` } });
      return { a: s.apply(v => v + 1), b: p.interpolate\`x\${s}\`, c: p.all(["a", s]), d: \`t-\${s}\`, e: p.unsecret(s), f: await p.isSecret(s), g: p.output({ m: s }).m };`,
      { pass: "apply" },
    );
    expect(Object.fromEntries(Object.entries(result.outputs).map(([name, output]) => [name, output.sensitive]))).toEqual({
      a: true,
      b: true,
      c: true,
      d: true,
      e: false,
      f: false,
      g: true,
    });
    expect(result.outputs.f?.value).toBe(true);
    expect(get("aws_ssm_parameter.P").sensitive).toEqual([["value"], ["tags", "mixed"]]);
  });

  test("the engine's sensitive paths and additionalSecretOutputs make properties secret", async () => {
    const { result } = await runBody(
      'const r = new random.RandomPassword("R", { length: 8 }); const q = new aws.sqs.Queue("Q", {}, { additionalSecretOutputs: ["url"] });\nreturn { url: q.url, arn: q.arn, length: r.length };',
      { pass: "apply" },
    );
    expect([result.outputs.url?.sensitive, result.outputs.arn?.sensitive]).toEqual([true, false]);
  });

  test.each([
    ["as a number", "return { a: q.arn * 2 };", "DVT1008"],
    ["taken apart", "const [x] = q.tags; return {};", "DVT1008"],
    ["spread", "return { ...q.tags };", "DVT1008"],
    ["with a method of its value", "return { a: q.arn.split(':') };", "DVT1008"],
    ["in the name of a resource", "new aws.sqs.Queue(`n-${q.name}`);", "DVT1004"],
  ])("an Output used %s is an error at its place", async (_name, body, code) => {
    const { diagnostics } = await runBody(`const q = new aws.sqs.Queue("Jobs");\n${body}`);
    expect(places(diagnostics.filter((d) => d.severity === "error"))[0]).toMatch(new RegExp(`^${code} sst.config.ts:3:\\d+$`));
  });

  test("await of an Output gives the Output, and a note says so", async () => {
    const { diagnostics, result } = await runBody(
      'const q = new aws.sqs.Queue("Jobs", { name: "j" });\nconst n = await q.name;\nreturn { n };',
    );
    expect(places(diagnostics)).toEqual(["DVT1008 sst.config.ts:3:11"]);
    expect(result.outputs.n?.value).toBe("j");
  });

  test("showing a resource or an Output tells what it is, and neither fails nor gives garbage", async () => {
    const { diagnostics, result } = await runBody(
      'const { inspect } = require("node:util"); const q = new aws.sqs.Queue("Jobs", { name: "j" });\nreturn { q: inspect(q), o: inspect(q.name), j: JSON.stringify(q), k: Object.keys(q).length, s: q instanceof aws.sqs.Queue && q instanceof $util.CustomResource && q instanceof $util.Resource, u: q.urn };',
    );
    expect(diagnostics).toEqual([]);
    expect(Object.fromEntries(Object.entries(result.outputs).map(([name, output]) => [name, output.value]))).toEqual({
      q: 'Queue "Jobs"',
      o: "Output { its value is there later: use .apply(value => console.log(value)) }",
      j: "{}",
      k: 0,
      s: true,
      u: "urn:pulumi:dev::shop::aws:sqs/queue:Queue::Jobs",
    });
  });

  test("an async function may return an Output without a note", async () => {
    const { diagnostics, result } = await runBody(
      'const q = new aws.sqs.Queue("Jobs", { name: "j" });\nconst f = async () => q.name;\nreturn { n: f() };',
    );
    expect(diagnostics).toEqual([]);
    expect(result.outputs.n?.value).toBe("j");
  });
});

describe("tokens", () => {
  test.each([
    ["a template literal", "`x-${q.name}-y`", "x-jobs-y"],
    ["+", '"x" + q.name', "xjobs"],
    ["String()", "String(q.name)", "jobs"],
    ["a change of case", "`${q.arn}`.toUpperCase()", ARN.toUpperCase()],
    ["slugging", '`a b ${q.name}`.replace(/[^a-z0-9]/gi, "-")', "a-b-jobs"],
    ["JSON.stringify of a text", "JSON.stringify({ n: q.name })", '{"n":"jobs"}'],
    ["JSON.stringify of an object", 'JSON.stringify({ n: p.output({ a: ["\\"q\\"", 2] }) })', '{"n":{"a":["\\"q\\"",2]}}'],
    ["JSON.stringify of a number, indented", "JSON.stringify({ n: p.output(5) }, null, 1)", '{\n "n": 5\n}'],
    ["a quote in a value inside JSON", "JSON.stringify({ n: `<${p.output('a\"b')}>` })", '{"n":"<a\\"b>"}'],
    [
      "JSON in JSON",
      "JSON.stringify({ o: JSON.stringify({ i: p.output({ k: 'v\"' }) }) })",
      '{"o":"{\\"i\\":{\\"k\\":\\"v\\\\\\"\\"}}"}',
    ],
    ["JSON that is part of a text", "`policy=${JSON.stringify({ n: p.output('a\"') })}`", 'policy={"n":"a\\""}'],
    ["bare in JSON text", '`{"n": ${p.output(5)}}`', '{"n": 5}'],
  ])("%s carries the value", async (_name, expression, wanted) => {
    expect((await outputsOf(`return { a: ${expression} };`)).a).toBe(wanted);
  });

  test("an object key carries the value, and so does a token in an input of a resource, with its dependency", async () => {
    const { get, diagnostics } = await runBody(
      'const q = new aws.sqs.Queue("Jobs", { name: "jobs" });\nnew aws.sns.Topic("T", { tags: { [q.name]: `${q.arn}/x` } });',
      { pass: "apply" },
    );
    expect(get("aws_sns_topic.T").config.tags).toEqual({ jobs: `${ARN}/x` });
    expect(get("aws_sns_topic.T").dependencies).toEqual(["aws_sqs_queue.Jobs"]);
    expect(places(diagnostics)).toEqual(["DVT1008 sst.config.ts:3:37", "DVT1008 sst.config.ts:3:45"]);
  });

  test("an unknown makes the whole text unknown in the plan", async () => {
    expect((await outputsOf("return { a: `x-${q.arn}`, b: JSON.stringify({ n: q.name, u: q.url }) };", "plan")).a).toBe(UNKNOWN);
  });

  test("a text that only looks like a token stays as it is", async () => {
    expect((await outputsOf('return { a: "DvtOut9999Z" };')).a).toBe("DvtOut9999Z");
  });
});
