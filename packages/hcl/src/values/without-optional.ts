import { objectOf, type Type, tupleOf } from "./type.ts";

/** The type of values that fit a constraint: what may be left out is there all the same (as null). */
export function withoutOptional(type: Type): Type {
  if ("element" in type) {
    const element = withoutOptional(type.element);
    return element === type.element ? type : { kind: type.kind, element };
  }
  if (type.kind === "tuple") {
    const elements = type.elements.map(withoutOptional);
    return elements.every((element, i) => element === type.elements[i]) ? type : tupleOf(elements);
  }
  if (type.kind !== "object") return type;
  const attributes = new Map([...type.attributes].map(([name, attribute]) => [name, withoutOptional(attribute)]));
  const isSame =
    type.optional.size === 0 && [...attributes].every(([name, attribute]) => attribute === type.attributes.get(name));
  return isSame ? type : objectOf(attributes);
}
