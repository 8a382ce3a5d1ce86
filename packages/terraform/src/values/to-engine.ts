import { BigFloat, isEntries, type Mark, type Type, UnknownRaw, type Val } from "@dovetail/hcl";
import { type MutableValueObject, type Path, type TypeExpr, UNKNOWN, type Value } from "@dovetail/model";

/** Values of the language as the engine has them: plain ones, and a list of marked paths beside them. Pure. */

export interface PlainValue {
  readonly value: Value;
  /** Paths of what is sensitive. A set's elements carry no marks: the set does. */
  readonly sensitive: readonly Path[];
  readonly ephemeral: readonly Path[];
}

export function toPlain(value: Val): PlainValue {
  const sensitive: Path[] = [];
  const ephemeral: Path[] = [];
  const plain = convertPart(value, [], (mark, path) => void (mark === "sensitive" ? sensitive : ephemeral).push(path));
  return { value: plain, sensitive, ephemeral };
}

/** The value alone. */
export function plainValue(value: Val): Value {
  return convertPart(value, [], () => undefined);
}

function convertPart(value: Val, path: Path, marked: (mark: Mark, path: Path) => void): Value {
  for (const mark of value.marks) marked(mark, path);
  const { raw } = value;
  if (raw === null || typeof raw === "boolean" || typeof raw === "string") return raw;
  if (raw instanceof UnknownRaw) return UNKNOWN;
  if (raw instanceof BigFloat) return raw.toNumber();
  if (isEntries(raw)) {
    const out: MutableValueObject = {};
    for (const [key, part] of raw) define(out, key, convertPart(part, [...path, key], marked));
    return out;
  }
  return raw.map((part, i) => convertPart(part, [...path, i], marked));
}

/** Also where the key is `__proto__`. */
function define(out: MutableValueObject, key: string, value: Value): void {
  if (key === "__proto__") Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  else out[key] = value;
}

/** Terraform's JSON of a value's type. */
export function typeExpr(type: Type): TypeExpr {
  if ("element" in type) return [type.kind, typeExpr(type.element)];
  if (type.kind === "tuple") return ["tuple", type.elements.map(typeExpr)];
  if (type.kind !== "object") return type.kind;
  const names = [...type.attributes.keys()].sort();
  return ["object", Object.fromEntries(names.map((name) => [name, typeExpr(type.attributes.get(name) ?? type)]))];
}
