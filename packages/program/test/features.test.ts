import { execFile } from "node:child_process";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Diagnostic, UNKNOWN } from "@dovetail/model";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { createDynamicProvider } from "../src/app/load-app.ts";
import { memoryHost } from "./memory-host.ts";
import { configOf, load, places, project, run, runBody } from "./programs.ts";

const errors = (diagnostics: readonly Diagnostic[]) => diagnostics.filter((diagnostic) => diagnostic.severity === "error");

const FUNCTION = (handler: string, more = "") =>
  `new aws.lambda.Function("F", { role: "r", runtime: "nodejs20.x", handler: "${handler}", code: new $util.asset.FileArchive("./dist")${more} });`;

describe("archives", () => {
  test("a folder becomes one zip, the same for the same content, whoever uses it and whenever its files were written", async () => {
    const root = project({
      ...configOf(`${FUNCTION("a.main")}\n${FUNCTION("b/c.main").replace('"F"', '"G"')}`),
      "dist/a.js": "exports.main = 1",
      "dist/b/c.js": "exports.main = 2",
    });
    const host = memoryHost();
    await (await load(root)).frontEnd.evaluate(host);
    const [first, second] = ["F", "G"].map((name) => host.resources.get(`aws_lambda_function.${name}`)?.config);
    expect(first?.filename).toMatch(/^\.dovetail\/artifacts\/[0-9a-f]{32}\.zip$/);
    expect([second?.filename, second?.source_code_hash]).toEqual([first?.filename, first?.source_code_hash]);
    expect(Object.keys(unzipSync(readFileSync(join(root, String(first?.filename)))))).toEqual(["a.js", "b/c.js"]);
    utimesSync(join(root, "dist/a.js"), 1, 1);
    const again = memoryHost();
    const app = await load(root);
    await app.frontEnd.evaluate(again);
    expect(again.resources.get("aws_lambda_function.F")?.config.source_code_hash).toBe(first?.source_code_hash);
    expect(app.assetPaths).toEqual([join(root, "dist")]);
    writeFileSync(join(root, "dist/a.js"), "exports.main = 3");
    const changed = memoryHost();
    await (await load(root)).frontEnd.evaluate(changed);
    expect(changed.resources.get("aws_lambda_function.F")?.config.source_code_hash).not.toBe(first?.source_code_hash);
  });

  test("an archive is put together from texts, files and folders", async () => {
    const root = project({
      ...configOf(
        'const a = $util.asset;\nnew aws.lambda.Function("F", { role: "r", runtime: "nodejs20.x", handler: "index.main", code: new a.AssetArchive({ "index.js": new a.StringAsset("exports.main = 1"), lib: new a.FileArchive("dist"), "one.txt": new a.FileAsset("one.txt") }) });\nnew aws.s3.BucketObjectv2("O", { bucket: "b", source: new a.StringAsset("hello") });\nnew aws.s3.BucketObjectv2("P", { bucket: "b", source: $asset("one.txt") });',
      ),
      "dist/x.js": "1",
      "one.txt": "one",
    });
    const host = memoryHost();
    await (await load(root)).frontEnd.evaluate(host);
    expect(errors(host.diagnostics)).toEqual([]);
    const zip = unzipSync(readFileSync(join(root, String(host.resources.get("aws_lambda_function.F")?.config.filename))));
    expect(Object.fromEntries(Object.entries(zip).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]))).toEqual({
      "index.js": "exports.main = 1",
      "lib/x.js": "1",
      "one.txt": "one",
    });
    expect(readFileSync(join(root, String(host.resources.get("aws_s3_object.O")?.config.source)), "utf8")).toBe("hello");
    expect(host.resources.get("aws_s3_object.P")?.config.source).toBe("one.txt");
  });

  test("a missing artefact names the build command that is there", async () => {
    const { diagnostics } = await run({
      ...configOf(FUNCTION("a.main").replace("./dist", "../backend/dist")),
      "../backend/package.json": '{"scripts":{"build":"x"}}',
    });
    expect(errors(diagnostics).map((d) => [d.code, d.fix])).toEqual([
      ["DVT1010", "Build it first:\n    npm --prefix ../backend run build"],
    ]);
  });

  test.each([
    ["a file that is not there", "src/nope.main", "DVT1011", undefined],
    ["a file in another folder", "src/a.main", "DVT1011", 'Did you mean "a.main"?'],
    ["an export that is not there", "a.handler", "DVT1011", "Export it:\n    export const handler = async (event) => { ... };"],
    ["no file at all", "main", "DVT1011", undefined],
  ])("a handler with %s is an error at its place", async (_name, handler, code, fix) => {
    const { diagnostics } = await run({ ...configOf(FUNCTION(handler)), "dist/a.js": "exports.main = 1" });
    expect(places(errors(diagnostics))).toEqual([`${code} sst.config.ts:2:66`]);
    if (fix !== undefined) expect(diagnostics[0]?.fix).toBe(fix);
  });

  test("a module that the archive lacks is a warning, built-in ones and the SDK are not", async () => {
    const source =
      'const a = require("left-pad/x"); const b = require("node:fs"), c = require("fs"), d = require("@aws-sdk/client-s3"), e = require("inside"); exports.main = 1';
    const { diagnostics } = await run({
      ...configOf(FUNCTION("a.main")),
      "dist/a.js": source,
      "dist/node_modules/inside/index.js": 'require("other")',
    });
    expect(diagnostics.map((d) => [d.code, d.severity, d.detail?.split(",")[0]])).toEqual([
      ["DVT1020", "warning", 'a.js imports "left-pad"'],
    ]);
  });
});

