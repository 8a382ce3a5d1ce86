/** XML as AWS's protocols need it: elements, attributes, text. No DTD, no entities but the five and numbers, no processing. */
import type { Member, Shape } from "../model.ts";
import { formatTimestamp, parseTimestamp } from "../timestamps.ts";
import { blobBytes, decodeBlob, serializationError, setOwn } from "./json.ts";

export interface XmlElement {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: XmlElement[];
  text: string;
}

const DEPTH_MAX = 100;
const ELEMENTS_MAX = 200_000;
const ENTITIES: { readonly [name: string]: string } = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function malformed(): never {
  throw serializationError("The XML you provided was not well-formed or did not validate against our published schema");
}

function codePoint(code: number): string {
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : malformed();
}

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;\s]{1,10});|&/g, (_all, name: string | undefined) => {
    if (name === undefined) return malformed();
    if (name.startsWith("#x")) return codePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return codePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? malformed();
  });
}

const NAME = /[^\s/>=]+/y;
const ATTRIBUTE = /\s+([^\s/>=]+)\s*=\s*("[^"<]*"|'[^'<]*')/y;
const TAG_END = /\s*(\/?)>/y;

function stick(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Where the text behind `at` goes on after a comment, instruction or CDATA; undefined when none stands there. */
function skipSpecial(text: string, at: number, into: XmlElement | undefined): number | undefined {
  const pass = (open: string, close: string): number | undefined => {
    if (!text.startsWith(open, at)) return undefined;
    const end = text.indexOf(close, at + open.length);
    if (end < 0) return malformed();
    if (open === "<![CDATA[" && into !== undefined) into.text += text.slice(at + open.length, end);
    return end + close.length;
  };
  if (text.startsWith("<!DOCTYPE", at) || text.startsWith("<!ENTITY", at)) return malformed();
  return pass("<!--", "-->") ?? pass("<![CDATA[", "]]>") ?? pass("<?", "?>");
}

function readTag(text: string, start: number): { element: XmlElement; next: number; empty: boolean } {
  const name = stick(NAME, text, start)?.[0] ?? malformed();
  let at = start + name.length;
  const attributes: Record<string, string> = {};
  for (let found = stick(ATTRIBUTE, text, at); found !== null; found = stick(ATTRIBUTE, text, at)) {
    setOwn(attributes, found[1] ?? "", unescaped((found[2] ?? "").slice(1, -1)));
    at += found[0].length;
  }
  const end = stick(TAG_END, text, at) ?? malformed();
  return { element: { name: local(name), attributes, children: [], text: "" }, next: at + end[0].length, empty: end[1] === "/" };
}

/** The root element. Throws SerializationException (400) for anything that is not well-formed, too deep or too large. */
export function parseXml(text: string): XmlElement {
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const current = open.at(-1);
    if (text[at] !== "<") {
      const next = text.indexOf("<", at);
      const run = text.slice(at, next < 0 ? undefined : next);
      if (current !== undefined) current.text += unescaped(run);
      else if (run.trim() !== "") malformed();
      at = next < 0 ? text.length : next;
      continue;
    }
    const special = skipSpecial(text, at, current);
    if (special !== undefined) {
      at = special;
      continue;
    }
    if (text[at + 1] === "/") {
      const end = text.indexOf(">", at);
      if (end < 0 || current === undefined || local(text.slice(at + 2, end).trim()) !== current.name) malformed();
      open.pop();
      at = end + 1;
      continue;
    }
    const { element, next, empty } = readTag(text, at + 1);
    if (++count > ELEMENTS_MAX || open.length >= DEPTH_MAX) malformed();
    if (current !== undefined) current.children.push(element);
    else if (root === undefined) root = element;
    else malformed();
    if (!empty) open.push(element);
    at = next;
  }
  if (root === undefined || open.length > 0) malformed();
  return root;
}

function listName(member: Member, query: boolean): string {
  return query ? (member.shape.elementName ?? member.wire) : member.wire;
}

function decodeMap(shape: Shape, entries: readonly XmlElement[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const entry of entries) {
    const key = entry.children.find((each) => each.name === shape.keyName);
    const value = entry.children.find((each) => each.name === shape.valueName);
    if (key !== undefined && value !== undefined) setOwn(out, key.text, decodeXml(shape.of, value));
  }
  return out;
}

function decodeMember(member: Member, element: XmlElement): unknown {
  const { shape } = member;
  if (member.attribute) {
    const name = local(member.wire);
    for (const [key, value] of Object.entries(element.attributes)) if (local(key) === name) return value;
    return undefined;
  }
  const found = element.children.filter((each) => each.name === member.wire);
  const first = found[0];
  if (first === undefined) return undefined;
  if (shape.type === "list" && member.flat) return found.map((each) => decodeXml(shape.of, each));
  if (shape.type === "map" && member.flat) return decodeMap(shape, found);
  return decodeXml(shape, first, member);
}

