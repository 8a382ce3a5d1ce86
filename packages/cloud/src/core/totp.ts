import { createHmac } from "node:crypto";

/** Time-based one-time passwords (RFC 6238): SHA-1, six digits, 30-second steps, as Cognito's SOFTWARE_TOKEN_MFA and IAM's virtual devices. Pure. */
const STEP_MS = 30_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 base32 without padding. */
export function base32(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}

function fromBase32(text: string): Buffer {
  let bits = "";
  for (const letter of text) bits += ALPHABET.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** The six digits for a base32 secret in the step that `step` counts since 1970. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = (mac[19] ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export const totpStep = (nowMs: number) => Math.floor(nowMs / STEP_MS);

/** The step that the code belongs to: this one or a neighbour, but after `lastStep` (a code works once). */
export function matchingStep(secret: string, code: string, nowMs: number, lastStep = -1): number | undefined {
  const now = totpStep(nowMs);
  return [now, now - 1, now + 1].find((step) => step > lastStep && step >= 0 && totpCode(secret, step) === code);
}
