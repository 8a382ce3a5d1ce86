/** Checks of addresses and blocks, in the words of terraform-plugin-sdk's validation package and internal/verify (read 2026-11). */
import { isIPv4, isIPv6 } from "node:net";
import { type Check, each } from "./checks.ts";

interface Network {
  readonly bits: number;
  readonly isV6: boolean;
  /** Address of the network as a number. */
  readonly first: bigint;
  readonly address: bigint;
}

/** As Go's net.ParseCIDR reads it; undefined for what it refuses. */
function networkOf(text: string): Network | undefined {
  const [, address = "", prefix = ""] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const isV6 = isIPv6(address);
  const width = isV6 ? 128 : 32;
  const bits = Number(prefix);
  if ((!isV6 && !isIPv4(address)) || prefix === "" || bits > width || /^0\d/.test(prefix)) return undefined;
  const value = isV6 ? valueOfV6(address) : valueOfV4(address);
  const size = 1n << BigInt(width - bits);
  return { bits, isV6, address: value, first: value - (value % size) };
}

const valueOfV4 = (address: string) => address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);

function valueOfV6(address: string): bigint {
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group || "0"}`), 0n);
}

const textOfV4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");

/** A network of `min` to `max` bits (validation.IsCIDRNetwork). */
export function isNetwork(path: string, min: number, max: number): Check {
  return each(path, (value, key) => {
    if (typeof value !== "string") return undefined;
    const network = networkOf(value);
    if (network === undefined)
      return `expected ${key} to contain a valid Value, got: ${value} with err: invalid CIDR address: ${value}`;
    if (network.first !== network.address && !network.isV6)
      return `expected ${key} to contain a valid network Value, expected ${textOfV4(network.first)}/${network.bits}, got ${value}`;
    return network.bits < min || network.bits > max
      ? `expected "${key}" to contain a network Value with between ${min} and ${max} significant bits, got: ${network.bits}`
      : undefined;
  });
}

/** A block whose address is the network's (verify.ValidIPv4CIDRNetworkAddress). */
export const isIpv4Block = (path: string): Check => each(path, (value) => blockProblem(value, false));
export const isIpv6Block = (path: string): Check => each(path, (value) => blockProblem(value, true));

function blockProblem(value: unknown, isV6: boolean): string | undefined {
  if (typeof value !== "string") return undefined;
  const network = networkOf(value);
  if (network === undefined) return `${JSON.stringify(value)} is not a valid CIDR block: invalid CIDR address: ${value}`;
  if (network.isV6 !== isV6) return `${JSON.stringify(value)} is not a valid ${isV6 ? "IPv6" : "IPv4"} CIDR block`;
  if (network.first === network.address || isV6) return undefined;
  return `${JSON.stringify(value)} is not a valid IPv4 CIDR block; did you mean "${textOfV4(network.first)}/${network.bits}"?`;
}

/** An address (validation.IsIPv4Address, IsIPv6Address). */
export function isAddress(path: string, kind: "IPv4" | "IPv6"): Check {
  return each(path, (value, key) => {
    const isOne = typeof value !== "string" || (kind === "IPv4" ? isIPv4(value) : isIPv6(value));
    return isOne ? undefined : `expected ${key} to contain a valid ${kind} address, got: ${String(value)}`;
  });
}

/** The same, by the plugin framework (internal/framework/validators). */
export function isNetworkBlock(path: string, kind: "IPv4" | "IPv6"): Check {
  return each(path, (value, key) =>
    typeof value === "string" && blockProblem(value, kind === "IPv6") !== undefined
      ? `Attribute ${key} value must be a valid ${kind} CIDR that represents a network address, got: ${value}`
      : undefined,
  );
}

/** Two spellings of one block. */
export function sameBlock(a: string, b: string): boolean {
  const [one, other] = [networkOf(a), networkOf(b)];
  return (
    one !== undefined && other !== undefined && one.bits === other.bits && one.first === other.first && one.isV6 === other.isV6
  );
}
