import type { Diagnostic } from "@dovetail/model";
import type { Traversal, TraversalStep } from "../syntax/body.ts";
import { BigFloat } from "../values/big-float.ts";
import { formatNumber } from "../values/big-float-text.ts";
import { isElements, isEntries } from "../values/contents.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { isUnknown, type Val } from "../values/value.ts";
import { getAttribute, indexValue } from "./access.ts";
import { lookUpVariable } from "./child-scope.ts";
import type { Scope } from "./scope.ts";

type RelevantValue = NonNullable<Diagnostic["values"]>[number];

/** Significant digits of a number in a message. */
const DIGITS = 10;

/** The diagnostic with what the references stand for, worked out when somebody asks. For `isAboutKnowing` see `relevantValues`. */
export function withRelevantValues(
  diagnostic: Diagnostic,
  references: () => readonly Traversal[],
  scope: Scope,
  isAboutKnowing = false,
): Diagnostic {
  return {
    ...diagnostic,
    get values() {
      return relevantValues(references(), scope, isAboutKnowing);
    },
  };
}

/**
 * What references stand for, as Terraform shows it beside an error: `local.x` with `is "a"`. Where a reference leads nowhere, what its
 * beginning stands for. Of collections and objects only the size is said; of what is sensitive, ephemeral or of no known type, nothing,
 * unless the error is about that: that something is not known, or hidden (`isAboutKnowing`).
 */
export function relevantValues(references: readonly Traversal[], scope: Scope, isAboutKnowing = false): readonly RelevantValue[] {
  const statements = new Map<string, string>();
  for (const reference of references) {
    const found = longestKnown(reference, scope);
    const statement = found === undefined ? undefined : isAboutKnowing ? describeKnowing(found.value) : describe(found.value);
    if (found !== undefined && statement !== undefined) statements.set(found.name, statement);
  }
  return [...statements].sort(([a], [b]) => (a < b ? -1 : 1)).map(([traversal, statement]) => ({ traversal, statement }));
}

/** A name alone is not worth telling: it is `local` or `var`, or one that the expression itself declares. */
function longestKnown({ root, steps }: Traversal, scope: Scope): { readonly name: string; readonly value: Val } | undefined {
  let value = lookUpVariable(scope, root);
  let found: { readonly name: string; readonly value: Val } | undefined;
  for (const step of steps) {
    value = value === undefined ? undefined : at(value, step);
    if (value === undefined) break;
    found = { name: (found?.name ?? root) + stepName(step), value };
  }
  return found;
}

function at(value: Val, step: TraversalStep): Val | undefined {
  if (step.kind === "splat") return undefined;
  const accessed = step.kind === "attribute" ? getAttribute(value, step.name) : indexValue(value, step.key);
  return "value" in accessed ? accessed.value : undefined;
}

function stepName(step: TraversalStep): string {
  if (step.kind === "attribute") return `.${step.name}`;
  return step.kind === "index" ? `[${compact(step.key)}]` : "[*]";
}

function describe(value: Val): string | undefined {
  if (value.marks.size > 0) return undefined;
  if (!isUnknown(value)) return `is ${compact(value)}`;
  return value.type.kind === "dynamic" ? undefined : `is a ${friendlyName(value.type)}`;
}

function describeKnowing(value: Val): string | undefined {
  if (value.marks.has("sensitive")) return "has a sensitive value";
  if (value.marks.size > 0 || !isUnknown(value)) return describe(value);
  return value.type.kind === "dynamic"
    ? "will be known only after apply"
    : `is a ${friendlyName(value.type)}, known only after apply`;
}

function compact({ type, raw }: Val): string {
  if (raw === null || typeof raw === "boolean") return String(raw);
  if (typeof raw === "string") return goQuote(raw);
  if (raw instanceof BigFloat) return formatNumber(raw, "g", DIGITS);
  if (type.kind === "object") return withAttributes([...type.attributes.keys()]);
  return withElements(friendlyName(type), isEntries(raw) ? raw.size : isElements(raw) ? raw.length : 0);
}

function withAttributes(names: readonly string[]): string {
  const [only] = names;
  if (only === undefined) return "object with no attributes";
  return names.length === 1 ? `object with 1 attribute ${goQuote(only)}` : `object with ${names.length} attributes`;
}

function withElements(name: string, count: number): string {
  if (count === 0) return `empty ${name}`;
  return `${name} with ${count} element${count === 1 ? "" : "s"}`;
}