describe("an older bucket", () => {
  test("its inline configuration becomes the resources that have it today, with a note each", async () => {
    const { host, get, diagnostics } = await runBody(`new aws.s3.Bucket("B", {
      acl: "private", versioning: { enabled: true }, corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["*"] }],
      lifecycleRules: [{ enabled: true, prefix: "tmp/", expiration: { days: 3 }, noncurrentVersionExpiration: { days: 9 } }],
      serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } } },
    });`);
    expect(errors(diagnostics)).toEqual([]);
    expect([...host.resources.keys()].sort()).toEqual([
      "aws_s3_bucket.B",
      "aws_s3_bucket_cors_configuration.B-CorsConfiguration",
      "aws_s3_bucket_lifecycle_configuration.B-LifecycleConfiguration",
      "aws_s3_bucket_server_side_encryption_configuration.B-ServerSideEncryptionConfiguration",
      "aws_s3_bucket_versioning.B-Versioning",
    ]);
    expect(get("aws_s3_bucket_versioning.B-Versioning").config.versioning_configuration).toEqual([{ status: "Enabled" }]);
    expect(get("aws_s3_bucket_lifecycle_configuration.B-LifecycleConfiguration").config.rule).toEqual([
      {
        id: "rule-1",
        status: "Enabled",
        filter: [{ prefix: "tmp/" }],
        expiration: [{ days: 3 }],
        noncurrent_version_expiration: [{ noncurrent_days: 9 }],
      },
    ]);
    expect(places(diagnostics)).toEqual([
      "DVT1019 sst.config.ts:3:23",
      "DVT1019 sst.config.ts:3:54",
      "DVT1019 sst.config.ts:4:7",
      "DVT1019 sst.config.ts:5:7",
    ]);
  });

  test("what is not translated names the class to use", async () => {
    const { diagnostics } = await runBody('new aws.s3.BucketV2("B", { replicationConfigurations: [{ role: "r", rules: [] }] });');
    expect(errors(diagnostics).map((d) => [d.code, d.fix])).toEqual([["DVT1005", "Use aws.s3.BucketReplicationConfig."]]);
  });
});

