import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EvaluationResult, ResourceRegistration } from "@dovetail/engine";
import type { Diagnostic } from "@dovetail/model";
import { onTestFinished } from "vitest";
import { type LoadedApp, type LoadOptions, loadApp } from "../src/app/load-app.ts";
import { type MemoryHost, memoryHost } from "./memory-host.ts";

/** A folder with these files, gone when the test is over. Paths are relative to `<folder>/app`. */
export function project(files: { readonly [path: string]: string }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dovetail-program-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, "app", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return join(folder, "app");
}

/** The app whose config stands in `root`. */
export function load(root: string, options: Partial<LoadOptions> = {}): Promise<LoadedApp> {
  return loadApp({
    configFile: join(root, "sst.config.ts"),
    stage: "dev",
    env: { HOME: "/home/u" },
    command: "deploy",
    target: "local",
    ...options,
  });
}

export interface Ran {
  readonly app: LoadedApp;
  readonly host: MemoryHost;
  readonly result: EvaluationResult;
  readonly diagnostics: readonly Diagnostic[];
  /** A registration by address. */
  get(address: string): ResourceRegistration;
}

/** Loads and evaluates files as a program. */
export async function run(
  files: { readonly [path: string]: string },
  options: Partial<LoadOptions> & { readonly pass?: "plan" | "apply"; readonly fails?: readonly string[] } = {},
): Promise<Ran> {
  const { pass, fails, ...rest } = options;
  const app = await load(project(files), rest);
  const host = memoryHost(pass, fails);
  const result = await app.frontEnd.evaluate(host);
  return {
    app,
    host,
    result,
    diagnostics: host.diagnostics,
    get(address) {
      const found = host.resources.get(address);
      if (found === undefined)
        throw new Error(
          `${address} was not registered; these were: ${host.order.join(", ")}\n${host.diagnostics.map((d) => `${d.code} ${d.detail}`).join("\n")}`,
        );
      return found;
    },
  };
}

/** A config whose `run` has this body; its first line is line 2 of `sst.config.ts`. */
export function configOf(body: string, app = 'name: "shop"'): { readonly "sst.config.ts": string } {
  return { "sst.config.ts": `export default $config({ app: () => ({ ${app} }), async run() {\n${body}\n} });\n` };
}

/** `runBody("new aws.sqs.Queue(...)")`: a whole program from what `run` does. */
export function runBody(body: string, options: Parameters<typeof run>[1] = {}): Promise<Ran> {
  return run(configOf(body), options);
}

/** `DVT1005 sst.config.ts:3:5`, one for each diagnostic, sorted. */
export function places(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .map((d) => `${d.code}${d.range ? ` ${d.range.file.split("/").at(-1)}:${d.range.line}:${d.range.column}` : ""}`)
    .sort();
}
