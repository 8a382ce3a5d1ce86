/** A root under the real terraform: with the real AWS provider, or with ours served to it; one cloud behind either. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, systemRandom } from "@dovetail/model";
import { createAwsProvider } from "@dovetail/provider-aws";
import { serveProvider } from "@dovetail/provider-plugin";
import { type Attachable, startAttached } from "./attached-provider.ts";
import { ACCOUNT, EDITION, REGION, realBinary } from "./parties.ts";

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerraformRoot {
  readonly folder: string;
  /** Runs terraform in it. */
  run(...args: readonly string[]): Promise<Ran>;
  /** The same; throws with what it printed unless it ended with 0. */
  succeed(...args: readonly string[]): Promise<string>;
  /** Writes the configuration: `resource` and the like, beside the provider's, which `provider` completes. */
  configure(configuration: object, provider?: object): void;
  /** Writes a file into it. */
  write(name: string, text: string): void;
  setState(text: string): void;
  /** The state file's text; empty when there is none. */
  state(): string;
  remove(): Promise<void>;
}

/**
 * With `provider: "ours"` ours is served; with `"real"` terraform starts the real one from the mirror of DOVETAIL_TF_MIRROR for each command,
 * with `"attached"` it attaches to one process of it. Initialised by `configure` and `init`.
 */
export async function terraformRoot(options: {
  readonly provider: "ours" | "real" | "attached";
  readonly endpoint: string;
  readonly accountId?: string;
}): Promise<TerraformRoot> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-judge-"));
  const file = (name: string) => join(folder, name);
  const served = await attachable(options.provider, { ...options, folder });
  const mirror = process.env.DOVETAIL_TF_MIRROR;
  writeFileSync(
    file("terraformrc"),
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror ?? folder)}\n  }\n}\n`,
  );
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TF_CLI_CONFIG_FILE: file("terraformrc"),
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    ...(served === undefined ? {} : { TF_REATTACH_PROVIDERS: served.reattach }),
  };
  const run = (...args: readonly string[]) =>
    new Promise<Ran>((resolve) => {
      execFile("terraform", [...args], { cwd: folder, env, maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
    });
  const root: TerraformRoot = {
    folder,
    run,
    async succeed(...args) {
      const done = await run(...args);
      if (done.status !== 0)
        throw new Error(`terraform ${args.join(" ")} ended with ${done.status}\n${done.stdout.slice(-4000)}\n${done.stderr}`);
      return done.stdout;
    },
    configure: (configuration, provider = {}) =>
      writeFileSync(file("main.tf.json"), JSON.stringify({ ...frame(options.endpoint, provider), ...configuration }, null, 1)),
    write: (name, text) => writeFileSync(file(name), text),
    setState: (text) => writeFileSync(file("terraform.tfstate"), text),
    state: () => (existsSync(file("terraform.tfstate")) ? readFileSync(file("terraform.tfstate"), "utf8") : ""),
    async remove() {
      await served?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return root;
}

/** Every service of the provider: no request of a test leaves this machine. */
function endpointNames(): readonly string[] {
  const { blocks = {} } = ourProvider("http://127.0.0.1:1", ACCOUNT).getSchema("provider", "aws") ?? {};
  return Object.keys(blocks.endpoints?.attributes ?? {});
}

function ourProvider(endpoint: string, accountId: string) {
  return createAwsProvider({
    edition: EDITION,
    target: { kind: "local", endpoint, accountId },
    env: {},
    clock: systemClock(),
    random: systemRandom(),
  });
}

function frame(endpoint: string, provider: object): object {
  return {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: EDITION } } },
    provider: {
      aws: {
        region: REGION,
        access_key: "test",
        secret_key: "test",
        skip_credentials_validation: true,
        skip_requesting_account_id: false,
        skip_metadata_api_check: "true",
        skip_region_validation: true,
        s3_use_path_style: true,
        max_retries: 2,
        endpoints: [Object.fromEntries(endpointNames().map((name) => [name, endpoint]))],
        ...provider,
      },
    },
  };
}

/** What terraform attaches to, if anything. */
async function attachable(
  provider: "ours" | "real" | "attached",
  { endpoint, accountId = ACCOUNT, folder }: { readonly endpoint: string; readonly accountId?: string; readonly folder: string },
): Promise<Attachable | undefined> {
  if (provider === "real") return undefined;
  if (provider === "attached") return startAttached(realBinary() ?? "", folder);
  const served = await serveProvider(() => ourProvider(endpoint, accountId), process.pid);
  return { reattach: JSON.stringify({ "registry.terraform.io/hashicorp/aws": served.reattach }), close: () => served.close() };
}
