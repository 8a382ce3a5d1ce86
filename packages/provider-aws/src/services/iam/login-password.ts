import { randomInt } from "node:crypto";

const CLASSES = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "!@#$%^&*()_+-=[]{}|'"];
const ALL = CLASSES.join("");

/** A password that every account's password policy takes: at least one character of each class. `length` is 5 or more. */
export function drawPassword(length: number): string {
  const pick = (from: string) => from.charAt(randomInt(from.length));
  const chars = CLASSES.map(pick);
  while (chars.length < length) chars.push(pick(ALL));
  for (let i = chars.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [chars[i], chars[j]] = [chars[j] ?? "", chars[i] ?? ""];
  }
  return chars.join("");
}
