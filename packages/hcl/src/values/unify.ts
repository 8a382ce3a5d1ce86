/** The type that several types have in common (cty's `convert/unify.go`, read 2026-11-21). */
import type { Conversion, ConversionRules, Unified } from "./conversion-rules.ts";
import { DYNAMIC, listOf, mapOf, type ObjectType, objectOf, sameType, type TupleType, type Type, tupleOf } from "./type.ts";
import { preferenceOrder } from "./type-preference.ts";
import { DYNAMIC_UNKNOWN } from "./value.ts";

type Kind = Type["kind"];

/** undefined where the types have nothing in common, or where there are none. */
export function unifyBy(rules: ConversionRules, types: readonly Type[], isUnsafe: boolean): Unified | undefined {
  const first = types[0];
  if (first === undefined) return undefined;
  if (types.every((type) => sameType(type, first)) && !isOpenStructure(first))
    return { type: first, conversions: types.map(() => undefined) };
  const kinds = new Set<Kind>(types.map(({ kind }) => kind));
  if (kinds.has("object") && kinds.has("tuple")) return undefined;
  const alike = ofOneKind(rules, types, kinds, isUnsafe);
  return alike === "other" ? byPreference(rules, types, isUnsafe) : alike;
}

/** Structures are taken apart even where they are alike: parts of them may be dynamic, which is another rule's to say. */
function isOpenStructure(type: Type): boolean {
  return type.kind === "object" || type.kind === "tuple" || "element" in type;
}

function isOnly(kinds: ReadonlySet<Kind>, ...allowed: readonly Kind[]): boolean {
  return [...kinds].every((kind) => allowed.includes(kind));
}

function ofOneKind(
  rules: ConversionRules,
  types: readonly Type[],
  kinds: ReadonlySet<Kind>,
  isUnsafe: boolean,
): Unified | undefined | "other" {
  for (const kind of ["map", "list", "set"] as const) {
    if (kinds.has(kind) && isOnly(kinds, kind, "dynamic"))
      return kinds.has("dynamic") ? asDynamic(types) : collections(rules, types, kind, isUnsafe);
  }
  if (kinds.has("map") && isOnly(kinds, "map", "object", "dynamic"))
    return structuresAs(rules, types, "object", isUnsafe) ?? "other";
  if (kinds.has("list") && isOnly(kinds, "list", "tuple", "dynamic"))
    return structuresAs(rules, types, "tuple", isUnsafe) ?? "other";
  if (kinds.has("object") && isOnly(kinds, "object", "dynamic")) {
    return kinds.has("dynamic") ? asDynamic(types) : objects(rules, types.filter(isObject), isUnsafe);
  }
  if (kinds.has("tuple") && isOnly(kinds, "tuple", "dynamic")) {
    return kinds.has("dynamic") ? asDynamic(types) : tuples(rules, types.filter(isTuple), isUnsafe);
  }
  return "other";
}

function isObject(type: Type): type is ObjectType {
  return type.kind === "object";
}
function isTuple(type: Type): type is TupleType {
  return type.kind === "tuple";
}

/** What comes of the types cannot be told before the dynamic one is known. */
function asDynamic(types: readonly Type[]): Unified {
  return { type: DYNAMIC, conversions: types.map(() => () => DYNAMIC_UNKNOWN) };
}

function byPreference(rules: ConversionRules, types: readonly Type[], isUnsafe: boolean): Unified | undefined {
  for (const wanted of preferenceOrder(types)) {
    const unified = allTo(rules, types, types[wanted] ?? DYNAMIC, isUnsafe);
    if (unified !== undefined) return unified;
  }
  return undefined;
}

/** undefined where one of the types does not become the wanted one. */
function allTo(rules: ConversionRules, types: readonly Type[], wanted: Type, isUnsafe: boolean): Unified | undefined {
  const conversions: (Conversion | undefined)[] = [];
  for (const type of types) {
    const conversion = sameType(type, wanted) ? undefined : rules.between(type, wanted, isUnsafe);
    if (conversion === undefined && !sameType(type, wanted)) return undefined;
    conversions.push(conversion);
  }
  return { type: wanted, conversions };
}

