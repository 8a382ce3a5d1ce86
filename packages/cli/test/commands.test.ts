/** Each command as a person uses it, in a real app on a cloud of its own. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../src/commands.ts";
import { FUNCTION, program, type TestApp, testApp } from "./support/app.ts";

const QUEUES = program(`${FUNCTION}
    const first = new aws.sqs.Queue("First");
    new aws.sqs.Queue("Second", { delaySeconds: 1, tags: { of: first.arn } });
    new aws.sqs.Queue("Third");
    return { first: first.url, password: pulumi.secret("hunter2") };`);

let app: TestApp;
beforeAll(async () => {
  app = testApp({
    "sst.config.ts": QUEUES,
    "fn/index.mjs":
      'export const handler = async (event) => { console.log("got", event.a); if (event.fail) throw new Error("no"); return event; };',
  });
});
afterAll(() => app.dispose());

const list = async () => (await app.succeed("state", "list", "--stage", "dev")).out.trim().split("\n");

describe("while the cloud does not run", () => {
  test("cloud stop says so and is content; reset, clock, logs and invoke say how to start it", async () => {
    expect(await app.run("cloud", "stop")).toMatchObject({ code: 0, out: "The cloud was not running\n" });
    expect(await app.run("cloud", "status")).toMatchObject({ code: 1, out: "The cloud is not running\n" });
    for (const args of [
      ["cloud", "reset"],
      ["cloud", "clock"],
      ["invoke", "Hello"],
      ["logs", "Hello"],
    ]) {
      const ran = await app.run(...args);
      expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/DVT6003[\s\S]*dovetail cloud start/)]);
    }
  });
  test("commands on the state work without it, and start nothing", async () => {
    expect(await app.run("state", "list", "--stage", "dev")).toMatchObject({ code: 0, out: "", err: "" });
    expect(await app.run("output", "--stage", "dev")).toMatchObject({ code: 0, out: "" });
    expect(await app.run("unlock", "--stage", "dev")).toMatchObject({ code: 0, out: "There was no lock\n" });
    expect(existsSync(join(app.folder, ".dovetail/cloud/cloud.json"))).toBe(false);
  });
});

describe("a stage", () => {
  test("deploy with --exclude leaves one out, --target-address takes one and what it needs, then the rest follows", async () => {
    expect((await app.succeed("deploy", "--stage", "dev", "--target-address", "aws_sqs_queue.Second")).err).toContain("2 added");
    expect(await list()).toEqual(["aws_sqs_queue.First", "aws_sqs_queue.Second"]);
    await app.succeed("deploy", "--stage", "dev", "--exclude", "aws_sqs_queue.Third");
    expect(await list()).not.toContain("aws_sqs_queue.Third");
    await app.succeed("deploy", "--stage", "dev");
    expect(await list()).toContain("aws_sqs_queue.Third");
    const wrong = await app.run("deploy", "--stage", "dev", "--target-address", "aws_sqs_queue.Nope");
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("DVT3010")]);
  });

  test("--replace replaces one that would not change", async () => {
    const { err } = await app.succeed("deploy", "--stage", "dev", "--replace", "aws_sqs_queue.Third");
    expect(err).toMatch(/± aws_sqs_queue\.Third must be replaced \(asked for/);
    expect(err).toContain("1 added, 0 changed, 1 destroyed");
  });

  test("output: a name, all of them, an unknown one; a secret only when it is named", async () => {
    expect((await app.succeed("output", "first", "--stage", "dev")).out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\//);
    expect((await app.succeed("output", "--stage", "dev")).out).toMatch(/password: \(sensitive value\)/);
    expect((await app.succeed("output", "password", "--stage", "dev")).out).toBe("hunter2\n");
    const unknown = await app.run("output", "nope", "--stage", "dev");
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/DVT5007[\s\S]*first, password/)]);
  });

  test("import of a queue made by hand, then diff: no change", async () => {
    const { QueueUrl } = await app.aws<{ QueueUrl: string }>("sqs", "AmazonSQS.CreateQueue", {
      QueueName: "by-hand",
      // What the provider has for a default; AWS's own is 1 MiB by now.
      Attributes: { MaximumMessageSize: "262144" },
      tags: { "sst:app": "tiny", "sst:stage": "dev" },
    });
    app.write({
      "sst.config.ts": QUEUES.replace('new aws.sqs.Queue("Third");', '$&\n    new aws.sqs.Queue("Hand", { name: "by-hand" });'),
    });
    expect((await app.succeed("import", "aws_sqs_queue.Hand", QueueUrl, "--stage", "dev")).out).toBe(
      "Imported aws_sqs_queue.Hand\n",
    );
    const diff = await app.run("diff", "--stage", "dev", "--detailed-exitcode");
    expect([diff.code, diff.out.trim()]).toEqual([0, "No changes. The objects match the program."]);
    const gone = await app.run("import", "aws_sqs_queue.Third", "no-such-queue", "--stage", "dev");
    expect(gone.code).toBe(1);
  });

  test("a change made outside is drift; refresh takes it into the state; deploy takes it back", async () => {
    const QueueUrl = (await app.succeed("output", "first", "--stage", "dev")).out.trim();
    await app.aws("sqs", "AmazonSQS.SetQueueAttributes", { QueueUrl, Attributes: { VisibilityTimeout: "77" } });
    await app.succeed("refresh", "--stage", "dev");
    expect((await app.succeed("state", "show", "aws_sqs_queue.First", "--stage", "dev")).out).toMatch(
      /visibility_timeout_seconds +=? ?77/,
    );
    await app.succeed("deploy", "--stage", "dev");
    expect((await app.run("diff", "--stage", "dev", "--detailed-exitcode")).code).toBe(0);
  });

  test("state mv, rm, pull and push", async () => {
    expect((await app.succeed("state", "mv", "aws_sqs_queue.Third", "aws_sqs_queue.Fourth", "--stage", "dev")).out).toBe(
      "Moved aws_sqs_queue.Third to aws_sqs_queue.Fourth\n",
    );
    expect(await list()).toContain("aws_sqs_queue.Fourth");
    await app.succeed("state", "mv", "aws_sqs_queue.Fourth", "aws_sqs_queue.Third", "--stage", "dev");
    const state = (await app.succeed("state", "pull", "--stage", "dev")).out;
    expect(JSON.parse(state)).toMatchObject({ version: 4 });
    expect((await app.succeed("state", "rm", "aws_sqs_queue.Third", "--stage", "dev")).out).toBe("Removed aws_sqs_queue.Third\n");
    expect(await list()).not.toContain("aws_sqs_queue.Third");
    writeFileSync(join(app.folder, "kept.tfstate"), state);
    const older = await app.run("state", "push", "kept.tfstate", "--stage", "dev");
    expect([older.code, older.err]).toEqual([1, expect.stringMatching(/DVT500/)]);
    await app.succeed("state", "push", "kept.tfstate", "--force", "--stage", "dev");
    expect(await list()).toContain("aws_sqs_queue.Third");
    expect((await app.run("state", "push", "missing.tfstate", "--stage", "dev")).code).not.toBe(0);
    expect((await app.run("state", "rm", "aws_sqs_queue.Nope", "--stage", "dev")).code).toBe(1);
  });

  test("unlock takes a lock away and says whose it was; a wrong id takes none", async () => {
    const run = app.start("deploy", "--stage", "dev", "--replace", "aws_sqs_queue.Third");
    await app.admin("POST", "_localstack/chaos/effects", { latency: 3000 });
    await run.said(/tiny · dev/);
    const lock = join(app.folder, ".dovetail/dev.lock");
    while (!existsSync(lock) && run.child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = await app.run("deploy", "--stage", "dev");
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/DVT5001[\s\S]*process \d+/)]);
    expect((await app.run("unlock", "wrong-id", "--stage", "dev")).code).toBe(1);
    expect((await app.succeed("unlock", "--stage", "dev")).out).toMatch(/^Unlocked; it was held by .* \(pid \d+\) since \d{4}-/);
    run.child.kill("SIGKILL");
    await run.ended;
    await app.admin("POST", "_localstack/chaos/effects", { latency: 0 });
    await app.succeed("deploy", "--stage", "dev");
  });

  test("invoke prints the answer, exits with 1 when the function fails; logs has its lines", async () => {
    expect((await app.succeed("invoke", "Hello", "--stage", "dev", "--payload", '{"a":7}')).out).toBe('{"a":7}\n');
    writeFileSync(join(app.folder, "event.json"), '{"fail":true}');
    const failed = await app.run("invoke", "aws_lambda_function.Hello", "--stage", "dev", "-p", "@event.json");
    expect([failed.code, JSON.parse(failed.out)]).toMatchObject([1, { errorMessage: "no" }]);
    expect((await app.run("invoke", "Hello", "--stage", "dev", "-p", "{")).code).toBe(2);
    const unknown = await app.run("invoke", "Nope", "--stage", "dev");
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("It has Hello.")]);
    // The function's role may not write logs: its own lines are the cloud's to keep all the same.
    const logs = await app.succeed("logs", "Hello", "--stage", "dev", "--since", "1h");
    expect(logs.out).toMatch(/^\d{4}-\S+Z {2}\S/);
    expect(logs.out).toContain("got 7");
    const lines = (await app.succeed("logs", "Hello", "--stage", "dev", "--json")).out.trim().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ timestamp: expect.any(Number), message: expect.any(String) });
  });

  test("shell gives a command the stage's endpoint and credentials, and its exit code", async () => {
    const script = "process.stderr.write(process.env.AWS_ENDPOINT_URL + ' ' + process.env.SST_STAGE); process.exit(7)";
    const run = app.start("shell", "--stage", "dev", "--", process.execPath, "-e", script);
    expect(await run.ended).toBe(7);
    expect(run.err()).toMatch(/http:\/\/127\.0\.0\.1:\d+ dev/);
    expect((await app.run("shell", "--stage", "dev", "--", "/no/such/program")).code).not.toBe(0);
  });

  test("types writes what tsc and editors read; explain tells a code; cloud reset empties the cloud", async () => {
    expect((await app.succeed("types")).out).toContain(".dovetail/types");
    expect(existsSync(join(app.folder, ".sst/platform/config.d.ts"))).toBe(true);
    expect((await app.succeed("cloud", "reset")).out).toBe("The cloud is empty\n");
    expect(await app.run("drift", "--stage", "dev")).toMatchObject({ code: 2, err: expect.not.stringContaining("Error") });
  });
});

describe("remove", () => {
  test("works while the program does not: the state says what there is", async () => {
    const broken = testApp({ "sst.config.ts": program('    new aws.sqs.Queue("Q");', "broken") });
    try {
      broken.env.DOVETAIL_CLOUD = join(app.folder, ".dovetail/cloud");
      await broken.succeed("deploy", "--stage", "dev");
      broken.write({ "sst.config.ts": program('    throw new Error("not today");', "broken") });
      expect((await broken.succeed("remove", "--stage", "dev")).err).toMatch(/DVT1003[\s\S]*Removed 1/);
    } finally {
      rmSync(broken.folder, { recursive: true, force: true });
    }
  });
});

describe("init", () => {
  test.each(["empty", "function"])("%s: makes an app that deploys; what is there is kept", async (template) => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-init-"));
    try {
      writeFileSync(join(folder, ".gitignore"), "dist");
      const ran = await app.runIn(folder, "init", template, "--name", "mine");
      expect([ran.code, ran.out]).toEqual([0, expect.stringContaining("written  sst.config.ts")]);
      expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("dist\n.dovetail\n.sst\nnode_modules\n");
      app.env.DOVETAIL_CLOUD = join(app.folder, ".dovetail/cloud");
      expect((await app.runIn(folder, "deploy", "--stage", "dev")).err).toContain("Complete in");
      expect((await app.runIn(folder, "init")).err).toContain("has an sst.config.ts already");
      expect((await app.runIn(folder, "remove", "--stage", "dev")).code).toBe(0);
    } finally {
      delete app.env.DOVETAIL_CLOUD;
      rmSync(folder, { recursive: true, force: true });
    }
  });
  test("an unknown template, a name that is none", async () => {
    expect(await app.run("init", "nope")).toMatchObject({ code: 2, err: expect.stringContaining("empty, function") });
  });
});

describe("whatever is typed", () => {
  const planned = Object.keys(COMMANDS).filter((name) => COMMANDS[name]?.isPlanned === true);
  test("a command that is not built yet is refused by name, exit 1", async () => {
    expect(planned.length).toBeGreaterThan(5);
    for (const name of planned) {
      const ran = await app.run(...name.split(" "), "list", "--any", "-x");
      expect([ran.code, ran.err]).toEqual([
        1,
        expect.stringMatching(new RegExp(`DVT7006[\\s\\S]*dovetail ${name} is not implemented`)),
      ]);
    }
    expect((await app.run("help")).out).toMatch(/Not implemented yet:[\s\S]*secret/);
  });

  test.each([
    [["deploy", "--nope"], 2],
    [["deploy", "--stage"], 2],
    [["deploy", "a", "b"], 2],
    [["deploy", "--stage", ""], 1],
    [["deploy", "--stage", "../x"], 1],
    [["deploy", "--stage", "ü"], 1],
    [["deploy", "--stage", "dev", "--parallelism", "0"], 2],
    [["deploy", "--stage", "dev", "--parallelism", "NaN"], 2],
    [["deploy", "--stage", "dev", "--lock-timeout", "soon"], 2],
    [["deploy", "--stage", "dev", "--target", "http://example.com"], 1],
    [["deploy", "--stage", "dev", "--target", "moon"], 1],
    [["deploy", "--stage", "dev", "--config", "missing.ts"], 1],
    [["deploy", "--stage", "dev", "--config", "fn"], 1],
    [["state", "show"], 2],
    [["state", "show", "]["], 1],
    [["import", "x", "y", "--stage", "dev"], 2],
    [["cloud", "start", "--port", "99999"], 2],
    [["cloud", "clock", "advance", "x"], 2],
    [["cloud", "clock", "set", "x"], 2],
    [["explain", "x"], 2],
    [["nope"], 2],
    [["\0"], 2],
    [["x".repeat(10_000)], 2],
  ])("%j fails with a diagnostic, exit code %i", async (args, code) => {
    const ran = await app.run(...args);
    expect([ran.code, ran.err, ran.out]).toEqual([code, expect.stringMatching(/Error DVT(?!9)/), ""]);
  });

  test("a folder that was deleted under the shell, a config file that cannot be read", async () => {
    const gone = mkdtempSync(join(tmpdir(), "dovetail-gone-"));
    rmSync(gone, { recursive: true });
    expect((await app.runIn(gone, "deploy", "--stage", "dev")).err).toMatch(/DVT1001/);
    expect((await app.runIn("", "deploy", "--stage", "dev")).err).toMatch(/DVT1001[\s\S]*deleted/);
  });

  test("colour only where it is wanted", async () => {
    app.env.FORCE_COLOR = "1";
    expect((await app.run("deploy", "--nope")).err).toContain("\x1b[");
    delete app.env.FORCE_COLOR;
    expect((await app.run("deploy", "--nope")).err).not.toContain("\x1b[");
  });
});
