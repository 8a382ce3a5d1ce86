import type { ConversionRules } from "./conversion-rules.ts";
import { isDefinitelyNotNull } from "./deep.ts";
import { lengthBounds, refined } from "./refinement.ts";
import { DYNAMIC, objectOf, type Type, tupleOf } from "./type.ts";
import { isNull, nullVal, unknownVal, type Val } from "./value.ts";

/** A null or unknown value under another type, with what is known of its length (cty's `prepareUnknownResult`). */
export function unknownConverted(rules: ConversionRules, value: Val, to: Type): Val {
  const type = withDynamicReplaced(rules, value.type, to);
  if (isNull(value)) return nullVal(type);
  const result = refined(unknownVal(type), { isNotNull: isDefinitelyNotNull(value) });
  const from = value.type;
  if (!("element" in type)) return result;
  if (from.kind === "object") return refined(result, { lengthMin: from.attributes.size, lengthMax: from.attributes.size });
  if (from.kind === "tuple") {
    const length = from.elements.length;
    return refined(result, { lengthMin: type.kind === "set" ? Math.min(length, 1) : length, lengthMax: length });
  }
  const { min, max } = lengthBounds(value);
  const lengthMin = type.kind === "set" ? Math.min(min, 1) : min;
  return refined(result, { ...(lengthMin > 0 && { lengthMin }), ...(Number.isFinite(max) && { lengthMax: max }) });
}

/** The wanted type, where it says `any` with what the given type has there (cty's `dynamicReplace`). */
function withDynamicReplaced(rules: ConversionRules, from: Type, to: Type): Type {
  if (from.kind === "dynamic") return to;
  if (to.kind === "dynamic") return from;
  if ("element" in to) {
    const element = elementOf(rules, from);
    return element === undefined ? to : { kind: to.kind, element: withDynamicReplaced(rules, element, to.element) };
  }
  if (to.kind === "tuple") {
    const given = from.kind === "tuple" ? from.elements : [];
    return tupleOf(to.elements.map((type, i) => withDynamicReplaced(rules, given[i] ?? DYNAMIC, type)));
  }
  if (to.kind !== "object") return to;
  const given = (name: string): Type | undefined => (from.kind === "object" ? from.attributes.get(name) : elementOf(rules, from));
  return objectOf(
    new Map([...to.attributes].map(([name, type]) => [name, withDynamicReplaced(rules, given(name) ?? DYNAMIC, type)])),
  );
}

function elementOf(rules: ConversionRules, type: Type): Type | undefined {
  if ("element" in type) return type.element;
  if (type.kind === "tuple") return rules.unify(type.elements, true)?.type ?? DYNAMIC;
  return type.kind === "object" ? (rules.unify([...type.attributes.values()], true)?.type ?? DYNAMIC) : undefined;
}
