/** The life of a foreign provider's objects through the command line, and what a bad provider does to a run; the provider is written in Go. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { app, type Root, withJudgeInPrograms } from "./program-roots.ts";

const { judge, rootWith } = withJudgeInPrograms();
const SECRET = "mellon-and-some-more";
const STAGE = ["--stage", "dev"] as const;

const scratch: string[] = [];
afterEach(() => {
  for (const each of scratch.splice(0)) rmSync(each, { recursive: true, force: true });
});

/** As a program has it without its standing in the source, whose lines are shown beside errors. */
const SECRET_IN_CODE = `atob("${btoa(SECRET)}")`;

const judged = (run: string) => app(run, "{}", 'import * as judge from "@pulumi/judge";');
const box = (args: object, options = "{}") =>
  judged(`new judge.Box("A", ${JSON.stringify({ name: "a", ...args }).replace(`"${SECRET}"`, SECRET_IN_CODE)}, ${options});`);
const deploy = (root: Root) => root.run("deploy", ...STAGE, "--yes");
const instanceOf = (root: Root, type: string) => root.state().find((each) => each.type === type)?.instances[0];
/** The same folder with another program. */
function changed(root: Root, files: { readonly [name: string]: string }): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root.folder, name), text);
}

describe.skipIf(judge === undefined)("a provider that breaks the contract", () => {
  test.each([
    ["crashes", { does: "crash", secret: SECRET }, ["panic: out of paper", "judge_box"]],
    ["fails, its secret in its log", { does: "fail", secret: SECRET }, ["Box refused", "There is no room for it."]],
    ["makes another value than it planned", { does: "lie", size: 1 }, ["inconsistent result after apply", "size"]],
    ["makes another secret than it planned", { does: "lie in secret", secret: SECRET }, ["inconsistent result after apply"]],
    ["plans another value than was asked for", { does: "plan another" }, ["invalid plan", "name"]],
    ["answers with nothing", { does: "vanish" }, ["judge_box"]],
    ["refuses the configuration", { size: -1 }, ["Negative size", "sst.config.ts:5"]],
  ])("%s: told, no secret in it, nothing left running", async (_what, args, texts) => {
    const root = rootWith(box(args));
    const ran = await deploy(root);
    expect(ran.code).toBe(1);
    for (const text of texts) expect(ran.err + ran.out).toContain(text);
    expect(ran.err + ran.out).not.toContain(SECRET);
    expect(ran.err + ran.out).not.toContain("the secret is");
  });

  test("that leaves a thing half made: it is in the state, tainted, and the next run replaces it", async () => {
    const root = rootWith(box({ does: "half" }));
    expect((await deploy(root)).code).toBe(1);
    expect(instanceOf(root, "judge_box")).toMatchObject({ status: "tainted", attributes: { id: "box-a" } });
    changed(root, box({}));
    const again = await deploy(root);
    expect(again.code, again.err).toBe(0);
    expect(instanceOf(root, "judge_box")).not.toHaveProperty("status");
  });

  test("that hangs ends with an interrupt, and its process is gone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-hangs-"));
    scratch.push(folder);
    const pid = join(folder, "pid");
    const interrupt = new AbortController();
    const root = rootWith(box({ does: "hang", secret: SECRET }), { JUDGE_HANGS: pid });
    const running = root.runUntil(interrupt.signal, "deploy", ...STAGE, "--yes");
    await expect.poll(() => existsSync(pid) && readFileSync(pid, "utf8") !== "", { timeout: 60_000 }).toBe(true);
    interrupt.abort();
    const ran = await running;
    expect(ran.code).not.toBe(0);
    expect(ran.err + ran.out).toContain("Interrupted");
    expect(ran.err + ran.out).not.toContain(SECRET);
    expect(() => process.kill(Number(readFileSync(pid, "utf8")), 0)).toThrow("ESRCH");
    changed(root, box({}));
    expect((await deploy(root)).code, "the lock was given back").toBe(0);
  });

  test("that refuses a destruction is asked before anything is destroyed", async () => {
    const root = rootWith(judged('new judge.Vault("V", { locked: true });'));
    expect((await deploy(root)).code).toBe(0);
    const refused = await root.run("remove", ...STAGE, "--yes");
    expect([refused.code, (refused.err + refused.out).includes("Vault is locked")]).toEqual([1, true]);
    changed(root, judged('new judge.Vault("V", { locked: false });'));
    expect((await deploy(root)).code).toBe(0);
    expect((await root.run("remove", ...STAGE, "--yes")).code).toBe(0);
  });
});

