/** What two answers of the `Provider` contract differ in. Sets have no order; unset and empty collections are the same, as in terraform's plans. */
import { type BlockSchema, type Diagnostic, isList, isObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { shapeObject } from "@dovetail/provider";

export interface Difference {
  /** `refusal`, `plan`, `replace`, … */
  readonly aspect: string;
  readonly path: string;
  readonly ours: string;
  readonly real: string;
}

const KNOWN_LATER = "(known after apply)";
const ABSENT = "(none)";

/** Every leaf of an object by its path; what is unset or empty has none. */
export function leavesOf(schema: BlockSchema, value: ValueObject | null): Map<string, string> {
  const out = new Map<string, string>();
  if (value !== null) collect(shapeObject(schema, value), "", out);
  return out;
}

function collect(value: Value, path: string, out: Map<string, string>): void {
  if (value === UNKNOWN) out.set(path, KNOWN_LATER);
  else if (isList(value)) value.forEach((item, i) => void collect(item, `${path}[${i}]`, out));
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) collect(item, path === "" ? key : `${path}.${key}`, out);
  else if (value !== null) out.set(path, JSON.stringify(value));
}

export function compareObjects(
  aspect: string,
  schema: BlockSchema,
  ours: ValueObject | null,
  real: ValueObject | null,
): Difference[] {
  if ((ours === null) !== (real === null))
    return [
      { aspect, path: "", ours: ours === null ? "no object" : "an object", real: real === null ? "no object" : "an object" },
    ];
  const [a, b] = [leavesOf(schema, ours), leavesOf(schema, real)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => a.get(path) !== b.get(path))
    .map((path) => ({ aspect, path, ours: a.get(path) ?? ABSENT, real: b.get(path) ?? ABSENT }));
}

/** Unset on one side, the type's zero on the other: the provider SDK takes them for the same. */
export function isZeroOnly({ ours, real }: Difference): boolean {
  const zeros = [ABSENT, '""', "0", "false"];
  return zeros.includes(ours) && zeros.includes(real);
}

export function compareLists(aspect: string, ours: readonly string[], real: readonly string[]): Difference[] {
  const [a, b] = [[...new Set(ours)].sort(), [...new Set(real)].sort()];
  if (a.join("\n") === b.join("\n")) return [];
  return [{ aspect, path: "", ours: a.join(", ") || ABSENT, real: b.join(", ") || ABSENT }];
}

export function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** Refused by both, in the same words and at the same attribute; ours keep the code's summary apart from the text. */
export function compareRefusals(ours: readonly Diagnostic[], real: readonly Diagnostic[]): Difference[] {
  const said = real.map(({ summary, detail }) => (detail === undefined ? summary : `${summary}: ${detail}`));
  if (ours.length === 0 && real.length === 0) return [];
  if (ours.length === 0 || real.length === 0)
    return [{ aspect: "refusal", path: "", ours: ours.map(textOfOurs).join(" | ") || ABSENT, real: said.join(" | ") || ABSENT }];
  const isShared = (each: Diagnostic) => said.some((text) => text.includes(each.detail ?? each.summary));
  const shared = ours.filter(isShared);
  if (shared.length < ours.length || shared.length < new Set(said).size) {
    const aspect = shared.length === 0 ? "other words" : "some words";
    return [{ aspect, path: "", ours: ours.map(textOfOurs).join(" | "), real: said.join(" | ") }];
  }
  return comparePlaces(ours.flatMap(placeOf), real.flatMap(placeOf));
}

function placeOf({ attribute }: Diagnostic): readonly string[] {
  return attribute === undefined ? [] : [attribute];
}

/** A refusal by the real one's CustomizeDiff has no place; ours may have one. */
function comparePlaces(ours: readonly string[], real: readonly string[]): Difference[] {
  return real.length === 0 ? [] : compareLists("attribute", ours, real);
}

function textOfOurs({ code, summary, detail }: Diagnostic): string {
  return `${code} ${detail ?? summary}`;
}
