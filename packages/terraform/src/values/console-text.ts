import { BigFloat, goQuote, isElements, isEntries, numberText, type Type, UnknownRaw, type Val } from "@dovetail/hcl";

/** Values as `terraform console` prints them. Pure. */
export function consoleText(value: Val): string {
  return textOf(value, "");
}

function textOf(value: Val, indent: string): string {
  const { raw, type } = value;
  if (value.marks.has("sensitive")) return "(sensitive value)";
  if (value.marks.has("ephemeral")) return "(ephemeral value)";
  if (raw instanceof UnknownRaw) return "(known after apply)";
  if (raw === null) return nullText(type);
  if (typeof raw === "boolean") return String(raw);
  if (raw instanceof BigFloat) return numberText(raw);
  if (typeof raw === "string") return stringText(raw, indent);
  const inner = `${indent}  `;
  if (isElements(raw)) {
    const items = raw.map((item) => `${inner}${textOf(item, inner)},\n`);
    return wrapped(type, items.length === 0 ? "[]" : `[\n${items.join("")}${indent}]`);
  }
  if (!isEntries(raw)) return "";
  const items = [...raw].map(([key, item]) => `${inner}${goQuote(key)} = ${textOf(item, inner)}\n`);
  return wrapped(type, items.length === 0 ? "{}" : `{\n${items.join("")}${indent}}`);
}

const FUNCTIONS: { readonly [kind: string]: string } = {
  string: "tostring",
  number: "tonumber",
  bool: "tobool",
  list: "tolist",
  set: "toset",
  map: "tomap",
};

function wrapped({ kind }: Type, text: string): string {
  const name = FUNCTIONS[kind];
  return name === undefined ? text : `${name}(${text})`;
}

function nullText(type: Type): string {
  if ("element" in type) return `${FUNCTIONS[type.kind]}(null) /* of ${type.element.kind} */`;
  if (type.kind === "object" || type.kind === "tuple") return `null /* ${type.kind} */`;
  return wrapped(type, "null");
}

/** Texts of several lines as heredocs. */
function stringText(text: string, indent: string): string {
  if (!text.includes("\n")) return goQuote(text);
  const lines = text.split("\n").map((line) => `${indent}${line}`);
  return `<<${indent === "" ? "" : "-"}EOT\n${lines.join("\n")}\n${indent}EOT`;
}
