import { ForNode } from "../evaluate/for.ts";
import { BrokenNode } from "../evaluate/literal.ts";
import type { Node, Span } from "../evaluate/node.ts";
import { between, type Grammar, isLost } from "./grammar.ts";
import type { ReadToken } from "./token-reader.ts";
import { closerOf, Token } from "./tokens.ts";

const SUMMARY = "Invalid 'for' expression";

/** Reads a for expression whose opening bracket is read already. */
export function readFor(grammar: Grammar, open: ReadToken): Node {
  return new ForReader(grammar, open).run();
}

class ForReader {
  readonly #grammar: Grammar;
  readonly #open: ReadToken;
  readonly #closer: (typeof Token)[keyof typeof Token];

  constructor(grammar: Grammar, open: ReadToken) {
    this.#grammar = grammar;
    this.#open = open;
    this.#closer = closerOf(open.type) ?? Token.endOfFile;
  }

  run(): Node {
    const { reader } = this.#grammar;
    reader.read();
    const names = this.#names();
    if (names === undefined) return this.#skip();
    const errors = reader.errorCount;
    const collection = this.#grammar.expression();
    if (isLost(reader, errors)) return this.#skip();
    if (reader.peek().type !== Token.colon) {
      return this.#wrong("For expression requires a colon after the collection expression.");
    }
    reader.read();
    const results = this.#results();
    if (results === undefined) return this.#skip();
    const ellipsis = reader.peek().type === Token.ellipsis ? reader.read() : undefined;
    let condition: Node | undefined;
    if (reader.isKeyword(reader.peek(), "if")) {
      reader.read();
      const before = reader.errorCount;
      condition = this.#grammar.expression();
      if (isLost(reader, before)) return this.#skip();
    }
    const close = this.#close();
    this.#check(results.key, results.result, ellipsis);
    const parts = { ...names, collection, ...results, condition, isGrouped: ellipsis !== undefined };
    return new ForNode(reader.source, between(this.#open, close), this.#open, parts);
  }

  #names(): { readonly keyName: string | undefined; readonly valueName: string } | undefined {
    const { reader } = this.#grammar;
    const wrong = (detail: string): undefined => {
      reader.reportUnlessRecovering(SUMMARY, detail, reader.peek());
    };
    if (reader.peek().type !== Token.identifier) return wrong("For expression requires variable name after 'for'.");
    let keyName: string | undefined;
    let valueName = reader.textOf(reader.read());
    if (reader.peek().type === Token.comma) {
      reader.read();
      if (reader.peek().type !== Token.identifier) return wrong("For expression requires value variable name after comma.");
      keyName = valueName;
      valueName = reader.textOf(reader.read());
    }
    if (!reader.isKeyword(reader.peek(), "in")) {
      return wrong("For expression requires the 'in' keyword after its name declarations.");
    }
    reader.read();
    return { keyName, valueName };
  }

  #results(): { readonly key: Node | undefined; readonly result: Node } | undefined {
    const { reader } = this.#grammar;
    const errors = reader.errorCount;
    const first = this.#grammar.expression();
    let results: { readonly key: Node | undefined; readonly result: Node } = { key: undefined, result: first };
    if (reader.peek().type === Token.fatArrow) {
      reader.read();
      results = { key: first, result: this.#grammar.expression() };
    }
    return isLost(reader, errors) ? undefined : results;
  }

  #close(): Span {
    const { reader } = this.#grammar;
    if (reader.peek().type === this.#closer) return reader.read();
    reader.reportUnlessRecovering(SUMMARY, "Extra characters after the end of the 'for' expression.", reader.peek());
    return reader.skipPast(this.#closer);
  }

  #check(key: Node | undefined, result: Node, ellipsis: Span | undefined): void {
    const { reader } = this.#grammar;
    if (this.#closer === Token.closeBrace) {
      if (key === undefined) reader.report(SUMMARY, "Key expression is required when building an object.", result);
      return;
    }
    if (key !== undefined) reader.report(SUMMARY, "Key expression is not valid when building a tuple.", key);
    if (ellipsis !== undefined) {
      reader.report(SUMMARY, "Grouping ellipsis (...) cannot be used when building a tuple.", ellipsis);
    }
  }

  #wrong(detail: string): Node {
    const { reader } = this.#grammar;
    reader.reportUnlessRecovering(SUMMARY, detail, reader.peek());
    return this.#skip();
  }

  #skip(): Node {
    const { reader } = this.#grammar;
    return new BrokenNode(reader.source, between(this.#open, reader.skipPast(this.#closer)));
  }
}
