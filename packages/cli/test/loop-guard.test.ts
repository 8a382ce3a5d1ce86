import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { program, type TestApp, testApp } from "./support/app.ts";

/** Makes a queue; told to, computes for ever: where it waits for nothing any more, or after the loop has turned. */
const PROGRAM = program(`    new aws.sqs.Queue("Q", { name: "looping" });
    await (process.env.LOOP === "late" ? new Promise((resolve) => setTimeout(resolve, 20)) : undefined);
    console.error("computing");
    while (process.env.LOOP !== undefined);`);

const MAIN = join(import.meta.dirname, "../src/main.ts");
const canBeTyped = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

let app: TestApp;
beforeAll(async () => {
  app = testApp({ "sst.config.ts": PROGRAM });
  await app.succeed("cloud", "start");
});
afterAll(() => app.dispose());

test.skipIf(!canBeTyped)(
  `the second Ctrl-C ends a deploy whose program computes for ever; the next one finds no lock${canBeTyped ? "" : " (skipped: no script(1) to type on a terminal)"}`,
  { timeout: 120_000 },
  async () => {
    const terminal = spawn("script", ["-qefc", `"${process.execPath}" "${MAIN}" deploy --stage dev`, "/dev/null"], {
      cwd: app.folder,
      env: { ...app.env, LOOP: "late", TERM: "xterm", SHELL: "/bin/sh" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    const computing = new Promise<void>((resolve) => {
      terminal.stdout.on("data", (bytes: Buffer) => {
        said += bytes.toString("utf8");
        if (said.includes("computing")) resolve();
      });
    });
    const ended = new Promise<void>((resolve) => terminal.on("close", () => resolve()));
    await Promise.race([computing, ended]);
    expect(said).toContain("computing");
    // A shell that is busy with the first takes two that come together for one: typed until it has heard both.
    const typing = setInterval(() => terminal.stdin.write("\x03"), 200);
    await ended;
    clearInterval(typing);
    expect(said).toContain("Ended: the program was computing without a pause");
    expect(existsSync(join(app.folder, ".dovetail/dev.lock"))).toBe(true);
    const next = await app.succeed("deploy", "--stage", "dev");
    expect(next.err).toContain("1 added, 0 changed, 0 destroyed");
    expect(existsSync(join(app.folder, ".dovetail/dev.lock"))).toBe(false);
  },
);

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s sent to the process alone ends a deploy whose program computes for ever; the next one finds no lock",
  { timeout: 120_000 },
  async (signal) => {
    await app.run("remove", "--stage", "dev");
    app.env.LOOP = "at once";
    const run = app.start("deploy", "--stage", "dev");
    delete app.env.LOOP;
    await run.said(/computing/);
    run.child.kill(signal);
    // The shell's 130 and 143.
    expect([await run.ended, run.child.signalCode]).toEqual([null, signal]);
    const next = await app.succeed("deploy", "--stage", "dev");
    expect(next.err).toContain("1 added, 0 changed, 0 destroyed");
    expect(existsSync(join(app.folder, ".dovetail/dev.lock"))).toBe(false);
  },
);
