import { BigFloat } from "./big-float.ts";
import { numberText } from "./big-float-text.ts";
import { isElements, isEntries } from "./contents.ts";
import { containsMarks, deepMarks, hasDynamic, isDefinitelyNotNull, isTypeWhollyKnown, unmarkedDeep } from "./deep.ts";
import { couldBe } from "./refinement.ts";
import { BOOL, sameType, type Type } from "./type.ts";
import { boolVal, isNull, isUnknown, TRUE, unknownNotNull, type Val, withMarks } from "./value.ts";

/** Whether two values are equal, as `==` says it: unknown where a part that matters is unknown, marked with all marks of both (cty's `Equals`). */
export function equals(a: Val, b: Val): Val {
  if (containsMarks(a) || containsMarks(b)) {
    return withMarks(withMarks(equals(unmarkedDeep(a), unmarkedDeep(b)), deepMarks(a)), deepMarks(b));
  }
  const answer = compared(a, b);
  return answer === undefined ? unknownNotNull(BOOL) : boolVal(answer);
}

/** Like `equals` of values without marks; undefined where it is not known. */
function compared(a: Val, b: Val): boolean | undefined {
  if (isNull(a) && isDefinitelyNotNull(b)) return false;
  if (isNull(b) && isDefinitelyNotNull(a)) return false;
  if (isUnknown(a) || isUnknown(b)) return comparedUnknown(a, b);
  if (isNull(a) || isNull(b)) return isNull(a) && isNull(b);
  if (!isTypeWhollyKnown(a) || !isTypeWhollyKnown(b)) return mayConform(a.type, b.type) ? undefined : false;
  if (!sameType(a.type, b.type)) return false;
  return comparedRaw(a, b);
}

function comparedUnknown(a: Val, b: Val): boolean | undefined {
  if (isUnknown(a) && isUnknown(b)) return undefined;
  const [unknown, known] = isUnknown(a) ? [a, b] : [b, a];
  if (!couldBe(unknown, known)) return false;
  if (isNull(known) || hasDynamic(unknown.type)) return undefined;
  return sameType(known.type, unknown.type) ? undefined : false;
}

function comparedRaw(a: Val, b: Val): boolean | undefined {
  const { raw } = a;
  const other = b.raw;
  if (isElements(raw) && isElements(other)) return a.type.kind === "set" ? comparedSets(raw, other) : comparedInOrder(raw, other);
  if (isEntries(raw) && isEntries(other)) return comparedMaps(raw, other);
  if (raw instanceof BigFloat && other instanceof BigFloat) return numbersEqual(raw, other);
  return raw === other;
}

function comparedInOrder(a: readonly Val[], b: readonly Val[]): boolean | undefined {
  if (a.length !== b.length) return false;
  for (const [i, element] of a.entries()) {
    const other = b[i];
    const answer = other === undefined ? false : compared(element, other);
    if (answer !== true) return answer;
  }
  return true;
}

function comparedMaps(a: ReadonlyMap<string, Val>, b: ReadonlyMap<string, Val>): boolean | undefined {
  if (a.size !== b.size) return false;
  for (const [key, element] of a) {
    const other = b.get(key);
    const answer = other === undefined ? false : compared(element, other);
    if (answer !== true) return answer;
  }
  return true;
}

function comparedSets(a: readonly Val[], b: readonly Val[]): boolean | undefined {
  if ([...a, ...b].some(isUnknown)) return undefined;
  if (a.length !== b.length) return false;
  if (comparedInOrder(a, b) === true) return true;
  return a.every((element) => b.some((other) => compared(element, other) === true));
}

/** Numbers are equal when they are shown alike: 0.1 counted in 53 bits is not 0.1 read from text (cty's `rawNumberEqual`). */
function numbersEqual(a: BigFloat, b: BigFloat): boolean {
  if (a.sign !== b.sign) return false;
  if (a.isInteger !== b.isInteger) return false;
  if (a.isInteger) return a.toBigInt() === b.toBigInt();
  return numberText(a) === numberText(b);
}

/** Whether two types may turn out to be the same once their dynamic parts are known. */
function mayConform(a: Type, b: Type): boolean {
  if (a.kind === "dynamic" || b.kind === "dynamic") return true;
  if (a.kind !== b.kind) return false;
  if ("element" in a && "element" in b) return mayConform(a.element, b.element);
  if (a.kind === "tuple" && b.kind === "tuple") {
    return a.elements.length === b.elements.length && a.elements.every((type, i) => mayConform(type, b.elements[i] as Type));
  }
  if (a.kind === "object" && b.kind === "object") {
    return (
      a.attributes.size === b.attributes.size &&
      [...a.attributes].every(([name, type]) => mayConformAt(type, b.attributes.get(name)))
    );
  }
  return true;
}
function mayConformAt(type: Type, other: Type | undefined): boolean {
  return other !== undefined && mayConform(type, other);
}

/** Whether two values are the same in everything: type, value, marks, and unknown in the same places (cty's `RawEquals`). */
export function sameValue(a: Val, b: Val): boolean {
  if (!sameType(a.type, b.type) || !sameMarks(a, b)) return false;
  if (isUnknown(a) || isUnknown(b)) return isUnknown(a) && isUnknown(b);
  if (isNull(a) || isNull(b)) return isNull(a) && isNull(b);
  if (isEntries(a.raw) && isEntries(b.raw)) {
    const others = b.raw;
    return a.raw.size === others.size && [...a.raw].every(([key, part]) => isSameAs(part, others.get(key)));
  }
  if (isElements(a.raw) && isElements(b.raw)) {
    const others = b.raw;
    return a.raw.length === others.length && a.raw.every((part, i) => isSameAs(part, others[i]));
  }
  return comparedRaw(a, b) === true;
}
function isSameAs(part: Val, other: Val | undefined): boolean {
  return other !== undefined && sameValue(part, other);
}

function sameMarks(a: Val, b: Val): boolean {
  return a.marks.size === b.marks.size && [...a.marks].every((mark) => b.marks.has(mark));
}

export function isTrue(value: Val): boolean {
  return value.raw === TRUE.raw;
}
