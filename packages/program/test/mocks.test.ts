import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { places, project, runBody } from "./programs.ts";

const REGISTER = join(import.meta.dirname, "../src/testing/register.ts");

/** Pulumi's guide to unit tests, with Node's own runner: mocks first, then the program, then assertions inside apply. */
const INFRA = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Runtime } from "@pulumi/aws/lambda";
import { Instance } from "@pulumi/aws/ec2";
export const group = new aws.ec2.SecurityGroup("web-secgrp", {
  ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
});
const ami = aws.ec2.getAmiOutput({ mostRecent: true, owners: ["137112412989"] });
export const server = new Instance("web-server-www", {
  instanceType: "t2.micro",
  vpcSecurityGroupIds: [group.id],
  ami: ami.id,
  tags: { Name: pulumi.interpolate\`www-\${pulumi.getStack()}-\${pulumi.getProject()}\` },
});
export const plain = aws.getRegion();
export class Box extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  constructor(name: string) {
    super("my:index:Box", name, { size: 1 });
    this.url = new aws.sqs.Queue(name + "-q", {}, { parent: this }).url;
  }
}
export const box = new Box("box");
export const runtime = Runtime.NodeJS22dX;
export const globals = $interpolate\`\${server.id}/\${$app.stage}\`;
`;
const TEST = (tests: string, preview = false) => `import assert from "node:assert";
import { before, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
const seen: any[] = [];
pulumi.runtime.setMocks({
  newResource(args) { seen.push(args); return { id: args.inputs.name ? args.name + "-named_id" : args.name + "_id", state: { ...args.inputs, publicDns: "dns-of-" + args.name } }; },
  call(args) { seen.push(args); return args.token === "aws:ec2/getAmi:getAmi" ? { ...args.inputs, id: "ami-1" } : { name: "eu-north-1" }; },
}, "shop", "test", ${preview});
function promiseOf<T>(output: pulumi.Output<T>): Promise<T> { return new Promise((resolve) => output.apply(resolve)); }
describe("infra", () => {
  let infra: typeof import("./infra.ts");
  before(async () => { infra = await import("./infra.ts"); });
${tests}
});
`;

async function nodeTest(files: { readonly [path: string]: string }) {
  const root = project({ "infra.ts": INFRA, "package.json": '{"type":"module"}', ...files });
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  try {
    const args = ["--import", REGISTER, "--test-reporter=tap", "infra.test.ts"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    return { ok: true, stdout };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { ok: false, stdout: stdout + stderr };
  }
}

describe("unit tests of a program with mocks", () => {
  test("Pulumi's guide works: what mocks answer is what the program sees", async () => {
    const { ok, stdout } = await nodeTest({
      "infra.test.ts": TEST(`
  it("has tags, ids and answers", async () => {
    const [urn, tags, id, dns, ami, groups] = await promiseOf(pulumi.all([infra.server.urn, infra.server.tags, infra.server.id,
      infra.server.publicDns, infra.server.ami, infra.server.vpcSecurityGroupIds]));
    assert.deepStrictEqual([urn, tags, id, dns, ami, groups], ["urn:pulumi:test::shop::aws:ec2/instance:Instance::web-server-www",
      { Name: "www-test-shop" }, "web-server-www_id", "dns-of-web-server-www", "ami-1", ["web-secgrp_id"]]);
  });
  it("checks with done", (_t, done) => {
    pulumi.all([infra.group.urn, infra.group.ingress]).apply(([urn, ingress]) => {
      const isOpen = (ingress as any[]).find((rule) => rule.fromPort === 22 && rule.cidrBlocks.find((block: string) => block === "0.0.0.0/0"));
      done(isOpen ? undefined : new Error("closed " + urn));
    });
  });
  it("tells the mocks of functions, components and globals", async () => {
    assert.strictEqual((await infra.plain).name, "eu-north-1");
    assert.strictEqual(infra.runtime, "nodejs22.x");
    assert.strictEqual(await promiseOf(infra.globals), "web-server-www_id/test");
    assert.strictEqual(await promiseOf(infra.box.url), undefined);
    const told = seen.map((args) => [args.type ?? args.token, args.name ?? "", args.custom]);
    assert.ok(told.some(([type, name, custom]) => type === "my:index:Box" && name === "box" && custom === false));
    assert.ok(told.some(([type, name, custom]) => type === "aws:sqs/queue:Queue" && name === "box-q" && custom === true));
  });`),
    });
    expect(stdout).toMatch(/# pass 3\n/);
    expect(ok).toBe(true);
  });

  test("an assertion that fails inside apply fails the test, and so does a misspelled argument", async () => {
    for (const [body, why] of [
      ['it("t", async () => { infra.server.tags.apply(() => { throw new Error("no tags here"); }); await 1; });', "no tags here"],
      [
        'it("t", async () => { const aws = await import("@pulumi/aws"); new aws.sqs.Queue("q", { visibilityTimout: 3 } as any); await new Promise((r) => setTimeout(r, 20)); });',
        'no argument named "visibilityTimout"',
      ],
      [
        'it("t", async () => { const aws: any = await import("@pulumi/aws"); new aws.sqs.Quue("q"); });',
        "There is no aws.sqs.Quue",
      ],
    ] as const) {
      const { ok, stdout } = await nodeTest({ "infra.test.ts": TEST(body) });
      expect([ok, stdout]).toEqual([false, expect.stringContaining(why)]);
    }
  });

  test("in a preview what a mock leaves out is not known", async () => {
    const { stdout } = await nodeTest({
      "infra.test.ts": TEST(
        `it("t", async () => {
        let ran = false;
        infra.server.arn.apply(() => { ran = true; });
        assert.strictEqual(await promiseOf(infra.server.publicDns), "dns-of-web-server-www");
        assert.strictEqual(ran, false);
        assert.strictEqual(pulumi.runtime.isDryRun(), true);
      });`,
        true,
      ),
    });
    expect(stdout).toMatch(/# pass 1\n/);
  });

  test("in a program that is deployed they are refused, with the way to run a test", async () => {
    const { diagnostics } = await runBody("await $util.runtime.setMocks({} as any);");
    expect(places(diagnostics)).toContain("DVT1015 sst.config.ts:2:21");
    expect(diagnostics.find((d) => d.code === "DVT1015")?.fix).toContain("--import @dovetail/program/register");
  });
});
