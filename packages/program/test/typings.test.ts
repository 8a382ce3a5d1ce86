import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { writeTypes } from "../src/typings/write-types.ts";
import { project } from "./programs.ts";
import { snippetApps } from "./snippets.ts";

const TSC = join(import.meta.dirname, "../../../node_modules/.bin/tsc");
const OPTIONS = {
  target: "es2022",
  module: "esnext",
  moduleResolution: "bundler",
  lib: ["es2022"],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/** What tsc says of a program's files, without the columns: `bad.ts(4): error TS2353: ...`. */
async function check(files: { readonly [path: string]: string }, options: object = {}): Promise<string[]> {
  const root = project({
    ...files,
    "tsconfig.json": JSON.stringify({
      compilerOptions: { ...OPTIONS, ...options },
      include: ["**/*.ts", ".sst/platform/config.d.ts"],
    }),
  });
  writeTypes(root);
  const { stdout } = await promisify(execFile)(TSC, ["-p", root], { cwd: root }).catch((error: { stdout: string }) => error);
  return stdout
    .split("\n")
    .filter((line) => /^\S/.test(line))
    .map((line) => line.replace(/\((\d+),\d+\)/, "($1)"));
}

describe("typings", { timeout: 120_000 }, () => {
  test("the rules document's snippets pass tsc with no @pulumi package installed", async () => {
    const markdown = readFileSync(join(import.meta.dirname, "../testdata/kefir-rules.md"), "utf8");
    const files = Object.fromEntries(
      snippetApps(markdown).flatMap(({ files: own }, i) =>
        Object.entries(own)
          .filter(([path]) => path.endsWith(".ts"))
          .map(([path, text]) => [`app${i}/${path}`, text]),
      ),
    );
    // The log line's variables belong to a function's runtime; its console is declared by the wrapping.
    expect(await check(files)).toEqual([]);
  });

  test("the generated files themselves are sound", async () => {
    expect(await check({ "a.ts": "export {};" }, { skipLibCheck: false })).toEqual([]);
  });

  test("SST's first line leads to the globals, as values and as types", async () => {
    const config =
      '/// <reference path="./.sst/platform/config.d.ts" />\nexport default $config({ app(input) { return { name: "a", home: "aws", removal: input?.stage === "production" ? "retain" : "remove" }; }, async run() { const q = new aws.sqs.Queue("Q"); const u: $util.Output<string> = q.url; const f = (x: aws.lambda.Function) => x.arn; return { u, f: f.name, s: $app.stage, i: $interpolate`${q.arn}` }; } });\n';
    const root = project({ "sst.config.ts": config });
    writeTypes(root);
    const { stdout } = await promisify(execFile)(TSC, [
      "--ignoreConfig",
      "--strict",
      "--noEmit",
      "--skipLibCheck",
      "--types",
      "",
      "--target",
      "es2022",
      "--module",
      "esnext",
      "--moduleResolution",
      "bundler",
      join(root, "sst.config.ts"),
    ]).catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });

  test("mistakes are caught, each by its own error", async () => {
    const cases = [
      ["a misspelled argument", 'new aws.sqs.Queue("Q", { visibilityTimout: 3 });', "TS2353"],
      [
        "a misspelled nested argument",
        'new aws.dynamodb.Table("T", { hashKey: "a", attributes: [{ nam: "a", type: "S" }] });',
        "TS2353",
      ],
      ["a wrong type", 'new aws.sqs.Queue("Q", { delaySeconds: "soon" });', "TS2322"],
      ["a missing argument", 'new aws.lambda.Function("F", {});', "TS2741"],
      ["a property that is not there", 'new aws.sqs.Queue("Q").uri;', "TS2339"],
      ["an Output where a text is needed", 'const s: string = new aws.sqs.Queue("Q").url;', "TS2322"],
      ["a class that is not there", 'new aws.sqs.Quue("Q");', "TS2551"],
      ["a constant that is not there", "aws.lambda.Runtime.NodeJS20;", "TS2551"],
      ["a wrong resource option", 'new aws.sqs.Queue("Q", {}, { dependOn: [] });', "TS2561"],
      ["a wrong removal", '$config({ app: () => ({ name: "a", removal: "destroy" }), run() {} });', "TS2322"],
      ["a transform's arguments", "$transform(aws.lambda.Function, (args) => { args.timeot = 3; });", "TS2551"],
      ["a member of a named type", "const e: aws.types.input.lambda.FunctionEnvironment = { varables: {} };", "TS2561"],
      [
        "a text where a named type has a number",
        'const e: aws.types.input.s3.BucketLifecycleConfigurationRuleExpiration = { days: "x" };',
        "TS2322",
      ],
      ["a function's arguments", 'aws.sqs.getQueueOutput({ nme: "a" });', "TS2561"],
    ] as const;
    const files = Object.fromEntries(
      cases.map(([, line], i) => [`case${i}.ts`, `import * as aws from "@pulumi/aws";\n${line}\nexport {};\n`]),
    );
    const found = await check(files);
    const codes = cases.map(([name], i) => [
      name,
      found.filter((text) => text.startsWith(`case${i}.ts(2)`)).map((text) => /TS\d+/.exec(text)?.[0]),
    ]);
    expect(codes).toEqual(cases.map(([name, , code]) => [name, [code]]));
    expect(found).toHaveLength(cases.length);
  });

  test("what programs really write is accepted", async () => {
    const code = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Queue } from "@pulumi/aws/sqs";
const q = new Queue("Q", { tags: { a: pulumi.output("x") }, redrivePolicy: pulumi.jsonStringify({ a: 1 }) }, { protect: true, parent: undefined });
const all: pulumi.Output<string> = pulumi.all([q.arn, q.name, 3]).apply(([arn, name, n]) => arn + name + n.toFixed());
const record: pulumi.Output<number> = pulumi.all({ a: q.arn, b: Promise.resolve(1) }).apply(({ b }) => b);
const nested: pulumi.Output<string> = pulumi.output({ a: [{ b: q.arn }] }).a[0].b;
const chained: pulumi.Output<number> = q.arn.apply((arn) => q.name.apply((name) => arn.length + name.length));
class Store extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  constructor(name: string, args: { size: pulumi.Input<number> }, opts?: pulumi.ComponentResourceOptions) {
    super("my:x:Store", name, args, opts);
    this.url = new aws.sqs.Queue(name, { delaySeconds: args.size }, { parent: this }).url;
    this.registerOutputs({ url: this.url });
  }
}
new aws.iam.RolePolicy("P", { role: new aws.iam.Role("R", { assumeRolePolicy: { Version: "2012-10-17", Statement: [] } }), policy: all });
new aws.cloudwatch.MetricAlarm("A", { comparisonOperator: "x", evaluationPeriods: 1, alarmActions: [new aws.sns.Topic("T"), "arn"] });
const west = new aws.Provider("west", { region: aws.Region.USWest2 });
export const outputs = { record, nested, chained, url: new Store("S", { size: 1 }, { providers: [west] }).url, who: aws.getCallerIdentityOutput({}, { provider: west }).accountId };
const environment: aws.types.input.lambda.FunctionEnvironment = { variables: { A: q.arn } };
const statement: aws.types.input.iam.GetPolicyDocumentStatementArgs = { actions: ["s3:*"], resources: [q.arn] };
const rule: aws.types.input.s3.BucketLifecycleConfigurationRule = { id: "x", status: "Enabled", expiration: { days: 1 } };
const runtime: aws.types.enums.lambda.Runtime = aws.lambda.Runtime.NodeJS22dX;
export const read = (value: aws.types.output.dynamodb.TableTtl): string | undefined => value.attributeName;
export const named = new aws.dynamodb.Table("N", { hashKey: "a", attributes: [] }).ttl.apply((ttl) => read(ttl));
export const used = [environment, statement, rule, runtime];
export async function region(): Promise<string> { return (await aws.getRegion()).name; }
`;
    expect(await check({ "good.ts": code })).toEqual([]);
  });

  test("they are written once, and again when they are incomplete", () => {
    const root = project({ "a.ts": "" });
    expect([writeTypes(root).isNew, writeTypes(root).isNew]).toEqual([true, false]);
    writeFileSync(join(root, ".dovetail/types/.stamp"), "old");
    expect(writeTypes(root).isNew).toBe(true);
  });
});
