import { isObject, type Value } from "@dovetail/model";

/**
 * Names of data sources. A program's function calls have none of their own: Dovetail counts those with Outputs among their arguments, and
 * names the others by a hash of them. In an export they are called after what they ask for.
 */

/** `n1`, `q0f7ce3fb`; with the name of a provider behind it, where it is not the default one. */
const MADE_UP = /^(?:n\d+|q[0-9a-f]{8})(-.*)?$/;
const LENGTH_MAX = 40;

export interface NamedData {
  readonly address: string;
  readonly registration: { readonly type: string; readonly name: string; readonly config: { readonly [name: string]: Value } };
}

/** The name of each in the export, by its address. Pure. */
export function dataNames(resources: readonly NamedData[]): ReadonlyMap<string, string> {
  const taken = new Set(resources.map(({ registration: { type, name } }) => `${type}.${name}`));
  const names = new Map<string, string>();
  for (const { address, registration } of resources) {
    const { type, name, config } = registration;
    const [, suffix = ""] = MADE_UP.exec(name) ?? [];
    const wanted = MADE_UP.test(name) ? wordsOf(config) : undefined;
    const chosen = wanted === undefined ? name : free(`${wanted}${suffix}`, (each) => !taken.has(`${type}.${each}`));
    taken.add(`${type}.${chosen}`);
    names.set(address, chosen);
  }
  return names;
}

/** The first text among the arguments, as a name; undefined where there is none to make a name of. */
function wordsOf(config: { readonly [name: string]: Value }): string | undefined {
  const text = firstText(Object.values(config));
  const words = (text ?? "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, LENGTH_MAX)
    .replaceAll(/^[_0-9]+|_+$/g, "");
  return words === "" ? undefined : words;
}

function firstText(values: readonly Value[]): string | undefined {
  for (const value of values) {
    if (typeof value === "string") return value;
    const inner = Array.isArray(value) ? firstText(value) : isObject(value) ? firstText(Object.values(value)) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function free(name: string, isFree: (name: string) => boolean): string {
  let number = 2;
  if (isFree(name)) return name;
  while (!isFree(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}
