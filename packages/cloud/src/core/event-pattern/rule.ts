/**
 * Event patterns: JSON text to a checked tree, refused with the reasons that AWS names.
 * Source: EventBridge user guide, "Event pattern syntax" and "Comparison operators". Pure. Lambda's and Pipes' filters are the same.
 */

export type Matcher =
  | { readonly kind: "equals"; readonly value: string | number | boolean | null }
  | { readonly kind: "prefix" | "suffix" | "equals-ignore-case"; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: "wildcard"; readonly parts: readonly string[] }
  | { readonly kind: "anything-but"; readonly of: readonly Matcher[] }
  | { readonly kind: "numeric"; readonly low: Bound | undefined; readonly high: Bound | undefined }
  | { readonly kind: "cidr"; readonly base: bigint; readonly bits: number; readonly family: 4 | 6 }
  | { readonly kind: "exists"; readonly value: boolean };

export interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}

/** One way to match: every field must. */
export interface PatternNode {
  readonly fields: ReadonlyMap<string, readonly Matcher[] | PatternNode>;
}

/** Every way to match, `$or` multiplied out as AWS's event-ruler does: a field said again later counts instead of the earlier one. */
export type Pattern = readonly PatternNode[];

export class PatternError extends Error {}

const DEPTH_MAX = 50;
const SIZE_MAX = 4096;
const COMBINATIONS_MAX = 1000;
const NUMBER_MAX = 5e9;
const WORD: ReadonlySet<string> = new Set([
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "anything-but",
  "numeric",
  "cidr",
  "exists",
]);

/** Throws PatternError with AWS's reason. */
export function parsePattern(text: string): Pattern {
  if (Buffer.byteLength(text) > SIZE_MAX * 16) throw new PatternError("Event pattern is too large");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new PatternError(error instanceof Error ? error.message : "invalid JSON");
  }
  if (!isRecord(parsed)) throw new PatternError("Filter is not an object");
  if (Object.keys(parsed).length === 0) throw new PatternError("Empty objects are not allowed");
  return ways(parsed, 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function ways(pattern: Record<string, unknown>, depth: number): PatternNode[] {
  if (depth > DEPTH_MAX) throw new PatternError("Event pattern is nested too deeply");
  let current: PatternNode[] = [{ fields: new Map() }];
  for (const [name, value] of Object.entries(pattern)) {
    const next = waysOfField(name, value, depth);
    if (current.length * next.length > COMBINATIONS_MAX)
      throw new PatternError(`There are too many rule combinations: at most ${COMBINATIONS_MAX} are allowed`);
    current = current.flatMap((before) => next.map((after) => merged(before, after)));
  }
  return current;
}

function waysOfField(name: string, value: unknown, depth: number): PatternNode[] {
  if (name === "$or" && isAlternatives(value)) return value.flatMap((part) => ways(part, depth + 1));
  if (Array.isArray(value)) return [{ fields: new Map([[name, matchers(name, value)]]) }];
  if (!isRecord(value)) throw new PatternError(`"${name}" must be an object or an array`);
  if (Object.keys(value).length === 0) throw new PatternError("Empty objects are not allowed");
  return ways(value, depth + 1).map((inner) => ({ fields: new Map([[name, inner]]) }));
}

function merged(before: PatternNode, after: PatternNode): PatternNode {
  const fields = new Map(before.fields);
  for (const [name, wanted] of after.fields) {
    const known = fields.get(name);
    const both = known !== undefined && "fields" in known && "fields" in wanted ? merged(known, wanted) : wanted;
    fields.set(name, both);
  }
  return { fields };
}

/** `$or` is an operator only with two or more objects whose fields are no operators; else it is a field's name. */
function isAlternatives(value: unknown): value is Record<string, unknown>[] {
  if (!Array.isArray(value) || value.length < 2) return false;
  return value.every(
    (part) => isRecord(part) && Object.keys(part).length > 0 && Object.keys(part).every((name) => !WORD.has(name)),
  );
}

function matchers(name: string, values: readonly unknown[]): Matcher[] {
  if (values.length === 0) throw new PatternError("Empty arrays are not allowed");
  return values.map((value) => {
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return { kind: "equals", value };
    if (isRecord(value)) return operator(value);
    throw new PatternError(`Match value must be String, number, true, false, or null at "${name}"`);
  });
}

function operator(value: Record<string, unknown>): Matcher {
  const [first, ...others] = Object.entries(value);
  if (first === undefined) throw new PatternError("Empty objects are not allowed");
  if (others.length > 0) throw new PatternError("Only one key allowed in match expression");
  const [word, operand] = first;
  switch (word) {
    case "prefix":
    case "suffix":
      return affix(word, operand);
    case "equals-ignore-case":
      return { kind: word, text: text(operand, "equals-ignore-case match pattern must be a string"), ignoreCase: true };
    case "wildcard":
      return wildcard(operand);
    case "anything-but":
      return anythingBut(operand);
    case "numeric":
      return numeric(operand);
    case "cidr":
      return cidr(text(operand, "prefix match pattern must be a string"));
    case "exists":
      if (typeof operand !== "boolean") throw new PatternError("exists match pattern must be either true or false.");
      return { kind: "exists", value: operand };
    default:
      throw new PatternError(`Unrecognized match type ${word}`);
  }
}

function text(value: unknown, reason: string): string {
  if (typeof value !== "string") throw new PatternError(reason);
  return value;
}

function affix(kind: "prefix" | "suffix", operand: unknown): Matcher {
  if (isRecord(operand) && Object.keys(operand).length === 1 && "equals-ignore-case" in operand)
    return { kind, text: text(operand["equals-ignore-case"], `${kind} match pattern must be a string`), ignoreCase: true };
  return { kind, text: text(operand, `${kind} match pattern must be a string`), ignoreCase: false };
}

/** `*` any text; `\*` and `\\` themselves. */
function wildcard(operand: unknown): Matcher {
  const given = text(operand, "wildcard match pattern must be a string");
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < given.length; at++) {
    const letter = given.charAt(at);
    if (letter === "\\") {
      const next = given.charAt(++at);
      if (next !== "*" && next !== "\\") throw new PatternError(`Invalid escape character at pos ${at - 1}`);
      part += next;
    } else if (letter === "*") {
      if (given.charAt(at + 1) === "*") throw new PatternError(`Consecutive wildcard characters at pos ${at}`);
      parts.push(part);
      part = "";
    } else part += letter;
  }
  return { kind: "wildcard", parts: [...parts, part] };
}

