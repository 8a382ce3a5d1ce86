import { UNKNOWN, type Value, type ValueObject, valueAt, valuesEqual } from "@dovetail/model";
import type { ApplyRequest, ApplyResponse, ReadRequest, ReadResponse } from "@dovetail/provider";
import { shapeObject, valuesAt } from "@dovetail/provider";
import { awsDiagnostics } from "./aws-diagnostic.ts";
import { finishState, withoutUnknown } from "./finish-state.ts";
import { describe, finishRules, internalError, type Operation } from "./operation.ts";

/** Changes the object in place and reads it back. On failure the state is what the service now has. */
export async function updateObject(
  operation: Operation,
  prior: ValueObject,
  planned: ValueObject,
  request: ApplyRequest,
): Promise<ApplyResponse> {
  const { aws, resource } = operation;
  const priv = request.plannedPrivate === undefined ? {} : { private: request.plannedPrivate };
  const doing = `updating ${describe(operation, prior)}`;
  try {
    const config = shapeObject(operation.schema, request.config ?? {});
    const told = await resource.update?.(aws, prior, planned, (path) => isChanged(prior, planned, path), config);
    const base = { ...withPriorKept(prior, planned), ...told };
    const raw = await resource.read(aws, base);
    if (raw === null)
      return { state: null, diagnostics: [internalError(`${doing}: the object is gone after the update.`)], ...priv };
    return {
      state: finishState(finishRules(operation), { ...unreadOf(planned, prior), ...raw }, planned),
      diagnostics: [],
      ...priv,
    };
  } catch (error) {
    const now = await resource.read(aws, prior).catch(() => undefined);
    const state = now === undefined || now === null ? prior : finishState(finishRules(operation), now, prior);
    return { state, diagnostics: awsDiagnostics(error, doing), ...priv };
  }
}

/** True when prior and planned differ at a schema path, positions of lists left out. */
export function isChanged(prior: ValueObject, planned: ValueObject, path: string): boolean {
  if (!path.includes(".")) return !valuesEqual(prior[path] ?? null, planned[path] ?? null);
  const before: Value = [...valuesAt(prior, path)];
  const after: Value = [...valuesAt(planned, path)];
  return !valuesEqual(before, after);
}

/** The planned object; where a value is known only after apply, the prior one stands in until it is read. */
function withPriorKept(prior: ValueObject, planned: ValueObject): ValueObject {
  const known = withoutUnknown(planned);
  const out: { [name: string]: Value } = { ...known };
  for (const [name, value] of Object.entries(known)) {
    if (value === null && typeof planned[name] === "symbol") out[name] = valueAt(prior, [name]) ?? null;
  }
  return out;
}

/** Prior values of what is known only after apply, for attributes that reading leaves out. */
function unreadOf(planned: ValueObject, prior: ValueObject): ValueObject {
  return Object.fromEntries(
    Object.entries(planned)
      .filter(([, value]) => value === UNKNOWN)
      .map(([name]) => [name, prior[name] ?? null]),
  );
}

/** Removes the object; on failure it stays in the state. */
export async function deleteObject(operation: Operation, prior: ValueObject): Promise<ApplyResponse> {
  try {
    await operation.resource.delete(operation.aws, prior);
    return { state: null, diagnostics: [] };
  } catch (error) {
    return { state: prior, diagnostics: awsDiagnostics(error, `deleting ${describe(operation, prior)}`) };
  }
}

/** The object as the service has it now; null when it is gone. */
export async function readObject(operation: Operation, request: ReadRequest): Promise<ReadResponse> {
  const priv = request.private === undefined ? {} : { private: request.private };
  try {
    const raw = await operation.resource.read(operation.aws, request.state);
    return { state: raw === null ? null : finishState(finishRules(operation), raw, request.state), diagnostics: [], ...priv };
  } catch (error) {
    return { state: request.state, diagnostics: awsDiagnostics(error, `reading ${describe(operation, request.state)}`), ...priv };
  }
}
