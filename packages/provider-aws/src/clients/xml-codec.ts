import { plainText } from "./query-codec.ts";
import type { Member, Shape, Traits } from "./shapes.ts";
import { parseTimestamp } from "./timestamps.ts";
import type { XmlElement } from "./xml-parse.ts";

/** Values as XML and back. Source: Smithy 2.0, "XML bindings" and "AWS restXml protocol". */

type Plain = { readonly [name: string]: unknown };

/** A structure as an element. `namespace`: the service's, on the root. */
export function toXml(name: string, members: readonly Member[], value: Plain, namespace?: string): string {
  return structureXml(name, members, value, namespace === undefined ? "" : ` xmlns="${escapeAttribute(namespace)}"`);
}

function structureXml(name: string, members: readonly Member[], value: Plain, xmlns: string): string {
  let attributes = "";
  let content = "";
  for (const member of members) {
    const given = value[member.name];
    if (given === undefined || given === null) continue;
    const { traits } = member;
    if (traits.xmlAttribute === 1)
      attributes += ` ${traits.xmlName ?? member.name}="${escapeAttribute(plainText(member.shape, given))}"`;
    else content += memberXml(member.ownTraits.xmlName ?? member.name, member.shape, traits, given);
  }
  return content === "" ? `<${name}${attributes}${xmlns}/>` : `<${name}${attributes}${xmlns}>${content}</${name}>`;
}

function memberXml(name: string, shape: Shape, traits: Traits, value: unknown): string {
  const xmlns = namespaceOf(traits);
  switch (shape.kind) {
    case "structure":
      return structureXml(name, shape.members, value as Plain, xmlns);
    case "list": {
      const isFlat = traits.xmlFlattened === 1;
      const { item } = shape;
      const itemName = isFlat ? name : (item.traits.xmlName ?? "member");
      const items = (value as readonly unknown[])
        .filter((each) => each !== null && each !== undefined)
        .map((each) => memberXml(itemName, item.shape, item.traits, each))
        .join("");
      return isFlat ? items : `<${name}${xmlns}>${items}</${name}>`;
    }
    case "map":
      return mapXml(name, shape, traits, value as Plain);
    default:
      return `<${name}${xmlns}>${escapeText(plainText(shape, value))}</${name}>`;
  }
}

function mapXml(name: string, shape: Shape, traits: Traits, value: Plain): string {
  const isFlat = traits.xmlFlattened === 1;
  const entry = isFlat ? name : "entry";
  const entries = Object.entries(value)
    .filter(([, each]) => each !== null && each !== undefined)
    .map(([key, each]) => {
      const keyXml = `<${shape.key.traits.xmlName ?? "key"}>${escapeText(key)}</${shape.key.traits.xmlName ?? "key"}>`;
      return `<${entry}>${keyXml}${memberXml(shape.item.traits.xmlName ?? "value", shape.item.shape, shape.item.traits, each)}</${entry}>`;
    })
    .join("");
  return isFlat ? entries : `<${name}>${entries}</${name}>`;
}

function namespaceOf({ xmlNamespace }: Traits): string {
  if (xmlNamespace === undefined) return "";
  const [prefix, uri] = xmlNamespace;
  return ` ${prefix === "" ? "xmlns" : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`;
}

function escapeText(text: string): string {
  if (!/[&<>"'\r\n\u0085\u2028]/.test(text)) return text;
  return text.replace(
    /[&<>"'\r\n\u0085\u2028]/g,
    (c) => ESCAPES[c] ?? `&#x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")};`,
  );
}

const ESCAPES: { readonly [c: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);
}

/** Members of a structure from the element that holds them. Throws TypeError for a malformed timestamp. */
export function structureFromXml(members: readonly Member[], element: XmlElement): { [name: string]: unknown } {
  const out: { [name: string]: unknown } = {};
  for (const member of members) {
    const name = member.ownTraits.xmlName ?? member.name;
    if (member.traits.xmlAttribute === 1) {
      const text = element.attributes[name];
      if (text !== undefined) out[member.name] = simpleFromText(member.shape, text);
      continue;
    }
    const found = element.children.filter((child) => child.name === name);
    if (found.length > 0) out[member.name] = fromElements(member.shape, member.traits, found);
  }
  return out;
}

/** A member from the elements that bear its name: several where a list or map is flat. */
function fromElements(shape: Shape, traits: Traits, found: readonly XmlElement[]): unknown {
  const [first] = found as readonly [XmlElement];
  const isFlat = traits.xmlFlattened === 1;
  if (shape.kind === "structure") return structureFromXml(shape.members, first);
  if (shape.kind === "list") {
    const { item } = shape;
    const name = item.traits.xmlName ?? "member";
    const elements = isFlat ? found : first.children.filter((child) => child.name === name);
    return elements.map((element) => fromElements(item.shape, item.traits, [element]));
  }
  if (shape.kind === "map") {
    const entries = isFlat ? found : first.children.filter((child) => child.name === "entry");
    return Object.fromEntries(entries.map((entry) => mapEntry(shape, entry)));
  }
  return simpleFromText(shape, first.text);
}

function mapEntry(shape: Shape, entry: XmlElement): [string, unknown] {
  const keyName = shape.key.traits.xmlName ?? "key";
  const valueName = shape.item.traits.xmlName ?? "value";
  const key = entry.children.find((child) => child.name === keyName)?.text ?? "";
  const value = entry.children.filter((child) => child.name === valueName);
  return [key, value.length === 0 ? undefined : fromElements(shape.item.shape, shape.item.traits, value)];
}

/** A simple value from a header's or element's text. */
export function simpleFromText(shape: Shape, text: string): unknown {
  switch (shape.kind) {
    case "number":
      return Number(text.trim());
    case "boolean":
      return text.trim().toLowerCase() === "true";
    case "timestamp":
      return parseTimestamp(text.trim());
    case "blob":
      return new Uint8Array(Buffer.from(text, "base64"));
    default:
      return text;
  }
}
