/**
 * `npm run demo`: builds the backend, starts the embedded cloud, deploys examples/kefir, uses it as its app would, shows that
 * nothing is left to change, and removes it again. `--keep` leaves it deployed and the cloud running; a run after that finds
 * everything in place.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildBackend } from "../examples/kefir/backend/build.ts";
import { type KefirOutputs, runKefirFlow } from "../examples/kefir/flow.ts";

const root = join(import.meta.dirname, "..");
const infra = join(root, "examples/kefir/infra");
const keep = process.argv.includes("--keep");
const stage = "dev";
const startedAt = performance.now();
const bold = (text: string) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[22m` : text);

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  console.log(`  ✓ ${name.padEnd(64)} ${seconds(performance.now() - began).padStart(9)}`);
  return result;
}

/** Runs our command line as a user would; a failure ends the demo with what it printed. */
function dovetail(...args: string[]): SpawnSyncReturns<string> {
  const result = spawnSync(process.execPath, [join(root, "packages/cli/bin/dovetail.mjs"), ...args], {
    cwd: infra,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) {
    console.error(result.stdout + result.stderr);
    throw new Error(`dovetail ${args.join(" ")} ended with ${result.status ?? result.signal}`);
  }
  return result;
}

function jsonOf<T>(...args: string[]): T {
  return JSON.parse(dovetail(...args).stdout) as T;
}

async function admin<T>(endpoint: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${endpoint}/_dovetail/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

interface CloudStatus {
  readonly endpoint: string;
}
interface DeployResult {
  readonly outputs: { readonly [name: string]: { readonly value: unknown } };
  readonly resources: number;
  readonly changes: { readonly create: number; readonly update: number; readonly replace: number; readonly delete: number };
}

console.log(bold("Dovetail demo: examples/kefir, stage dev, on the embedded AWS"));
if (!existsSync(join(root, "dist/dovetail.js")))
  await step("build the command line", async () => (await import("./build.ts")).buildDist());
await step("build the backend's handlers", buildBackend);
const { endpoint } = await step("start the embedded cloud", () => {
  dovetail("cloud", "start");
  return jsonOf<CloudStatus>("cloud", "status", "--json");
});
const deployed = await step("deploy", () => jsonOf<DeployResult>("deploy", "--stage", stage, "--yes", "--json"));
const { create, update, replace, delete: removed } = deployed.changes;
console.log(
  create + update + replace + removed === 0
    ? `    everything was in place already: ${deployed.resources} resources, no change`
    : `    ${deployed.resources} resources: ${create} created, ${update} updated, ${replace} replaced, ${removed} deleted`,
);
const outputs = Object.fromEntries(
  Object.entries(deployed.outputs).map(([name, output]) => [name, output.value]),
) as unknown as KefirOutputs;

await runKefirFlow({
  endpoint,
  outputs,
  step,
  now: async () => (await admin<{ nowMs: number }>(endpoint, "GET", "clock")).nowMs,
  advanceClock: async (ms) => void (await admin(endpoint, "POST", "clock", { advanceMs: ms })),
  mailbox: async () =>
    (await admin<{ messages: { to: string; subject?: string; body: string }[] }>(endpoint, "GET", "mailbox")).messages,
});

await step("diff shows no change", () => {
  const code = spawnSync(
    process.execPath,
    [join(root, "packages/cli/bin/dovetail.mjs"), "diff", "--stage", stage, "--detailed-exitcode"],
    { cwd: infra, encoding: "utf8" },
  );
  if (code.status !== 0) throw new Error(`diff after deploy ended with ${code.status}:\n${code.stdout}${code.stderr}`);
});

if (!keep) {
  await step("remove leaves an empty cloud", async () => {
    dovetail("remove", "--stage", stage, "--yes");
    const { resources } = await admin<{ resources: Record<string, number> }>(endpoint, "GET", "inventory");
    const left = Object.entries(resources).filter(([, count]) => count > 0);
    if (left.length > 0) throw new Error(`still there: ${left.map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
  });
  await step("stop the cloud", () => dovetail("cloud", "stop"));
}

console.log("");
console.log(`  API        ${outputs.apiUrl}${keep ? "" : "   (gone now; --keep leaves it running)"}`);
console.log(`  endpoint   ${endpoint}`);
console.log(`  resources  ${deployed.resources}`);
console.log(`  total      ${seconds(performance.now() - startedAt)}`);
