import { isList, isObject, type Path, UNKNOWN, type Value } from "@dovetail/model";

const INLINE_LENGTH_MAX = 100;

/** A value as HCL-like text on one line; unknown and sensitive parts by their words. */
export function inlineValue(value: Value, sensitive: readonly Path[] = []): string {
  if (sensitive.some((path) => path.length === 0)) return "(sensitive value)";
  if (value === UNKNOWN) return "(known after apply)";
  if (isList(value)) return `[${value.map((item, i) => inlineValue(item, below(sensitive, i))).join(", ")}]`;
  if (isObject(value)) {
    const fields = Object.entries(value).filter(([, item]) => item !== null);
    return `{${fields.map(([key, item]) => `${key} = ${inlineValue(item, below(sensitive, key))}`).join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** `inlineValue`, cut in its middle where it is long. */
export function shortValue(value: Value, sensitive: readonly Path[] = []): string {
  const text = inlineValue(value, sensitive);
  if (text.length <= INLINE_LENGTH_MAX) return text;
  return `${text.slice(0, INLINE_LENGTH_MAX - 30)} … ${text.slice(-25)}`;
}

/** The paths that go through `step`, without it. */
export function below(paths: readonly Path[], step: string | number): readonly Path[] {
  return paths.filter((path) => path[0] === step).map((path) => path.slice(1));
}
