/** A self-signed X.509 certificate (RFC 5280) over an RSA key, as DER in PEM. node:crypto reads certificates, but makes none. */
import { createPublicKey, type KeyObject, sign } from "node:crypto";

const SEQUENCE = 0x30;
const SET = 0x31;

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
/** sha256WithRSAEncryption. */
const ALGORITHM = der(SEQUENCE, oid("2a864886f70d01010b"), der(0x05));
const COMMON_NAME = "550403";

function nameOf(commonName: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, oid(COMMON_NAME), der(0x0c, Buffer.from(commonName)))));
}

/** YYYYMMDDHHMMSSZ, GeneralizedTime. */
function timeOf(atMs: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(atMs).toISOString().replace(/\D/g, "").slice(0, 14)}Z`));
}

/** `serial`: any bytes; valid from `fromMs` to `toMs`. */
export function selfSigned(
  privateKey: KeyObject,
  commonName: string,
  validity: { readonly fromMs: number; readonly toMs: number },
  serial: Uint8Array,
): string {
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const body = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), serial])),
    ALGORITHM,
    nameOf(commonName),
    der(SEQUENCE, timeOf(validity.fromMs), timeOf(validity.toMs)),
    nameOf(commonName),
    spki,
  );
  const signature = sign("sha256", body, privateKey);
  const all = der(SEQUENCE, body, ALGORITHM, der(0x03, Buffer.of(0), signature));
  const lines = all.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
