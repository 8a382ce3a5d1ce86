/** Objects as leaves by path, and where two of them differ. */
import { type BlockSchema, type Diagnostic, isList, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";

type Leaves = ReadonlyMap<string, string>;
type Differs = readonly (readonly [path: RegExp, why: string])[];

/** Values by path; unset ones and empty collections left out. */
export function leavesOf(value: Value, path = "", out = new Map<string, string>()): Map<string, string> {
  if (value === UNKNOWN) out.set(path, "(known after apply)");
  else if (isList(value)) value.forEach((item, i) => void leavesOf(item, `${path}.${i}`, out));
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) leavesOf(item, path === "" ? key : `${path}.${key}`, out);
  else if (value !== null) out.set(path, JSON.stringify(value));
  return out;
}

const isZero = (text: string | undefined) => text === undefined || text === '""' || text === "0" || text === "false";

/** Paths at which the two differ, in words. Null and the zero of a type count as the same, as they do for the provider SDK. */
export function unequal(what: string, real: Leaves, ours: Leaves, differs: Differs = []): string[] {
  return [...new Set([...real.keys(), ...ours.keys()])]
    .filter((path) => real.get(path) !== ours.get(path) && !(isZero(real.get(path)) && isZero(ours.get(path))))
    .filter((path) => !differs.some(([at]) => at.test(path)))
    .map((path) => `${what}: ${path} is ${real.get(path) ?? "unset"}, ours ${ours.get(path) ?? "unset"}`);
}

/** Two objects that were made apart: what the service draws may differ, and what names another object. */
export function compareStates(
  schema: BlockSchema,
  real: ValueObject,
  ours: ValueObject,
  given: { readonly real: ValueObject; readonly ours: ValueObject },
  differs: Differs = [],
): string[] {
  const drawn = (path: string) => schema.attributes?.[path.split(".")[0] ?? ""]?.computed === true;
  const [a, b, fromReal, fromOurs] = [leavesOf(real), leavesOf(ours), leavesOf(given.real), leavesOf(given.ours)];
  const named = (path: string) => a.get(path) === fromReal.get(path) && b.get(path) === fromOurs.get(path);
  for (const path of [...a.keys()]) {
    const both = b.get(path);
    if (both !== undefined && typeof a.get(path) === typeof both && (drawn(path) || named(path))) a.set(path, both);
  }
  return unequal("state", a, b, differs);
}

/** What errors say. */
export function sayings(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.filter((d) => d.severity === "error").map((d) => `${d.summary}: ${d.detail ?? ""}`);
}
