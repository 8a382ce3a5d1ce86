/**
 * Which of all that can be said against a config terraform-plugin-sdk says, and where (helper/schema/schema.go, `schemaMap.validate`, read
 * 2026-11): it walks the arguments from the outside in and stops at the first kind of fault of each, so that a user meets the same faults
 * here as there.
 */
import {
  type AttributeSchema,
  type BlockSchema,
  type Diagnostic,
  isWhollyKnown,
  type NestedBlockSchema,
  type ValueObject,
} from "@dovetail/model";

/** How early a fault is met at its argument: what arguments must stand together, what must not, what a value must be. */
type Rank = 0 | 1 | 2;
const TOGETHER = 0;
const APART = 1;
const VALUE = 2;

function rankOf({ detail = "" }: Diagnostic): Rank {
  if (/^"[^"]+": (only one|one|all) of `/.test(detail)) return TOGETHER;
  return /^("[^"]+": conflicts with |Attribute \S+ (supports|requires) \d+ item )/.test(detail) ? APART : VALUE;
}

/**
 * What the SDK says of `found`, whose places are keys as it writes them (`a.0.b`): below an argument that conflicts with another nothing is
 * checked, nor anywhere in an argument of which a part is unknown.
 */
export function toldBySdk(config: ValueObject, found: readonly Diagnostic[]): readonly Diagnostic[] {
  const earliest = new Map<string, Diagnostic>();
  for (const each of found) {
    const { attribute: key } = each;
    if (key === undefined || rankOf(each) === VALUE) continue;
    const known = earliest.get(key);
    if (known === undefined || rankOf(each) < rankOf(known)) earliest.set(key, each);
  }
  return found.filter((each) => {
    const { attribute: key } = each;
    if (key === undefined) return true;
    const [top = key] = key.split(".");
    const rank = rankOf(each);
    if (!isWhollyKnown(config[top] ?? null) && !(key === top && rank === TOGETHER)) return false;
    const around = prefixesOf(key);
    if (rank === VALUE) return !around.some((prefix) => earliest.has(prefix));
    return earliest.get(key) === each && !around.some((prefix) => prefix !== key && earliest.has(prefix));
  });
}

/** The key and those of the arguments around it: `a.0.b` and `a`. */
function prefixesOf(key: string): readonly string[] {
  const steps = key.split(".");
  return steps.map((_, i) => steps.slice(0, i + 1).join(".")).filter((_, i) => !/^\d+$/.test(steps[i] ?? ""));
}

/** The steps of a key as far as the SDK can say where: elements of a set have no place. */
export function placedSteps(schema: BlockSchema, key: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  let block: BlockSchema | undefined = schema;
  for (const step of key.split(".")) {
    if (/^\d+$/.test(step)) {
      steps.push(Number(step));
      continue;
    }
    steps.push(step);
    const attribute: AttributeSchema | undefined = block?.attributes?.[step];
    const nested: NestedBlockSchema | undefined = block?.blocks?.[step];
    if (nested?.nesting === "set" || isSetType(attribute)) break;
    block = nested;
  }
  return steps;
}

function isSetType(attribute: AttributeSchema | undefined): boolean {
  return Array.isArray(attribute?.type) && attribute.type[0] === "set";
}
