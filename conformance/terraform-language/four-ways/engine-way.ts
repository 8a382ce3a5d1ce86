/** A root under Dovetail's own engine: with the real AWS provider of a pool, or with ours. */
import { join } from "node:path";
import { createEngine, nodeFiles, type Plan, type ProviderRegistry, planJson } from "@dovetail/engine";
import {
  type Diagnostic,
  DiagnosticError,
  type ResourceSchema,
  systemClock,
  systemRandom,
  type ValueObject,
} from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { createUtilityProvider } from "@dovetail/provider-utilities";
import { loadTerraformApp, type TerraformApp } from "@dovetail/terraform";
import type { Json } from "../both.ts";
import { saidOf, writeFiles } from "./terraform-way.ts";
import type { Given, RunOptions, Told, Way } from "./way.ts";

export interface EngineWayOptions extends Given {
  readonly name: string;
  /** The root's folder, which is the process's too. */
  readonly folder: string;
  /** An AWS provider that nobody has configured, one a configuration. */
  readonly aws: (configuration: string) => Promise<Provider>;
}

export async function engineWay(options: EngineWayOptions): Promise<Way> {
  const { folder } = options;
  const settings = { clock: systemClock(), random: systemRandom() };
  let app: TerraformApp | undefined;
  let plan: Plan | undefined;
  const providers = registry(options, () => app);
  const engine = createEngine({
    ...settings,
    app: "terraform",
    stage: "default",
    directory: join(folder, ".dovetail"),
    files: nodeFiles(),
    providers,
    owner: { who: "judge", host: "judge", pid: process.pid, version: "0", isProcessAlive: () => true },
  });
  const load = () =>
    loadTerraformApp({
      ...settings,
      root: folder,
      cwd: folder,
      workspace: "default",
      env: { PATH: process.env.PATH, ...options.env },
      variables: (options.variables ?? []).map((text) => ({ option: "var" as const, text })),
    });
  return {
    name: options.name,
    write: (files) => writeFiles(folder, files),
    async plan(run: RunOptions = {}) {
      try {
        app = load();
        plan = await engine.plan({ frontEnd: app.frontEnd, ...run });
        const told = toldBy([...app.diagnostics, ...plan.diagnostics]);
        if (plan.isErrored) return { told };
        return { document: JSON.parse(JSON.stringify(await planJson(plan, providers, { sensitive: "shown" }))) as Json, told };
      } catch (error) {
        if (error instanceof DiagnosticError) return { told: toldBy(error.diagnostics) };
        throw error;
      }
    },
    async apply() {
      if (plan === undefined || app === undefined) throw new Error("nothing planned");
      return toldBy((await engine.apply(plan, { frontEnd: app.frontEnd })).diagnostics);
    },
    state: () => engine.state.pull(),
    setState: (text) => engine.state.push(text === "" ? EMPTY : text, { force: true }),
    taint: (address) => engine.state.taint(address, true),
    close: () => providers.close(),
  };
}

const EMPTY = JSON.stringify({ version: 4, terraform_version: "1.11.4", serial: 1, lineage: "none", outputs: {}, resources: [] });

function toldBy(diagnostics: readonly Diagnostic[]): Told {
  return diagnostics
    .filter(({ severity }) => severity !== "note")
    .map(saidOf)
    .sort();
}

/** Providers by the name of their configuration; configured anew for every run, as terraform does. */
function registry(options: EngineWayOptions, app: () => TerraformApp | undefined): ProviderRegistry {
  const made = new Map<string, Promise<Provider>>();
  const unconfigured = (name: string): Promise<Provider> => {
    const local = name.replace(/[.@].*$/, "");
    const settings = { clock: systemClock(), random: systemRandom(), cwd: options.folder };
    const known =
      made.get(name) ?? (local === "aws" ? options.aws(name) : Promise.resolve(createUtilityProvider(local, settings)));
    made.set(name, known);
    return known;
  };
  const configured = new Map<
    string,
    { readonly app: TerraformApp | undefined; readonly config: string; readonly diagnostics: Promise<readonly Diagnostic[]> }
  >();
  return {
    localNameFor: (type) => type.split("_")[0],
    async provider(name) {
      const provider = await unconfigured(name);
      const config: ValueObject = app()?.providerConfigurations.find((each) => each.name === name)?.config ?? {};
      const text = JSON.stringify(config, (_key, value: unknown) => (typeof value === "symbol" ? "unknown" : value));
      const known = configured.get(name);
      if (known?.app === app() && known?.config === text) return { provider, diagnostics: await known.diagnostics };
      const local = name.replace(/[.@].*$/, "");
      const schema: ResourceSchema = provider.getSchema("provider", local) ?? {};
      const diagnostics = provider.configure(shapeObject(schema, config));
      configured.set(name, { app: app(), config: text, diagnostics });
      return { provider, diagnostics: await diagnostics };
    },
    unconfigured,
    close: async () => {
      for (const provider of made.values()) await (await provider).close();
    },
  };
}
