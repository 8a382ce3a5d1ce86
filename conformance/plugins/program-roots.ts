import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import { type Ran, runHere } from "../programs/harness.ts";
import { buildJudge, type Judge } from "./judge-provider.ts";

/** Folders with programs, driven by the command line, that have the judge's providers in a mirror. */
export interface Root {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Ran>;
  /** The same, interrupted when `signal` says so. */
  runUntil(signal: AbortSignal, ...args: readonly string[]): Promise<Ran>;
  stateFile(): string;
  state(): readonly {
    readonly type: string;
    readonly mode: string;
    readonly instances: readonly { readonly attributes: object; readonly status?: string }[];
  }[];
}

export interface ProgramRoots {
  /** undefined: it cannot be built here. */
  readonly judge: Judge | undefined;
  /** A folder with these files; the providers of the judge in a mirror. */
  rootWith(files: { readonly [name: string]: string }, env?: NodeJS.ProcessEnv): Root;
}

/** The judge built, and one embedded cloud for the tests of one file. Call at the top of the file. */
export function withJudgeInPrograms(): ProgramRoots {
  const built = buildJudge();
  const judge = "missing" in built ? undefined : built;
  if ("missing" in built) console.warn(`skipped: ${built.missing}`);
  const mirror = mkdtempSync(join(tmpdir(), "dovetail-foreign-mirror-"));
  if (judge !== undefined)
    for (const name of ["acme", "judge"]) place(mirror, name, join(judge.folder, `terraform-provider-${name}`));
  const cloud = mkdtempSync(join(tmpdir(), "dovetail-foreign-cloud-"));
  const surroundings = { PATH: process.env.PATH, HOME: cloud, NO_COLOR: "1", DOVETAIL_CLOUD: join(cloud, "cloud") };
  const scratch: string[] = [];
  afterEach(() => {
    for (const each of scratch.splice(0)) rmSync(each, { recursive: true, force: true });
  });
  afterAll(async () => {
    judge?.dispose();
    await runHere(["cloud", "stop"], cloud, surroundings);
    for (const each of [cloud, mirror]) rmSync(each, { recursive: true, force: true });
  });
  return {
    judge,
    rootWith(files, env = {}) {
      const folder = mkdtempSync(join(tmpdir(), "dovetail-foreign-"));
      scratch.push(folder);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(folder, name, ".."), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      const whole = { ...surroundings, DOVETAIL_PLUGIN_DIR: mirror, ...env };
      const stateFile = () => readFileSync(join(folder, ".dovetail/dev.tfstate"), "utf8");
      return {
        folder,
        run: (...args) => runHere([...args], folder, whole),
        runUntil: (signal, ...args) => runHere([...args], folder, whole, signal),
        stateFile,
        state: () => JSON.parse(stateFile()).resources,
      };
    },
  };
}

/** As `terraform providers mirror` lays it out. */
function place(mirror: string, name: string, binary: string): void {
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const folder = join(mirror, `registry.terraform.io/acme/${name}/1.0.0`, platform);
  mkdirSync(folder, { recursive: true });
  symlinkSync(binary, join(folder, `terraform-provider-${name}_v1.0.0`));
}

/** An app whose `run` is this text. */
export const app = (run: string, providers = "{}", imports = 'import * as acme from "@pulumi/acme";') => ({
  "sst.config.ts": `${imports}
export default $config({
  app: () => ({ name: "foreign", home: "local", providers: ${providers} }),
  async run() {
${run}
  },
});
`,
});
