/**
 * Whether two documents say the same where each way draws its own ids: strings are equal but for drawn parts, and what stands for a drawn
 * part of one stands for it everywhere.
 */
import type { Json, JsonObject } from "../both.ts";

export interface Unequal {
  readonly path: string;
  readonly ours: string;
  readonly real: string;
}

const TOKEN = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]+/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g;
/** An HTTP API has a port of its own. */
const PORT = /127\.0\.0\.1:\d+/g;
const BCRYPT = /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/g;
/** Made by the providers: `terraform-` and a time in digits. */
const MADE_NAME = /(?:terraform-|four-ways-)?\d{18,26}[0-9a-f]{0,8}/g;
/** Milliseconds or seconds since the epoch, of this time. */
const EPOCH_MIN = 1_600_000_000;
const SHOWN_CHARACTERS = 200;

export class Comparison {
  readonly #realOf = new Map<string, string>();
  readonly #oursOf = new Map<string, string>();

  unequal(ours: Json | undefined, real: Json | undefined, path = ""): readonly Unequal[] {
    if (typeof ours === "string" && typeof real === "string" && this.#isSame(ours, real)) return [];
    if (ours === real || (isEpoch(ours) && isEpoch(real))) return [];
    if (isList(ours) && isList(real) && ours.length === real.length)
      return ours.flatMap((item, i) => this.unequal(item, real[i], `${path}[${i}]`));
    if (isObject(ours) && isObject(real)) {
      const names = [...new Set([...Object.keys(ours), ...Object.keys(real)])].sort();
      return names.flatMap((name) => this.unequal(ours[name], real[name], path === "" ? name : `${path}.${name}`));
    }
    return [{ path, ours: shown(ours), real: shown(real) }];
  }

  #isSame(ours: string, real: string): boolean {
    const [a, b] = [undrawn(ours), undrawn(real)];
    if (a === b) return true;
    if (a.replaceAll(TOKEN, "") !== b.replaceAll(TOKEN, "")) return false;
    const [left, right] = [a.match(TOKEN) ?? [], b.match(TOKEN) ?? []];
    return left.length === right.length && left.every((token, i) => this.#stands(token, right[i] ?? ""));
  }

  #stands(ours: string, real: string): boolean {
    if (ours === real) return true;
    if (ours.length !== real.length || ours.length < 4 || !/[A-Z\d]/.test(ours + real) || /^\d{1,9}$/.test(ours)) return false;
    const known = this.#realOf.get(ours) ?? real;
    const back = this.#oursOf.get(real) ?? ours;
    this.#realOf.set(ours, known);
    this.#oursOf.set(real, back);
    return known === real && back === ours;
  }
}

function undrawn(text: string): string {
  return text.replaceAll(TIME, "time").replaceAll(PORT, "endpoint").replaceAll(BCRYPT, "hash").replaceAll(MADE_NAME, "made");
}

function isEpoch(value: Json | undefined): boolean {
  return typeof value === "number" && value > EPOCH_MIN;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
