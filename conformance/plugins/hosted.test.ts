/** Hosted providers that misbehave: what Terraform says of them is what we say, and nothing of them is left behind. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNKNOWN, type ValueObject } from "@dovetail/model";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { type Declared, type HostedRun, hostedRun, told } from "./hosted-run.ts";
import { buildJudge, type Judge } from "./judge-provider.ts";

const built = buildJudge();
const judge: Judge | undefined = "missing" in built ? undefined : built;
if ("missing" in built) console.warn(`skipped: ${built.missing}`);
const hasTerraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;
afterAll(() => judge?.dispose());

const runs: HostedRun[] = [];
const scratch: string[] = [];
afterEach(async () => {
  for (const each of runs.splice(0)) await each.close();
  for (const each of scratch.splice(0)) rmSync(each, { recursive: true, force: true });
});

function run(options: Parameters<typeof hostedRun>[1] & { readonly protocol?: 5 | 6 } = {}): HostedRun {
  const made = hostedRun((options.protocol === 5 ? judge?.five : judge?.six) ?? "", options);
  runs.push(made);
  return made;
}

function box(config: ValueObject): Declared {
  return { type: "judge_box", name: "a", config };
}

const SECRET = "the secret of all boxes";

/** What terraform says of the same configuration with the same binary. */
function terraformTells(config: ValueObject): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-judged-"));
  scratch.push(folder);
  mkdirSync(join(folder, "bin"));
  symlinkSync(judge?.six ?? "", join(folder, "bin", "terraform-provider-judge"));
  const rc = join(folder, "cli.tfrc");
  writeFileSync(
    rc,
    `provider_installation {\n  dev_overrides {\n    "dovetail/judge" = "${join(folder, "bin")}"\n  }\n  direct {}\n}\n`,
  );
  writeFileSync(
    join(folder, "main.tf.json"),
    JSON.stringify({
      terraform: { required_providers: { judge: { source: "dovetail/judge" } } },
      resource: { judge_box: { a: config } },
    }),
  );
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: folder, TF_CLI_CONFIG_FILE: rc, CHECKPOINT_DISABLE: "1" };
    execFile("terraform", ["apply", "-json", "-auto-approve"], { cwd: folder, env }, (_error, stdout) => {
      const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
      const read = lines.map(
        (line) => JSON.parse(line) as { diagnostic?: { severity: string; summary: string; detail: string } },
      );
      resolve(
        read.flatMap(({ diagnostic }) =>
          diagnostic?.severity === "error" ? [told({ ...diagnostic, severity: "error", code: "DVT4003" })] : [],
        ),
      );
    });
  });
}

describe.skipIf(judge === undefined)("a provider that breaks the contract", () => {
  test.skipIf(!hasTerraform).each<[string, ValueObject]>([
    ["makes another value than it planned", { name: "a", size: 1, does: "lie" }],
    ["makes another secret than it planned", { name: "a", secret: "the first one", does: "lie in secret" }],
    ["plans another value than was asked for", { name: "a", does: "plan another" }],
    ["answers with nothing", { name: "a", does: "vanish" }],
    ["fails", { name: "a", does: "fail" }],
    ["fails with the object half made", { name: "a", does: "half" }],
    ["refuses the configuration", { name: "a", size: -1 }],
  ])("that %s is told as terraform tells it", async (_what, config) => {
    const [ours, theirs] = await Promise.all([run().deploy([box(config)]), terraformTells(config)]);
    expect(theirs.length).toBeGreaterThan(0);
    const said = ours.diagnostics.filter(({ severity }) => severity === "error");
    expect(said.map((each) => `${told(each)}${each.code === "DVT4003" ? ` ${each.fix ?? ""}` : ""}`)).toEqual(theirs);
  });

  test("leaves what it made in the state, tainted, and a new run replaces it", async () => {
    const made = run();
    await made.deploy([box({ name: "a", does: "half" })]);
    expect(await made.engine.state.show("judge_box.a")).toMatchObject({ isTainted: true, value: { id: "box-a" } });
    const plan = await made.plan([box({ name: "a" })]);
    expect(plan.changes).toMatchObject([{ action: "replace", reason: "replace_because_tainted" }]);
  });

  test("by crashing is told with its panic; neither its log nor its values come out, and its secret never", async () => {
    const made = run();
    const result = await made.deploy([box({ name: "a", does: "crash", secret: SECRET })]);
    const text = JSON.stringify(result.diagnostics);
    expect(result.diagnostics).toMatchObject([
      { code: "DVT4011", detail: expect.stringMatching(/ended while applying judge_box[\s\S]*panic: out of paper/) },
    ]);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain("the secret is");
  });

  test("by writing secrets on its standard error is not repeated", async () => {
    const result = await run().deploy([box({ name: "a", does: "fail", secret: SECRET })]);
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  test("by hanging ends when the run is interrupted, and is gone when the run is closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-hangs-"));
    scratch.push(folder);
    const file = join(folder, "pid");
    const made = run({ env: { JUDGE_HANGS: file } });
    const interrupt = new AbortController();
    const deploying = made.deploy([box({ name: "a", does: "hang" })], interrupt.signal);
    await expect.poll(() => existsSync(file) && readFileSync(file, "utf8") !== "", { timeout: 60_000 }).toBe(true);
    interrupt.abort();
    await (await made.provider()).interrupt?.();
    expect((await deploying).diagnostics).toMatchObject([{ code: "DVT4007" }, { summary: "Interrupted" }]);
    await made.close();
    expect(() => process.kill(Number(readFileSync(file, "utf8")), 0)).toThrow("ESRCH");
  });
});