/** An element as the SDK types it. */
export function decodeXml(shape: Shape, element: XmlElement, member?: Member): unknown {
  switch (shape.type) {
    case "structure": {
      const out: Record<string, unknown> = {};
      for (const each of shape.members) {
        if (each.location !== undefined) continue;
        const value = decodeMember(each, element);
        if (value !== undefined) out[each.name] = value;
      }
      return out;
    }
    case "list":
      return element.children.map((each) => decodeXml(shape.of, each));
    case "map":
      return decodeMap(shape, element.children);
    default:
      void member;
      return decodeText(shape, element.text);
  }
}

/** A scalar written as text: XML, query parameters, headers, paths. */
export function decodeText(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case "boolean":
      if (text !== "true" && text !== "false")
        throw serializationError(`Value ${text.slice(0, 100)} cannot be converted to Boolean`);
      return text === "true";
    case "integer":
    case "long":
    case "float":
    case "double": {
      const number = Number(text.trim());
      const integer = shape.type === "integer" || shape.type === "long";
      if (text.trim() === "" || Number.isNaN(number) || (integer && !Number.isInteger(number)))
        throw serializationError(`Value ${text.slice(0, 100)} cannot be converted to ${integer ? "Integer" : "Double"}`);
      return number;
    }
    case "blob":
      return decodeBlob(text.trim());
    case "timestamp": {
      const at = parseTimestamp(text.trim());
      if (at === undefined) throw serializationError(`Value ${text.slice(0, 100)} is no timestamp`);
      return at;
    }
    default:
      return text;
  }
}

const ESCAPES: { readonly [character: string]: string } = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "\r": "&#13;",
};

export function escapeXml(text: string): string {
  return text.replace(/[<>&"\r]/g, (found) => ESCAPES[found] ?? found);
}

export interface XmlStyle {
  /** The query protocol names flattened lists after their elements. */
  readonly query: boolean;
}

export function encodeText(shape: Shape, value: unknown, member?: Member): string {
  if (shape.type === "timestamp") return formatTimestamp(value, member?.timestampFormat ?? shape.timestampFormat ?? "iso8601");
  if (shape.type === "blob") return Buffer.from(blobBytes(value)).toString("base64");
  return String(value);
}

function encodeEntry(shape: Shape, name: string, key: string, value: unknown, style: XmlStyle): string {
  return `<${name}><${shape.keyName}>${escapeXml(key)}</${shape.keyName}>${encodeElement(shape.of, value, shape.valueName, style)}</${name}>`;
}

function encodeMember(member: Member, value: unknown, style: XmlStyle): string {
  const { shape } = member;
  if (shape.type === "list" && member.flat) {
    const name = listName(member, style.query);
    return Array.from(value as Iterable<unknown>, (each) => encodeElement(shape.of, each, name, style)).join("");
  }
  if (shape.type === "map" && member.flat) {
    const name = listName(member, style.query);
    return Object.entries(value as object)
      .map(([key, each]) => encodeEntry(shape, name, key, each, style))
      .join("");
  }
  return encodeElement(shape, value, member.wire, style, member);
}

/** The content of a structure: its members in the model's order. */
export function encodeContent(shape: Shape, value: object, style: XmlStyle): string {
  let out = "";
  for (const member of shape.members) {
    const each = (value as Record<string, unknown>)[member.name];
    if (each === undefined || each === null || member.location !== undefined || member.attribute) continue;
    out += encodeMember(member, each, style);
  }
  return out;
}

function attributesOf(shape: Shape, value: object, namespace: string | undefined): string {
  let out = "";
  for (const member of shape.members) {
    if (!member.attribute) continue;
    const each = (value as Record<string, unknown>)[member.name];
    if (each !== undefined && each !== null) out += ` ${member.wire}="${escapeXml(String(each))}"`;
  }
  if (out.includes(" xsi:")) return ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"${out}`;
  return namespace === undefined ? out : ` xmlns="${namespace}"${out}`;
}

export function encodeElement(shape: Shape, value: unknown, name: string, style: XmlStyle, member?: Member): string {
  if (value === null || value === undefined) return `<${name}/>`;
  switch (shape.type) {
    case "structure":
      return `<${name}${attributesOf(shape, value, undefined)}>${encodeContent(shape, value, style)}</${name}>`;
    case "list": {
      const element = shape.elementName ?? "member";
      const items = Array.from(value as Iterable<unknown>, (each) => encodeElement(shape.of, each, element, style));
      return items.length === 0 ? `<${name}/>` : `<${name}>${items.join("")}</${name}>`;
    }
    case "map": {
      const entries = Object.entries(value).map(([key, each]) => encodeEntry(shape, "entry", key, each, style));
      return entries.length === 0 ? `<${name}/>` : `<${name}>${entries.join("")}</${name}>`;
    }
    default:
      return `<${name}>${escapeXml(encodeText(shape, value, member))}</${name}>`;
  }
}
