import {
  type Diagnostic,
  errorDiagnostic,
  type MutableValueObject,
  type Random,
  UNKNOWN,
  type ValueObject,
} from "@dovetail/model";
import { numeric, text } from "../values.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

interface Group {
  readonly flag: "lower" | "upper" | "numeric" | "special";
  readonly least: string;
  readonly characters: (config: ValueObject) => string;
}

const GROUPS: readonly Group[] = [
  { flag: "special", least: "min_special", characters: (config) => text(config, "override_special") || SPECIAL },
  { flag: "numeric", least: "min_numeric", characters: () => DIGITS },
  { flag: "lower", least: "min_lower", characters: () => LOWER },
  { flag: "upper", least: "min_upper", characters: () => UPPER },
];

/** A random text as `random_string` and `random_password` make it: the least of each group, the rest of all, in random order. */
export function randomPassword(random: Random, planned: ValueObject): string {
  const length = numeric(planned, "length") ?? 0;
  const on = GROUPS.filter((group) => planned[group.flag] !== false);
  const all = on.map((group) => group.characters(planned)).join("");
  const out: string[] = [];
  for (const group of GROUPS) out.push(...pick(random, group.characters(planned), numeric(planned, group.least) ?? 0));
  out.push(...pick(random, all, length - out.length));
  return shuffle(random, out).join("");
}

/** `count` characters of `characters`, each as likely as the others. */
function pick(random: Random, characters: string, count: number): string[] {
  return Array.from({ length: Math.max(0, count) }, () => characters.charAt(below(random, characters.length)));
}

/** A number from 0 to `limit` - 1 without bias; `limit` is below 2^32. */
export function below(random: Random, limit: number): number {
  if (limit <= 1) return 0;
  const ceiling = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const value = Buffer.from(random.bytes(4)).readUInt32BE();
    if (value < ceiling) return value % limit;
  }
}

/** Fisher and Yates. */
export function shuffle<T>(random: Random, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    const [a, b] = [out[i], out[j]];
    if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a];
  }
  return out;
}

/** `number` is the old name of `numeric`: one follows the other. */
export function planPassword(_prior: ValueObject | null, planned: ValueObject, config: ValueObject): MutableValueObject {
  const given = config.numeric ?? config.number ?? true;
  return { ...planned, numeric: given, number: given };
}

export function validatePassword(config: ValueObject): readonly Diagnostic[] {
  const length = config.length ?? null;
  if (length === UNKNOWN || typeof length !== "number") return [];
  const least = GROUPS.reduce((sum, group) => sum + (numeric(config, group.least) ?? 0), 0);
  const invalid = (detail: string) => [errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "length" })];
  if (length < 1) return invalid(`Attribute length value must be at least 1, got: ${length}`);
  if (length < least) {
    return invalid(
      `Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: ${length}`,
    );
  }
  const off = GROUPS.every(
    (group) => (group.flag === "numeric" ? (config.numeric ?? config.number) : config[group.flag]) === false,
  );
  return off
    ? invalid("At least one of upper, lower, numeric and special must be true: there would be no character to draw.")
    : [];
}