describe("pulumi.Config", () => {
  const YAML = 'config:\n  shop:size: "3"\n  shop:flag: true\n  shop:data:\n    a: [1]\n  aws:region: eu-west-1\n  word: hi\n';

  test("values of Pulumi.<stage>.yaml, and over them those of PULUMI_CONFIG", async () => {
    const { result, diagnostics } = await run(
      {
        ...configOf(
          "const c = new $util.Config(); const a = new $util.Config('aws');\nreturn { n: c.requireNumber('size'), f: c.getBoolean('flag'), d: c.requireObject('data'), r: a.require('region'), w: c.get('word'), x: c.get('nope') ?? 'none', s: c.requireSecret('word') };",
        ),
        "Pulumi.dev.yaml": YAML,
      },
      { env: { PULUMI_CONFIG: '{"word":"over"}' } },
    );
    expect(diagnostics.map((d) => d.code)).toEqual(["DVT1017"]);
    expect(Object.fromEntries(Object.entries(result.outputs).map(([name, output]) => [name, output.value]))).toEqual({
      n: 3,
      f: true,
      d: { a: [1] },
      r: "eu-west-1",
      w: "over",
      x: "none",
      s: "over",
    });
    expect(result.outputs.s?.sensitive).toBe(true);
  });

  test.each([
    ["a value that is missing", "new $util.Config().require('nope')", {}, "DVT1018"],
    ["a value of another type", "new $util.Config().requireNumber('word')", { "Pulumi.dev.yaml": YAML }, "DVT1006"],
    ["a file that is no YAML", "new $util.Config().get('a')", { "Pulumi.dev.yaml": "a: [" }, "DVT1018"],
    [
      "a value that Pulumi encrypted",
      "new $util.Config().get('a')",
      { "Pulumi.dev.yaml": "config:\n  shop:a:\n    secure: v1:xyz\n" },
      "DVT1018",
    ],
  ])("%s is an error", async (_name, expression, files, code) => {
    const { diagnostics } = await run({ ...configOf(`${expression};`), ...files });
    expect(errors(diagnostics).map((d) => d.code)).toEqual([code]);
  });
});

describe("stack references", () => {
  test("outputs of another stage, of another app, and by path; a missing one names the places", async () => {
    const state = (value: string) =>
      JSON.stringify({
        version: 4,
        outputs: { url: { value, type: "string" }, key: { value: "k", type: "string", sensitive: true } },
      });
    const { result, diagnostics } = await run({
      ...configOf(
        'const S = $util.StackReference;\nconst prod = new S("prod"); const other = new S("org/mail/dev"); const path = new S("x", { name: "../far/dev.tfstate" }); const none = new S("ghost/dev");\nreturn { a: prod.getOutput("url"), b: other.requireOutput("url"), c: path.outputs.url, d: prod.getOutput("key"), e: none.getOutput("url") };',
      ),
      ".dovetail/prod.tfstate": state("one"),
      "../mail/.dovetail/dev.tfstate": state("two"),
      "../far/dev.tfstate": state("three"),
    });
    expect([result.outputs.a?.value, result.outputs.b?.value, result.outputs.c?.value, result.outputs.d?.sensitive]).toEqual([
      "one",
      "two",
      "three",
      true,
    ]);
    expect(errors(diagnostics).map((d) => [d.code, d.detail?.includes("ghost/.dovetail/dev.tfstate")])).toEqual([
      ["DVT1018", true],
    ]);
  });
});

