import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planDocument, violations } from "../../engine/test/support/terraform-json-schema.ts";
import { FUNCTION, program, type TestApp, testApp } from "./support/app.ts";

const FIRST = program(`${FUNCTION}
    const jobs = new aws.sqs.Queue("Jobs", { visibilityTimeoutSeconds: 30 });
    new aws.sqs.Queue("Gone");
    new aws.sqs.Queue("Turned", { name: "turned", fifoQueue: false });
    const text = "url: " + jobs.url;
    return { jobs: jobs.url, hello: hello.name };`);
const THEN = program(`${FUNCTION}
    const jobs = new aws.sqs.Queue("Jobs", { visibilityTimeoutSeconds: 31 });
    new aws.sqs.Queue("Turned", { name: "turned.fifo", fifoQueue: true });
    new aws.sqs.Queue("New {x}");
    return { jobs: jobs.url, hello: hello.name };`);

let app: TestApp;
beforeAll(async () => {
  app = testApp({ "sst.config.ts": FIRST, "fn/index.mjs": "export const handler = async () => 1;" });
  await app.succeed("cloud", "start");
});
afterAll(() => app.dispose());

/** The one document on stdout; nothing else is printed there, and nothing at all on stderr, which nobody watches. */
async function json(code: number, ...args: string[]): Promise<Record<string, unknown>> {
  const ran = await app.run(...args, ...(args.includes("--json") ? [] : ["--json"]));
  expect([args.join(" "), ran.code, ran.err]).toEqual([args.join(" "), code, ""]);
  return JSON.parse(ran.out) as Record<string, unknown>;
}
const actionsOf = (document: Record<string, unknown>) =>
  Object.fromEntries(
    (document.resource_changes as { address: string; change: { actions: string[] } }[]).map((r) => [
      r.address.replace(/-[0-9a-f]{6}$/, ""),
      r.change.actions.join(),
    ]),
  );