describe.skipIf(judge === undefined).each([5, 6] as const)("a hosted provider of protocol %d", (protocol) => {
  test("lives: create, no change, update, replace, destroy; one process, its private data kept", async () => {
    const made = run({ protocol });
    const wanted = (more: ValueObject) => [box({ name: "a", does: "needs private", ...more })];
    expect(await made.deploy(wanted({}))).toMatchObject({ ok: true, added: 1 });
    expect((await made.plan(wanted({}))).changes).toMatchObject([{ action: "no-op" }]);
    expect(await made.deploy(wanted({ size: 2 }))).toMatchObject({ ok: true, changed: 1 });
    expect((await made.plan(wanted({ name: "b" }))).changes).toMatchObject([{ action: "replace", replacePaths: [["name"]] }]);
    const state = JSON.parse(await made.engine.state.pull());
    const [resource] = state.resources;
    expect(resource.provider).toBe('provider["registry.terraform.io/dovetail/judge"]');
    expect(Buffer.from(resource.instances[0].private, "base64").toString()).toContain("made");
    expect(await made.destroy()).toMatchObject({ ok: true, destroyed: 1 });
    expect(made.starts()).toBe(1);
  });

  test("imports, and its import is no change", async () => {
    const made = run({ protocol });
    expect(await made.engine.importResource({ address: "judge_box.a", id: "x" })).toMatchObject({ ok: true, imported: 1 });
    expect((await made.plan([box({ name: "x" })])).changes).toMatchObject([{ action: "no-op" }]);
  });

  test("gets write-only values, of which plan and state have none", async () => {
    const made = run({ protocol });
    const wanted: Declared = { type: "judge_once", name: "a", config: { password_wo: SECRET, password_wo_version: 1 } };
    const plan = await made.plan([wanted]);
    expect(plan.changes[0]?.after).toMatchObject({ password_wo: null });
    expect(await made.deploy([wanted])).toMatchObject({ ok: true, added: 1 });
    expect((await made.engine.state.show("judge_once.a")).value).toMatchObject({ length: SECRET.length, password_wo: null });
    expect(await made.engine.state.pull()).not.toContain(SECRET);
    expect((await made.plan([wanted])).changes).toMatchObject([{ action: "no-op" }]);
  });

  test("upgrades the state of an older version of its schema", async () => {
    const made = run({ protocol });
    const wanted: Declared = { type: "judge_upgraded", name: "a", config: { name: "n" } };
    await made.deploy([wanted]);
    const state = JSON.parse(await made.engine.state.pull());
    const [instance] = state.resources[0].instances;
    expect(instance.schema_version).toBe(2);
    Object.assign(instance, { schema_version: 0, attributes: { id: "upgraded", title: "n" } });
    await made.engine.state.push(JSON.stringify({ ...state, serial: state.serial + 1 }));
    expect((await made.plan([wanted])).changes).toMatchObject([{ action: "no-op", after: { id: "upgraded", name: "n" } }]);
    Object.assign(instance, { schema_version: 3 });
    await made.engine.state.push(JSON.stringify({ ...state, serial: state.serial + 2 }));
    expect((await made.plan([wanted])).diagnostics).toMatchObject([{ code: "DVT5003" }]);
  });

  test("may refuse at plan time that an object is destroyed", async () => {
    const made = run({ protocol });
    await made.deploy([{ type: "judge_vault", name: "a", config: { locked: true } }]);
    expect(await made.destroy()).toMatchObject({
      ok: false,
      diagnostics: [{ summary: "Vault is locked", address: "judge_vault.a" }],
    });
    expect((await made.plan([])).diagnostics).toMatchObject([{ summary: "Vault is locked" }]);
    await made.deploy([{ type: "judge_vault", name: "a", config: { locked: false } }]);
    expect(await made.destroy()).toMatchObject({ ok: true, destroyed: 1 });
  });

  test("takes a configuration that is not known yet, and refuses a bad one", async () => {
    const unknown = await run({ protocol, config: { token: UNKNOWN } }).provider();
    expect(unknown.getSchema("provider", "")).toMatchObject({ attributes: { token: { sensitive: true } } });
    expect(await unknown.configure({ token: UNKNOWN })).toMatchObject([{ severity: "warning", summary: "Token not known yet" }]);
    expect(await unknown.configure({ token: "bad" })).toMatchObject([{ severity: "error", summary: "Bad token" }]);
  });

  test("has functions, with the argument that is to blame", async () => {
    const provider = await run({ protocol }).provider();
    expect(provider.listFunctions?.()).toMatchObject({
      reverse: { parameters: [{ name: "text", type: "string" }], variadicParameter: { name: "more" }, returns: "string" },
    });
    expect(await provider.callFunction?.("reverse", ["abc", "d"])).toEqual({ value: "dcba" });
    expect(await provider.callFunction?.("reverse", [""])).toEqual({
      error: { text: "there is nothing to turn round", argument: 0 },
    });
    expect(await provider.callFunction?.("none", [])).toEqual({ error: { text: 'The provider has no function "none".' } });
  });

  test("has ephemeral values: opened, renewed, closed", async () => {
    const provider = await run({ protocol }).provider();
    expect(provider.listEphemeral?.()).toEqual(["judge_token"]);
    const opened = await provider.openEphemeral?.("judge_token", { for: "me", value: null });
    expect(opened).toMatchObject({
      result: { for: "me", value: "token-for-me" },
      renewAtMs: Date.UTC(2030, 0, 2, 3, 4, 5),
      diagnostics: [],
    });
    expect((await provider.renewEphemeral?.("judge_token", opened?.private))?.diagnostics).toEqual([]);
    expect(await provider.closeEphemeral?.("judge_token", opened?.private)).toEqual([]);
    expect(await provider.closeEphemeral?.("judge_token", undefined)).toMatchObject([{ summary: "Private data lost" }]);
  });
});
