/** Conversions whose result is an object or a tuple (cty's `conversion_object.go`, `conversion_tuple.go`, `conversion_collection.go`). */
import { elementsOf, entriesOf } from "./contents.ts";
import { plainNull } from "./conversion-collections.ts";
import { type Conversion, ConversionError, type ConversionRules } from "./conversion-rules.ts";
import { type CollectionType, type ObjectType, sameType, type TupleType } from "./type.ts";
import { nullVal, objectVal, tupleVal, type Val } from "./value.ts";
import { withoutOptional } from "./without-optional.ts";

/** An object as an object with the same attributes or fewer; optional ones that are not there are null. */
export function objectToObject(
  rules: ConversionRules,
  from: ObjectType,
  to: ObjectType,
  isUnsafe: boolean,
): Conversion | undefined {
  const conversions = new Map<string, Conversion | undefined>();
  for (const [name, wanted] of to.attributes) {
    const given = from.attributes.get(name);
    if (given === undefined) {
      if (to.optional.has(name)) continue;
      return undefined;
    }
    const conversion = sameType(given, wanted) ? undefined : rules.between(given, wanted, isUnsafe);
    if (conversion === undefined && !sameType(given, wanted)) return undefined;
    conversions.set(name, conversion);
  }
  return (value, path) => {
    const attributes = new Map<string, Val>();
    for (const [name, part] of entriesOf(value)) {
      if (!conversions.has(name)) continue;
      const converted = conversions.get(name)?.(part, [...path, { attribute: name }]) ?? part;
      attributes.set(name, plainNull(converted));
    }
    return objectVal(withMissing(to, attributes));
  };
}

function withMissing(to: ObjectType, attributes: Map<string, Val>): ReadonlyMap<string, Val> {
  for (const name of to.optional) {
    const type = to.attributes.get(name);
    if (type !== undefined && !attributes.has(name)) attributes.set(name, nullVal(withoutOptional(type)));
  }
  return attributes;
}

/** A map as an object: each attribute that is not optional must be a key of it, other keys are dropped. */
export function mapToObject(
  rules: ConversionRules,
  from: CollectionType,
  to: ObjectType,
  isUnsafe: boolean,
): Conversion | undefined {
  const conversions = new Map<string, Conversion | "same" | "never">();
  for (const [name, wanted] of to.attributes) {
    const conversion = sameType(wanted, from.element) ? "same" : (rules.between(from.element, wanted, isUnsafe) ?? "never");
    if (conversion === "never" && !to.optional.has(name)) return undefined;
    conversions.set(name, conversion);
  }
  return (value, path) => {
    const attributes = new Map<string, Val>();
    for (const [name, part] of entriesOf(value)) {
      const wanted = to.attributes.get(name);
      const conversion = conversions.get(name);
      if (wanted === undefined || conversion === undefined) continue;
      if (conversion === "never") {
        const why = rules.mismatch(part.type, wanted);
        throw new ConversionError(`map element type is incompatible with attribute ${JSON.stringify(name)}: ${why}`, path);
      }
      attributes.set(name, plainNull(conversion === "same" ? part : conversion(part, [...path, { key: name }])));
    }
    for (const name of to.attributes.keys()) {
      if (attributes.has(name) || to.optional.has(name)) continue;
      throw new ConversionError(`map has no element for required attribute ${JSON.stringify(name)}`, path);
    }
    return objectVal(withMissing(to, attributes));
  };
}

/** A tuple as a tuple of as many elements. */
export function tupleToTuple(rules: ConversionRules, from: TupleType, to: TupleType, isUnsafe: boolean): Conversion | undefined {
  if (from.elements.length !== to.elements.length) return undefined;
  const conversions = to.elements.map((wanted, i) => {
    const given = from.elements[i] ?? wanted;
    return sameType(given, wanted) ? "same" : (rules.between(given, wanted, isUnsafe) ?? "never");
  });
  if (conversions.includes("never")) return undefined;
  return (value, path) =>
    tupleVal(
      elementsOf(value).map((part, i) => {
        const conversion = conversions[i];
        return typeof conversion === "function" ? conversion(part, [...path, { key: i }]) : part;
      }),
    );
}
