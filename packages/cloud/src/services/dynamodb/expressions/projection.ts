/** Keeps the parts of an item that a list of paths names. */
import { type AttributeValue, getAttribute, type Item, setAttribute } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import type { Path, PathPart } from "./ast.ts";
import { printPath } from "./bind.ts";

/** Paths as a tree; a node without children keeps everything below it. */
export type Projection = Map<PathPart, Projection>;

/** Refuses two paths of which one contains the other, or that use one place both as a list and as a map. */
export function checkOverlap(paths: readonly Path[], label: string | undefined): void {
  paths.forEach((later, i) => {
    for (const earlier of paths.slice(0, i)) {
      const problem = relation(earlier, later);
      if (problem === undefined) continue;
      throw invalid(
        `${label === undefined ? "" : `Invalid ${label}: `}Two document paths ${problem} with each other; must remove or rewrite one of these paths; ` +
          `path one: ${printPath(earlier)}, path two: ${printPath(later)}`,
      );
    }
  });
}

function relation(a: Path, b: Path): "overlap" | "conflict" | undefined {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] === b[i]) continue;
    return typeof a[i] === typeof b[i] ? undefined : "conflict";
  }
  return "overlap";
}

export function projectionOf(paths: readonly Path[]): Projection {
  const root: Projection = new Map();
  for (const path of paths) {
    let node = root;
    for (const part of path) {
      let child = node.get(part);
      if (child === undefined) {
        child = new Map();
        node.set(part, child);
      }
      node = child;
    }
  }
  return root;
}

function projectList(list: readonly AttributeValue[], tree: Projection): AttributeValue[] {
  const indexes = [...tree.keys()].filter((key): key is number => typeof key === "number").sort((a, b) => a - b);
  return indexes.flatMap((index) => {
    const value = list[index];
    const kept = value === undefined ? undefined : projectValue(value, tree.get(index) ?? new Map());
    return kept === undefined ? [] : [kept];
  });
}

function projectValue(value: AttributeValue, tree: Projection): AttributeValue | undefined {
  if (tree.size === 0) return value;
  if ("M" in value) {
    const kept = project(value.M, tree);
    return Object.keys(kept).length === 0 ? undefined : { M: kept };
  }
  if (!("L" in value)) return undefined;
  const kept = projectList(value.L, tree);
  return kept.length === 0 ? undefined : { L: kept };
}

/** A new item with what the projection names and the item has. */
export function project(item: Item, tree: Projection): Item {
  const out: Item = {};
  for (const [part, child] of tree) {
    const value = typeof part === "string" ? getAttribute(item, part) : undefined;
    const kept = value === undefined ? undefined : projectValue(value, child);
    if (kept !== undefined && typeof part === "string") setAttribute(out, part, kept);
  }
  return out;
}