describe("--json", () => {
  test("of every command on a stage is one document on stdout", async () => {
    const creating = await json(0, "diff", "--stage", "dev");
    expect(violations(planDocument, creating)).toEqual([]);
    expect(new Set(Object.values(actionsOf(creating)))).toEqual(new Set(["create"]));
    expect(await json(2, "diff", "--stage", "dev", "--detailed-exitcode")).toMatchObject({ format_version: "1.2" });

    const deployed = await json(0, "deploy", "--stage", "dev");
    expect(deployed).toMatchObject({ type: "result", ok: true, app: "tiny", stage: "dev", changes: { create: 5 } });
    expect(deployed.diagnostics).toContainEqual(
      expect.objectContaining({
        severity: "note",
        code: "DVT1008",
        summary: expect.any(String),
        range: expect.objectContaining({ file: join(app.folder, "sst.config.ts"), line: expect.any(Number) }),
      }),
    );
    const same = await json(0, "diff", "--stage", "dev", "--detailed-exitcode");
    expect(violations(planDocument, same)).toEqual([]);
    expect(new Set(Object.values(actionsOf(same)))).toEqual(new Set(["no-op"]));

    expect(await json(0, "refresh", "--stage", "dev")).toMatchObject({ type: "result", ok: true, drift: [] });
    expect(await json(0, "drift", "--stage", "dev")).toMatchObject({ type: "result", ok: true, drift: [] });
    expect(await json(0, "output", "--stage", "dev")).toMatchObject({ hello: { sensitive: false, value: expect.any(String) } });
    expect(await json(0, "output", "hello", "--stage", "dev")).toEqual(expect.any(String));
    expect(await json(0, "state", "list", "--stage", "dev")).toContain("aws_sqs_queue.Jobs");
    expect(await json(0, "state", "show", "aws_sqs_queue.Jobs", "--stage", "dev")).toMatchObject({
      address: "aws_sqs_queue.Jobs",
      values: { visibility_timeout_seconds: 30 },
    });
    expect(await json(0, "cloud", "status")).toMatchObject({
      endpoint: expect.any(String),
      pid: expect.any(Number),
      dataDir: expect.any(String),
      accountId: "000000000000",
      now: expect.any(String),
    });
  });

  test("diff's is a plan of Terraform's form for updates, replacements, deletions and creations too", async () => {
    app.write({ "sst.config.ts": THEN });
    const document = await json(0, "diff", "--stage", "dev");
    expect(violations(planDocument, document)).toEqual([]);
    expect(actionsOf(document)).toMatchObject({
      "aws_lambda_function.Hello": "no-op",
      "aws_sqs_queue.Jobs": "update",
      "aws_sqs_queue.Gone": "delete",
      "aws_sqs_queue.Turned": "delete,create",
    });
    expect(Object.values(actionsOf(document))).toContain("create");
  });

  test("for people, diff shows creations in a line, updates with their paths, replacements with what forces them", async () => {
    const { out } = await app.succeed("diff", "--stage", "dev");
    expect(out).toMatch(/^\+ aws_sqs_queue\.New\S* will be created \("New \{x\}"\)$/m);
    expect(out).toMatch(/^~ aws_sqs_queue\.Jobs will be updated in place\n {4}~ visibility_timeout_seconds = 30 -> 31$/m);
    expect(out).toMatch(/± aws_sqs_queue\.Turned must be replaced[\s\S]*fifo_queue = false -> true # forces replacement/);
    expect(out).toContain("- aws_sqs_queue.Gone will be destroyed");
    expect(out).toContain("Plan: 2 to add, 1 to change, 2 to destroy.");
    expect(out.includes("\x1b")).toBe(false);
  });

  test("errors are in the document with all their fields, and exit with 1", async () => {
    app.write({ "sst.config.ts": program(`    new aws.sqs.Queue("Q", { visibilityTimout: 1 });`) });
    for (const command of ["diff", "deploy"]) {
      expect(await json(1, command, "--stage", "dev")).toMatchObject({
        type: "result",
        ok: false,
        diagnostics: [
          { severity: "error", code: "DVT1005", range: { line: 7 }, detail: expect.stringContaining("visibilityTimout") },
        ],
      });
    }
    app.write({ "sst.config.ts": "export default $config({" });
    for (const command of ["diff", "deploy", "remove", "refresh", "drift", "output", "state list"])
      expect(await json(1, ...command.split(" "), "--stage", "dev")).toMatchObject({
        ok: false,
        diagnostics: [{ code: "DVT1002" }],
      });
    app.write({ "sst.config.ts": THEN });
    expect(await json(1, "output", "nope", "--stage", "dev")).toMatchObject({ ok: false, diagnostics: [{ code: "DVT5007" }] });
    expect(await json(1, "state", "show", "aws_sqs_queue.No", "--stage", "dev")).toMatchObject({ ok: false });
    expect(await json(1, "deploy", "--stage", "a_b")).toMatchObject({ ok: false, diagnostics: [{ code: "DVT7002" }] });
  });
});

describe("a plan that is kept", () => {
  test("is carried out by deploy FILE; once the state went on it is refused as stale, and so is what is none", async () => {
    await app.succeed("diff", "--stage", "dev", "--out", "plan.dvt");
    expect((await app.succeed("deploy", "plan.dvt", "--stage", "dev")).err).toMatch(
      /Complete in .*: 2 added, 1 changed, 2 destroyed/,
    );
    const again = await app.run("deploy", "plan.dvt", "--stage", "dev");
    expect([again.code, again.err]).toEqual([1, expect.stringContaining("DVT5008")]);
    const other = await app.run("deploy", "plan.dvt", "--stage", "other");
    expect([other.code, other.err]).toEqual([1, expect.stringContaining("DVT5003")]);
    writeFileSync(join(app.folder, "no.dvt"), "{}");
    for (const file of ["no.dvt", "missing.dvt"])
      expect((await app.run("deploy", file, "--stage", "dev")).err).toContain("DVT7001");
    expect((await app.run("diff", "--stage", "dev", "--out", "no/such/folder/plan")).err).toContain("DVT7001");
  });

  test("remove's result is one document, also when there is nothing left", async () => {
    expect(await json(0, "remove", "--stage", "dev")).toMatchObject({ type: "result", ok: true, destroyed: 5 });
    expect(await json(0, "remove", "--stage", "dev")).toMatchObject({ type: "result", ok: true, destroyed: 0 });
  });
});
