/** Conversions whose result is a list, set or map (cty's `conversion_collection.go`, read 2026-11-21). */

import { listFrom, mapFrom, setFrom, setOfOneType } from "./collections.ts";
import { elementsOf, entriesOf } from "./contents.ts";
import { type Conversion, ConversionError, type ConversionRules, type Path } from "./conversion-rules.ts";
import { isWhollyKnown } from "./deep.ts";
import { type CollectionType, DYNAMIC, listOf, type ObjectType, sameType, type TupleType, type Type } from "./type.ts";
import { isNull, listVal, mapVal, nullVal, unknownVal, type Val, withMarks } from "./value.ts";
import { withoutOptional } from "./without-optional.ts";

/** A list or set as a list or set. */
export function collectionToSequence(
  rules: ConversionRules,
  from: CollectionType,
  to: CollectionType,
  isUnsafe: boolean,
): Conversion | undefined {
  const isSame = sameType(from.element, to.element);
  const conversion = isSame ? undefined : rules.between(from.element, to.element, isUnsafe);
  if (!isSame && conversion === undefined) return undefined;
  return (value, path) => {
    const given = elementsOf(value);
    if (to.kind === "list" && from.kind === "set" && given.length > 1 && !isWhollyKnown(value))
      return unknownVal(listOf(from.element));
    const elements = given.map((element, i) =>
      plainNull(conversion === undefined ? element : conversion(element, [...path, { key: i }])),
    );
    return sequence(to.kind === "set" ? "set" : "list", emptyElement(to.element, from.element), elements, path);
  };
}

/** A tuple as a list or set; of `any`, the type its elements have in common. */
export function tupleToSequence(
  rules: ConversionRules,
  from: TupleType,
  to: CollectionType,
  isUnsafe: boolean,
): Conversion | undefined {
  const kind = to.kind === "set" ? "set" : "list";
  if (from.elements.length === 0) return () => sequence(kind, withoutOptional(to.element), [], []);
  const element = commonElement(rules, from.elements, to.element, isUnsafe);
  if (element === undefined) return undefined;
  if (to.element.kind === "dynamic" && element.kind === "dynamic" && from.elements.some((type) => type.kind !== "dynamic"))
    return undefined;
  const conversions = from.elements.map((type) => elementConversion(rules, type, element, isUnsafe));
  if (conversions.includes("never")) return undefined;
  return (value, path) => {
    const elements = elementsOf(value).map((part, i) => applied(conversions[i], part, [...path, { key: i }]));
    if (kind === "set") return sequence("set", element, elements.map(plainNull), path);
    return sequence("list", element, [...unifiedElements(rules, indexed(elements), path, isUnsafe).values()], path);
  };
}

/** A map as a map. */
export function mapToMap(
  rules: ConversionRules,
  from: CollectionType,
  to: CollectionType,
  isUnsafe: boolean,
): Conversion | undefined {
  const conversion = rules.between(from.element, to.element, isUnsafe);
  if (conversion === undefined) return undefined;
  return (value, path) => {
    const given = entriesOf(value);
    const elements = new Map([...given].map(([key, element]) => [key, conversion(element, [...path, { key }])]));
    if (elements.size === 0) return mapVal(emptyElement(to.element, from.element), elements);
    return oneTypeMap(isCompound(to.element) ? unifiedElements(rules, elements, path, false) : elements, "element", path);
  };
}

/** An object as a map; of `any`, of the type its attributes have in common. */
export function objectToMap(
  rules: ConversionRules,
  from: ObjectType,
  to: CollectionType,
  isUnsafe: boolean,
): Conversion | undefined {
  if (from.attributes.size === 0) return () => mapVal(withoutOptional(to.element), new Map());
  const element = commonElement(rules, [...from.attributes.values()], to.element, isUnsafe);
  if (element === undefined) return undefined;
  const conversions = new Map(
    [...from.attributes].map(([name, type]) => [name, elementConversion(rules, type, element, isUnsafe)]),
  );
  if ([...conversions.values()].includes("never")) return undefined;
  return (value, path) => {
    const given = entriesOf(value);
    const elements = new Map([...given].map(([key, part]) => [key, applied(conversions.get(key), part, [...path, { key }])]));
    return oneTypeMap(isCompound(element) ? unifiedElements(rules, elements, path, isUnsafe) : elements, "attribute", path);
  };
}

function commonElement(rules: ConversionRules, types: readonly Type[], wanted: Type, isUnsafe: boolean): Type | undefined {
  return wanted.kind === "dynamic" ? rules.unify(types, isUnsafe)?.type : wanted;
}

type ElementConversion = Conversion | "same" | "never";

function elementConversion(rules: ConversionRules, from: Type, to: Type, isUnsafe: boolean): ElementConversion {
  return sameType(from, to) ? "same" : (rules.between(from, to, isUnsafe) ?? "never");
}
function applied(conversion: ElementConversion | undefined, part: Val, path: Path): Val {
  return typeof conversion === "function" ? conversion(part, path) : part;
}

function isCompound(type: Type): boolean {
  return "element" in type || type.kind === "object";
}

/** A null of a constraint's type is a null of the type without its optional attributes. */
export function plainNull(value: Val): Val {
  return isNull(value) ? withMarks(nullVal(withoutOptional(value.type)), value.marks) : value;
}

function emptyElement(wanted: Type, given: Type): Type {
  return wanted.kind === "dynamic" ? given : withoutOptional(wanted);
}

function sequence(kind: "list" | "set", empty: Type, elements: readonly Val[], path: Path): Val {
  if (elements.length === 0) return kind === "set" ? setFrom(empty, []) : listVal(empty, []);
  const made = kind === "set" ? setOfOneType(elements) : listFrom(elements);
  if (made === undefined) throw new ConversionError(`element types must all match for conversion to ${kind}`, path);
  return made;
}

function oneTypeMap(elements: ReadonlyMap<string, Val>, part: "element" | "attribute", path: Path): Val {
  const made = mapFrom(elements);
  if (made === undefined) throw new ConversionError(`${part} types must all match for conversion to map`, path);
  return made;
}

function indexed(elements: readonly Val[]): ReadonlyMap<number, Val> {
  return new Map(elements.map((element, i) => [i, element]));
}

/** Elements that were converted one by one may still differ in what `any` stands for: they are brought to one type. */
function unifiedElements<K extends string | number>(
  rules: ConversionRules,
  elements: ReadonlyMap<K, Val>,
  path: Path,
  isUnsafe: boolean,
): ReadonlyMap<K, Val> {
  const types = [...elements.values()].map(({ type }) => type);
  const first = types[0] ?? DYNAMIC;
  if (types.every((type) => sameType(type, first))) return elements;
  const common = rules.unify(types, isUnsafe);
  if (common === undefined) throw new ConversionError("cannot find a common base type for all elements", path);
  const { type } = common;
  return new Map(
    [...elements].map(([key, element]) => [
      key,
      applied(elementConversion(rules, element.type, type, isUnsafe), element, [...path, { key }]),
    ]),
  );
}
