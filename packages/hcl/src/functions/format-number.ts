/** Numbers as Go's `fmt` writes them for a verb with flags. */
import type { BigFloat } from "../values/big-float.ts";
import { formatNumber } from "../values/big-float-text.ts";

export interface Flags {
  readonly hasZero: boolean;
  readonly hasSharp: boolean;
  readonly hasPlus: boolean;
  readonly hasMinus: boolean;
  readonly hasSpace: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

function signOf(isNegative: boolean, flags: Flags): string {
  if (isNegative) return "-";
  if (flags.hasPlus) return "+";
  return flags.hasSpace ? " " : "";
}

/** `%e %E %f %g %G` (`big.Float.Format`). */
export function formatFloat(number: BigFloat, verb: "e" | "E" | "f" | "g" | "G", flags: Flags): string {
  const isGeneral = verb === "g" || verb === "G";
  const text = formatNumber(number.absolute(), verb, flags.precision ?? (isGeneral ? undefined : 6)).replace(/^\+/, "");
  const sign = number.isInfinite && !number.isNegative ? (flags.hasSpace ? " " : "+") : signOf(number.isNegative, flags);
  const padding = Math.max(0, (flags.width ?? 0) - sign.length - text.length);
  if (flags.hasMinus) return sign + text + " ".repeat(padding);
  if (flags.hasZero && !number.isInfinite) return sign + "0".repeat(padding) + text;
  return " ".repeat(padding) + sign + text;
}

const BASES = {
  b: { base: 2, prefix: "0b" },
  d: { base: 10, prefix: "" },
  o: { base: 8, prefix: "0" },
  x: { base: 16, prefix: "0x" },
  X: { base: 16, prefix: "0X" },
} as const;

/** `%b %d %o %x %X` of a whole number (`big.Int.Format`). */
export function formatInteger(number: bigint, verb: keyof typeof BASES, flags: Flags): string {
  const { base, prefix } = BASES[verb];
  const isNegative = number < 0n;
  const lower = (isNegative ? -number : number).toString(base);
  const digits = verb === "X" ? lower.toUpperCase() : lower;
  const { precision, width = 0 } = flags;
  if (precision === 0 && digits === "0") return "";
  const head = signOf(isNegative, flags) + (flags.hasSharp ? prefix : "");
  const zeros = "0".repeat(Math.max(0, (precision ?? 0) - digits.length));
  const padding = Math.max(0, width - head.length - zeros.length - digits.length);
  if (flags.hasMinus) return head + zeros + digits + " ".repeat(padding);
  if (flags.hasZero && precision === undefined) return head + "0".repeat(padding) + digits;
  return " ".repeat(padding) + head + zeros + digits;
}
