import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";

/** `pool<separator>part` -> the state that a read needs; throws with `form` in the text for another form. */
export function importPair(id: string, separator: string, attribute: string, form: string): ValueObject {
  const at = id.indexOf(separator);
  if (at > 0 && at < id.length - 1) return { id, user_pool_id: id.slice(0, at), [attribute]: id.slice(at + 1) };
  const detail = `unexpected format for ID (${id}), expected ${form}`;
  throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
}
