/** Rules of identities and addresses, pure. */
import { type Random, randomString } from "@dovetail/model";
import type { IdentityRecord } from "./store.ts";

const DKIM_TOKENS = 3;
const DKIM_TOKEN_LENGTH = 32;

export function kindOf(name: string): IdentityRecord["kind"] {
  return name.includes("@") ? "EMAIL_ADDRESS" : "DOMAIN";
}

/** Easy DKIM tokens; an address has none of its own. */
export function dkimTokens(random: Random, kind: IdentityRecord["kind"]): readonly string[] {
  if (kind === "EMAIL_ADDRESS") return [];
  return Array.from({ length: DKIM_TOKENS }, () => randomString(random, DKIM_TOKEN_LENGTH, "abcdefghijklmnopqrstuvwxyz234567"));
}

/** `Name <a@b.c>` or `a@b.c` -> `a@b.c`; undefined when it is no address. */
export function addressOf(text: string): string | undefined {
  const start = text.lastIndexOf("<");
  const inner = start >= 0 && text.trimEnd().endsWith(">") ? text.slice(start + 1, text.lastIndexOf(">")) : text;
  const address = inner.trim();
  const at = address.lastIndexOf("@");
  if (at < 1 || at === address.length - 1 || /[\s<>,;]/.test(address) || address.length > 320) return undefined;
  return address;
}

/** The identities that may send for an address, nearest first: itself, its domain, the domains above. */
export function identitiesFor(address: string): readonly string[] {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const labels = domain.split(".");
  return [address, ...labels.slice(0, -1).map((_, i) => labels.slice(i).join("."))];
}
