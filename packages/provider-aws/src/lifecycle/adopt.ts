import { CODES, DiagnosticError, errorDiagnostic, type ResourceSchema, type ValueObject, valuesEqual } from "@dovetail/model";
import type { ImportResponse, UpgradeResponse } from "@dovetail/provider";
import { shapeObject } from "@dovetail/provider";
import type { NativeResource } from "../resource.ts";
import type { Edition } from "../schema/load-schema.ts";
import { type AwsError, awsDiagnostics } from "./aws-diagnostic.ts";
import { finishState } from "./finish-state.ts";
import { describe, finishRules, knownText, type Operation } from "./operation.ts";

const REGION_SUFFIX = /^(.+)@([a-z]{2,4}(?:-[a-z]+)+-\d+)$/;

/** Imports by id. Edition 6 takes `id@region`. The object is read at once: what does not exist is not imported. */
export async function importObject(
  operationFor: (object: ValueObject) => Promise<Operation>,
  type: string,
  id: string,
  edition: Edition,
): Promise<ImportResponse> {
  const suffix = edition === "6.66.0" ? REGION_SUFFIX.exec(id) : null;
  const region = suffix?.[2];
  const bare = suffix?.[1] ?? id;
  const operation = await operationFor(region === undefined ? {} : { region });
  const doing = `importing ${type} (${bare})`;
  try {
    const least = { ...(operation.resource.importId?.(bare) ?? { id: bare }), ...(region === undefined ? {} : { region }) };
    const start = shapeObject(operation.schema, least);
    const raw = await operation.resource.read(operation.aws, start);
    if (raw === null) return { imported: [], diagnostics: [notThere(type, bare)] };
    return { imported: [{ type, state: finishState(finishRules(operation), raw, start) }], diagnostics: [] };
  } catch (error) {
    return { imported: [], diagnostics: awsDiagnostics(error, doing) };
  }
}

function notThere(type: string, id: string) {
  return errorDiagnostic("DVT4006", CODES.DVT4006, {
    detail: `Cannot import non-existent remote object: while attempting to import an existing object to ${type} with the ID "${id}", the provider detected that no object exists with the given ID.`,
    fix: "Check the ID, the region and the account of this run.",
  });
}

/**
 * The object that creating `planned` would have made, if it is there: by the type's own `find`, else by the known name where the id is the
 * name. null when there is none, nothing certain is known of it, or it is one of those that are `held` already (states of the type).
 */
export async function recoverObject(
  operation: Operation,
  planned: ValueObject,
  held: readonly ValueObject[] = [],
): Promise<{ readonly state: ValueObject } | null> {
  const { resource, aws } = operation;
  const isFree = (start: ValueObject) => !held.some((object) => isSameObject(object, start));
  try {
    const start = resource.find === undefined ? findByName(operation, planned) : await resource.find(aws, planned, isFree);
    if (start === null || !isFree(start)) return null;
    const base = finishState(finishRules(operation), start, planned);
    const raw = await resource.read(aws, base);
    return raw === null ? null : { state: finishState(finishRules(operation), raw, { ...planned, ...start }) };
  } catch (error) {
    if (isForeign(error)) return null;
    throw new DiagnosticError(awsDiagnostics(error, `looking for ${describe(operation, planned)}`), { cause: error });
  }
}

/** `start` is all that it takes to read an object: a state that says the same is of that object. */
function isSameObject(held: ValueObject, start: ValueObject): boolean {
  return Object.entries(start).every(([key, value]) => valuesEqual(held[key] || null, value || null));
}

/** What we may not even look at is somebody else's. */
function isForeign(error: unknown): boolean {
  return error instanceof Error && (error as AwsError).$metadata?.httpStatusCode === 403;
}

function findByName({ resource }: Operation, planned: ValueObject): ValueObject | null {
  const name = resource.naming === undefined ? undefined : knownText(planned[resource.naming.attribute]);
  return name === undefined ? null : (resource.importId?.(name) ?? { id: name });
}

/** Brings a state of an earlier schema version up to date; attributes that the schema no longer has are dropped. */
export function upgradeObject(
  schema: ResourceSchema,
  resource: NativeResource,
  version: number,
  state: ValueObject,
): UpgradeResponse {
  const wanted = schema.version ?? 0;
  if (version > wanted) {
    const detail = `The state of this ${resource.type} was written with schema version ${version}; this edition of the provider knows versions up to ${wanted}.`;
    return {
      state,
      diagnostics: [errorDiagnostic("DVT5003", CODES.DVT5003, { detail, fix: "Use a newer edition of the provider." })],
    };
  }
  let current = state;
  for (let from = version; from < wanted; from++) current = resource.upgrades?.[from]?.(current) ?? current;
  return { state: shapeObject(schema, current), diagnostics: [] };
}
