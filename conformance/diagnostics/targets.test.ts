/** Where a run may go: targets, accounts and profiles, protected stages and resources, questions that nobody answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectRefused, expectSaid, program, stateFiles, withCloud } from "./app.ts";

const cloud = withCloud();
const QUEUE = `    new aws.sqs.Queue("Q", {});`;

describe("a target is refused:", () => {
  test.each([
    ["AWS by URL", "https://sqs.us-east-1.amazonaws.com", "sqs.us-east-1.amazonaws.com is not this machine"],
    ["another machine", "http://10.0.0.7:4566", "10.0.0.7 is not this machine"],
    ["a name that only looks local", "http://localhost.example.com", "localhost.example.com is not this machine"],
    ["another protocol", "ftp://127.0.0.1", "is no HTTP URL"],
    ["a word", "production", 'is neither "local", "aws" nor a URL'],
  ])("%s", async (_, target, says) => {
    await expectRefused(
      cloud,
      { "sst.config.ts": program(QUEUE) },
      { code: "DVT7004", says: [says], fix: "Use --target local, --target aws or --target http://127.0.0.1:PORT" },
      ["deploy", "--stage", "dev", "--target", target],
    );
  });

  test("an endpoint of the environment that would lead out of this machine is not followed", async () => {
    const app = cloud.app({ "sst.config.ts": program(QUEUE) });
    const ran = await app.run(["deploy", "--stage", "dev"], { env: { AWS_ENDPOINT_URL: "https://sqs.us-east-1.amazonaws.com" } });
    expect([ran.code, ran.messages]).toEqual([0, []]);
  });
});

describe("an account or profile that is not the stage's is refused:", () => {
  test.each([
    ["that the app does not allow", 'allowedAccountIds: ["123456789012"]', "allows 123456789012"],
    ["that the app forbids", 'forbiddenAccountIds: ["000000000000"]', "forbids it"],
  ])("an account %s, which AWS is asked for", async (_, setting, says) => {
    // The cloud's STS answers for AWS's here; nothing else of AWS is asked.
    const keys = `region: "us-east-1", accessKey: "a", secretKey: "b", endpoints: [{ sts: "${cloud.endpoint()}" }]`;
    await expectRefused(
      cloud,
      { "sst.config.ts": program(QUEUE, `, providers: { aws: { ${keys}, ${setting} } }`) },
      {
        code: "DVT4001",
        says: ["AWS account ID not allowed: 000000000000.", says],
        fix: "Use the credentials of an allowed account.",
      },
      ["deploy", "--stage", "dev", "--target", "aws", "--yes"],
    );
  });

  test("on the embedded cloud the accounts of AWS are not asked for", async () => {
    const app = cloud.app({
      "sst.config.ts": program(QUEUE, `, providers: { aws: { allowedAccountIds: ["123456789012"] } }`),
    });
    expect((await app.run(["diff", "--stage", "dev"])).code).toBe(0);
  });

  test("a profile that does not exist, for AWS", async () => {
    await expectRefused(
      cloud,
      { "sst.config.ts": program(QUEUE, `, providers: { aws: { profile: "of-nobody", region: "eu-central-1" } }`) },
      { code: "DVT4001", says: ['The profile "of-nobody" gives no credentials'], fix: "aws sso login --profile of-nobody" },
      ["deploy", "--stage", "dev", "--target", "aws", "--yes"],
    );
  });
});

describe("what is protected stays:", () => {
  test("a stage", async () => {
    const app = cloud.app({
      "sst.config.ts": program(`    new aws.sqs.Queue("Q", { name: "kept-stage" });`, ", §protect: true"),
    });
    expect((await app.run(["deploy", "--stage", "dev"])).code).toBe(0);
    const [before, state] = [await cloud.inventory(), app.read(".dovetail/dev.tfstate")];
    const ran = await app.run(["remove", "--stage", "dev", "--yes"]);
    expect(ran.code).toBe(1);
    expectSaid(ran, { code: "DVT7005", says: ["The app protects stage dev"], fix: "Take protect away in sst.config.ts" }, app);
    const watched = await app.run(["dev", "--stage", "dev"]);
    expect(watched.code).toBe(1);
    expectSaid(
      watched,
      { code: "DVT7005", says: ["dovetail dev changes a stage as its files change"], fix: "Watch another stage" },
      app,
    );
    expect([await cloud.inventory(), app.read(".dovetail/dev.tfstate")]).toEqual([before, state]);
  });

  test.each([
    ["by remove", ["remove", "--stage", "dev"], (text: string) => text],
    ["by a change that replaces it", ["deploy", "--stage", "dev"], (text: string) => text.replace("kept-one", "kept-two")],
    [
      "by taking it out of the program",
      ["deploy", "--stage", "dev"],
      (text: string) => text.replace(/new aws\.sqs\.Queue.*/, ""),
    ],
  ])("a resource, %s", async (name, command, change) => {
    const prefix = name.replaceAll(" ", "-");
    const app = cloud.app({
      "sst.config.ts": program(`    new aws.sqs.Queue("Q", { name: "${prefix}-kept-one" }, { protect: true });`),
    });
    expect((await app.run(["deploy", "--stage", "dev"])).code).toBe(0);
    const [before, state] = [await cloud.inventory(), app.read(".dovetail/dev.tfstate")];
    app.write({ "sst.config.ts": change(app.read("sst.config.ts")) });
    const ran = await app.run(command);
    expect(ran.code, ran.err).toBe(1);
    expectSaid(ran, { code: "DVT3003", says: ["aws_sqs_queue.Q", "protect"], fix: /protect/ });
    expect([await cloud.inventory(), app.read(".dovetail/dev.tfstate")]).toEqual([before, state]);
  });
});

describe("a question that nobody can answer", () => {
  test("stops a deploy to AWS before anything is done", async () => {
    const app = cloud.app({
      "sst.config.ts": program(
        `    new random.RandomId("R", { byteLength: 4 });`,
        "",
        'import * as random from "@pulumi/random";',
      ),
    });
    const ran = await app.run(["deploy", "--stage", "dev", "--target", "aws"]);
    expect(ran.code).toBe(1);
    expectSaid(ran, { code: "DVT7003", says: ["The target is AWS, and nobody is there to confirm."], fix: "Pass --yes" });
    expect(stateFiles(app)).toEqual([]);
  });
});

describe("addresses and names on the command line:", () => {
  test("a target address that names nothing", async () => {
    await expectRefused(
      cloud,
      { "sst.config.ts": program(QUEUE) },
      { code: "DVT3010", says: ["aws_sqs_queue.Nobody names no resource"], fix: "dovetail state list" },
      ["deploy", "--stage", "dev", "--target-address", "aws_sqs_queue.Nobody"],
    );
  });

  test("a resource that the state does not have", async () => {
    const app = cloud.app({ "sst.config.ts": program(QUEUE) });
    const ran = await app.run(["state", "show", "aws_sqs_queue.Nobody", "--stage", "dev"]);
    expect(ran.code).toBe(1);
    expectSaid(ran, { code: "DVT5007", says: ["aws_sqs_queue.Nobody"] });
  });
});

test("nothing of the host's keys is in the cloud's folder", () => {
  expect(readFileSync(join(cloud.scratch, "cloud/cloud.json"), "utf8")).not.toMatch(/AKIA|secret/i);
});
