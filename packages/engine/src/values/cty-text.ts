/** Values as Terraform's messages about providers write them: Go's notation of cty (go-cty, `cty/value_init.go`, GoString). Pure. */
import { isList, isObject, type Path, type TypeExpr, UNKNOWN, type Value } from "@dovetail/model";

const PRIMITIVES: { readonly [type: string]: string } = {
  string: "cty.String",
  number: "cty.Number",
  bool: "cty.Bool",
  dynamic: "cty.DynamicPseudoType",
};

/** `cty.NumberIntVal(1)`. Messages are for people: beyond so many characters the rest is left out. */
const CHARACTERS_MAX = 2000;

export function ctyText(type: TypeExpr, value: Value): string {
  const text = textOf(type, value);
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX)}…` : text;
}

function textOf(type: TypeExpr, value: Value): string {
  if (value === UNKNOWN) return type === "dynamic" ? "cty.DynamicVal" : `cty.UnknownVal(${typeText(type)})`;
  if (value === null) return `cty.NullVal(${typeText(type)})`;
  if (typeof value === "string") return `cty.StringVal(${JSON.stringify(value)})`;
  if (typeof value === "boolean") return value ? "cty.True" : "cty.False";
  if (typeof value === "number") return Number.isInteger(value) ? `cty.NumberIntVal(${value})` : `cty.NumberFloatVal(${value})`;
  if (isList(value)) return listText(type, value);
  return isObject(value) ? objectText(type, value) : "";
}

function listText(type: TypeExpr, items: readonly Value[]): string {
  const [kind, of] = Array.isArray(type) ? type : ["tuple", []];
  const inner = (at: number): TypeExpr => (kind === "tuple" ? ((of as readonly TypeExpr[])[at] ?? "dynamic") : (of as TypeExpr));
  if (items.length === 0) {
    if (kind === "tuple") return "cty.EmptyTupleVal";
    return `cty.${kind === "set" ? "Set" : "List"}ValEmpty(${typeText(of as TypeExpr)})`;
  }
  const name = kind === "tuple" ? "TupleVal" : kind === "set" ? "SetVal" : "ListVal";
  return `cty.${name}([]cty.Value{${items.map((item, at) => textOf(inner(at), item)).join(", ")}})`;
}

function objectText(type: TypeExpr, value: { readonly [name: string]: Value }): string {
  const [kind, of] = Array.isArray(type) ? type : ["object", {}];
  const names = Object.keys(value).sort();
  if (names.length === 0) return kind === "map" ? `cty.MapValEmpty(${typeText(of as TypeExpr)})` : "cty.EmptyObjectVal";
  const inner = (name: string): TypeExpr =>
    kind === "map" ? (of as TypeExpr) : ((of as { readonly [name: string]: TypeExpr })[name] ?? "dynamic");
  const members = names.map((name) => `${JSON.stringify(name)}:${textOf(inner(name), value[name] ?? null)}`);
  return `cty.${kind === "map" ? "MapVal" : "ObjectVal"}(map[string]cty.Value{${members.join(", ")}})`;
}

function typeText(type: TypeExpr): string {
  if (typeof type === "string") return PRIMITIVES[type] ?? type;
  if (type[0] === "tuple") return `cty.Tuple([]cty.Type{${type[1].map(typeText).join(", ")}})`;
  if (type[0] === "object") return objectTypeText(type[1]);
  return `cty.${type[0][0]?.toUpperCase()}${type[0].slice(1)}(${typeText(type[1])})`;
}

function objectTypeText(of: { readonly [name: string]: TypeExpr }): string {
  const members = Object.keys(of).sort();
  if (members.length === 0) return "cty.EmptyObject";
  return `cty.Object(map[string]cty.Type{${members.map((name) => `${JSON.stringify(name)}:${typeText(of[name] ?? "dynamic")}`).join(", ")}})`;
}

/** `.a[0].b["k"]`; the steps that are keys of maps are not told from attributes, as the first of a path never is one. */
export function pathText(path: Path): string {
  return path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
}
