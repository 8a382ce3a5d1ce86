import { type Diagnostic, errorDiagnostic } from "@dovetail/model";
import { didYouMean } from "../evaluate/name-suggestion.ts";
import type { Span } from "../evaluate/node.ts";
import type { BigFloat } from "../values/big-float.ts";
import { parseNumber } from "../values/big-float-text.ts";
import { goQuote } from "../values/go-quote.ts";
import { between } from "./grammar.ts";
import { type JsonToken, type JsonTokenType, scanJson } from "./json-scanner.ts";
import { brokenCharacter, decodeJsonString } from "./json-string.ts";
import type { SourceText } from "./source-text.ts";
import { NESTING_MAX } from "./token-reader.ts";

/** A value of JSON with its place; `startSpan` is the part that stands for it in messages. */
export type JsonNode = { readonly span: Span; readonly startSpan: Span } & (
  | { readonly kind: "object"; readonly properties: readonly JsonProperty[]; readonly closeSpan: Span }
  | { readonly kind: "array"; readonly elements: readonly JsonNode[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly number: BigFloat }
  | { readonly kind: "boolean"; readonly isTrue: boolean }
  | { readonly kind: "null" | "invalid" }
);

export interface JsonProperty {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: JsonNode;
}

/** Reads a text as one value of JSON; what is wrong is told in Terraform's words, and wrong parts are `invalid` nodes. */
export function readJson(source: SourceText): { readonly node: JsonNode; readonly diagnostics: readonly Diagnostic[] } {
  const reader = new JsonReader(source);
  const node = reader.value();
  reader.expectEnd();
  return { node, diagnostics: reader.diagnostics };
}

const START = "A JSON value must start with a brace, a bracket, a number, a string, or a keyword.";
const COLON_MISSING = "Missing property value colon";
const COMMA_MISSING = "Missing attribute seperator comma";
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

class JsonReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceText;
  readonly #tokens: readonly JsonToken[];
  #at = 0;
  #depth = 0;
  #hasGivenUp = false;

  constructor(source: SourceText) {
    this.#source = source;
    this.#tokens = scanJson(source);
  }

  #peek(): JsonToken {
    const end = this.#source.text.length;
    return this.#tokens[this.#at] ?? { type: "end", start: end, end };
  }

  #read(): JsonToken {
    const token = this.#peek();
    if (token.type !== "end") this.#at++;
    return token;
  }

  #textOf({ start, end }: Span): string {
    return this.#source.text.slice(start, end);
  }

  #report(summary: string, detail: string, { start, end }: Span, code: "DVT2001" | "DVT2002" = "DVT2001"): undefined {
    if (this.#hasGivenUp) return;
    this.diagnostics.push(errorDiagnostic(code, summary, { detail, range: this.#source.range(start, end) }));
  }

  expectEnd(): void {
    if (this.diagnostics.length === 0 && this.#peek().type !== "end") {
      this.#report("Extraneous data after value", "Extra characters appear after the JSON value.", this.#peek());
    }
  }

  value(): JsonNode {
    const token = this.#peek();
    this.#depth++;
    const node = this.#depth > NESTING_MAX ? this.#tooDeep(token) : this.#valueOf(token);
    this.#depth--;
    return node ?? { kind: "invalid", span: token, startSpan: token };
  }

  #tooDeep(token: JsonToken): undefined {
    this.#at = this.#tokens.length - 1;
    this.#report("Nested too deeply", `JSON may be nested ${NESTING_MAX} levels deep.`, token, "DVT2002");
    this.#hasGivenUp = true;
    return undefined;
  }

  #valueOf(token: JsonToken): JsonNode | undefined {
    switch (token.type) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case "number":
        return this.#number();
      case "string":
        return this.#string();
      case "keyword":
        return this.#keyword();
      case "}":
        return this.#report("Missing JSON value", START, token);
      case "]":
        return this.#report("Missing array element value", START, token);
      case "end":
        return this.#report("Missing value", "The JSON data ends prematurely.", token);
      default:
        return this.#report("Invalid start of value", START, token);
    }
  }

  /** Reads on to what seems to be the end of the value that went wrong, `token` being read already. */
  #skip(token: JsonToken, open: JsonTokenType, close: JsonTokenType): void {
    let depth = 1;
    for (let at = token; at.type !== "end"; at = this.#read()) {
      if (at.type === open) depth++;
      else if (at.type === close && --depth <= 1) return;
    }
  }

  #object(): JsonNode | undefined {
    const open = this.#read();
    const properties: JsonProperty[] = [];
    while (this.#peek().type !== "}") {
      const property = this.#property();
      if (property === undefined) return undefined;
      properties.push(property);
      const next = this.#peek();
      if (next.type === ",") {
        const comma = this.#read();
        if (this.#peek().type === "}") {
          const detail = "JSON does not permit a trailing comma after the final property in an object.";
          return this.#report("Trailing comma in object", detail, comma);
        }
      } else if (next.type !== "}") return this.#brokenObject(next, open);
    }
    const close = this.#read();
    return { kind: "object", properties, closeSpan: close, span: between(open, close), startSpan: open };
  }

  #brokenObject(next: JsonToken, open: JsonToken): undefined {
    if (next.type === "end") return this.#report("Unclosed object", "No closing brace was found for this JSON object.", open);
    const token = this.#read();
    if (token.type === "]") {
      return this.#report("Mismatched braces", "A JSON object must be closed with a brace, not a bracket.", this.#peek());
    }
    this.#skip(token, "{", "}");
    return this.#report(COMMA_MISSING, "A comma must appear between each property definition in an object.", this.#peek());
  }

  #property(): JsonProperty | undefined {
    const name = this.value();
    if (name.kind !== "string") {
      return this.#report("Invalid object property name", "A JSON object property name must be a string", name.startSpan);
    }
    const colon = this.#read();
    if (colon.type !== ":") return this.#noColon(colon);
    return { name: name.text, nameSpan: name.span, value: this.value() };
  }

  #noColon(found: JsonToken): undefined {
    this.#skip(found, "{", "}");
    if (found.type === "}" || found.type === ",") {
      const detail = "A JSON object attribute must have a value, introduced by a colon.";
      return this.#report("Missing object value", detail, found);
    }
    const detail =
      found.type === "="
        ? "JSON uses a colon as its name/value delimiter, not an equals sign."
        : "A colon must appear between an object property's name and its value.";
    return this.#report(COLON_MISSING, detail, found);
  }

  #array(): JsonNode | undefined {
    const open = this.#read();
    const elements: JsonNode[] = [];
    while (this.#peek().type !== "]") {
      elements.push(this.value());
      const next = this.#peek();
      if (next.type === ",") {
        const comma = this.#read();
        if (this.#peek().type === "]") {
          const detail = "JSON does not permit a trailing comma after the final value in an array.";
          return this.#report("Trailing comma in array", detail, comma);
        }
      } else if (next.type !== "]") return this.#brokenArray(next, open);
    }
    const close = this.#read();
    return { kind: "array", elements, span: between(open, close), startSpan: open };
  }

  #brokenArray(next: JsonToken, open: JsonToken): undefined {
    this.#skip(this.#read(), "[", "]");
    if (next.type === ":") {
      return this.#report("Invalid array value", "A colon is not used to introduce values in a JSON array.", this.#peek());
    }
    if (next.type === "end") return this.#report("Unclosed object", "No closing bracket was found for this JSON array.", open);
    if (next.type === "}") {
      return this.#report("Mismatched brackets", "A JSON array must be closed with a bracket, not a brace.", this.#peek());
    }
    return this.#report(COMMA_MISSING, "A comma must appear between each value in an array.", this.#peek());
  }

  #number(): JsonNode | undefined {
    const token = this.#read();
    const text = this.#textOf(token);
    const number = NUMBER.test(text) ? parseNumber(text) : undefined;
    if (number !== undefined) return { kind: "number", number, span: token, startSpan: token };
    return this.#report("Invalid JSON number", "There is a syntax error in the given JSON number.", token);
  }

  #string(): JsonNode | undefined {
    const token = this.#read();
    const written = this.#textOf(token);
    const broken = brokenCharacter(written);
    if (broken === undefined) {
      return { kind: "string", text: decodeJsonString(written), span: token, startSpan: token };
    }
    const { line, column, byte } = this.#source.position(token.start);
    // Terraform marks one column, also where the text ends there.
    const range = {
      file: this.#source.file,
      line,
      column: column + broken,
      endLine: line,
      endColumn: column + broken + 1,
      byte: byte + broken,
      endByte: byte + broken + 1,
    };
    const detail = "There is a syntax error in the given JSON string.";
    this.diagnostics.push(errorDiagnostic("DVT2001", "Invalid JSON string", { detail, range }));
    return undefined;
  }

  #keyword(): JsonNode | undefined {
    const token = this.#read();
    const word = this.#textOf(token);
    if (word === "true" || word === "false") return { kind: "boolean", isTrue: word === "true", span: token, startSpan: token };
    if (word === "null") return { kind: "null", span: token, startSpan: token };
    const detail =
      word === "undefined" || word === "NaN" || word === "Infinity"
        ? `The JavaScript identifier ${goQuote(word)} cannot be used in JSON.`
        : `${goQuote(word)} is not a valid JSON keyword.${didYouMean(word, ["false", "true", "null"])}`;
    return this.#report("Invalid JSON keyword", detail, token);
  }
}
