/**
 * Matching where arrays hold objects: values that match must come from the same elements. As event-ruler does it, fields are taken in the
 * order of their paths, each choice binds the arrays it lies in, and a field that must not exist is looked for within what is bound so far. Pure.
 */
import { DEPTH_MAX, holds, isMatchers, isRecord, type Leaf } from "./matchers.ts";
import type { Matcher, PatternNode } from "./rule.ts";

/** A value with the elements it lies in: array's number -> index, outermost first. */
interface Found {
  readonly value: Leaf;
  readonly at: Elements;
}
type Elements = ReadonlyMap<number, number>;

interface Field {
  readonly path: string;
  readonly wanted: readonly Matcher[];
  readonly found: Found[];
}

/** Does one way of a pattern match? */
export function fitsElements(pattern: PatternNode, event: unknown): boolean {
  const fields = new Collector().fieldsOf(pattern, event);
  return new Search(fields).from(0, new Map());
}

class Collector {
  readonly #fields = new Map<readonly Matcher[], Field>();
  #arrays = 0;

  fieldsOf(pattern: PatternNode, event: unknown): readonly Field[] {
    this.#declare(pattern, "");
    this.#collect(pattern, event, new Map(), 0);
    return [...this.#fields.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #declare(node: PatternNode, prefix: string): void {
    for (const [name, wanted] of node.fields) {
      const path = `${prefix}${name}`;
      if (isMatchers(wanted)) this.#fields.set(wanted, { path, wanted, found: [] });
      else this.#declare(wanted, `${path}.`);
    }
  }

  #collect(node: PatternNode, value: unknown, at: Elements, depth: number): void {
    if (Array.isArray(value)) this.#each(value, at, depth, (element, there) => this.#collect(node, element, there, depth + 1));
    if (!isRecord(value)) return;
    for (const [name, wanted] of node.fields) {
      if (!Object.hasOwn(value, name)) continue;
      if (isMatchers(wanted)) this.#leaves(this.#fields.get(wanted)?.found ?? [], value[name], at, depth);
      else this.#collect(wanted, value[name], at, depth);
    }
  }

  #leaves(found: Found[], value: unknown, at: Elements, depth: number): void {
    if (Array.isArray(value)) this.#each(value, at, depth, (element, there) => this.#leaves(found, element, there, depth + 1));
    else if (value !== undefined && !isRecord(value)) found.push({ value: value as Leaf, at });
  }

  #each(array: readonly unknown[], at: Elements, depth: number, visit: (element: unknown, at: Elements) => void): void {
    if (depth > DEPTH_MAX) return;
    const id = this.#arrays++;
    for (const [index, element] of array.entries()) visit(element, new Map(at).set(id, index));
  }
}

/** Tries the fields one after another; what failed once with the same bindings is not tried again. */
class Search {
  readonly #fields: readonly Field[];
  /** By field: its values by `array:index` that they lie in. */
  readonly #indexes: readonly ReadonlyMap<string, readonly Found[]>[];
  /** By field: the arrays that it or a later field has values in. */
  readonly #relevant: readonly ReadonlySet<number>[];
  readonly #failed = new Set<string>();

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
    this.#indexes = fields.map(indexOf);
    const relevant: Set<number>[] = [];
    let later: ReadonlySet<number> = new Set();
    for (const { found } of fields.toReversed()) {
      const own = new Set([...later, ...found.flatMap(({ at }) => [...at.keys()])]);
      relevant.unshift(own);
      later = own;
    }
    this.#relevant = relevant;
  }

  from(position: number, bound: Elements): boolean {
    const field = this.#fields[position];
    if (field === undefined) return true;
    const state = `${position} ${[...bound].filter(([id]) => this.#relevant[position]?.has(id)).join(" ")}`;
    if (this.#failed.has(state)) return false;
    const fitting = this.#tries(field, position, bound);
    if (!fitting) this.#failed.add(state);
    return fitting;
  }

  #tries(field: Field, position: number, bound: Elements): boolean {
    const within = this.#candidates(field, position, bound).filter(({ at }) => agree(at, bound));
    if (within.length === 0)
      return field.wanted.some((matcher) => matcher.kind === "exists" && !matcher.value) && this.from(position + 1, bound);
    return within.some(
      ({ value, at }) =>
        field.wanted.some((matcher) => (matcher.kind === "exists" ? matcher.value : holds(matcher, value))) &&
        this.from(position + 1, new Map([...bound, ...at])),
    );
  }

  /** The shortest list of values that can agree: those in the innermost bound element, or all. */
  #candidates(field: Field, position: number, bound: Elements): readonly Found[] {
    let best: readonly Found[] = field.found;
    for (const [id, index] of bound) {
      const there = this.#indexes[position]?.get(`${id}:${index}`);
      if (there !== undefined && there.length < best.length) best = there;
    }
    return best;
  }
}

function indexOf({ found }: Field): ReadonlyMap<string, readonly Found[]> {
  const index = new Map<string, Found[]>();
  for (const each of found)
    for (const [id, at] of each.at) {
      const key = `${id}:${at}`;
      const list = index.get(key);
      if (list === undefined) index.set(key, [each]);
      else list.push(each);
    }
  return index;
}

function agree(a: Elements, bound: Elements): boolean {
  for (const [id, index] of a) if ((bound.get(id) ?? index) !== index) return false;
  return true;
}