describe("dynamic resources", () => {
  const PROGRAM = `const calls: string[] = [];
    const provider = {
      async create(inputs: any) { return { id: "made", outs: { ...inputs, size: inputs.text.length } }; },
      async diff(id: string, olds: any, news: any) { return { changes: olds.text !== news.text, replaces: olds.kind !== news.kind ? ["kind"] : [] }; },
      async update(id: string, olds: any, news: any) { return { outs: { ...news, size: -1 } }; },
      async read(id: string, props: any) { return { id, props }; },
      async delete(id: string, props: any) { if (props.text === "stuck") throw new Error("cannot let go"); },
    };
    class Thing extends $util.dynamic.Resource {
      readonly size; readonly text;
      constructor(name: string, args: any) { super(provider, name, { ...args, size: undefined }); }
    }
    const q = new aws.sqs.Queue("Q", { name: "q" });
    const thing = new Thing("T", { text: q.name, kind: "a" });
    return { size: thing.size, text: thing.text };`;

  test("are registered with their inputs, and their fields are Outputs of what the functions return", async () => {
    const { get, result } = await runBody(PROGRAM, { pass: "plan" });
    expect(get("dovetail_dynamic_resource.T")).toMatchObject({
      config: { resource: "T", inputs: '{"text":"q","kind":"a"}' },
      dependencies: ["aws_sqs_queue.Q"],
    });
    expect(result.outputs.size?.value).toBe(UNKNOWN);
  });

  test("their provider plans and applies by calling the program's functions", async () => {
    const app = await load(project(configOf(PROGRAM)));
    const provider = createDynamicProvider(app);
    const config = { id: null, resource: "T", inputs: '{"text":"abc","kind":"a"}', outputs: null };
    const planned = await provider.planChange({ type: "dovetail_dynamic_resource", prior: null, proposed: config, config });
    expect(planned.planned).toEqual({ ...config, id: UNKNOWN, outputs: UNKNOWN });
    const created = await provider.applyChange({
      type: "dovetail_dynamic_resource",
      prior: null,
      planned: planned.planned,
      config,
    });
    expect(created).toEqual({ state: { ...config, id: "made", outputs: '{"text":"abc","kind":"a","size":3}' }, diagnostics: [] });
    const next = { ...config, inputs: '{"text":"abc","kind":"b"}' };
    const replaced = await provider.planChange({
      type: "dovetail_dynamic_resource",
      prior: { ...created.state, outputs: '{"text":"x","kind":"a"}' },
      proposed: next,
      config: next,
    });
    expect(replaced.requiresReplace).toEqual([["inputs"]]);
    const deleted = await provider.applyChange({
      type: "dovetail_dynamic_resource",
      prior: created.state,
      planned: null,
      config: null,
    });
    expect(deleted).toEqual({ state: null, diagnostics: [] });
    const stuck = await provider.applyChange({
      type: "dovetail_dynamic_resource",
      prior: { ...created.state, outputs: '{"text":"stuck"}' },
      planned: null,
      config: null,
    });
    expect([stuck.state === null, stuck.diagnostics.map((d) => d.detail)]).toEqual([false, ["cannot let go"]]);
    const gone = await provider.applyChange({
      type: "dovetail_dynamic_resource",
      prior: { ...created.state, resource: "Gone" },
      planned: null,
      config: null,
    });
    expect(gone.diagnostics.map((d) => d.code)).toEqual(["DVT4001"]);
  });
});

