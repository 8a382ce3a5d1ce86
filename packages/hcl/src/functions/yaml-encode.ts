/**
 * Values as YAML, byte for byte as Terraform's `yamlencode` writes them (libyaml's emitter as go-cty-yaml 1.1 drives it): block style, texts in
 * double quotes and folded after column 80, texts of several lines as literal blocks where those can hold them.
 */
import { BigFloat } from "../values/big-float.ts";
import { numberText } from "../values/big-float-text.ts";
import { isEntries } from "../values/contents.ts";
import type { Raw, Val } from "../values/value.ts";
import { UnknownRaw } from "../values/value.ts";

const WIDTH = 80;
const SIMPLE_KEY_BYTES_MAX = 128;

/** The YAML document of a wholly known value. */
export function yamlOfValue({ raw }: Val): string {
  const writer = new Writer();
  if (isCollection(raw)) {
    writer.collection(raw, 0);
    return writer.finished();
  }
  writer.scalar(raw, 2);
  return writer.finished() + (typeof raw === "string" ? "" : "...\n");
}

type Collection = readonly Val[] | ReadonlyMap<string, Val>;

function isCollection(raw: Raw): raw is Collection {
  return Array.isArray(raw) || raw instanceof Map;
}
function isEmpty(raw: Collection): boolean {
  return isEntries(raw) ? raw.size === 0 : raw.length === 0;
}

class Writer {
  #out = "";
  #column = 0;
  /** Whether the line holds nothing but space and indicators. */
  #isFresh = true;

  finished(): string {
    return this.#out.endsWith("\n") ? this.#out : `${this.#out}\n`;
  }

  #put(text: string): void {
    this.#out += text;
    const lastBreak = text.lastIndexOf("\n");
    this.#column = lastBreak < 0 ? this.#column + [...text].length : [...text.slice(lastBreak + 1)].length;
    this.#isFresh = this.#column === 0;
  }
  /** `- `, `? ` or `: `: what follows may begin on the same line. */
  #indicate(indicator: string): void {
    this.#put(indicator);
    this.#isFresh = true;
  }
  /** A new line, unless one has just begun, and spaces up to a column. */
  #indent(indent: number): void {
    if (this.#column > 0 && (!this.#isFresh || this.#column > indent)) this.#put("\n");
    if (this.#column < indent) this.#put(" ".repeat(indent - this.#column));
  }

  /** A list's or map's lines; its first line goes on where the line has just reached `indent`. */
  collection(raw: Collection, indent: number): void {
    if (isEmpty(raw)) this.#put(isEntries(raw) ? "{}" : "[]");
    else if (isEntries(raw)) for (const [key, value] of raw) this.#member(key, value, indent);
    else for (const value of raw) this.#item(value, indent);
  }

  #item({ raw }: Val, indent: number): void {
    this.#indent(indent);
    this.#indicate("- ");
    this.#nested(raw, indent);
  }
  /** What follows an indicator and a space on the same line. */
  #nested(raw: Raw, indent: number): void {
    if (isCollection(raw)) this.collection(raw, indent + 2);
    else this.scalar(raw, indent + 2);
  }

  #member(key: string, { raw }: Val, indent: number): void {
    this.#indent(indent);
    if (!BREAK.test(key) && Buffer.byteLength(key) <= SIMPLE_KEY_BYTES_MAX) {
      this.#put(`${quoted(key)}:`);
      this.#memberValue(raw, indent);
      return;
    }
    this.#indicate("? ");
    this.scalar(key, indent + 2);
    this.#indent(indent);
    this.#indicate(": ");
    this.#nested(raw, indent);
  }
  #memberValue(raw: Raw, indent: number): void {
    if (isCollection(raw) && !isEmpty(raw)) {
      this.#put("\n");
      this.collection(raw, isEntries(raw) ? indent + 2 : indent);
      return;
    }
    this.#put(" ");
    this.#nested(raw, indent);
  }

  scalar(raw: Raw, indent: number): void {
    if (raw instanceof UnknownRaw || isCollection(raw)) throw new TypeError("no scalar of YAML");
    if (typeof raw !== "string") this.#put(raw instanceof BigFloat ? numberText(raw) : String(raw));
    else if (raw.includes("\n") && isLiteralPossible(raw)) this.#literal(raw, indent);
    else this.#folded(raw, indent);
  }

  #literal(text: string, indent: number): void {
    const hint = /^[ \n]/.test(text) ? "2" : "";
    const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
    const lines = text.split("\n").map((line) => (line === "" ? "" : " ".repeat(indent) + line));
    this.#put(`|${hint}${chomp}\n${lines.join("\n")}`);
  }

  /** A space after the width becomes a new line; a space that then comes first is escaped. */
  #folded(text: string, indent: number): void {
    this.#put('"');
    const characters = [...text];
    let isAfterSpace = false;
    for (const [i, character] of characters.entries()) {
      const isFold = character === " " && !isAfterSpace && this.#column > WIDTH && i > 0 && i < characters.length - 1;
      if (isFold) this.#put(`\n${" ".repeat(indent)}${characters[i + 1] === " " ? "\\" : ""}`);
      else this.#put(escaped(character));
      isAfterSpace = character === " ";
    }
    this.#put('"');
  }
}

const BREAK = /[\n\r\u0085\u2028\u2029]/;
/** What libyaml calls printable: nothing beyond the basic plane. */
const PRINTABLE = /^[\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\uffef\ufff0-\ufffd]$/;

function isLiteralPossible(text: string): boolean {
  return !/ $/.test(text) && !/ \n/.test(text) && [...text].every((character) => PRINTABLE.test(character));
}

function quoted(text: string): string {
  return `"${[...text].map(escaped).join("")}"`;
}

const ESCAPES: { readonly [character: string]: string } = {
  "\u0000": "\\0",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\u001b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escaped(character: string): string {
  const named = ESCAPES[character];
  if (named !== undefined) return named;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
