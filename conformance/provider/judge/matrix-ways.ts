/** The four ways to the same objects: {our engine, terraform} × {ours, the real provider}, each in an embedded AWS of its own. */
import { type Cloud, startCloud } from "@dovetail/cloud";
import { type Engine, type FrontEnd, memoryFiles } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError, hasErrors, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createSchemaStore } from "@dovetail/provider-aws";
import type { Group } from "../life.ts";
import { engineOver } from "./engine-root.ts";
import { hclOfRows, knownConfig, type MatrixRow, matrixRows, putThings } from "./matrix-rows.ts";
import { ACCOUNT, EDITION, startOurs, startReal } from "./parties.ts";
import { instancesOf } from "./state-to-hcl.ts";
import { type TerraformRoot, terraformRoot } from "./terraform-root.ts";

export interface Way {
  readonly name: string;
  readonly cloud: Cloud;
  /** What was put into its cloud beforehand, by address. */
  readonly things: Things;
  /** Errors of a validation, in words. */
  validate(): Promise<readonly string[]>;
  /** Plans and makes; errors in words. */
  apply(): Promise<readonly string[]>;
  /** Reads all that exists and records it; errors in words. */
  refresh(): Promise<readonly string[]>;
  /** What a plan of the same configuration would change, and errors: `aws_sqs_queue.a: update delay_seconds`. */
  changes(): Promise<readonly string[]>;
  /** The objects of the state by address. */
  objects(): Promise<ReadonlyMap<string, ValueObject>>;
  /** Takes the objects into an empty state by their ids, and says what a plan would then change. */
  imported(ids: ReadonlyMap<string, string>): Promise<readonly string[]>;
  /** Errors in words. */
  destroy(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const EDITIONS = ["5.100.0", "6.66.0"] as const;

/** Our provider under our engine, presenting one edition and the other. */
export async function openEditions(groups: readonly Group[]): Promise<readonly Way[]> {
  return Promise.all(
    EDITIONS.map((edition) => engineWay(`edition ${edition}`, (endpoint) => startOurs(endpoint, edition), groups)),
  );
}

type Things = ReadonlyMap<string, ValueObject>;

export async function openWays(binary: string, groups: readonly Group[]): Promise<readonly Way[]> {
  return Promise.all([
    terraformWay("terraform, real provider", "attached", groups),
    terraformWay("terraform, our provider", "ours", groups),
    engineWay("our engine, real provider", (endpoint) => startReal(binary, endpoint), groups),
    engineWay("our engine, our provider", startOurs, groups),
  ]);
}

const DESTROYED = ["destroy", "-auto-approve", "-input=false", "-no-color"];

async function terraformWay(name: string, provider: "attached" | "ours", groups: readonly Group[]): Promise<Way> {
  const cloud = await startCloud({ volatile: true, accountId: ACCOUNT });
  const things = await putThings(groups, cloud.endpoint);
  const roots: TerraformRoot[] = [];
  const open = async (configuration: object): Promise<TerraformRoot> => {
    const root = await terraformRoot({ provider, endpoint: cloud.endpoint });
    roots.push(root);
    root.configure(configuration);
    await root.succeed("init", "-input=false", "-no-color");
    return root;
  };
  const schemas = createSchemaStore(EDITION);
  const hcl = hclOfRows(matrixRows(groups), things, (type) => schemas.get("resource", type) ?? {});
  const root = await open(hcl);
  const errors = async (...args: readonly string[]) => errorsIn((await root.run(...args)).stdout);
  return {
    name,
    cloud,
    things,
    async validate() {
      const { diagnostics } = JSON.parse((await root.run("validate", "-json")).stdout) as { diagnostics: TerraformDiagnostic[] };
      return diagnostics.filter(({ severity }) => severity === "error").map(said);
    },
    apply: () => errors("apply", "-json", "-auto-approve", "-input=false"),
    refresh: () => errors("apply", "-json", "-refresh-only", "-auto-approve", "-input=false"),
    changes: () => plannedChanges(root),
    objects: async () => objectsIn(root.state()),
    async imported(ids) {
      const blocks = [...ids].map(([to, id]) => ({ to, id }));
      return plannedChanges(await open({ ...hcl, import: blocks }));
    },
    async destroy() {
      const done = await root.run(...DESTROYED);
      return done.status === 0 ? [] : [done.stderr];
    },
    async close() {
      for (const each of roots) await each.remove();
      await cloud.stop();
    },
  };
}

interface TerraformDiagnostic {
  readonly severity: string;
  readonly address?: string;
  readonly summary: string;
  readonly detail?: string;
}

function said({ address, summary, detail }: TerraformDiagnostic): string {
  return `${address ?? ""}: ${summary}: ${detail ?? ""}`;
}

function errorsIn(lines: string): readonly string[] {
  return lines
    .split("\n")
    .filter((line) => line.includes('"@level":"error"'))
    .map((line) => said((JSON.parse(line) as { diagnostic: TerraformDiagnostic }).diagnostic));
}

async function plannedChanges(root: TerraformRoot): Promise<readonly string[]> {
  const done = await root.run("plan", "-json", "-out=p", "-input=false");
  if (done.status !== 0) return errorsIn(done.stdout);
  const { resource_changes: changes = [] } = JSON.parse(await root.succeed("show", "-json", "p")) as {
    resource_changes?: readonly { address: string; change: { actions: string[]; before: object | null; after: object | null } }[];
  };
  return changes
    .filter(({ change: { actions } }) => actions.join() !== "no-op")
    .map(({ address, change: { actions, before, after } }) => changeText(address, actions.join(), before, after))
    .sort();
}

/** With the names of what an update changes, as far as it is known: terraform leaves out what is not. */
function changeText(address: string, action: string, before: object | null, after: object | null): string {
  const kind = action === "delete,create" || action === "create,delete" ? "replace" : action;
  if (kind !== "update") return `${address}: ${kind}`;
  const names = Object.entries(after ?? {})
    .filter(([, value]) => typeof value !== "symbol")
    .filter(([name, value]) => JSON.stringify(Reflect.get(before ?? {}, name) ?? null) !== JSON.stringify(value ?? null))
    .map(([name]) => name);
  return `${address}: ${kind} ${names.sort().join()}`;
}

function objectsIn(state: string): ReadonlyMap<string, ValueObject> {
  if (state === "") return new Map();
  return new Map(instancesOf(state).map(({ type, name, attributes }) => [`${type}.${name}`, attributes]));
}

async function engineWay(name: string, start: (endpoint: string) => Promise<Provider>, groups: readonly Group[]): Promise<Way> {
  const cloud = await startCloud({ volatile: true, accountId: ACCOUNT });
  const things = await putThings(groups, cloud.endpoint);
  const provider = await start(cloud.endpoint);
  const frontEnd = programOf(matrixRows(groups), things);
  const engine = engineOver(provider, memoryFiles());
  return {
    name,
    cloud,
    things,
    async validate() {
      const plan = await engine.plan({ frontEnd, refresh: false });
      return errorsOf(plan.diagnostics);
    },
    async apply() {
      const plan = await engine.plan({ frontEnd });
      if (hasErrors(plan.diagnostics)) return errorsOf(plan.diagnostics);
      return errorsOf((await engine.apply(plan, { frontEnd })).diagnostics);
    },
    refresh: async () => errorsOf((await engine.refresh({ frontEnd })).diagnostics),
    changes: () => changesOf(engine, frontEnd),
    objects: async () => objectsIn(await engine.state.pull()),
    async imported(ids) {
      const other = engineOver(provider, memoryFiles());
      const errors: string[] = [];
      for (const [address, id] of ids) errors.push(...errorsOf(await importing(other, address, id)));
      return [...errors, ...(await changesOf(other, frontEnd))];
    },
    destroy: async () => errorsOf((await engine.destroy({ frontEnd })).diagnostics),
    async close() {
      await provider.close();
      await cloud.stop();
    },
  };
}

async function importing(engine: Engine, address: string, id: string): Promise<readonly Diagnostic[]> {
  try {
    return (await engine.importResource({ address, id })).diagnostics;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

function errorsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ address, summary, detail }) => `${address ?? ""}: ${summary}: ${detail ?? ""}`);
}

