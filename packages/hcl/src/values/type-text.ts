import { compareText } from "./text-order.ts";
import { DYNAMIC, type Type } from "./type.ts";

/** A type as the configuration language writes it on one line: `list(object({a=string}))`, `any`. Optional attributes are not told from others. */
export function typeExpression(type: Type): string {
  if (type.kind === "dynamic") return "any";
  if (type.kind === "tuple") return `tuple([${type.elements.map(typeExpression).join(",")}])`;
  if (type.kind === "object") {
    const attributes = ordered(type.attributes).map(([name, attribute]) => `${attributeName(name)}=${typeExpression(attribute)}`);
    return `object({${attributes.join(",")}})`;
  }
  return "element" in type ? `${type.kind}(${typeExpression(type.element)})` : type.kind;
}

function attributeName(name: string): string {
  return /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name) ? name : JSON.stringify(name);
}

/** A type as `type(...)` answers it in the console: structures over several lines. */
export function typeText(type: Type, indent = ""): string {
  const inner = `${indent}    `;
  if (type.kind === "tuple") {
    if (type.elements.length === 0) return "tuple([])";
    return `tuple([\n${type.elements.map((element) => `${inner}${typeText(element, inner)},\n`).join("")}${indent}])`;
  }
  if (type.kind === "object") {
    if (type.attributes.size === 0) return "object({})";
    const lines = ordered(type.attributes).map(([name, attribute]) => `${inner}${name}: ${typeText(attribute, inner)},\n`);
    return `object({\n${lines.join("")}${indent}})`;
  }
  return "element" in type ? `${type.kind}(${typeText(type.element, indent)})` : type.kind;
}

function ordered(attributes: ReadonlyMap<string, Type>): readonly (readonly [string, Type])[] {
  return [...attributes.keys()].sort(compareText).map((name) => [name, attributes.get(name) ?? DYNAMIC]);
}
