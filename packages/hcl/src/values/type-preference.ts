/** Which of several types the others may become: the order in which unification tries them (cty's `sort_types.go`, `compare_types.go`). */
import type { Type } from "./type.ts";

/** Positions of the types, the most general first; those that cannot be compared keep their order. */
export function preferenceOrder(types: readonly Type[]): readonly number[] {
  const less: number[][] = types.map(() => []);
  const waiting = types.map(() => 0);
  for (let i = 0; i < types.length; i += 1) {
    for (let j = i + 1; j < types.length; j += 1) {
      const order = compareTypes(types[i] as Type, types[j] as Type);
      if (order === 0) continue;
      const [general, special] = order < 0 ? [i, j] : [j, i];
      less[general]?.push(special);
      waiting[special] = (waiting[special] ?? 0) + 1;
    }
  }
  const queue = [...types.keys()].filter((i) => waiting[i] === 0);
  for (const i of queue) {
    for (const special of less[i] ?? []) {
      waiting[special] = (waiting[special] ?? 0) - 1;
      if (waiting[special] === 0) queue.push(special);
    }
  }
  return queue.length === types.length ? queue : [...queue, ...Array.from({ length: types.length - queue.length }, () => 0)];
}

/** Negative where `a` is the more general of the two. */
function compareTypes(a: Type, b: Type): number {
  if (a.kind === "dynamic" || b.kind === "dynamic") return Number(a.kind === "dynamic") - Number(b.kind === "dynamic");
  if (a.kind === "string" && (b.kind === "number" || b.kind === "bool")) return -1;
  if (b.kind === "string" && (a.kind === "number" || a.kind === "bool")) return 1;
  if ("element" in a && "element" in b && a.kind === b.kind) return compareTypes(a.element, b.element);
  const generality = GENERALITY[`${a.kind} ${b.kind}`];
  if (generality !== undefined) return generality;
  if (a.kind === "object" && b.kind === "object") {
    if (a.attributes.size !== b.attributes.size) return 0;
    const pairs: (readonly [Type, Type])[] = [];
    for (const [name, type] of a.attributes) {
      const other = b.attributes.get(name);
      if (other === undefined) return 0;
      pairs.push([type, other]);
    }
    return compareParts(pairs);
  }
  if (a.kind === "tuple" && b.kind === "tuple" && a.elements.length === b.elements.length) {
    return compareParts(a.elements.map((type, i) => [type, b.elements[i] as Type]));
  }
  return 0;
}

const GENERALITY: { readonly [pair: string]: number } = {
  "tuple list": 1,
  "list tuple": -1,
  "object map": 1,
  "map object": -1,
  "set tuple": 1,
  "tuple set": -1,
  "set list": 1,
  "list set": -1,
};

function compareParts(pairs: readonly (readonly [Type, Type])[]): number {
  const orders = pairs.map(([a, b]) => compareTypes(a, b));
  const isLess = orders.some((order) => order < 0);
  const isMore = orders.some((order) => order > 0);
  if (isLess === isMore) return 0;
  return isLess ? -1 : 1;
}
