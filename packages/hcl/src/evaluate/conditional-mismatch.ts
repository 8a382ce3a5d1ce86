import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { type ObjectType, sameType, type TupleType, type Type } from "../values/type.ts";

/** Why the two arms of a conditional have no type in common, told at the first place where they differ. */
export function describeTypeMismatch(whenTrue: Type, whenFalse: Type): string {
  return describeInside(whenTrue, whenFalse) ?? describeNames(friendlyName(whenTrue), friendlyName(whenFalse));
}

function describeNames(whenTrue: string, whenFalse: string): string {
  return whenTrue === whenFalse
    ? "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value"
    : `The 'true' value is ${whenTrue}, but the 'false' value is ${whenFalse}`;
}

function describeInside(whenTrue: Type, whenFalse: Type): string | undefined {
  if (whenTrue.kind === "object" && whenFalse.kind === "object") return describeObjects(whenTrue, whenFalse);
  if (whenTrue.kind === "tuple" && whenFalse.kind === "tuple") return describeTuples(whenTrue, whenFalse);
  if (!("element" in whenTrue) || !("element" in whenFalse) || whenTrue.kind !== whenFalse.kind) return undefined;
  const [a, b] = [whenTrue.element, whenFalse.element];
  if (a.kind !== b.kind || (a.kind !== "object" && a.kind !== "tuple")) return undefined;
  return `Mismatched ${whenTrue.kind} element types: ${describeTypeMismatch(a, b)}`;
}

function describeObjects(whenTrue: ObjectType, whenFalse: ObjectType): string | undefined {
  for (const name of [...whenTrue.attributes.keys()].sort()) {
    const a = whenTrue.attributes.get(name);
    const b = whenFalse.attributes.get(name);
    if (b === undefined) return absent("true", name, "false");
    if (a !== undefined && !sameType(a, b)) {
      return `Type mismatch for object attribute ${goQuote(name)}: ${describeTypeMismatch(a, b)}`;
    }
  }
  const extra = [...whenFalse.attributes.keys()].sort().find((name) => !whenTrue.attributes.has(name));
  return extra === undefined ? undefined : absent("false", extra, "true");
}

function absent(from: string, name: string, to: string): string {
  return `The '${from}' value includes object attribute ${goQuote(name)}, which is absent in the '${to}' value`;
}

function describeTuples(whenTrue: TupleType, whenFalse: TupleType): string | undefined {
  const [a, b] = [whenTrue.elements, whenFalse.elements];
  if (a.length !== b.length) {
    return `The 'true' tuple has length ${a.length}, but the 'false' tuple has length ${b.length}`;
  }
  for (const [i, type] of a.entries()) {
    const other = b[i];
    if (other !== undefined && !sameType(type, other)) {
      return `Type mismatch for tuple element ${i}: ${describeTypeMismatch(type, other)}`;
    }
  }
  return undefined;
}
