import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/**
 * SRP-6a as Cognito's clients speak it: the 3072-bit group of RFC 3526, g = 2, SHA-256, numbers padded with a zero byte when their
 * highest bit is set, and the signature of the PASSWORD_VERIFIER challenge. Source: RFC 5054 and AWS's published clients' protocol. Pure.
 */
const N = BigInt(
  `0x${[
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
  ].join("")}`,
);
const G = 2n;

/** Hexadecimal with an even number of digits and a zero byte in front where the first bit would be a sign. */
function padded(value: bigint): string {
  const hex = value.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  return /^[89a-f]/.test(even) ? `00${even}` : even;
}

function hashHex(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}

const toBig = (hex: string) => BigInt(`0x${hex === "" ? "0" : hex}`);
const K = toBig(hashHex(`${padded(N)}${padded(G)}`));

/** `base ** exponent mod N`. */
export function modPow(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

/** x, the private value that a password stands for. `poolName` is the pool ID's part after `_`. */
function privateValue(poolName: string, username: string, password: string, salt: string): bigint {
  const identity = createHash("sha256").update(`${poolName}${username}:${password}`, "utf8").digest("hex");
  return toBig(hashHex(`${padded(toBig(salt))}${identity.padStart(64, "0")}`));
}

/** Salt and verifier that are kept of a password; `saltBytes` are 16 random bytes. */
export function passwordVerifier(
  poolId: string,
  username: string,
  password: string,
  saltBytes: Uint8Array,
): { salt: string; verifier: string } {
  const salt = padded(toBig(Buffer.from(saltBytes).toString("hex")));
  const x = privateValue(poolName(poolId), username, password, salt);
  return { salt, verifier: modPow(G, x).toString(16) };
}

/** Is this the password that the verifier was made of? */
export function passwordMatches(
  poolId: string,
  username: string,
  password: string,
  kept: { salt: string; verifier: string },
): boolean {
  return modPow(G, privateValue(poolName(poolId), username, password, kept.salt)).toString(16) === kept.verifier;
}

function poolName(poolId: string): string {
  return poolId.slice(poolId.indexOf("_") + 1);
}

/** The server's public value for its secret `b` (32 random bytes, hexadecimal); undefined where the client's `A` is void. */
export function serverPublic(verifier: string, b: string, clientA: string): string | undefined {
  if (!/^[0-9a-f]{1,1024}$/i.test(clientA) || toBig(clientA) % N === 0n) return undefined;
  return ((K * toBig(verifier) + modPow(G, toBig(b))) % N).toString(16);
}

export interface SrpProof {
  readonly poolId: string;
  readonly username: string;
  readonly clientA: string;
  readonly serverB: string;
  readonly b: string;
  readonly verifier: string;
  /** As the client was given it and gave it back, base64. */
  readonly secretBlock: string;
  /** `Tue Nov 4 08:05:09 UTC 2025`. */
  readonly timestamp: string;
  /** Base64. */
  readonly signature: string;
}

/** Does PASSWORD_CLAIM_SIGNATURE prove the password? */
export function proofHolds(proof: SrpProof): boolean {
  const u = toBig(hashHex(`${padded(toBig(proof.clientA))}${padded(toBig(proof.serverB))}`));
  if (u === 0n) return false;
  const shared = modPow((toBig(proof.clientA) * modPow(toBig(proof.verifier), u)) % N, toBig(proof.b));
  const key = hkdfSync("sha256", Buffer.from(padded(shared), "hex"), Buffer.from(padded(u), "hex"), "Caldera Derived Key", 16);
  const wanted = createHmac("sha256", Buffer.from(key))
    .update(poolName(proof.poolId), "utf8")
    .update(proof.username, "utf8")
    .update(Buffer.from(proof.secretBlock, "base64"))
    .update(proof.timestamp, "utf8")
    .digest();
  const given = Buffer.from(proof.signature, "base64");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
