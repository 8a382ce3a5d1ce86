/**
 * Planning and refreshing 1,000 mixed resources that exist: ours (engine and native provider, one process) beside the real terraform with the
 * real AWS provider 5.100.0, in one run, on the same objects of one embedded AWS, from the same state. Time and peak memory.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryFiles } from "@dovetail/engine";
import { systemClock, systemRandom } from "@dovetail/model";
import { shapeObject } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { engineOver, type RootResource, rootProgram } from "../conformance/provider/judge/engine-root.ts";
import { ACCOUNT, realBinary } from "../conformance/provider/judge/parties.ts";
import { terraformRoot } from "../conformance/provider/judge/terraform-root.ts";
import { prepareTools } from "../scripts/tools.ts";
import { type Row, runNode, startServer } from "./measure.ts";

const COUNT = 1_000;
const MAKE = "--make";
const PLAN = "--plan";

/** How many times faster ours is to be. */
const FACTOR = 2;

function resources(): readonly RootResource[] {
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  const kinds: readonly ((i: number) => Omit<RootResource, "name">)[] = [
    (i) => ({ type: "aws_sqs_queue", config: { name: `bench-${i}`, tags: { n: String(i) } } }),
    (i) => ({ type: "aws_sns_topic", config: { name: `bench-${i}` } }),
    (i) => ({ type: "aws_ssm_parameter", config: { name: `/bench/${i}`, type: "String", value: "v" } }),
    (i) => ({ type: "aws_cloudwatch_log_group", config: { name: `/bench/${i}`, retention_in_days: 14 } }),
    (i) => ({ type: "aws_iam_role", config: { name: `bench-${i}`, assume_role_policy: policy } }),
    (i) => ({
      type: "aws_dynamodb_table",
      config: { name: `bench-${i}`, billing_mode: "PAY_PER_REQUEST", hash_key: "PK", attribute: [{ name: "PK", type: "S" }] },
    }),
    (i) => ({ type: "aws_s3_bucket", config: { bucket: `bench-bucket-${i}` } }),
    (i) => ({ type: "aws_cloudwatch_event_rule", config: { name: `bench-${i}`, schedule_expression: "rate(5 minutes)" } }),
  ];
  return Array.from({ length: COUNT }, (_, i) => {
    const kind = kinds[i % kinds.length];
    if (kind === undefined) throw new Error("no kinds");
    return { ...kind(i), name: `r${i}` };
  });
}

/** What a process of its own does: makes everything and prints the state to a file, or plans and refreshes what is in that file. */
async function alone(mode: string, endpoint: string, stateFile: string): Promise<void> {
  const provider = createAwsProvider({
    edition: "5.100.0",
    target: { kind: "local", endpoint, accountId: ACCOUNT },
    env: {},
    clock: systemClock(),
    random: systemRandom(),
  });
  await provider.configure(shapeObject(provider.getSchema("provider", "aws") ?? {}, { region: "us-east-1" }));
  const engine = engineOver(provider, memoryFiles());
  const frontEnd = rootProgram(resources());
  if (mode === PLAN) await engine.state.push(readFileSync(stateFile, "utf8"), { force: true });
  const plan = await engine.plan({ frontEnd });
  const failed = plan.diagnostics.find(({ severity }) => severity === "error");
  if (failed !== undefined) throw new Error(`${failed.summary}: ${failed.detail}`);
  if (mode === PLAN && plan.isApplyable) throw new Error("the plan is not empty");
  if (mode === MAKE) {
    const done = await engine.apply(plan, { frontEnd });
    if (!done.ok) throw new Error(JSON.stringify(done.diagnostics[0]));
    writeFileSync(stateFile, await engine.state.pull());
  }
  await provider.close();
}

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
}

/** terraform with the real provider, as a process with children: time from outside, memory of the largest of them (the provider). */
async function theirs(endpoint: string, state: string): Promise<Measured> {
  const root = await terraformRoot({ provider: "real", endpoint });
  try {
    const resource: { [type: string]: { [name: string]: object } } = {};
    for (const { type, name, config } of resources()) {
      resource[type] ??= {};
      Object.assign(resource[type] ?? {}, { [name]: config });
    }
    root.configure({ resource });
    root.setState(state);
    await root.succeed("init", "-input=false", "-no-color");
    const report = join(root.folder, "time.txt");
    const started = performance.now();
    const env = {
      PATH: process.env.PATH,
      HOME: root.folder,
      TF_CLI_CONFIG_FILE: join(root.folder, "terraformrc"),
      CHECKPOINT_DISABLE: "1",
    };
    const args = [
      "-f",
      "%M",
      "-o",
      report,
      "terraform",
      "plan",
      "-input=false",
      "-no-color",
      "-detailed-exitcode",
      "-parallelism=64",
    ];
    await new Promise<void>((resolve, reject) => {
      execFile("/usr/bin/time", args, { cwd: root.folder, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        error === null ? resolve() : reject(new Error(`terraform plan: ${stderr.slice(0, 1000)}${stdout.slice(-1000)}`)),
      );
    });
    const seconds = (performance.now() - started) / 1000;
    return { seconds, peakMb: Number(readFileSync(report, "utf8").trim().split("\n").at(-1)) / 1024 };
  } finally {
    await root.remove();
  }
}

export async function providerRows(): Promise<readonly Row[]> {
  const what = `plan and refresh of ${COUNT.toLocaleString("en")} mixed resources, nothing to do`;
  const mirror = prepareTools(process.env).env.DOVETAIL_TF_MIRROR;
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-provider-"));
  const stateFile = join(folder, "state.json");
  const serve = join(import.meta.dirname, "../packages/cloud/src/serve.ts");
  const cloud = await startServer([serve, "--data-dir", join(folder, "cloud"), "--port", "0"], (url) => fetch(url));
  try {
    const made = runNode([import.meta.filename, MAKE, cloud.url, stateFile]);
    if (made.status !== 0) throw new Error(made.output);
    const ours = runNode([import.meta.filename, PLAN, cloud.url, stateFile]);
    if (ours.status !== 0) throw new Error(ours.output);
    const measured = `${(ours.wallMs / 1000).toFixed(1)} s, ${ours.peakMb.toFixed(0)} MB`;
    const budget = `${FACTOR} times faster, in less memory than their provider alone`;
    if (realBinary(mirror) === undefined)
      return [{ what, measured, control: "skipped: no provider 5.100.0 in a mirror", budget, met: undefined }];
    process.env.DOVETAIL_TF_MIRROR = mirror;
    const real = await theirs(cloud.url, readFileSync(stateFile, "utf8"));
    return [
      {
        what,
        measured,
        control: `terraform and the real provider: ${real.seconds.toFixed(1)} s, ${real.peakMb.toFixed(0)} MB`,
        budget,
        met: ours.wallMs / 1000 <= real.seconds / FACTOR && ours.peakMb <= real.peakMb,
      },
    ];
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [, , mode = "", endpoint = "", stateFile = ""] = process.argv;
  await alone(mode, endpoint, stateFile);
}
