/** Runs the real terraform with the real AWS provider from a filesystem mirror, offline. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folder of the provider mirror: `npm test` finds it and says so here. */
const MIRROR = process.env.DOVETAIL_TF_MIRROR;

/** Why the real provider cannot be asked here; undefined when it can. */
export function whyMissing(): string | undefined {
  if (MIRROR === undefined || !existsSync(MIRROR)) return "no provider mirror (DOVETAIL_TF_MIRROR names one)";
  return spawnSync("terraform", ["version"]).status === 0 ? undefined : "no terraform on PATH";
}

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RealRoot {
  readonly folder: string;
  /** Runs terraform with the arguments; answers exit status and both outputs. */
  run(...args: readonly string[]): RunResult;
  /** The same without holding this process up, which may be serving the endpoint. */
  runAsync(...args: readonly string[]): Promise<RunResult>;
  remove(): void;
}

/** The whole configuration of a root: provider 5.100.0, offline or with every service at `endpoint`. */
export function rootConfiguration(configuration: object, endpoint?: string): object {
  const services = ["dynamodb", "s3", "iam", "ssm", "sts"];
  return {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    provider: {
      aws: {
        region: "us-east-1",
        access_key: "test",
        secret_key: "test",
        skip_credentials_validation: true,
        skip_requesting_account_id: endpoint === undefined,
        skip_metadata_api_check: "true",
        skip_region_validation: true,
        s3_use_path_style: true,
        ...(endpoint === undefined ? {} : { endpoints: [Object.fromEntries(services.map((name) => [name, endpoint]))] }),
      },
    },
    ...configuration,
  };
}

/** A temporary root with the given configuration, initialised. */
export function createRoot(configuration: object, endpoint?: string): RealRoot {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-conformance-"));
  writeFileSync(join(folder, "terraformrc"), `provider_installation {\n  filesystem_mirror {\n    path = "${MIRROR}"\n  }\n}\n`);
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(rootConfiguration(configuration, endpoint)));
  const env = { ...process.env, TF_CLI_CONFIG_FILE: join(folder, "terraformrc"), CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  execFileSync("terraform", ["init", "-no-color", "-input=false"], { cwd: folder, env, stdio: "pipe" });
  return {
    folder,
    run(...args) {
      const done = spawnSync("terraform", args, { cwd: folder, env, encoding: "utf8", maxBuffer: OUTPUT_BYTES_MAX });
      return { status: done.status ?? 1, stdout: done.stdout, stderr: done.stderr };
    },
    runAsync: (...args) =>
      new Promise((resolve) => {
        execFile("terraform", args, { cwd: folder, env, maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) =>
          resolve({ status: error === null ? 0 : 1, stdout, stderr }),
        );
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `resource` of a root from cases. */
export function resourcesOf(cases: readonly { readonly type: string; readonly name: string; readonly config: object }[]): object {
  const out: { [type: string]: { [name: string]: object } } = {};
  for (const { type, name, config } of cases) {
    out[type] ??= {};
    const group = out[type];
    group[name] = config;
  }
  return { resource: out };
}
