/** Pulumi projects as they are, and an SST app written as SST's own templates are. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { deploy, remove, withCloud } from "./harness.ts";

const cloud = withCloud();
const PHRASE = { PULUMI_CONFIG_PASSPHRASE: "correct horse" };

test("a Pulumi project: Pulumi.yaml, its stage's file with a secret, exports as outputs, names as Pulumi makes them", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("pulumi", PHRASE);
  const ran = await deploy(app);
  expect(ran.err).toContain("shop-infra · dev · embedded AWS");
  const outputs = await app.outputs<{ [name: string]: unknown }>();
  expect(Object.keys(outputs).sort()).toEqual(["account", "bucketName", "nested", "parameter", "password", "region", "tableArn"]);
  expect(outputs).toMatchObject({ region: "eu-west-1", password: "hunter2-ü" });
  expect(String(outputs.bucketName)).toMatch(/^assets-[0-9a-f]{7}$/);
  expect(String(outputs.tableArn)).toMatch(/^arn:aws:dynamodb:eu-west-1:\d{12}:table\/orders-dev$/);
  expect(`${ran.out}${ran.err}`).not.toContain("hunter2");
  const bucket = app.resource("aws_s3_bucket.assets").attributes;
  expect(bucket.tags_all).toEqual({ team: "shop" });
  app.edit("Pulumi.dev.yaml", "team: shop", "team: store");
  expect(Object.keys(await app.changes()).sort()).toEqual([
    "aws_dynamodb_table.orders",
    "aws_s3_bucket.assets",
    "aws_ssm_parameter.db",
  ]);
  await remove(cloud, app, before);
});

test("a Pulumi project without the passphrase, and one in another language, say so at the place", async () => {
  const locked = cloud.app("pulumi");
  const refused = await locked.run("deploy", "--stage", "dev");
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(
    /Error DVT1018[\s\S]*Pulumi\.dev\.yaml:6:3[\s\S]*there is no passphrase[\s\S]*PULUMI_CONFIG_PASSPHRASE/,
  );
  const python = cloud.app("pulumi", PHRASE);
  python.edit("Pulumi.yaml", "name: nodejs", "name: python");
  const other = await python.run("deploy", "--stage", "dev");
  expect([other.code, other.err]).toEqual([1, expect.stringMatching(/Error DVT1004[\s\S]*Pulumi\.yaml:2:1[\s\S]*"python"/)]);
});

test("an SST app as its templates are: parts imported by name in a loop, transforms, regions, policies as objects", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("template");
  const said = vi.spyOn(process.stderr, "write");
  const ran = await deploy(app);
  expect(said.mock.calls.map(([text]) => String(text))).toContain("deploying monorepo-template false\n");
  said.mockRestore();
  expect(ran.out).not.toContain("deploying");
  const outputs = await app.outputs();
  expect(outputs.lifted).toMatch(/^arn:aws:sqs:us-east-1:/);
  expect(outputs.topics).toMatch(/^arn:aws:sns:us-east-1:.*,arn:aws:sns:eu-west-1:/);
  expect(outputs.first).toBe(outputs.topics?.split(",")[0]);
  expect(app.resource("aws_sqs_queue.Jobs").attributes).toMatchObject({
    message_retention_seconds: 3600,
    tags: { made: "Jobs" },
    tags_all: { made: "Jobs", owner: "me", "sst:app": "monorepo-template", "sst:stage": "dev" },
  });
  await remove(cloud, app, before);
});

test("options: hooks run around operations, and a replacement takes its ties along", async () => {
  const before = await cloud.inventory();
  const app = cloud.app("ties");
  await deploy(app);
  const heard = () => {
    const file = join(app.folder, "heard.txt");
    const lines = readFileSync(file, "utf8").trim().split("\n");
    writeFileSync(file, "");
    return lines;
  };
  expect(heard()).toEqual(["beforeCreate Store - a", expect.stringMatching(/^afterCreate Store arn:aws:sqs:.* a$/)]);
  app.edit("sst.config.ts", 'note: "a"', 'note: "b"');
  await app.succeed("deploy", "--stage", "dev");
  expect(heard()).toEqual([expect.stringMatching(/^afterUpdate Store arn:.* a>b$/)]);
  app.edit("sst.config.ts", 'month: "2026-11"', 'month: "2026-12"');
  expect(await app.changes()).toEqual({ "aws_sqs_queue.Store": "delete+create", "aws_sqs_queue.Tied": "delete+create" });
  await app.succeed("deploy", "--stage", "dev");
  expect(heard().map((line) => line.split(" ")[0])).toEqual(["beforeDelete", "beforeCreate", "afterCreate"]);
  expect(await app.changes()).toEqual({});
  app.edit("sst.config.ts", "const fails = false", "const fails = true");
  app.edit("sst.config.ts", 'note: "b"', 'note: "c"');
  const refused = await app.run("deploy", "--stage", "dev");
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringMatching(/Error DVT4009: Hook failed[\s\S]*"veto"[\s\S]*not in November/),
  ]);
  expect(Object.keys(await app.changes())).toEqual(["aws_sqs_queue.Store"]);
  app.edit("sst.config.ts", "const fails = true", "const fails = false");
  app.edit("sst.config.ts", /const store = new aws\.sqs\.Queue\([\s\S]*?\n {4}\);\n/, "");
  app.edit("sst.config.ts", /new aws\.sqs\.Queue\("Tied".*\n/, "");
  await app.succeed("deploy", "--stage", "dev");
  expect(heard().map((line) => line.split(" ")[0])).toEqual(["beforeDelete"]);
  await remove(cloud, app, before);
});