function anythingBut(operand: unknown): Matcher {
  if (isRecord(operand)) {
    const [entry, ...others] = Object.entries(operand);
    if (entry === undefined || others.length > 0 || !/^(prefix|suffix|equals-ignore-case|wildcard)$/.test(entry[0]))
      throw new PatternError(`Unsupported anything-but pattern: ${entry?.[0] ?? ""}`);
    const [word, given] = entry;
    const list = Array.isArray(given) ? given : [given];
    if (list.length === 0) throw new PatternError("Empty arrays are not allowed");
    return { kind: "anything-but", of: list.map((item) => operator({ [word]: item })) };
  }
  const list = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw new PatternError("Empty arrays are not allowed");
  const allText = list.every((item) => typeof item === "string");
  const allNumbers = list.every((item) => typeof item === "number");
  if (!allText && !allNumbers)
    throw new PatternError("Inside anything but list, either all values are number or string, mixed type is not supported");
  return { kind: "anything-but", of: list.map((value) => ({ kind: "equals", value })) };
}

function numeric(operand: unknown): Matcher {
  if (!Array.isArray(operand)) throw new PatternError("Value of numeric must be an array.");
  const [operatorA, valueA, operatorB, valueB] = operand;
  const number = (value: unknown) => {
    if (typeof value !== "number") throw new PatternError("Value of numeric match must be numeric");
    if (Math.abs(value) > NUMBER_MAX) throw new PatternError("Value of numeric match must be between -5.0E9 and 5.0E9");
    return value;
  };
  const bound = (value: unknown, inclusive: boolean): Bound => ({ value: number(value), inclusive });
  if (operatorA === "=" && operand.length === 2) return { kind: "numeric", low: bound(valueA, true), high: bound(valueA, true) };
  if ((operatorA === "<" || operatorA === "<=") && operand.length === 2)
    return { kind: "numeric", low: undefined, high: bound(valueA, operatorA === "<=") };
  if (operatorA !== ">" && operatorA !== ">=")
    throw new PatternError(`Unrecognized numeric range operator: ${String(operatorA)}`);
  const low = bound(valueA, operatorA === ">=");
  if (operand.length === 2) return { kind: "numeric", low, high: undefined };
  if (operand.length !== 4 || (operatorB !== "<" && operatorB !== "<="))
    throw new PatternError(`Bad numeric range operator: ${String(operatorB)}`);
  const high = bound(valueB, operatorB === "<=");
  if (low.value >= high.value) throw new PatternError("Bottom must be less than top");
  return { kind: "numeric", low, high };
}

function cidr(given: string): Matcher {
  const [address = "", mask, ...rest] = given.split("/");
  const parsed = parseAddress(address);
  const width = parsed?.family === 4 ? 32 : 128;
  const bits = mask === undefined ? width : Number(mask);
  if (
    parsed === undefined ||
    rest.length > 0 ||
    !Number.isInteger(bits) ||
    bits < 0 ||
    bits > width ||
    (mask !== undefined && !/^\d{1,3}$/.test(mask))
  )
    throw new PatternError(`Malformed CIDR, one '/' required`);
  return { kind: "cidr", base: parsed.value, bits, family: parsed.family };
}

/** An IPv4 or IPv6 address as a number; undefined when the text is none. */
export function parseAddress(given: string): { readonly value: bigint; readonly family: 4 | 6 } | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(given)?.slice(1).map(Number);
  if (octets !== undefined) {
    if (octets.some((octet) => octet > 255)) return undefined;
    return { value: octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n), family: 4 };
  }
  if (given.length > 45 || !/^[0-9a-fA-F:]+$/.test(given) || !given.includes(":")) return undefined;
  const halves = given.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const head = groups[0] ?? [];
  const tail = groups[1] ?? [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { value: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n), family: 6 };
}
