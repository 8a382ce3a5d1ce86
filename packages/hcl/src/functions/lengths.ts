import { BigFloat } from "../values/big-float.ts";
import { lengthBounds, refined } from "../values/refinement.ts";
import { NUMBER } from "../values/type.ts";
import { intVal, unknownNotNull, type Val } from "../values/value.ts";

/** How many elements a list, set, map or tuple or attributes an object has; where it is not known, what is known of that. */
export function lengthOf(value: Val): Val {
  if (value.type.kind === "tuple") return intVal(value.type.elements.length);
  if (value.type.kind === "object") return intVal(value.type.attributes.size);
  const { min, max } = lengthBounds(value);
  if (min === max) return intVal(min);
  return refined(unknownNotNull(NUMBER), {
    numberMin: BigFloat.fromInteger(min),
    ...(Number.isFinite(max) && { numberMax: BigFloat.fromInteger(max) }),
  });
}

/** The number of elements; undefined where it is not known. */
export function knownLength(value: Val): number | undefined {
  const { raw } = lengthOf(value);
  return raw instanceof BigFloat ? raw.toNumber() : undefined;
}
