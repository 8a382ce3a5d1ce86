/** Runs the real terraform with the real AWS provider from a filesystem mirror, offline. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folder of the provider mirror; another by the environment variable. */
const MIRROR = process.env.DOVETAIL_TF_MIRROR ?? "/opt/tf-plugins";

/** Why the real provider cannot be asked here; undefined when it can. */
export function whyMissing(): string | undefined {
  if (!existsSync(MIRROR)) return `no provider mirror at ${MIRROR} (set DOVETAIL_TF_MIRROR)`;
  return spawnSync("terraform", ["version"]).status === 0 ? undefined : "no terraform on PATH";
}

export interface RealRoot {
  readonly folder: string;
  /** Runs terraform with the arguments; answers exit status and both outputs. */
  run(...args: readonly string[]): { readonly status: number; readonly stdout: string; readonly stderr: string };
  remove(): void;
}

/** A temporary root with the given configuration, initialised with provider 5.100.0. `endpoint`: every service's, else none is ever reached. */
export function createRoot(configuration: object, endpoint?: string): RealRoot {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-conformance-"));
  writeFileSync(join(folder, "terraformrc"), `provider_installation {\n  filesystem_mirror {\n    path = "${MIRROR}"\n  }\n}\n`);
  const services = ["dynamodb", "s3", "iam", "ssm", "sts"];
  const root = {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    provider: {
      aws: {
        region: "us-east-1",
        access_key: "test",
        secret_key: "test",
        skip_credentials_validation: true,
        skip_requesting_account_id: true,
        skip_metadata_api_check: "true",
        skip_region_validation: true,
        s3_use_path_style: true,
        ...(endpoint === undefined ? {} : { endpoints: [Object.fromEntries(services.map((name) => [name, endpoint]))] }),
      },
    },
    ...configuration,
  };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(root));
  const env = { ...process.env, TF_CLI_CONFIG_FILE: join(folder, "terraformrc"), CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  execFileSync("terraform", ["init", "-no-color", "-input=false"], { cwd: folder, env, stdio: "pipe" });
  return {
    folder,
    run(...args) {
      const done = spawnSync("terraform", args, { cwd: folder, env, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
      return { status: done.status ?? 1, stdout: done.stdout, stderr: done.stderr };
    },
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
