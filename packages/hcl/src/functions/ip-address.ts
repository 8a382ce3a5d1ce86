/** IP addresses and prefixes as Go's `net` has them, leading zeros in IPv4 included (Terraform kept what Go 1.17 gave up). */

export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}
/** An address range: its first address and how many leading bits all of it share. */
export interface Prefix extends Address {
  readonly length: number;
}

/** undefined where the text is no prefix (`10.0.0.0/8`). Bits behind the prefix are cut off. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([^/]*)\/([0-9]{1,6})$/.exec(text);
  const address = parseAddress(match?.[1] ?? "");
  const length = Number(match?.[2]);
  if (address === undefined || match === null || length > address.bits) return undefined;
  return prefixOf(address, length);
}

/** The prefix of a length that an address is in. */
export function prefixOf({ bits, value }: Address, length: number): Prefix {
  const host = BigInt(bits - length);
  return { bits, length, value: (value >> host) << host };
}

export function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { bits: 32, value: v4 };
  const v6 = parseV6(text);
  return v6 === undefined ? undefined : { bits: 128, value: v6 };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]{1,6}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(Number(part)), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail].reduce(
    (value, group) => value * 65536n + BigInt(group),
    0n,
  );
}

/** Groups of sixteen bits; the last two may be an IPv4 address. */
function groupsOf(text: string, mayEndInV4: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    const v4 = mayEndInV4 && i === parts.length - 1 ? parseV4(part) : undefined;
    if (v4 !== undefined) groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    else if (/^[0-9a-fA-F]{1,6}$/.test(part) && Number.parseInt(part, 16) <= 0xffff) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

export function addressText({ bits, value }: Address): string {
  if (bits === 32 || value >> 32n === 0xffffn)
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  const [start, length] = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function longestZeros(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start += 1) {
    const end = groups.findIndex((group, i) => i >= start && group !== 0);
    const length = (end < 0 ? groups.length : end) - start;
    if (length > best[1]) best = [start, length];
  }
  return best;
}

export function prefixText(prefix: Prefix): string {
  return `${addressText(prefix)}/${prefix.length}`;
}

export function lastAddress({ bits, value, length }: Prefix): bigint {
  return value | ((1n << BigInt(bits - length)) - 1n);
}

export function isInside(prefix: Prefix, { bits, value }: Address): boolean {
  return bits === prefix.bits && value >= prefix.value && value <= lastAddress(prefix);
}
