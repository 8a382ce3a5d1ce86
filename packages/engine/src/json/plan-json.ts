import {
  DiagnosticError,
  isWhollyKnown,
  type Path,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { Action, OutputChange, Plan, ResourceChange } from "../plan/plan.ts";
import { Types } from "../plan/typed.ts";
import type { ProviderRegistry } from "../providers.ts";
import { type Json, type JsonObject, STATE_TERRAFORM_VERSION, type State } from "../state/state.ts";
import { plain, typeOf } from "../values/state-attributes.ts";
import { omitUnknowns, redact, sensitiveTree, unknownTree } from "./bool-trees.ts";
import { configurationJson } from "./configuration-json.ts";
import { moduleTree, type ShownValues, type ShowOptions, stateJson } from "./state-json.ts";

/** `terraform show -json PLAN`, format_version 1.2. Documented: "JSON Output Format", Plan Representation. */

interface Printing {
  readonly isShown: boolean;
  readonly schemas: ReadonlyMap<string, ResourceSchema>;
}

/** The document for a plan. Schemas come from the providers; a type that has none any more is shown without them. */
export async function planJson(plan: Plan, providers: ProviderRegistry, options: ShowOptions = {}): Promise<JsonObject> {
  const printing: Printing = { isShown: options.sensitive === "shown", schemas: await schemasOf(plan, providers) };
  const changes = plan.changes.filter(isResourceChange);
  const { document = {} } = plan;
  const prior = plan.document === undefined ? plan.priorState : { ...plan.priorState, outputs: knownOutputs(plan) };
  const hasPrior = prior.lineage !== "" || prior.instances.size > 0 || Object.keys(prior.outputs).length > 0;
  return {
    format_version: "1.2",
    terraform_version: STATE_TERRAFORM_VERSION,
    ...(document.variables === undefined ? {} : { variables: document.variables }),
    planned_values: plannedValues(plan, printing),
    ...(plan.drift.length === 0 ? {} : { resource_drift: plan.drift.map((change) => changeJson(change, printing)) }),
    ...(changes.length === 0 ? {} : { resource_changes: changes.map((change) => changeJson(change, printing)) }),
    ...outputChangesJson(plan, printing),
    ...(hasPrior ? { prior_state: await stateJson(prior, providers, options) } : {}),
    configuration: document.configuration ?? configurationJson(plan, printing.isShown),
    ...(plan.document === undefined
      ? { relevant_attributes: [], checks: [] }
      : {
          ...(document.relevantAttributes === undefined ? {} : { relevant_attributes: document.relevantAttributes }),
          ...(document.checks === undefined ? {} : { checks: document.checks }),
        }),
    timestamp: new Date(plan.createdAtMs).toISOString().replace(/\.\d+Z$/, "Z"),
    applyable: plan.isApplyable,
    complete: plan.targets.length === 0 && plan.excludes.length === 0 && !plan.isErrored,
    errored: plan.isErrored,
  };
}

/** Terraform's plan puts the outputs that it knows into the state that it starts from; the others stay as they were. */
function knownOutputs(plan: Plan): State["outputs"] {
  const known = Object.entries(plan.outputs).filter(([, { after }]) => after !== null && isWhollyKnown(after));
  const found = known.map(([name, { after, afterSensitive, type }]) => [
    name,
    { value: plain(after), sensitive: afterSensitive, type: type ?? typeOf(after) },
  ]);
  return { ...plan.priorState.outputs, ...Object.fromEntries(found) };
}

/** Data sources that the plan read already are not changes. */
function isResourceChange(change: ResourceChange): boolean {
  return change.mode === "managed" ? change.before !== null || change.after !== null : change.action === "read";
}

async function schemasOf(plan: Plan, providers: ProviderRegistry): Promise<ReadonlyMap<string, ResourceSchema>> {
  const types = new Types(providers);
  const schemas = new Map<string, ResourceSchema>();
  for (const change of [...plan.changes, ...plan.drift]) {
    const key = schemaKey(change);
    if (schemas.has(key)) continue;
    try {
      schemas.set(key, (await types.find(change)).schema);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
    }
  }
  return schemas;
}

function schemaKey(change: ResourceChange): string {
  return `${change.mode} ${change.provider} ${change.type}`;
}

function plannedValues(plan: Plan, printing: Printing): JsonObject {
  const shown = plan.changes
    .filter(isResourceChange)
    .filter((change) => (change.after !== null || change.action === "forget") && change.deposed === undefined)
    .map((change): ShownValues => {
      const { address, mode, module, type, name, index, providerName, schemaVersion } = change;
      const schema = printing.schemas.get(schemaKey(change));
      return {
        address,
        mode,
        type,
        name,
        providerName,
        schemaVersion,
        ...(module === undefined ? {} : { module }),
        ...(index === undefined ? {} : { index }),
        ...(schema === undefined ? {} : { schema }),
        ...(change.dynamicTypes === undefined ? {} : { dynamicTypes: change.dynamicTypes }),
        value: change.after,
        sensitive: change.afterSensitive,
      };
    });
  const outputs = Object.entries(plan.outputs).filter(([, output]) => output.action !== "delete");
  return {
    ...(outputs.length === 0
      ? {}
      : { outputs: Object.fromEntries(outputs.map(([name, o]) => [name, plannedOutput(o, printing)])) }),
    root_module: moduleTree(shown, printing.isShown),
  };
}

function plannedOutput(output: OutputChange, printing: Printing): JsonObject {
  // Terraform has one mark for the change as a whole.
  const sensitive = output.beforeSensitive || output.afterSensitive;
  const known = omitUnknowns(output.after);
  if (known === undefined || hasUnknown(output.after)) return { sensitive };
  const value = output.afterSensitive && !printing.isShown ? "(sensitive value)" : known;
  return { sensitive, type: output.type ?? typeOf(output.after), value };
}

function hasUnknown(value: Value): boolean {
  return value === UNKNOWN || JSON.stringify(unknownTree(value)).includes("true");
}

const ACTIONS: { readonly [action in Action]: readonly string[] } = {
  "no-op": ["no-op"],
  create: ["create"],
  read: ["read"],
  update: ["update"],
  delete: ["delete"],
  replace: ["delete", "create"],
  forget: ["forget"],
};

function changeJson(change: ResourceChange, printing: Printing): JsonObject {
  const schema = printing.schemas.get(schemaKey(change));
  const isFirst = change.action === "replace" && change.createBeforeDestroy;
  const before = side(change.before, change.beforeSensitive, printing);
  const after = side(change.after, change.afterSensitive, printing);
  return {
    address: change.address,
    ...(change.previousAddress === undefined ? {} : { previous_address: change.previousAddress }),
    ...(change.module === undefined ? {} : { module_address: change.module }),
    mode: change.mode,
    type: change.type,
    name: change.name,
    ...(change.index === undefined ? {} : { index: change.index }),
    provider_name: change.providerName,
    ...(change.deposed === undefined ? {} : { deposed: change.deposed }),
    change: {
      actions: isFirst ? ["create", "delete"] : ACTIONS[change.action],
      before: before ?? null,
      ...(after === undefined ? {} : { after }),
      after_unknown: change.after === null || isWhollyKnown(change.after) ? {} : unknownTree(change.after),
      before_sensitive:
        change.before === null ? false : sensitiveTree(schema, change.before, change.beforeSensitive, change.dynamicTypes),
      after_sensitive:
        change.after === null ? false : sensitiveTree(schema, change.after, change.afterSensitive, change.dynamicTypes),
      ...(change.replacePaths.length === 0 ? {} : { replace_paths: change.replacePaths.map((path) => [...path]) }),
      ...(change.importing === undefined ? {} : { importing: { id: change.importing.id } }),
    },
    ...(change.reason === undefined ? {} : { action_reason: change.reason }),
  };
}

function side(value: ValueObject | null, sensitive: readonly Path[], printing: Printing): Json | undefined {
  if (value === null) return null;
  return omitUnknowns(printing.isShown ? value : redact(value, sensitive));
}

function outputChangesJson(plan: Plan, printing: Printing): JsonObject {
  const entries = Object.entries(plan.outputs);
  if (entries.length === 0) return {};
  return { output_changes: Object.fromEntries(entries.map(([name, output]) => [name, outputChangeJson(output, printing)])) };
}

function outputChangeJson(output: OutputChange, printing: Printing): JsonObject {
  const isHidden = (isSensitive: boolean) => isSensitive && !printing.isShown;
  const after = omitUnknowns(isHidden(output.afterSensitive) ? redact(output.after, [[]]) : output.after);
  return {
    actions: [output.action],
    before: omitUnknowns(isHidden(output.beforeSensitive) ? redact(output.before, [[]]) : output.before) ?? null,
    ...(after === undefined ? {} : { after }),
    after_unknown: hasUnknown(output.after) ? unknownTree(output.after) : false,
    // Terraform has one mark for the change as a whole.
    before_sensitive: output.beforeSensitive || output.afterSensitive,
    after_sensitive: output.beforeSensitive || output.afterSensitive,
  };
}
