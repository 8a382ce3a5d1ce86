import { canonicalJson } from "./canonical-json.ts";
import { policiesEquivalent } from "./policy-equivalence.ts";

/** How an attribute's texts are compared by meaning. */
export type Equivalence = "json" | "policy" | ((a: string, b: string) => boolean);

/** True when the two texts mean the same. Texts that are no JSON are the same only when they are equal. */
export function equivalent(how: Equivalence, a: string, b: string): boolean {
  if (a === b) return true;
  if (typeof how === "function") return how(a, b);
  const left = parseJson(a);
  const right = parseJson(b);
  if (left === undefined || right === undefined) return false;
  return how === "json" ? canonicalJson(left) === canonicalJson(right) : policiesEquivalent(left, right);
}

/** A JSON text's value; undefined where it is none. An empty text counts as an empty object, as in the real provider. */
export function parseJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
