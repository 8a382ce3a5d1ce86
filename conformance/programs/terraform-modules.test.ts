/** Terraform modules in programs: values go in and out, the state has their true addresses, and what is wrong is told at its place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deploy, remove, withCloud } from "./harness.ts";

const cloud = withCloud();

test("inputs take Outputs, outputs are Outputs, secrets stay secret, dependsOn waits for all of it", async () => {
  const app = cloud.app("terraform-modules");
  const before = await cloud.inventory();
  await deploy(app);
  const outputs = await app.outputs<{ first: string; urls: { [name: string]: string }; secret: string }>();
  expect(outputs.urls).toEqual({ a: expect.stringMatching(/labelled-a$/), b: expect.stringMatching(/labelled-b$/) });
  expect([outputs.first, outputs.secret]).toEqual([outputs.urls.a, "hush!"]);
  const queue = app.resource('module.labelled.aws_sqs_queue.this["a"]');
  expect(queue.attributes).toMatchObject({
    visibility_timeout_seconds: 30,
    tags: { topic: expect.stringMatching(/^arn:aws:sns:/) },
  });
  const state = readFileSync(join(app.folder, ".dovetail/dev.tfstate"), "utf8");
  const dependencies = (name: string): unknown =>
    (JSON.parse(state) as { resources: { name: string; instances: { dependencies?: string[] }[] }[] }).resources.find(
      (resource) => resource.name === name,
    )?.instances[0]?.dependencies;
  expect(dependencies("After")).toEqual(["module.labelled.aws_sqs_queue.this"]);
  expect(dependencies("this")).toEqual(["aws_sns_topic.News"]);
  expect((await app.run("output", "--stage", "dev")).out).not.toContain("hush");
  expect(JSON.parse(readFileSync(join(app.folder, "dovetail-modules.lock.json"), "utf8"))).toEqual({
    modules: {
      labelled: { source: "./modules/labelled", version: "1.0.0", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  });
  await remove(cloud, app, before);
});

test("a module that has changed without a new version is told of", async () => {
  const app = cloud.app("terraform-modules");
  const before = await cloud.inventory();
  await deploy(app);
  app.edit("modules/labelled/main.tf", 'name                       = "labelled-', 'name                       = "renamed-');
  const { err, out } = await app.run("diff", "--stage", "dev");
  expect(err + out).toMatch(/Module changed without a new version[\s\S]*sst\.config\.ts:10:/);
  await remove(cloud, app, before);
});

test.each([
  [
    "an input that the module has not",
    "topic: topic.arn,",
    "topic: topic.arn, topics: 1,",
    /An argument named "topics" is not expected here/,
  ],
  ["an input that is left out", "topic: topic.arn,", "", /The argument "topic" is required/],
  ["an input of another type", "{ a: 30, b: 60 }", '{ a: "soon" }', /a number is required/],
  ["a value that its rule refuses", "{ a: 30, b: 60 }", "{ a: -1 }", /A timeout is not negative\./],
  [
    "an output that it has not",
    "labelled.outputs.secret",
    "labelled.outputs.secrets",
    /has no output "secrets"[\s\S]*Did you mean "secret"\?/,
  ],
  ["an argument that terraform.Module has not", 'version: "1.0.0",', 'verison: "1.0.0",', /no argument "verison"/],
  [
    "a version that is not there",
    'version: "1.0.0",',
    'version: "2.0.0",',
    /asks for version 2\.0\.0 of the module "labelled"[\s\S]*is at version 1\.0\.0/,
  ],
  ["a folder that is not there", '"./modules/labelled"', '"./modules/lost"', /no such file or directory/],
  ["a source that is none", '"./modules/labelled"', '"what is this?"', /failed to determine a module installer/],
  [
    "a name that no module can have",
    'terraform.Module("labelled"',
    'terraform.Module("la belled"',
    /no name of a Terraform module/,
  ],
  [
    "a name that breaks out of the call",
    'terraform.Module("labelled"',
    'terraform.Module("x\\" {}"',
    /no name of a Terraform module/,
  ],
])("%s is refused, at its place", async (_what, from, to, message) => {
  const app = cloud.app("terraform-modules");
  app.edit("sst.config.ts", from, to);
  const { code, err } = await app.run("diff", "--stage", "dev");
  expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  expect(err).toMatch(/at (sst\.config\.ts|modules\/labelled\/main\.tf):\d+:\d+/);
});
