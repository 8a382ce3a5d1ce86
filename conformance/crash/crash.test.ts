/**
 * Design §6: no crash point loses a resource. Kefir's deploy, update and remove are killed (SIGKILL) before and after each write of journal,
 * state and sidecar, and run again; the end must be the end of a run that was never killed: the same addresses in the state, the same
 * things in the cloud (nothing orphaned, nothing duplicated), and nothing left to do.
 *
 * All points take long: CRASH_POINTS=all does each before, torn and after, CRASH_POINTS=each does every point on one of the three sides in
 * turn; by default every n-th is taken, the last always. CRASH_FROM=n leaves out those before the n-th, for who goes on with a long run.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../../examples/kefir/deployment.ts";

const root = join(import.meta.dirname, "../..");
const POINTS_BY_DEFAULT = 10;
/** A build of its own: one that others make meanwhile would change what is under test. Where packages are found from. */
const dist = join(root, `node_modules/.cache/dovetail-crash-${process.pid}`);
const program = join(dist, "run-and-die.js");

let kefir: Deployment;
beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(root, "scripts/build.ts")], {
    encoding: "utf8",
    env: { ...process.env, DOVETAIL_DIST: dist },
  });
  expect(built.status, built.stderr).toBe(0);
  await build({
    absWorkingDir: root,
    entryPoints: ["conformance/crash/run-and-die.ts"],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["lmdb", "esbuild"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  kefir = await copyKefir(join(dist, "dovetail.js"));
  kefir.succeed("cloud", "start");
}, 120_000);
afterAll(() => {
  kefir?.dispose();
  rmSync(dist, { recursive: true, force: true });
});

interface End {
  readonly addresses: string;
  readonly inventory: unknown;
}

interface Scenario {
  readonly name: string;
  /** Brings the stage to where the killed command starts from. */
  prepare(): Promise<void>;
  readonly command: readonly string[];
}

function runToDeath(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): { signal: string | null; status: number | null; stderr: string } {
  return spawnSync(process.execPath, [program, ...command], {
    cwd: kefir.infra,
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
}

async function fresh(): Promise<void> {
  await kefir.admin("POST", "reset");
  for (const name of ["tfstate", "tfstate.backup", "journal", "lock", "sidecar.json"])
    rmSync(join(kefir.infra, `.dovetail/dev.${name}`), { force: true });
}

async function end(): Promise<End> {
  const { resources } = await kefir.admin<{ resources: unknown }>("GET", "inventory");
  return { addresses: kefir.succeed("state", "list", "--stage", "dev").stdout, inventory: resources };
}

const dataStack = () => join(kefir.infra, "stacks/DataStack.ts");
const original = () => readFileSync(join(root, "examples/kefir/infra/stacks/DataStack.ts"), "utf8");

const SCENARIOS: readonly Scenario[] = [
  { name: "deploy", command: ["deploy", "--stage", "dev", "--yes"], prepare: fresh },
  {
    name: "update",
    command: ["deploy", "--stage", "dev", "--yes"],
    // Tags of every stack's resources change in place, a queue is replaced by its name, a log group goes.
    async prepare() {
      await fresh();
      cpSync(join(root, "examples/kefir/infra/stacks"), join(kefir.infra, "stacks"), { recursive: true });
      kefir.succeed("deploy", "--stage", "dev", "--yes");
      writeFileSync(dataStack(), original().replaceAll('Application: "kefir-app"', 'Application: "kefir"'));
      const monitoring = join(kefir.infra, "stacks/MonitoringStack.ts");
      writeFileSync(
        monitoring,
        readFileSync(monitoring, "utf8")
          .replace(
            "name: `kefir-app-${$app.stage}-alarms`,\n    messageRetentionSeconds",
            "name: `kefir-app-${$app.stage}-alarm-messages`,\n    messageRetentionSeconds",
          )
          .replace("Public: handlePublic, ", ""),
      );
    },
  },
  {
    name: "remove",
    command: ["remove", "--stage", "dev", "--yes"],
    async prepare() {
      await fresh();
      kefir.succeed("deploy", "--stage", "dev", "--yes");
    },
  },
];

/** Killed at one write, and run again. Throws what is not as it must be. */
async function dieAndGoOn(scenario: Scenario, at: number, side: string, wanted: End): Promise<void> {
  await scenario.prepare();
  const killed = runToDeath(scenario.command, { CRASH_POINT: String(at), CRASH_SIDE: side });
  expect(killed.signal, killed.stderr).toBe("SIGKILL");
  const again = kefir.dovetail(scenario.command);
  expect(again.status, again.stderr).toBe(0);
  expect(await end()).toEqual(wanted);
  if (scenario.name === "remove") return;
  const diff = kefir.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"]);
  expect(diff.status, `${diff.stdout}${diff.stderr}`).toBe(0);
}

describe.each(SCENARIOS)("killed at each write of $name, and run again", (scenario) => {
  test("ends where a run that was never killed ends", { timeout: 3_600_000 }, async () => {
    await scenario.prepare();
    const whole = runToDeath(scenario.command, {});
    expect(whole.status, whole.stderr).toBe(0);
    const points = Number(whole.stderr.match(/POINTS (\d+)/)?.[1]);
    expect(points).toBeGreaterThan(scenario.name === "update" ? 5 : 100);
    const wanted = await end();

    const stride = process.env.CRASH_POINTS !== undefined ? 1 : Math.max(1, Math.ceil(points / POINTS_BY_DEFAULT));
    const failures: string[] = [];
    const chosen = Array.from({ length: points }, (_, i) => i).filter(
      (i) => (i % stride === 0 || i === points - 1) && i >= Number(process.env.CRASH_FROM ?? 0),
    );
    for (const [n, at] of chosen.entries()) {
      const sides =
        process.env.CRASH_POINTS === "all" ? ["before", "torn", "after"] : [["before", "after", "torn"][n % 3] ?? "before"];
      for (const side of sides) {
        const place = `${scenario.name}, point ${at} of ${points}, ${side}`;
        await dieAndGoOn(scenario, at, side, wanted).catch((error: unknown) => failures.push(`${place}: ${String(error)}`));
        const failure = failures.at(-1);
        if (stride === 1) process.stderr.write(`${failure?.startsWith(place) === true ? failure : `${place}: as it must be`}\n`);
      }
    }
    expect(failures).toEqual([]);
  });
});
