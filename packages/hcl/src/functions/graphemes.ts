import { BigFloat } from "../values/big-float.ts";
import { textOf } from "../values/contents.ts";
import { knownPrefix, refined } from "../values/refinement.ts";
import { NUMBER } from "../values/type.ts";
import { intVal, isUnknown, unknownNotNull, type Val } from "../values/value.ts";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Text of which each UTF-16 unit is a character of its own. A carriage return is not in it: before a line feed they are one. */
const SIMPLE = /^[\n\x20-\x7e]*$/;
/** Where consonants of Indic scripts are joined: Unicode 15.1 made one character of them, Terraform counts by 15.0. */
const CONJUNCT =
  /(?<=[\p{M}\u200d])(?=[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Telugu}\p{Script=Malayalam}])(?=\p{L})/u;

/** The characters of a text as a reader counts them (grapheme clusters). */
export function graphemesOf(text: string): readonly string[] {
  if (SIMPLE.test(text)) return text.split("");
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment).flatMap((segment) => segment.split(CONJUNCT));
}

/** How many characters a text has; of an unknown one, no fewer than what it is known to begin with. */
export function textLength(value: Val): Val {
  if (!isUnknown(value)) return intVal(graphemesOf(textOf(value)).length);
  return refined(unknownNotNull(NUMBER), { numberMin: BigFloat.fromInteger(graphemesOf(knownPrefix(value)).length) });
}
