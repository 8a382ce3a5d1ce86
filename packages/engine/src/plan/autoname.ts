import { createHash } from "node:crypto";
import type { Autoname } from "../front-end.ts";

/** Whose name it is. */
export interface NameSeed {
  readonly app: string;
  readonly stage: string;
  readonly address: string;
  readonly generation: number;
}

/**
 * The physical name of a resource that was given none: `prefix + separator + hash + suffix`, the prefix cut so that
 * it fits `maxLength`. The same seed always gives the same name, so a crashed create is found again. Pure.
 */
export function derivedName(autoname: Autoname, seed: NameSeed): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed.app, seed.stage, seed.address, seed.generation]))
    .digest();
  let hash = "";
  let number = BigInt(`0x${digest.toString("hex")}`);
  const base = BigInt(autoname.charset.length);
  for (let i = 0; i < autoname.hashLength; i++) {
    hash += autoname.charset[Number(number % base)] ?? "";
    number /= base;
  }
  const tail = `${autoname.separator}${hash}${autoname.suffix}`;
  return `${autoname.prefix.slice(0, Math.max(0, autoname.maxLength - tail.length))}${tail}`;
}

const GENERATIONS_MAX = 64;

/** Which generation's name `name` is, where no sidecar remembers; -1 when it is none of the first ones. */
export function generationOf(autoname: Autoname, seed: Omit<NameSeed, "generation">, name: string): number {
  for (let generation = 0; generation < GENERATIONS_MAX; generation++) {
    if (derivedName(autoname, { ...seed, generation }) === name) return generation;
  }
  return -1;
}
