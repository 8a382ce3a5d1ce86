import { createHash } from "node:crypto";
import { connect, type PeerCertificate } from "node:tls";
import type { Value } from "@dovetail/model";
import { failure, invalid, isGiven } from "../invalid.ts";
import { refuseOtherMachines } from "../network.ts";
import type { UtilityDataSource, UtilityOptions } from "../utility.ts";
import { text } from "../values.ts";
import { childAt, integerOf, oidOf, readDer, timeOf } from "./der.ts";
import { hashForState } from "./keys.ts";
import { nameText } from "./names.ts";
import { firstPem, pemOf } from "./pem.ts";
import { constraintsOf, parseCertificate } from "./x509.ts";

const HANDSHAKE_MS_MAX = 30_000;
/** Longer chains are taken for a loop. */
const CHAIN_MAX = 32;

/** Names as Go's crypto/x509 writes them. */
const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.4", "MD5-RSA"],
  ["1.2.840.113549.1.1.5", "SHA1-RSA"],
  ["1.2.840.113549.1.1.10", "SHA256-RSAPSS"],
  ["1.2.840.113549.1.1.11", "SHA256-RSA"],
  ["1.2.840.113549.1.1.12", "SHA384-RSA"],
  ["1.2.840.113549.1.1.13", "SHA512-RSA"],
  ["1.2.840.10040.4.3", "DSA-SHA1"],
  ["1.2.840.10045.4.1", "ECDSA-SHA1"],
  ["1.2.840.10045.4.3.2", "ECDSA-SHA256"],
  ["1.2.840.10045.4.3.3", "ECDSA-SHA384"],
  ["1.2.840.10045.4.3.4", "ECDSA-SHA512"],
  ["1.3.101.112", "Ed25519"],
]);
const KEYS: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.1", "RSA"],
  ["1.2.840.10040.4.1", "DSA"],
  ["1.2.840.10045.2.1", "ECDSA"],
  ["1.3.101.112", "Ed25519"],
]);

/** Data source `tls_certificate`: the certificates of a server, the authority's first, or one given as PEM. */
export const certificateData: UtilityDataSource = {
  type: "tls_certificate",
  validate(config) {
    const given = ["content", "url"].filter((name) => isGiven(config, name));
    const url = text(config, "url");
    if (given.length !== 1) {
      const count = given.length === 0 ? "No attribute" : "2 attributes";
      const detail = `${count} specified when one (and only one) of [url,content] is required`;
      return [invalid("url", detail, "Invalid Attribute Combination")];
    }
    if (url === undefined || /^(https|tls):\/\/[^/]/.test(url)) return [];
    const detail = `URL ${JSON.stringify(url)} expected to use scheme from [https tls], and to name a host`;
    return [invalid("url", detail, "Invalid URL scheme")];
  },
  async read(options, config) {
    const content = text(config, "content");
    const ders =
      content === undefined
        ? await peerCertificates(options, text(config, "url") ?? "", config.verify_chain !== false)
        : [contentDer(content)];
    const certificates = ders.map(attributesOf);
    return {
      id: hashForState(Buffer.from(JSON.stringify(certificates))),
      verify_chain: config.verify_chain ?? true,
      certificates,
    };
  },
};

function contentDer(content: string): Buffer {
  const block = firstPem(content);
  if (block === undefined) {
    throw failure("Failed to decoded PEM", "Value is not a valid PEM encoding of a certificate", "content");
  }
  if (block.label !== "CERTIFICATE") {
    throw failure("Unexpected PEM preamble", `Certificate PEM should be "CERTIFICATE", got "${block.label}"`);
  }
  return block.der;
}

async function peerCertificates(options: UtilityOptions, given: string, verify: boolean): Promise<readonly Buffer[]> {
  const url = new URL(given.replace(/^tls:/, "https:"));
  if (given.startsWith("tls:") && !/:\d+$/.test(given.replace(/^tls:\/\/[^/]*@/, "tls://").split("/")[2] ?? "")) {
    throw failure("URL malformed", `Port missing from URL: ${given}`);
  }
  refuseOtherMachines(options, "data.tls_certificate", url);
  try {
    return await handshake(url, verify);
  } catch (error) {
    const detail = `unable to execute TLS connection towards ${url.host}: ${error instanceof Error ? error.message : String(error)}`;
    throw failure("Failed to identify fetch peer certificates", detail);
  }
}

/** The server's chain, its own certificate last. */
function handshake(url: URL, verify: boolean): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const isName = !/^[\d.]+$|:/.test(host);
    const port = url.port === "" ? 443 : Number(url.port);
    const socket = connect({ host, port, rejectUnauthorized: verify, ...(isName ? { servername: host } : {}) });
    socket.setTimeout(HANDSHAKE_MS_MAX, () => socket.destroy(new Error("the server does not answer")));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(chainOf(socket.getPeerCertificate(true)).reverse());
      socket.destroy();
    });
  });
}

function chainOf(leaf: PeerCertificate & { issuerCertificate?: PeerCertificate }): Buffer[] {
  const out: Buffer[] = [];
  let each: (PeerCertificate & { issuerCertificate?: PeerCertificate }) | undefined = leaf;
  while (each !== undefined && out.length < CHAIN_MAX) {
    const { raw } = each;
    if (raw === undefined || out.some((known) => known.equals(raw))) break;
    out.push(raw);
    each = each.issuerCertificate;
  }
  return out;
}

function attributesOf(der: Buffer): Value {
  try {
    return describe(der);
  } catch (error) {
    throw failure("Unable to parse certificate", error instanceof Error ? error.message : String(error));
  }
}

function describe(der: Buffer): Value {
  const parsed = parseCertificate(der);
  const { isCa, pathLength } = constraintsOf(parsed);
  const [notBefore, notAfter] = parsed.validity;
  const stamp = (node: typeof notBefore) =>
    node === undefined ? "" : new Date(timeOf(node)).toISOString().replace(/\.\d+Z$/, "Z");
  const keyAlgorithm = oidOf(childAt(childAt({ content: readDer(parsed.publicKey).content }, 0), 0));
  return {
    signature_algorithm: SIGNATURES.get(parsed.signature) ?? "0",
    public_key_algorithm: KEYS.get(keyAlgorithm) ?? "0",
    serial_number: integerOf(parsed.serial).toString(),
    is_ca: isCa,
    // Go: 0 where there are no basic constraints, -1 where they set no limit.
    max_path_length: parsed.extensions.has("2.5.29.19") ? (pathLength ?? -1) : 0,
    version: parsed.version,
    issuer: nameText(parsed.issuer),
    subject: nameText(parsed.subject),
    not_before: stamp(notBefore),
    not_after: stamp(notAfter),
    sha1_fingerprint: createHash("sha1").update(der).digest("hex"),
    cert_pem: pemOf("CERTIFICATE", der),
  };
}