describe("evaluation", () => {
  test("each pass starts from a clean module context, and the app's folder, environment and .env files are the program's", async () => {
    const root = project({
      ...configOf(
        'const { count } = await import("./state");\nconst fs = require("fs"); const path = await import("node:path");\nnew aws.sqs.Queue("Q");\nreturn { n: count(), cwd: process.cwd() === __dirname, file: path.basename(__filename), url: import.meta.url.endsWith("sst.config.ts"), here: fs.existsSync("state.ts"), A: process.env.A, B: process.env.B, C: process.env.C, where: (await import("./deep/place")).where };',
      ),
      "state.ts": "let n = 0;\nexport const count = () => ++n;\n",
      "deep/place.ts":
        'import { basename } from "node:path";\nexport const where = basename(__dirname) + basename(import.meta.dirname);\n',
      ".env": "A=plain\nB=plain\n",
      ".env.dev": "B=stage\nC=stage\n",
    });
    const app = await load(root, { env: { A: "set" } });
    for (const pass of ["plan", "apply"] as const) {
      const { outputs } = await app.frontEnd.evaluate(memoryHost(pass));
      expect(Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value]))).toEqual({
        n: 1,
        cwd: true,
        file: "sst.config.ts",
        url: true,
        here: true,
        A: "set",
        B: "plain",
        C: "stage",
        where: "deepdeep",
      });
    }
    expect([process.env.C, process.cwd() === root]).toEqual([undefined, false]);
    expect(app.inputFiles).toEqual(
      expect.arrayContaining([join(root, "sst.config.ts"), join(root, "state.ts"), join(root, ".env"), join(root, ".env.dev")]),
    );
  });

  test("static imports work, of stacks with resources at their top level too", async () => {
    const { host, diagnostics } = await run({
      "sst.config.ts": 'import "./queues";\nexport default $config({ app: () => ({ name: "s" }), run() {} });\n',
      "queues.ts":
        'import { sqs } from "@pulumi/aws";\nimport { Queue } from "@pulumi/aws/sqs";\nexport const a = new sqs.Queue("A", { name: `${$app.name}-${$app.stage}` });\nexport const b = new Queue("B", { name: await Promise.resolve("b") });\n',
    });
    expect(errors(diagnostics)).toEqual([]);
    expect([host.resources.get("aws_sqs_queue.A")?.config.name, host.resources.get("aws_sqs_queue.B")?.config.name]).toEqual([
      "s-dev",
      "b",
    ]);
  });

  test("an unchanged program is not bundled again, a changed one is", async () => {
    const root = project(configOf('new aws.sqs.Queue("Q");'));
    await load(root);
    const record = () =>
      JSON.parse(
        readFileSync(
          join(root, ".dovetail/cache/program", requireOnly(join(root, ".dovetail/cache/program")), "bundle.json"),
          "utf8",
        ),
      ) as { file: string };
    const first = record().file;
    await load(root);
    expect(record().file).toBe(first);
    writeFileSync(join(root, "sst.config.ts"), configOf('new aws.sqs.Queue("R");')["sst.config.ts"]);
    await load(root);
    expect(record().file).not.toBe(first);
    expect(existsSync(record().file)).toBe(true);
  });

  const NODE = join(import.meta.dirname, "../../../node_modules/.bin/node");
  const runner = (root: string) => `
    import { loadApp } from ${JSON.stringify(join(import.meta.dirname, "../src/index.ts"))};
    import { memoryHost } from ${JSON.stringify(join(import.meta.dirname, "memory-host.ts"))};
    const app = await loadApp({ configFile: ${JSON.stringify(join(root, "sst.config.ts"))}, stage: "dev", env: {}, command: "diff", target: "local" });
    const host = memoryHost();
    await app.frontEnd.evaluate(host);
    console.log(JSON.stringify(host.diagnostics.map((d) => [d.code, d.range?.line, d.detail])));
  `;

  test.each([
    [
      "a promise that is rejected and not awaited",
      'new aws.sqs.Queue("Q");\n(async () => { throw new Error("left alone"); })();',
      "DVT1003",
      3,
      "left alone",
    ],
    [
      "resources that wait for each other",
      'let resolve: any; const later = new Promise((r) => { resolve = r; });\nconst a = new aws.sqs.Queue("A", { name: later as any });\na.arn.apply((arn) => resolve(arn));',
      "DVT1024",
      3,
      '"name" of aws.sqs.Queue "A"',
    ],
    [
      "Outputs that wait for each other",
      "const [o, set] = $util.deferredOutput<string>();\nconst a = new aws.sqs.Queue('A', { name: o });\nset(a.arn);",
      "DVT1013",
      undefined,
      "aws_sqs_queue.A",
    ],
    ["a promise that never comes", 'new aws.sqs.Queue("Q");\nawait new Promise(() => {});', "DVT1024", 1, "What run() awaits"],
    [
      "a promise that apply is given and that never comes",
      'new aws.sqs.Queue("Q");\nreturn { a: $util.output(1).apply(() => new Promise(() => {})) };',
      "DVT1024",
      3,
      "What the function given to apply returned",
    ],
    [
      "an exception in a timer",
      "await new Promise((r) => {\nsetTimeout(() => { throw new Error('late'); }, 1); setTimeout(r, 20); });",
      "DVT1003",
      3,
      "late",
    ],
    ["process.exit got elsewhere", "const { exit } = process;\nexit(0);", "DVT1003", 3, "process.exit(0)"],
    ["process.exit of the global object", "\nglobalThis.process.exit(0);", "DVT1003", 3, "process.exit(0)"],
    ["process.exit imported", "const { exit } = await import('node:process');\nexit(0);", "DVT1003", 3, "process.exit(0)"],
  ])("%s: told, and no crash", async (_name, body, code, line, detail) => {
    const root = project(configOf(body));
    const { stdout } = await promisify(execFile)(NODE, ["--input-type=module", "-e", runner(root)], { env: { ...process.env } });
    const [found] = JSON.parse(stdout) as [string, number | null, string][];
    expect([found?.[0], found?.[1] ?? undefined, found?.[2].includes(detail)]).toEqual([code, line, true]);
  });
});

function requireOnly(folder: string): string {
  const { readdirSync } = process.getBuiltinModule("node:fs");
  return readdirSync(folder)[0] ?? "";
}
