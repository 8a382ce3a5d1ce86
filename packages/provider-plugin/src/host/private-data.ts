/**
 * A provider's private data: bytes to it, text in the contract. Nearly all of it is JSON and stays as it is; bytes that are no UTF-8
 * come as base64 behind a character that no text begins with.
 */
import { bytesOf } from "../wire/schemas.ts";

const MARK = "\0base64:";
const strict = new TextDecoder("utf-8", { fatal: true });

export function privateOut(text: string | undefined): Buffer {
  if (text === undefined) return Buffer.alloc(0);
  return text.startsWith(MARK) ? Buffer.from(text.slice(MARK.length), "base64") : Buffer.from(text, "utf8");
}

/** `{ [name]: text }`, or nothing where there are no bytes. */
export function privateIn<Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } {
  const bytes = bytesOf(value);
  return (bytes.length === 0 ? {} : { [name]: textOf(bytes) }) as { readonly [key in Name]?: string };
}

function textOf(bytes: Buffer): string {
  try {
    return strict.decode(bytes);
  } catch {
    return MARK + bytes.toString("base64");
  }
}
