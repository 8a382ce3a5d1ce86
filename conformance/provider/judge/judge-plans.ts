/** Rows that need no object: what is refused, and what is planned for a creation and for a change. */
import {
  type AttributeSchema,
  type BlockSchema,
  DiagnosticError,
  formatPath,
  isList,
  isObject,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
  valueAt,
  valuesEqual,
} from "@dovetail/model";
import { type PlanResponse, type Provider, shapeObject, validateAgainstSchema } from "@dovetail/provider";
import { proposedNew } from "../../../packages/engine/src/values/proposed.ts";
import { compareLists, compareObjects, compareRefusals, type Difference, errorsOf, isZeroOnly } from "./compare.ts";
import type { Row } from "./generated-rows.ts";
import type { Parties } from "./parties.ts";

/** What stands in an object for a text that only the service knows. The framework refuses it where it has a list of values: nothing to judge then. */
const MADE = "made";

/** What the two providers differ in over a row. */
export async function judgePlan(parties: Pick<Parties, "ours" | "real">, row: Row): Promise<readonly Difference[]> {
  const schema = schemaOf(parties.real, row.type);
  const config = shapeObject(schema, row.config);
  if (isRefusedByCore(schema, config)) return [];
  const prior = row.before === undefined ? null : await existing(parties.real, row.type, schema, row.before);
  // What cannot be planned cannot exist.
  if (prior === undefined) return [];
  const proposed = proposedNew(schema, prior, config);
  const request = { type: row.type, prior, proposed, config };
  const [ours, real] = [await planned(parties.ours, request), await planned(parties.real, request)];
  const refusals = compareRefusals(errorsOf(ours.diagnostics), errorsOf(real.diagnostics));
  if (
    row.before !== undefined &&
    errorsOf(real.diagnostics).some(({ detail }) => detail?.includes(`Given Value: ${MADE}`) === true)
  )
    return [];
  if (refusals.length > 0 || errorsOf(real.diagnostics).length > 0) return refusals;
  return [
    ...compareObjects("plan", schema, ours.planned, real.planned).map((each) =>
      isZeroOnly(each) && schema.plugin !== "framework" ? { ...each, aspect: "zero" } : each,
    ),
    ...compareLists("replace", replacing(ours, prior), replacing(real, prior)),
  ];
}

/** Terraform's core looks at a configuration's form before it asks a provider: what it refuses no provider sees, and is not judged. */
export function isRefusedByCore(schema: BlockSchema, config: ValueObject): boolean {
  return errorsOf(validateAgainstSchema(schema, config)).length > 0;
}

export function schemaOf(provider: Provider, type: string) {
  const schema = provider.getSchema("resource", type);
  if (schema === undefined) throw new Error(`${provider.source} has no ${type}`);
  return schema;
}

/** Terraform looks only at paths whose value differs; elements of sets have no index. */
function replacing({ requiresReplace, planned: after }: PlanResponse, prior: ValueObject | null): readonly string[] {
  if (prior === null || after === null) return [];
  return requiresReplace
    .map((path) => path.slice(0, path.findIndex((step) => typeof step === "number") >>> 0))
    .filter((path) => !valuesEqual(valueAt(prior, path) ?? null, valueAt(after, path) ?? null))
    .map((path) => formatPath(path));
}

async function planned(provider: Provider, request: Parameters<Provider["planChange"]>[0]): Promise<PlanResponse> {
  const refused = request.config === null ? [] : provider.validateConfig("resource", request.type, request.config);
  if (errorsOf(refused).length > 0) return { planned: null, requiresReplace: [], diagnostics: refused };
  try {
    return await provider.planChange(request);
  } catch (cause) {
    if (!(cause instanceof DiagnosticError)) throw cause;
    return { planned: null, requiresReplace: [], diagnostics: cause.diagnostics };
  }
}

/** The object as the real provider plans it, with something in place of what is known after apply. undefined: it is refused. */
export async function existing(
  real: Provider,
  type: string,
  schema: ResourceSchema,
  config: ValueObject,
): Promise<ValueObject | undefined> {
  const shaped = shapeObject(schema, config);
  const { planned: object, diagnostics } = await planned(real, {
    type,
    prior: null,
    proposed: proposedNew(schema, null, shaped),
    config: shaped,
  });
  if (object === null || errorsOf(diagnostics).length > 0) return undefined;
  return filled(schema, object, { isSdk: schema.plugin !== "framework", isWithin: false });
}

/** What nobody set: the SDK stores those of a block as their zeros, and leaves the others out. */
function filled(
  schema: BlockSchema,
  object: ValueObject,
  how: { readonly isSdk: boolean; readonly isWithin: boolean },
): ValueObject {
  const out: { [name: string]: Value } = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {}))
    out[name] = settled(attribute, object[name] ?? (how.isSdk && how.isWithin ? zeroOf(attribute) : null));
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const value = object[name] ?? null;
    if (value === UNKNOWN) out[name] = [];
    else
      out[name] = isList(value)
        ? value.map((item) => (isObject(item) ? filled(block, item, { ...how, isWithin: true }) : item))
        : isObject(value)
          ? filled(block, value, how)
          : value;
  }
  return out;
}

function zeroOf({ type }: AttributeSchema): Value {
  return type === "string" ? "" : type === "number" ? 0 : type === "bool" ? false : null;
}

function settled({ type }: AttributeSchema, value: Value): Value {
  if (value !== UNKNOWN) return isList(value) ? value.map((item) => (item === UNKNOWN ? MADE : item)) : value;
  if (type === "string") return MADE;
  if (type === "number") return 0;
  if (type === "bool") return false;
  return Array.isArray(type) && type[0] === "map" ? {} : Array.isArray(type) && type[0] === "object" ? null : [];
}
