import type { Clock } from "@dovetail/model";

/** Prefix of names that nobody chose. */
export const DEFAULT_NAME_PREFIX = "terraform-";

const UNIQUE_SUFFIX = /^\d{18}[0-9a-f]{8}$/;

/**
 * Makes names as the provider SDK does: prefix, 18 digits of UTC time (to a tenth of a millisecond), a counter of 8 hex digits.
 * Source: names observed from terraform-provider-aws 5.100 (`terraform-20240131120000123400000001`).
 */
export function createNameMaker(clock: Clock): (prefix: string) => string {
  let counter = 0;
  return (prefix) => {
    counter = (counter + 1) % 2 ** 32;
    const digits = new Date(clock.now()).toISOString().replace(/\D/g, "").padEnd(18, "0");
    return `${prefix}${digits}${counter.toString(16).padStart(8, "0")}`;
  };
}

/** The prefix a name was made from; "" when it was not made so. */
export function prefixOfName(name: string, suffix = ""): string {
  if (!name.endsWith(suffix)) return "";
  const stem = suffix === "" ? name : name.slice(0, -suffix.length);
  return UNIQUE_SUFFIX.test(stem.slice(-26)) ? stem.slice(0, -26) : "";
}
