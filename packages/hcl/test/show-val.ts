import { BigFloat } from "../src/values/big-float.ts";
import { numberText } from "../src/values/big-float-text.ts";
import { isElements, isEntries } from "../src/values/contents.ts";
import { goQuote } from "../src/values/go-quote.ts";
import { UnknownRaw, type Val } from "../src/values/value.ts";

/** A value as a line of text for tests and debugging, marks and unknowns included. Never for users: it shows what is sensitive. */
export function showVal(value: Val): string {
  return [...value.marks].reduce((shown, mark) => `${mark}(${shown})`, showRaw(value));
}

function showRaw({ type, raw }: Val): string {
  if (raw === null) return "null";
  if (raw instanceof UnknownRaw) return `unknown ${type.kind}`;
  if (typeof raw === "string") return goQuote(raw);
  if (raw instanceof BigFloat) return numberText(raw);
  if (isElements(raw)) return `[${raw.map(showVal).join(", ")}]`;
  if (isEntries(raw)) return `{${[...raw].map(([key, part]) => `${goQuote(key)} = ${showVal(part)}`).join(", ")}}`;
  return String(raw);
}
