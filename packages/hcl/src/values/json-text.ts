/** JSON text with all digits of its numbers, read and blamed as Go's `encoding/json` does it token by token. */

/** An object keeps its keys in the order of the text, the later of two equal ones. */
export type JsonTree = null | boolean | string | JsonNumber | readonly JsonTree[] | ReadonlyMap<string, JsonTree>;

/** A number as it was written. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class JsonSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JsonSyntaxError";
  }
}

const DEPTH_MAX = 1000;

/** @throws JsonSyntaxError in Go's words */
export function parseJsonText(text: string): JsonTree {
  const reader = new Reader(text);
  const value = reader.value(0, " looking for beginning of value");
  const next = reader.peek();
  // Go's decoder takes a closing bracket after the value for the end of a list that the caller reads.
  if (next !== undefined && next !== "]" && next !== "}") throw new JsonSyntaxError("extraneous data after JSON object");
  return value;
}

class Reader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is no space; undefined at the end. */
  peek(): string | undefined {
    while (/^[ \t\r\n]$/.test(this.#text[this.#position] ?? "")) this.#position += 1;
    return characterAt(this.#text, this.#position);
  }

  value(depth: number, context: string): JsonTree {
    if (depth > DEPTH_MAX) throw new JsonSyntaxError("exceeded max depth");
    const first = this.#required();
    if (first === "[") return this.#array(depth);
    if (first === "{") return this.#object(depth);
    if (first === '"') return this.#string();
    if (first === "t") return this.#word("true", true);
    if (first === "f") return this.#word("false", false);
    if (first === "n") return this.#word("null", null);
    if (first === "-" || (first >= "0" && first <= "9")) return this.#number();
    throw unexpected(first, context);
  }

  #required(): string {
    const next = this.peek();
    if (next === undefined) throw new JsonSyntaxError("EOF");
    return next;
  }

  #array(depth: number): readonly JsonTree[] {
    const elements: JsonTree[] = [];
    this.#position += 1;
    if (this.#required() === "]") return this.#closed(elements);
    for (;;) {
      elements.push(this.value(depth + 1, " looking for beginning of value"));
      const next = this.#required();
      if (next === "]") return this.#closed(elements);
      if (next !== ",") throw unexpected(next, " after array element");
      this.#position += 1;
    }
  }

  #object(depth: number): ReadonlyMap<string, JsonTree> {
    const members = new Map<string, JsonTree>();
    this.#position += 1;
    if (this.#required() === "}") return this.#closed(members);
    for (let context = ""; ; context = " looking for beginning of object key string") {
      const first = this.#required();
      if (first !== '"') throw unexpected(first, context);
      const key = this.#string();
      const colon = this.#required();
      if (colon !== ":") throw unexpected(colon, " after object key");
      this.#position += 1;
      members.set(key, this.value(depth + 1, " looking for beginning of value"));
      const next = this.#required();
      if (next === "}") return this.#closed(members);
      if (next !== ",") throw unexpected(next, " after object key:value pair");
      this.#position += 1;
    }
  }

  #closed<T>(value: T): T {
    this.#position += 1;
    return value;
  }

  #word<T>(word: string, value: T): T {
    for (const wanted of word) {
      const character = this.#inside();
      if (character !== wanted) throw unexpected(character, ` in literal ${word} (expecting '${wanted}')`);
      this.#position += 1;
    }
    return value;
  }

  /** The character at the position, inside a value that must go on. */
  #inside(): string {
    const character = characterAt(this.#text, this.#position);
    if (character === undefined) throw new JsonSyntaxError("unexpected EOF");
    return character;
  }

  #number(): JsonNumber {
    const start = this.#position;
    if (this.#text[start] === "-") this.#position += 1;
    if (this.#inside() === "0") this.#position += 1;
    else this.#digits(" in numeric literal");
    if (this.#text[this.#position] === ".") {
      this.#position += 1;
      this.#digits(" after decimal point in numeric literal");
    }
    if (/^[eE]$/.test(this.#text[this.#position] ?? "")) {
      this.#position += 1;
      if (/^[+-]$/.test(this.#text[this.#position] ?? "")) this.#position += 1;
      this.#digits(" in exponent of numeric literal");
    }
    return new JsonNumber(this.#text.slice(start, this.#position));
  }

  #digits(context: string): void {
    const first = this.#inside();
    if (!isDigit(first)) throw unexpected(first, context);
    while (isDigit(this.#text[this.#position])) this.#position += 1;
  }

  #string(): string {
    let value = "";
    this.#position += 1;
    for (;;) {
      const start = this.#position;
      while (!isSpecial(this.#text[this.#position])) this.#position += 1;
      value += this.#text.slice(start, this.#position);
      const character = this.#inside();
      if (character === '"') return this.#closed(value.toWellFormed());
      if (character !== "\\") throw unexpected(character, " in string literal");
      this.#position += 1;
      value += this.#escape();
    }
  }

  #escape(): string {
    const character = this.#inside();
    this.#position += 1;
    if (character === "u") return this.#hexEscape();
    const meant = ESCAPES[character];
    if (meant === undefined) throw unexpected(character, " in string escape code");
    return meant;
  }

  #hexEscape(): string {
    for (let i = 0; i < 4; i += 1) {
      const digit = this.#inside();
      if (!/^[0-9a-fA-F]$/.test(digit)) throw unexpected(digit, " in \\u hexadecimal character escape");
      this.#position += 1;
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(this.#position - 4, this.#position), 16));
  }
}

/** A whole character, also of those that are two units long. */
function characterAt(text: string, position: number): string | undefined {
  const code = text.codePointAt(position);
  return code === undefined ? undefined : String.fromCodePoint(code);
}

const ESCAPES: { readonly [character: string]: string } = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}
/** Whether a text does not simply go on at a character. */
function isSpecial(character: string | undefined): boolean {
  return character === undefined || character === '"' || character === "\\" || character < " ";
}

function unexpected(character: string, context: string): JsonSyntaxError {
  return new JsonSyntaxError(`invalid character ${quoted(character)}${context}`);
}
/** Go looks at bytes, so of a character beyond ASCII it shows the first byte as if that were a character. */
function quoted(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  const code = character.charCodeAt(0);
  if (code < 0x80) return `'${JSON.stringify(character).slice(1, -1).replace("\\u00", "\\x")}'`;
  return `'${String.fromCharCode(Buffer.from(character.toWellFormed())[0] ?? 0)}'`;
}

/** Text in JSON's quotes as Go writes it: safe inside HTML. */
export function jsonString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
