/** A root under the real terraform: with the real AWS provider of a pool, or with ours served to it. Its utility providers are ours either way. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock, systemRandom } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { serveProvider } from "@dovetail/provider-plugin";
import { createUtilityProvider, UTILITY_PROVIDERS } from "@dovetail/provider-utilities";
import type { Json } from "../both.ts";
import { awsEnvironment } from "./real-pool.ts";
import type { Files, Given, Planned, RunOptions, Told, Way } from "./way.ts";

const OUTPUT_BYTES_MAX = 512 * 1024 * 1024;

export interface TerraformWayOptions extends Given {
  readonly name: string;
  readonly folder: string;
  readonly endpoint: string;
  /** An entry of `TF_REATTACH_PROVIDERS`, or what makes a provider of ours. */
  readonly aws: { readonly reattach: object } | { readonly make: () => Provider };
  /** `terraform`, or a file that is tofu. */
  readonly program?: string;
  readonly registry?: string;
}

export async function terraformWay(options: TerraformWayOptions): Promise<Way> {
  const { name, folder, endpoint, program = "terraform", registry = "registry.terraform.io", variables = [] } = options;
  const served = await serveAll(options.aws, folder);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TF_CLI_CONFIG_FILE: "/dev/null",
    CHECKPOINT_DISABLE: "1",
    ...awsEnvironment(endpoint),
    ...options.env,
    TF_REATTACH_PROVIDERS: JSON.stringify(
      Object.fromEntries(served.map(({ type, reattach }) => [`${registry}/hashicorp/${type}`, reattach])),
    ),
  };
  const run = (...args: readonly string[]) =>
    new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
      execFile(program, [...args], { cwd: folder, env, maxBuffer: OUTPUT_BYTES_MAX }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
      );
    });
  const stateFile = join(folder, "terraform.tfstate");
  let isInitialised = false;
  return {
    name,
    write(files) {
      writeFiles(folder, files);
      isInitialised = false;
    },
    async plan(run_ = {}) {
      if (!isInitialised) {
        const init = await run("init", "-input=false", "-no-color");
        if (init.code !== 0) throw new Error(`init: ${init.out}${init.err}`);
        isInitialised = true;
      }
      const flags = [...flagsOf(run_), ...variables.map((each) => `-var=${each}`)];
      const planned = await run("plan", "-json", "-out=p", "-input=false", ...flags);
      const told = toldIn(planned.out);
      if (planned.code !== 0) return { told: told.length === 0 ? [planned.out + planned.err] : told } satisfies Planned;
      const shown = await run("show", "-json", "p");
      return { document: JSON.parse(shown.out) as Json, told };
    },
    apply: async () => toldIn((await run("apply", "-json", "-input=false", "p")).out),
    state: async () => (existsSync(stateFile) ? readFileSync(stateFile, "utf8") : ""),
    setState: async (text) => (text === "" ? rmSync(stateFile, { force: true }) : writeFileSync(stateFile, text)),
    async taint(address) {
      const done = await run("taint", address);
      if (done.code !== 0) throw new Error(done.err);
    },
    async close() {
      for (const { close } of served) await close();
    },
  };
}

async function serveAll(aws: TerraformWayOptions["aws"], cwd: string) {
  const settings = { clock: systemClock(), random: systemRandom(), cwd };
  const types = UTILITY_PROVIDERS.filter((type) => type !== "terraform");
  const utilities = await Promise.all(
    types.map(async (type) => ({
      type,
      ...(await serveProvider(() => createUtilityProvider(type, settings), process.pid)),
    })),
  );
  const own =
    "make" in aws ? await serveProvider(aws.make, process.pid) : { reattach: aws.reattach, close: async () => undefined };
  return [...utilities, { type: "aws", ...own }];
}

function flagsOf({ mode = "normal", targets = [], replace = [] }: RunOptions): readonly string[] {
  return [
    ...(mode === "destroy" ? ["-destroy"] : mode === "refresh-only" ? ["-refresh-only"] : []),
    ...targets.map((each) => `-target=${each}`),
    ...replace.map((each) => `-replace=${each}`),
  ];
}

/** Writes the files of a root. */
export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    if (text === undefined) rmSync(file, { force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}

interface Diagnosed {
  readonly severity: string;
  readonly address?: string;
  readonly summary: string;
  readonly detail?: string;
}

interface Line {
  readonly type: string;
  readonly diagnostic?: Diagnosed;
}

function toldIn(out: string): Told {
  const lines = out.split("\n").filter((line) => line.startsWith("{"));
  return lines
    .map((line) => (JSON.parse(line) as Line).diagnostic)
    .filter((diagnostic) => diagnostic !== undefined)
    .map(saidOf)
    .sort();
}

/** What a provider says is in its own words: only about what it says something is compared. */
export function saidOf({ severity, address, summary, detail }: Diagnosed): string {
  const text = address === undefined ? `${severity} : ${summary}` : `${severity} ${address}`;
  return process.env.DETAIL === undefined ? text : `${text} ${summary} ${detail ?? ""}`;
}
