/** Types as JSON, as states, plans and provider schemas write them: `"string"`, `["list","number"]`, `["object",{"a":"bool"},["a"]]`. */
import type { JsonTree } from "./json-text.ts";
import { compareText } from "./text-order.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, objectOf, STRING, setOf, type Type, tupleOf } from "./type.ts";

export type TypeJson =
  | string
  | readonly [string, TypeJson | readonly TypeJson[] | { readonly [name: string]: TypeJson }, ...(readonly string[])[]];

export function typeJson(type: Type): TypeJson {
  if (type.kind === "tuple") return ["tuple", type.elements.map(typeJson)];
  if (type.kind === "object") {
    const names = [...type.attributes.keys()].sort(compareText);
    const attributes = Object.fromEntries(names.map((name) => [name, typeJson(type.attributes.get(name) ?? DYNAMIC)]));
    const optional = names.filter((name) => type.optional.has(name));
    return optional.length === 0 ? ["object", attributes] : ["object", attributes, optional];
  }
  return "element" in type ? [type.kind, typeJson(type.element)] : type.kind;
}

const PRIMITIVES: ReadonlyMap<JsonTree, Type> = new Map<JsonTree, Type>([
  ["string", STRING],
  ["number", NUMBER],
  ["bool", BOOL],
  ["dynamic", DYNAMIC],
]);

/** undefined where the JSON (as `parseJsonText` or `JSON.parse` gives it) is no type. */
export function typeFromJson(tree: unknown): Type | undefined {
  if (typeof tree === "string") return PRIMITIVES.get(tree);
  if (!Array.isArray(tree)) return undefined;
  const [kind, inner, optional] = tree as readonly unknown[];
  if (kind === "object") return objectFromJson(inner, optional);
  if (kind === "tuple") {
    const elements = Array.isArray(inner) ? inner.map(typeFromJson) : [undefined];
    return elements.every((element) => element !== undefined) ? tupleOf(elements) : undefined;
  }
  const element = typeFromJson(inner);
  if (element === undefined) return undefined;
  if (kind === "list") return listOf(element);
  if (kind === "set") return setOf(element);
  return kind === "map" ? mapOf(element) : undefined;
}

function objectFromJson(members: unknown, optional: unknown): Type | undefined {
  if (typeof members !== "object" || members === null) return undefined;
  const attributes = new Map<string, Type>();
  for (const [name, member] of members instanceof Map ? members : Object.entries(members)) {
    const type = typeFromJson(member);
    if (type === undefined) return undefined;
    attributes.set(String(name), type);
  }
  return objectOf(attributes, new Set(Array.isArray(optional) ? optional.map(String) : []));
}
