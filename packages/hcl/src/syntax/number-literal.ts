import { BrokenNode, LiteralNode } from "../evaluate/literal.ts";
import type { Node } from "../evaluate/node.ts";
import { parseNumber } from "../values/big-float-text.ts";
import { numberVal } from "../values/value.ts";
import type { TokenReader } from "./token-reader.ts";

/** Reads a number token as its value. */
export function readNumber(reader: TokenReader): Node {
  const token = reader.read();
  const number = parseNumber(reader.textOf(token));
  if (number !== undefined) return new LiteralNode(reader.source, token, numberVal(number));
  reader.report("Invalid number literal", "Failed to recognize the value of this number literal.", token);
  return new BrokenNode(reader.source, token);
}
