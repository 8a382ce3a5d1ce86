import { createHash, createHmac, hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { base32, matchingStep, totpCode } from "../../core/totp.ts";
import { modPow, passwordMatches, passwordVerifier, proofHolds, serverPublic } from "./srp.ts";

const salt = new Uint8Array(16).fill(0xab);
const b = "7b".repeat(32);

test("a password is known again, another is not", () => {
  const kept = passwordVerifier("us-east-1_AbC", "ann", "Passw0rd!", salt);
  expect(passwordMatches("us-east-1_AbC", "ann", "Passw0rd!", kept)).toBe(true);
  expect(passwordMatches("us-east-1_AbC", "ann", "passw0rd!", kept)).toBe(false);
  expect(passwordMatches("us-east-1_AbC", "bob", "Passw0rd!", kept)).toBe(false);
});

test.each(["", "0", "zz", "f".repeat(2000)])("a void public value %j is refused", (clientA) => {
  expect(serverPublic("5", b, clientA)).toBeUndefined();
});

test("a client that knows the password proves it, one that does not fails", () => {
  const hash = (hex: string) => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
  const pad = (value: bigint) => {
    const hex = value.toString(16).padStart(value.toString(16).length + (value.toString(16).length % 2), "0");
    return "89abcdef".includes(hex.charAt(0)) ? `00${hex}` : hex;
  };
  const kept = passwordVerifier("us-east-1_AbC", "ann", "Passw0rd!", salt);
  const a = 0x1234567890abcdefn;
  const clientA = modPow(2n, a);
  const serverB = serverPublic(kept.verifier, b, clientA.toString(16));
  if (serverB === undefined) throw new Error("no public value");
  const prove = (password: string) => {
    const group = BigInt(`0x${serverPublicGroup}`);
    const k = BigInt(`0x${hash(`${pad(group)}02`)}`);
    const u = BigInt(`0x${hash(pad(clientA) + pad(BigInt(`0x${serverB}`)))}`);
    const inner = createHash("sha256").update(`AbCann:${password}`).digest("hex");
    const x = BigInt(`0x${hash(pad(BigInt(`0x${kept.salt}`)) + inner)}`);
    const base = (((BigInt(`0x${serverB}`) - k * modPow(2n, x)) % group) + group) % group;
    const shared = modPow(base, a + u * x);
    const key = hkdfSync("sha256", Buffer.from(pad(shared), "hex"), Buffer.from(pad(u), "hex"), "Caldera Derived Key", 16);
    const message = Buffer.concat([Buffer.from("AbCann"), Buffer.from("c2VjcmV0", "base64"), Buffer.from("now")]);
    return createHmac("sha256", Buffer.from(key)).update(message).digest("base64");
  };
  const proof = {
    poolId: "us-east-1_AbC",
    username: "ann",
    clientA: clientA.toString(16),
    serverB,
    b,
    verifier: kept.verifier,
    secretBlock: "c2VjcmV0",
    timestamp: "now",
  };
  expect(proofHolds({ ...proof, signature: prove("Passw0rd!") })).toBe(true);
  expect(proofHolds({ ...proof, signature: prove("other") })).toBe(false);
  expect(proofHolds({ ...proof, signature: "" })).toBe(false);
});

// RFC 3526 group 15, read from Node's own table rather than from the code under test.
const { getDiffieHellman } = await import("node:crypto");
const serverPublicGroup = getDiffieHellman("modp15").getPrime("hex");

test("one-time passwords match RFC 6238's table", () => {
  const secret = base32(Buffer.from("12345678901234567890"));
  expect(secret).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  expect([1, 37037036, 41152263, 66666666].map((step) => totpCode(secret, step))).toEqual([
    "287082",
    "081804",
    "005924",
    "279037",
  ]);
});

test("a one-time password works in its step and the neighbours, once", () => {
  const secret = base32(new Uint8Array(20).fill(7));
  const code = totpCode(secret, 100);
  expect([99, 100, 101].map((step) => matchingStep(secret, code, step * 30_000))).toEqual([100, 100, 100]);
  expect(matchingStep(secret, code, 103 * 30_000)).toBeUndefined();
  expect(matchingStep(secret, code, 100 * 30_000, 100)).toBeUndefined();
});
