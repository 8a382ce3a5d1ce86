import { type BlockSchema, type Path, pathStartsWith, type TypeExpr } from "@dovetail/model";
import type { Json } from "../state/state.ts";
import { type DynamicTypes, dynamicType } from "./dynamic-types.ts";
import { isJsonList, isJsonObject } from "./state-attributes.ts";

/** Sensitive paths as the state file writes them: steps `get_attr` and `index`, told apart by the schema. Pure. */

export function encodePaths(schema: BlockSchema, paths: readonly Path[], dynamicTypes?: DynamicTypes): readonly Json[] {
  return paths
    .map((path) => encodePath(schema, path, dynamicTypes))
    .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type At =
  | { readonly block: BlockSchema; readonly dynamicTypes?: DynamicTypes | undefined }
  | { readonly type: TypeExpr }
  | { readonly items: BlockSchema };

function encodePath(schema: BlockSchema, path: Path, dynamicTypes: DynamicTypes | undefined): Json {
  let at: At = { block: schema, dynamicTypes };
  return path.map((step): Json => {
    const isAttribute = typeof step === "string" && isAttributeStep(at);
    at = descend(at, step);
    if (isAttribute) return { type: "get_attr", value: step };
    return { type: "index", value: { value: step, type: typeof step === "number" ? "number" : "string" } };
  });
}

function isAttributeStep(at: At): boolean {
  if ("block" in at) return true;
  // What is left open and has named parts is an object, unless it is known to be a map.
  return "type" in at && (at.type === "dynamic" || (typeof at.type !== "string" && at.type[0] === "object"));
}

function descend(at: At, step: string | number): At {
  if ("items" in at) return { block: at.items };
  if ("type" in at) {
    const type = at.type;
    if (typeof type === "string") return at;
    if (type[0] === "object") return { type: type[1][step] ?? "dynamic" };
    if (type[0] === "tuple") return { type: (typeof step === "number" ? type[1][step] : undefined) ?? "dynamic" };
    return { type: type[1] };
  }
  const attribute = at.block.attributes?.[step];
  if (attribute?.nested_type !== undefined) {
    const inner = { attributes: attribute.nested_type.attributes };
    return attribute.nested_type.nesting === "single" ? { block: inner } : { items: inner };
  }
  if (attribute !== undefined) {
    const type = attribute.type ?? "dynamic";
    return { type: type === "dynamic" ? (dynamicType(at.dynamicTypes, step) ?? type) : type };
  }
  const block = at.block.blocks?.[step];
  if (block === undefined) return { type: "dynamic" };
  return block.nesting === "single" ? { block } : { items: block };
}

/** What can't be read is left out: a path too few shows more than it should only where the schema says nothing either. */
export function decodePaths(encoded: readonly Json[]): readonly Path[] {
  return encoded.map(decodePath).filter((path) => path !== undefined);
}

function decodePath(encoded: Json): Path | undefined {
  if (!isJsonList(encoded)) return undefined;
  const path: (string | number)[] = [];
  for (const step of encoded) {
    if (!isJsonObject(step)) return undefined;
    const inner = step.type === "index" && isJsonObject(step.value) ? step.value.value : step.value;
    if (typeof inner !== "string" && typeof inner !== "number") return undefined;
    path.push(inner);
  }
  return path;
}

/** Union without paths that lie under another of them, in a stable order. */
export function mergePaths(...lists: readonly (readonly Path[])[]): readonly Path[] {
  const all = lists.flat();
  if (all.length < 2) return all;
  const unique = new Map(all.map((path) => [JSON.stringify(path), path]));
  const kept = [...unique.values()].filter((path) => ![...unique.values()].some((p) => p !== path && pathStartsWith(path, p)));
  return kept.sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
}