describe.skipIf(judge === undefined)("a foreign provider's objects", () => {
  test("change, are replaced, refreshed with their private data, and removed", async () => {
    const root = rootWith(box({ does: "needs private", size: 1 }));
    for (const args of [{ size: 1 }, { size: 2 }, { size: 2, name: "b" }]) {
      changed(root, box({ does: "needs private", ...args }));
      const ran = await deploy(root);
      expect(ran.code, ran.err).toBe(0);
    }
    expect(instanceOf(root, "judge_box")?.attributes).toMatchObject({ id: "box-b", size: 2 });
    const refreshed = await root.run("refresh", ...STAGE, "--yes");
    expect(refreshed.code, refreshed.err).toBe(0);
    const diff = await root.run("diff", ...STAGE, "--detailed-exitcode");
    expect(diff.code, diff.out + diff.err).toBe(0);
    expect((await root.run("remove", ...STAGE, "--yes")).code).toBe(0);
    expect(root.state()).toEqual([]);
  });

  test("are imported by an option of the program and by the command", async () => {
    const root = rootWith(box({}, '{ import: "a" }'));
    const ran = await deploy(root);
    expect(ran.code, ran.err).toBe(0);
    expect(instanceOf(root, "judge_box")?.attributes).toMatchObject({ id: "a", name: "a" });
    const other = rootWith(box({ name: "x" }));
    const imported = await other.run("import", ...STAGE, "judge_box.A", "x");
    expect(imported.code, imported.err).toBe(0);
    const diff = await other.run("diff", ...STAGE, "--detailed-exitcode");
    expect(diff.code, diff.out + diff.err).toBe(0);
  });

  test("get write-only arguments, which neither state nor what is printed has", async () => {
    const once = (version: number, text = SECRET) =>
      judged(
        `const o = new judge.Once("O", { passwordWo: atob("${btoa(text)}"), passwordWoVersion: ${version} });\nreturn { length: o.length };`,
      );
    const root = rootWith(once(1));
    const ran = await deploy(root);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err + ran.out + root.stateFile()).not.toContain(SECRET);
    expect(instanceOf(root, "judge_once")?.attributes).toMatchObject({ length: SECRET.length, password_wo: null });
    expect((await root.run("diff", ...STAGE, "--detailed-exitcode")).code).toBe(0);
    changed(root, once(2, "longer-than-the-other-one-was"));
    expect((await deploy(root)).code).toBe(0);
    expect(instanceOf(root, "judge_once")?.attributes).toMatchObject({ length: 29 });
  });

  test("of an older schema are upgraded when they are next read", async () => {
    const root = rootWith(judged('new judge.Upgraded("U", { name: "n" });'));
    expect((await deploy(root)).code).toBe(0);
    const state = JSON.parse(root.stateFile());
    const [instance] = state.resources[0].instances;
    expect(instance.schema_version).toBe(2);
    Object.assign(instance, { schema_version: 0, attributes: { id: "upgraded", title: "n" } });
    writeFileSync(join(root.folder, ".dovetail/dev.tfstate"), JSON.stringify(state));
    const diff = await root.run("diff", ...STAGE, "--detailed-exitcode");
    expect(diff.code, diff.out + diff.err).toBe(0);
    await root.run("refresh", ...STAGE, "--yes");
    expect(instanceOf(root, "judge_upgraded")).toMatchObject({ attributes: { name: "n" } });
  });

  test("data sources are read", async () => {
    const root = rootWith(judged('return { heard: judge.getEchoOutput({ said: "hello" }).heard };'));
    const ran = await deploy(root);
    expect(ran.code, ran.err).toBe(0);
    expect((await root.run("output", ...STAGE, "--json")).out).toContain("hello");
  });
});
