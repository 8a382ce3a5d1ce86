/** Roots in memory: configuration files as texts, the engine with its files in memory, and the providers that need nothing outside. */
import { resolve } from "node:path";
import { createEngine, type Engine, memoryFiles, type Plan, type ProviderRegistry, planJson } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError, manualClock, seededRandom } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createUtilityProvider } from "@dovetail/provider-utilities";
import { type LoadOptions, loadTerraformApp } from "../../src/app/load-app.ts";
import { type Files, nodeModuleFiles } from "../../src/files.ts";

export interface TestRoot {
  write(files: { readonly [path: string]: string | undefined }): void;
  /** Plans; diagnostics of loading are in the answer too. */
  plan(options?: RunOptions): Promise<{ readonly plan?: Plan; readonly diagnostics: readonly Diagnostic[] }>;
  /** Plans and applies; throws with what went wrong. */
  apply(options?: RunOptions): Promise<Plan>;
  /** Plans and applies; what went wrong is in the answer. */
  tryApply(options?: RunOptions): Promise<{ readonly diagnostics: readonly Diagnostic[] }>;
  destroy(): Promise<void>;
  json(plan: Plan): ReturnType<typeof planJson>;
  readonly engine: Engine;
}

export interface RunOptions extends Partial<Pick<LoadOptions, "variables" | "env" | "workspace">> {
  readonly targets?: readonly string[];
  readonly replace?: readonly string[];
  readonly mode?: "normal" | "destroy" | "refresh-only";
}

export const ROOT = "/root-module";

/** @param folder a folder that has the files, for what functions and data sources read; without one they are in memory */
export function testRoot(given: { readonly [path: string]: string }, folder?: string): TestRoot {
  const texts = new Map<string, string>();
  const root = folder ?? ROOT;
  const write = (files: { readonly [path: string]: string | undefined }) => {
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) texts.delete(resolve(ROOT, path));
      else texts.set(resolve(ROOT, path), text);
    }
  };
  write(given);
  const clock = manualClock(Date.parse("2026-11-21T12:00:00Z"));
  const random = seededRandom(1);
  const providers = registry(clock, random, root);
  const engine = createEngine({
    app: "terraform",
    stage: "default",
    directory: `${ROOT}/.dovetail`,
    files: memoryFiles(),
    clock,
    random,
    providers,
    owner: { who: "tester@here", host: "here", pid: 1, version: "0", isProcessAlive: () => true },
  });
  const load = ({ variables = [], env = {}, workspace = "default" }: RunOptions) =>
    loadTerraformApp({
      root,
      cwd: root,
      workspace,
      env,
      variables,
      clock,
      random,
      files: folder === undefined ? inMemory(texts) : nodeModuleFiles(),
    });
  const plan = async (options: RunOptions = {}) => {
    const app = load(options);
    const { targets = [], replace = [], mode = "normal" } = options;
    const made = await engine.plan({ frontEnd: app.frontEnd, targets, replace, mode });
    return { app, made, diagnostics: [...app.diagnostics, ...made.diagnostics] };
  };
  const carryOut = async (options: RunOptions = {}) => {
    const { app, made, diagnostics } = await plan(options);
    if (made.isErrored) throw new DiagnosticError(diagnostics);
    const result = await engine.apply(made, { frontEnd: app.frontEnd });
    return { made, diagnostics: [...diagnostics, ...result.diagnostics], ok: result.ok };
  };
  return {
    write,
    engine,
    json: (made) => planJson(made, providers, { sensitive: "shown" }),
    async plan(options) {
      try {
        const { made, diagnostics } = await plan(options);
        return { plan: made, diagnostics };
      } catch (error) {
        if (error instanceof DiagnosticError) return { diagnostics: error.diagnostics };
        throw error;
      }
    },
    async apply(options) {
      const { made, diagnostics, ok } = await carryOut(options);
      if (!ok) throw new DiagnosticError(diagnostics);
      return made;
    },
    async tryApply(options) {
      try {
        return await carryOut(options);
      } catch (error) {
        if (error instanceof DiagnosticError) return { diagnostics: error.diagnostics };
        throw error;
      }
    },
    async destroy() {
      await carryOut({ mode: "destroy" });
    },
  };
}

function inMemory(texts: ReadonlyMap<string, string>): Files {
  const isFolder = (path: string) => [...texts.keys()].some((each) => each.startsWith(`${path}/`));
  return {
    list: (folder) => {
      const below = [...texts.keys()].filter((path) => path.startsWith(`${folder}/`));
      const names = below.map((path) => path.slice(folder.length + 1).split("/")[0] ?? "");
      return below.length === 0 ? undefined : [...new Set(names)].sort();
    },
    read: (path) => {
      const text = texts.get(path);
      return text === undefined ? undefined : Buffer.from(text);
    },
    isFolder,
    real: (path) => (isFolder(path) ? path : undefined),
  };
}

function registry(clock: ReturnType<typeof manualClock>, random: ReturnType<typeof seededRandom>, cwd: string): ProviderRegistry {
  const made = new Map<string, Provider>();
  const provider = (name: string) => {
    const local = name.replace(/[.@].*$/, "");
    const known = made.get(local) ?? createUtilityProvider(local, { clock, random, cwd });
    made.set(local, known);
    return known;
  };
  return {
    localNameFor: (type) => type.split("_")[0],
    provider: async (name) => ({ provider: provider(name), diagnostics: [] }),
    unconfigured: async (name) => provider(name),
    close: async () => undefined,
  };
}

/** `Error DVT2023: Reference to undeclared resource (main.tf:3:7)`, as tests compare them. */
export function told(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ severity, code, summary, range }) => {
    const place = range === undefined ? "" : ` (${range.file.replace(`${ROOT}/`, "")}:${range.line}:${range.column})`;
    return `${severity} ${code}: ${summary}${place}`;
  });
}