async function changesOf(engine: Engine, frontEnd: FrontEnd): Promise<readonly string[]> {
  const plan = await engine.plan({ frontEnd });
  return [
    ...errorsOf(plan.diagnostics),
    ...plan.changes
      .filter(({ action }) => action !== "no-op")
      .map(({ address, action, before, after }) => changeText(address, action, before ?? null, after ?? null))
      .sort(),
  ];
}

/** Rows in order, each from what those before it answered; unknown while that is only planned. */
function programOf(rows: readonly MatrixRow[], things: Things): FrontEnd {
  return {
    async evaluate(host) {
      const objects = new Map(things);
      const recorded = new Map<string, readonly string[]>();
      for (const row of rows) {
        const config = knownConfig(row, objects);
        const dependencies = row.after === undefined ? [] : [row.after];
        const recordedDependencies = [...(recorded.get(row.after ?? "") ?? []), ...dependencies];
        recorded.set(row.address, recordedDependencies);
        const registered = await host
          .register({ type: row.type, name: row.name, config, sensitive: [], dependencies, recordedDependencies })
          // A failure is told by the run; what hangs on it fails for want of its values.
          .catch(() => undefined);
        if (registered !== undefined) objects.set(row.address, registered.value);
      }
      return { outputs: {} };
    },
  };
}
