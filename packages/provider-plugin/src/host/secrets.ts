/** What a hosted provider was told, so that nothing of it comes out again with what the provider writes. */
import { type BlockSchema, isList, isObject, type Value, type ValueObject } from "@dovetail/model";

/** Shorter ones stand in any text by chance. */
const TOLD_CHARACTERS_MIN = 4;
const SENSITIVE_CHARACTERS_MIN = 8;
/** Beyond so many nothing is shown at all. */
const VALUES_MAX = 100_000;
/** Of what a process wrote only its own end is shown: a Go program's panic, so many lines of it. */
const TRACE_LINES_MAX = 40;

export class ToldValues {
  readonly #told = new Set<string>();
  readonly #sensitive = new Set<string>();

  /** Remembers the texts of an object that goes to the provider. */
  add(schema: BlockSchema, value: ValueObject | null): void {
    if (value === null) return;
    for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
      const isSensitive = attribute.sensitive === true || attribute.write_only === true;
      this.#collect(value[name] ?? null, isSensitive);
      if (attribute.nested_type !== undefined && !isSensitive)
        for (const inner of objectsIn(value[name] ?? null)) this.add({ attributes: attribute.nested_type.attributes }, inner);
    }
    for (const [name, block] of Object.entries(schema.blocks ?? {}))
      for (const inner of objectsIn(value[name] ?? null)) this.add(block, inner);
  }

  #collect(value: Value, isSensitive: boolean): void {
    if (typeof value === "string") {
      if (this.#told.size >= VALUES_MAX) return;
      for (const part of new Set([value, ...value.split("\n")])) {
        if (part.length >= TOLD_CHARACTERS_MIN) this.#told.add(part);
        if (isSensitive && part.length >= SENSITIVE_CHARACTERS_MIN) this.#sensitive.add(part);
      }
    } else if (isList(value)) for (const each of value) this.#collect(each, isSensitive);
    else if (isObject(value)) for (const each of Object.values(value)) this.#collect(each, isSensitive);
  }

  /** The provider's own sentences, without the sensitive values in them. */
  maskSensitive(text: string): string {
    return masked(text, this.#sensitive);
  }

  /** The panic at the end of a log, without any value that the provider was told; "" where there is none. */
  trace(log: string): string {
    const start = /^(panic|fatal error|runtime error|SIG[A-Z]+)\b/m.exec(log)?.index;
    if (start === undefined || this.#told.size >= VALUES_MAX) return "";
    const lines = log.slice(start).trimEnd().split("\n").slice(0, TRACE_LINES_MAX);
    return masked(lines.join("\n"), this.#told);
  }
}

function masked(text: string, values: ReadonlySet<string>): string {
  let out = text;
  for (const value of [...values].filter((each) => out.includes(each)).sort((a, b) => b.length - a.length))
    out = out.replaceAll(value, "(value not shown)");
  return out;
}

function objectsIn(value: Value): readonly ValueObject[] {
  if (isList(value)) return value.filter(isObject);
  if (!isObject(value)) return [];
  const inner = Object.values(value).filter(isObject);
  return [value, ...inner];
}
