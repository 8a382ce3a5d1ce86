import type { JsonObject } from "../state/state.ts";

/** Terraform's LockInfo (its JSON keys, capitalised) with what a lease needs beside it. */
export interface LockInfo {
  readonly ID: string;
  readonly Operation: string;
  readonly Info: string;
  readonly Who: string;
  readonly Version: string;
  /** RFC 3339. */
  readonly Created: string;
  readonly Path: string;
  readonly pid: number;
  readonly host: string;
  /** Rises with every holder. */
  readonly epoch: number;
  /** Milliseconds since the epoch, after which the lease is void unless renewed. */
  readonly expiresMs: number;
}

const WIDTH_OF_EXPIRES = 16;

/** A line of JSON whose length does not depend on the time in it, so that it can be renewed in place. */
export function encodeLock(info: LockInfo): Uint8Array {
  const { expiresMs, ...rest } = info;
  const text = JSON.stringify({ ...rest, expiresMs: String(Math.round(expiresMs)).padStart(WIDTH_OF_EXPIRES, "0") });
  return Buffer.from(`${text}\n`);
}

/** undefined where the bytes are no lock (torn, foreign): then nobody can be asked and age alone decides. */
export function decodeLock(bytes: Uint8Array): LockInfo | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return isLock(json) ? fromJson(json) : undefined;
  } catch {
    return undefined;
  }
}

function isLock(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && "ID" in json && typeof json.ID === "string";
}

function fromJson(json: JsonObject): LockInfo {
  const text = (key: string) => (typeof json[key] === "string" ? json[key] : "");
  const number = (key: string) => Number(json[key] ?? 0) || 0;
  return {
    ID: text("ID"),
    Operation: text("Operation"),
    Info: text("Info"),
    Who: text("Who"),
    Version: text("Version"),
    Created: text("Created"),
    Path: text("Path"),
    pid: number("pid"),
    host: text("host"),
    epoch: number("epoch"),
    expiresMs: number("expiresMs"),
  };
}
