/**
 * The filters of Describe operations. Source: Amazon EC2 User Guide, "Filter resources using the CLI and API" (read 2026-11):
 * filters are joined with AND, a filter's values with OR, `*` stands for any characters and `?` for one, `\` takes their meaning.
 */
import { invalidValue } from "./errors.ts";

export interface Filter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** What a thing has for a filter's name. */
export type FilterValues<T> = (thing: T, filter: string) => readonly string[];

const FILTERS_MAX = 200;

/** The things that pass all filters. Throws InvalidParameterValue for a filter that is not among `names`. */
export function filtered<T>(
  things: readonly T[],
  filters: readonly Filter[] | undefined,
  names: readonly string[],
  valuesOf: FilterValues<T>,
): readonly T[] {
  if (filters === undefined || filters.length === 0) return things;
  if (filters.length > FILTERS_MAX) throw invalidValue("The maximum number of filters was exceeded.");
  const tests = filters.map(({ Name = "", Values }) => {
    if (!isKnown(names, Name)) throw invalidValue(`The filter '${Name}' is invalid`);
    if (Values === undefined || Values.length === 0) throw invalidValue(`The filter '${Name}' has no values`);
    const patterns = Values.map(pattern);
    return (thing: T) => valuesOf(thing, Name).some((value) => patterns.some((each) => each.test(value)));
  });
  return things.filter((thing) => tests.every((test) => test(thing)));
}

/** A name that ends in `*` (`tag:*`) stands for all that begin so. */
function isKnown(names: readonly string[], name: string): boolean {
  return names.some((known) => known === name || (known.endsWith("*") && name.startsWith(known.slice(0, -1))));
}

function pattern(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|[*?\\.+^${}()|[\]]/g, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return found === "*" ? "[^]*" : found === "?" ? "[^]" : `\\${found}`;
  });
  return new RegExp(`^${source}$`);
}