function collections(
  rules: ConversionRules,
  types: readonly Type[],
  kind: "list" | "set" | "map",
  isUnsafe: boolean,
): Unified | undefined {
  const elements = types.map((type) => ("element" in type ? type.element : DYNAMIC));
  const element = unifyBy(rules, elements, isUnsafe)?.type;
  return element === undefined ? undefined : allTo(rules, types, { kind, element }, isUnsafe);
}

/** Objects among maps are often maps in disguise, tuples among lists are lists: they are tried as such. */
function structuresAs(
  rules: ConversionRules,
  types: readonly Type[],
  structure: "object" | "tuple",
  isUnsafe: boolean,
): Unified | undefined {
  const structures =
    structure === "object"
      ? objectsToMap(rules, types.filter(isObject), isUnsafe)
      : tuplesToList(rules, types.filter(isTuple), isUnsafe);
  if (structures === undefined) return undefined;
  const whole = unifyBy(
    rules,
    types.map((type) => (type.kind === structure ? structures.type : type)),
    isUnsafe,
  );
  if (whole === undefined || whole.type.kind !== structures.type.kind) return undefined;
  let position = 0;
  const conversions = types.map((type, i) => {
    const outer = whole.conversions[i];
    if (type.kind !== structure) return outer;
    const inner = structures.conversions[position];
    position += 1;
    if (outer === undefined || inner === undefined) return outer ?? inner;
    return (...[value, path]: Parameters<Conversion>) => outer(inner(value, path), path);
  });
  return { type: whole.type, conversions };
}

function objects(rules: ConversionRules, types: readonly ObjectType[], isUnsafe: boolean): Unified | undefined {
  const names = [...(types[0]?.attributes.keys() ?? [])];
  const isAlike = types.every(
    ({ attributes }) => attributes.size === names.length && names.every((name) => attributes.has(name)),
  );
  if (!isAlike) return objectsToMap(rules, types, isUnsafe);
  const attributes = new Map<string, Type>();
  for (const name of names) {
    const across = types.map((type) => type.attributes.get(name) ?? DYNAMIC);
    const unified = unifyBy(rules, across, isUnsafe);
    if (unified === undefined) return undefined;
    attributes.set(name, unified.type);
  }
  return allTo(rules, types, objectOf(attributes), isUnsafe) ?? objectsToMap(rules, types, isUnsafe);
}

function objectsToMap(rules: ConversionRules, types: readonly ObjectType[], isUnsafe: boolean): Unified | undefined {
  const all = types.flatMap(({ attributes }) => [...attributes.values()]);
  const element = unifyBy(rules, all, isUnsafe)?.type;
  return element === undefined ? undefined : allTo(rules, types, mapOf(element), isUnsafe);
}

function tuples(rules: ConversionRules, types: readonly TupleType[], isUnsafe: boolean): Unified | undefined {
  const length = types[0]?.elements.length ?? 0;
  if (types.some(({ elements }) => elements.length !== length)) return tuplesToList(rules, types, isUnsafe);
  const elements: Type[] = [];
  for (let i = 0; i < length; i += 1) {
    const unified = unifyBy(
      rules,
      types.map((type) => type.elements[i] ?? DYNAMIC),
      isUnsafe,
    );
    if (unified === undefined) return undefined;
    elements.push(unified.type);
  }
  return allTo(rules, types, tupleOf(elements), isUnsafe) ?? tuplesToList(rules, types, isUnsafe);
}

function tuplesToList(rules: ConversionRules, types: readonly TupleType[], isUnsafe: boolean): Unified | undefined {
  const element = unifyBy(
    rules,
    types.flatMap(({ elements }) => elements),
    isUnsafe,
  )?.type;
  return element === undefined ? undefined : allTo(rules, types, listOf(element), isUnsafe);
}
