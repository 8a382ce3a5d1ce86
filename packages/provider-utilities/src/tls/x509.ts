/** Certificates (RFC 5280) and certificate requests (RFC 2986), written as Go's crypto/x509 writes them and read as far as tls_* needs. */
import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import {
  bits,
  childAt,
  childrenOf,
  context,
  type DerNode,
  integer,
  nothing,
  octets,
  oid,
  oidOf,
  readDer,
  sequence,
  set,
  time,
} from "./der.ts";
import { alternativeNames, EXTENSION, EXTENSION_REQUEST, extensionsField, extensionsOf, keptNames } from "./extensions.ts";

interface SignatureAlgorithm {
  readonly identifier: Buffer;
  /** null: the algorithm hashes by itself. */
  readonly hash: string | null;
}

const RSA_SHA256: SignatureAlgorithm = { identifier: sequence(oid("1.2.840.113549.1.1.11"), nothing()), hash: "sha256" };
const ED25519: SignatureAlgorithm = { identifier: sequence(oid("1.3.101.112")), hash: null };
const ecdsa = (id: string, hash: string): SignatureAlgorithm => ({ identifier: sequence(oid(id)), hash });

/** Go's choice for a key: SHA-256 with RSA; with ECDSA a hash as wide as the curve. */
function signatureOf(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === "rsa") return RSA_SHA256;
  if (key.asymmetricKeyType === "ed25519") return ED25519;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === "secp384r1") return ecdsa("1.2.840.10045.4.3.3", "sha384");
  if (curve === "secp521r1") return ecdsa("1.2.840.10045.4.3.4", "sha512");
  return ecdsa("1.2.840.10045.4.3.2", "sha256");
}

function signed(body: Buffer, key: KeyObject): Buffer {
  const { identifier, hash } = signatureOf(key);
  return sequence(body, identifier, bits(sign(hash, body, key)));
}

export interface CertificateParts {
  readonly serial: bigint;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly extensions: readonly Buffer[];
}

/** The DER of a certificate, signed with the issuer's key. */
export function certificate(parts: CertificateParts, issuerKey: KeyObject): Buffer {
  const { serial, issuer, subject, publicKey, notBeforeMs, notAfterMs, extensions } = parts;
  const validity = sequence(time(notBeforeMs), time(notAfterMs));
  const { identifier } = signatureOf(issuerKey);
  const head = [context(0, integer(2n)), integer(serial), identifier, issuer, validity, subject, publicKey];
  return signed(sequence(...head, extensionsField(extensions)), issuerKey);
}

/** The DER of a request for `names` (general names). */
export function certificateRequest(subject: Buffer, key: KeyObject, names: readonly Buffer[]): Buffer {
  const wanted = alternativeNames(names);
  const attributes = wanted.length === 0 ? [] : [sequence(oid(EXTENSION_REQUEST), set(sequence(...wanted)))];
  return signed(sequence(integer(0n), subject, spkiOf(key), context(0, ...attributes)), key);
}

/** SubjectPublicKeyInfo of a key, private or public. */
export function spkiOf(key: KeyObject): Buffer {
  return (key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" });
}

/** SHA-1 of the public key: RFC 5280 section 4.2.1.2 (1). An ED25519 key is hashed with its octet string around it, as the real provider does. */
export function keyIdOf(spki: Buffer): Buffer {
  const parts = childrenOf(readDer(spki));
  const key = (parts[1]?.content ?? Buffer.alloc(0)).subarray(1);
  const isEd25519 = parts[0] !== undefined && oidOf(childAt(parts[0], 0)) === "1.3.101.112";
  return createHash("sha1")
    .update(isEd25519 ? octets(key) : key)
    .digest();
}

export interface ParsedRequest {
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  /** General names that the request asks for. */
  readonly names: readonly Buffer[];
}

/** Reads a request. Throws when it is damaged. */
export function parseRequest(der: Buffer): ParsedRequest {
  const info = childrenOf(childAt(readDer(der), 0));
  const [subject, publicKey, attributes] = [info[1], info[2], info[3]];
  if (subject === undefined || publicKey === undefined) throw new Error("asn1: structure error: request truncated");
  createPublicKey({ key: publicKey.raw, format: "der", type: "spki" });
  const wanted = (attributes === undefined ? [] : childrenOf(attributes)).find(
    (each) => oidOf(childAt(each, 0)) === EXTENSION_REQUEST,
  );
  const list = wanted === undefined ? undefined : childAt(childAt(wanted, 1), 0);
  const names = list === undefined ? undefined : extensionsOf(list).get(EXTENSION.alternativeNames);
  return { subject: subject.raw, publicKey: publicKey.raw, names: names === undefined ? [] : keptNames(names) };
}

export interface ParsedCertificate {
  readonly version: number;
  readonly serial: DerNode;
  readonly signature: string;
  readonly issuer: Buffer;
  readonly validity: readonly DerNode[];
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  readonly extensions: ReadonlyMap<string, Buffer>;
}

/** Reads a certificate. Throws when it is damaged. */
export function parseCertificate(der: Buffer): ParsedCertificate {
  const body = childrenOf(childAt(readDer(der), 0));
  const version = body[0]?.tag === 0xa0 ? body[0] : undefined;
  const [serial, signature, issuer, validity, subject, publicKey] = version === undefined ? body : body.slice(1);
  if (!(serial && signature && issuer && validity && subject && publicKey)) {
    throw new Error("x509: malformed certificate");
  }
  const field = body.find(({ tag }) => tag === 0xa3);
  return {
    version: version === undefined ? 1 : (childAt(version, 0).content[0] ?? 0) + 1,
    serial,
    signature: oidOf(childAt(signature, 0)),
    issuer: issuer.raw,
    validity: childrenOf(validity),
    subject: subject.raw,
    publicKey: publicKey.raw,
    extensions: field === undefined ? new Map() : extensionsOf(childAt(field, 0)),
  };
}

/** Whether a certificate says that it is an authority's, and how many authorities may follow it. */
export function constraintsOf(parsed: ParsedCertificate): { readonly isCa: boolean; readonly pathLength: number | undefined } {
  const content = parsed.extensions.get(EXTENSION.basicConstraints);
  const [first, second] = content === undefined ? [] : childrenOf(readDer(content));
  const isCa = first?.tag === 0x01 && first.content[0] !== 0;
  return { isCa, pathLength: second?.tag === 0x02 ? second.content.readUIntBE(0, second.content.length) : undefined };
}

/** Whether the request was signed with the key that it is for. */
export function isSignedByItself(der: Buffer): boolean {
  const [info, , signature] = childrenOf(readDer(der));
  const publicKey = info === undefined ? undefined : childAt(info, 2);
  if (info === undefined || signature === undefined || publicKey === undefined) return false;
  const key = createPublicKey({ key: publicKey.raw, format: "der", type: "spki" });
  return verify(signatureOf(key).hash, info.raw, key, signature.content.subarray(1));
}
