/** IPv6 blocks. Pure. */
import { isIPv6 } from "node:net";

/** Addresses `first` to `last` as numbers; `text` in the form that EC2 keeps: without the bits behind the prefix, zeros left out once. */
export interface Block6 {
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
  readonly text: string;
}

const BITS = 128;
const GROUPS = 8;

/** undefined when the text is no `a:b::/n`. */
export function parseBlock6(text: string): Block6 | undefined {
  const found = /^([0-9a-f:]+)\/(\d{1,3})$/i.exec(text);
  const [address = "", prefix] = [found?.[1], Number(found?.[2])];
  if (found === null || !isIPv6(address) || prefix > BITS) return undefined;
  const size = 1n << BigInt(BITS - prefix);
  const value = numberOf(address);
  const first = value - (value % size);
  return { first, last: first + size - 1n, prefix, text: `${addressText6(first)}/${prefix}` };
}

function numberOf(address: string): bigint {
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? [] : Array<string>(GROUPS - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

/** `2001:db8:1:2::` of a number (RFC 5952: the longest run of zeros is left out). */
export function addressText6(address: bigint): string {
  const groups = Array.from({ length: GROUPS }, (_, i) => ((address >> BigInt(16 * (GROUPS - 1 - i))) & 0xffffn).toString(16));
  const text = groups.join(":");
  const runs = text.match(/(^|(?<=:))0(:0)+(?=:|$)/g) ?? [];
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a), "");
  return longest === "" ? text : text.replace(new RegExp(`(^|:)${longest}(:|$)`), "::");
}

export const overlap6 = (a: Block6, b: Block6) => a.first <= b.last && b.first <= a.last;
export const within6 = (inner: Block6, outer: Block6) => outer.first <= inner.first && inner.last <= outer.last;
