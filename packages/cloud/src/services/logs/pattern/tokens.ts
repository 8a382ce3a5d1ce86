/** Reading of filter patterns, character by character. */
export class PatternError extends Error {}

export class TokenReader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  rest(): string {
    return this.#text.slice(this.#at, this.#at + 40);
  }

  skipSpace(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  /** true when `mark` stood next (after spaces) and was read. */
  take(mark: string): boolean {
    this.skipSpace();
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  /** As `take`, for words of the language in any case and with any spaces between. */
  takeWord(words: string): boolean {
    this.skipSpace();
    const match = new RegExp(`^${words.replaceAll(" ", "\\s+")}(?![A-Za-z0-9_])`, "i").exec(
      this.#text.slice(this.#at, this.#at + 40),
    );
    if (match === null) return false;
    this.#at += match[0].length;
    return true;
  }

  /** A match of an anchored expression right here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    const found = expression.exec(this.#text.slice(this.#at));
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }

  /** A value: `"quoted"`, `%regex%` or a bare word up to one of `stops`. */
  value(stops: RegExp): { readonly kind: "quoted" | "regex" | "word"; readonly text: string } {
    this.skipSpace();
    const quoted = this.match(/^"((?:[^"\\]|\\.)*)"/s);
    if (quoted !== undefined) return { kind: "quoted", text: (quoted[1] ?? "").replace(/\\(.)/gs, "$1") };
    const regex = this.match(/^%([^%]*)%/);
    if (regex !== undefined) return { kind: "regex", text: regex[1] ?? "" };
    const start = this.#at;
    while (this.#at < this.#text.length && !stops.test(this.#text[this.#at] ?? "")) this.#at++;
    if (this.#at === start) throw new PatternError(`a value was expected at ${JSON.stringify(this.rest())}`);
    return { kind: "word", text: this.#text.slice(start, this.#at) };
  }
}
