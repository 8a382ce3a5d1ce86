/** Extensions of certificates and requests: RFC 5280 section 4.2. */
import { isIP } from "node:net";
import type { ValueObject } from "@dovetail/model";
import { texts } from "../values.ts";
import { bits, childrenOf, context, integer, octets, oid, oidOf, sequence, TAG, tlv, truth } from "./der.ts";

/** Extensions' identifiers. */
export const EXTENSION = {
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  alternativeNames: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** Uses in the order of their bits (section 4.2.1.3). */
const KEY_USAGES: readonly string[] = [
  "digital_signature",
  "content_commitment",
  "key_encipherment",
  "data_encipherment",
  "key_agreement",
  "cert_signing",
  "crl_signing",
  "encipher_only",
  "decipher_only",
];
const EXTENDED_USAGES: ReadonlyMap<string, string> = new Map([
  ["any_extended", "2.5.29.37.0"],
  ["server_auth", "1.3.6.1.5.5.7.3.1"],
  ["client_auth", "1.3.6.1.5.5.7.3.2"],
  ["code_signing", "1.3.6.1.5.5.7.3.3"],
  ["email_protection", "1.3.6.1.5.5.7.3.4"],
  ["ipsec_end_system", "1.3.6.1.5.5.7.3.5"],
  ["ipsec_tunnel", "1.3.6.1.5.5.7.3.6"],
  ["ipsec_user", "1.3.6.1.5.5.7.3.7"],
  ["timestamping", "1.3.6.1.5.5.7.3.8"],
  ["ocsp_signing", "1.3.6.1.5.5.7.3.9"],
  ["microsoft_server_gated_crypto", "1.3.6.1.4.1.311.10.3.3"],
  ["netscape_server_gated_crypto", "2.16.840.1.113730.4.1"],
  ["microsoft_commercial_code_signing", "1.3.6.1.4.1.311.2.1.22"],
  ["microsoft_kernel_code_signing", "1.3.6.1.4.1.311.61.1.1"],
]);
/** Every use that `allowed_uses` can name. */
export const ALLOWED_USES: readonly string[] = [...KEY_USAGES, ...EXTENDED_USAGES.keys()].sort();

export function extension(id: string, content: Buffer, options: { readonly isCritical?: boolean } = {}): Buffer {
  return sequence(oid(id), ...(options.isCritical === true ? [truth()] : []), octets(content));
}

/** Key usage and extended key usage, each only where a use of it is named. */
export function usageExtensions(allowed: readonly string[]): readonly Buffer[] {
  const positions = KEY_USAGES.flatMap((name, position) => (allowed.includes(name) ? [position] : []));
  const purposes = allowed.flatMap((name) => EXTENDED_USAGES.get(name) ?? []);
  return [
    ...(positions.length > 0 ? [extension(EXTENSION.keyUsage, usageBits(positions), { isCritical: true })] : []),
    ...(purposes.length > 0 ? [extension(EXTENSION.extendedKeyUsage, sequence(...purposes.map(oid)))] : []),
  ];
}

/** A bit string that ends with its last set bit, as DER wants named bits. */
function usageBits(positions: readonly number[]): Buffer {
  const last = Math.max(...positions);
  const bytes = Buffer.alloc((last >> 3) + 1);
  for (const position of positions) bytes[position >> 3] = (bytes[position >> 3] ?? 0) | (0x80 >> (position & 7));
  return bits(bytes, 7 - (last & 7));
}

export function basicConstraints(isCa: boolean, pathLength: number | undefined): Buffer {
  const limit = pathLength === undefined || pathLength < 0 ? [] : [integer(BigInt(pathLength))];
  return extension(EXTENSION.basicConstraints, isCa ? sequence(truth(), ...limit) : sequence(), { isCritical: true });
}

export const subjectKeyId = (id: Buffer): Buffer => extension(EXTENSION.subjectKeyId, octets(id));
export const authorityKeyId = (id: Buffer): Buffer => extension(EXTENSION.authorityKeyId, sequence(tlv(0x80, id)));

const NAME_TAG = { dns: 0x82, uri: 0x86, ip: 0x87 } as const;

/** The general names of `dns_names`, `ip_addresses` and `uris`. Throws for an address or URI that is none. */
export function generalNames(config: ValueObject): readonly Buffer[] {
  return [
    ...texts(config, "dns_names").map((name) => tlv(NAME_TAG.dns, Buffer.from(name))),
    ...texts(config, "ip_addresses").map((address) => tlv(NAME_TAG.ip, addressBytes(address))),
    ...texts(config, "uris").map((uri) => tlv(NAME_TAG.uri, Buffer.from(checkedUri(uri)))),
  ];
}

/** The DNS names, addresses and URIs of an alternative names extension: what a signed certificate takes over from its request. */
export function keptNames(content: Buffer): readonly Buffer[] {
  const all = childrenOf({ content: childrenOf({ content })[0]?.content ?? Buffer.alloc(0) });
  return [NAME_TAG.dns, NAME_TAG.ip, NAME_TAG.uri].flatMap((tag) => all.filter((each) => each.tag === tag).map(({ raw }) => raw));
}

export function alternativeNames(names: readonly Buffer[], options: { readonly isCritical?: boolean } = {}): readonly Buffer[] {
  return names.length === 0 ? [] : [extension(EXTENSION.alternativeNames, sequence(...names), options)];
}

/** Identifier -> content, of the elements of an Extensions sequence. */
export function extensionsOf(list: { readonly content: Buffer }): ReadonlyMap<string, Buffer> {
  return new Map(
    childrenOf(list).map((each) => {
      const parts = childrenOf(each);
      const [id, content] = [parts[0], parts.at(-1)];
      if (id === undefined || content?.tag !== TAG.octetString) throw new Error("x509: malformed extension");
      return [oidOf(id), content.content];
    }),
  );
}

/** The attribute of a request that holds its extensions (RFC 2985, section 5.4.2). */
export const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/** `[3]` of a certificate. */
export const extensionsField = (all: readonly Buffer[]): Buffer => context(3, sequence(...all));

function checkedUri(uri: string): string {
  // No control character, no space, no broken escape: what Go's net/url takes.
  if (!/^[^\p{Cc} :][^\p{Cc} ]*$/u.test(uri) || /%(?![0-9A-Fa-f]{2})/.test(uri))
    throw new Error(`Invalid URI: Failed to parse ${JSON.stringify(uri)}`);
  return uri;
}

function addressBytes(address: string): Buffer {
  const version = address.includes("%") ? 0 : isIP(address);
  if (version === 0) throw new Error(`Invalid IP address: Failed to parse ${JSON.stringify(address)}`);
  if (version === 4) return Buffer.from(address.split(".").map(Number));
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => "0");
  const bytes = Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join(""), "hex");
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  return isMapped ? bytes.subarray(12) : bytes;
}
