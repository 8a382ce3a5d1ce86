import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signEd25519ph, verifyEd25519ph } from "./ed25519ph.ts";

const sha512 = (text: string) => createHash("sha512").update(text).digest();

describe("Ed25519ph", () => {
  it("signs as RFC 8032, section 7.3, does", () => {
    const d = Buffer.from("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "hex");
    const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), d]);
    const secret = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const signature =
      "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";
    expect(signEd25519ph(secret, sha512("abc")).toString("hex")).toBe(signature);
    expect(verifyEd25519ph(createPublicKey(secret), sha512("abc"), Buffer.from(signature, "hex"))).toBe(true);
  });

  it("refuses another digest, another key, and what is no signature", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const signature = signEd25519ph(privateKey, sha512("one"));
    expect(verifyEd25519ph(publicKey, sha512("one"), signature)).toBe(true);
    expect(verifyEd25519ph(publicKey, sha512("two"), signature)).toBe(false);
    expect(verifyEd25519ph(generateKeyPairSync("ed25519").publicKey, sha512("one"), signature)).toBe(false);
    for (const wrong of [signature.subarray(1), Buffer.alloc(64, 255), Buffer.alloc(0)])
      expect(verifyEd25519ph(publicKey, sha512("one"), wrong)).toBe(false);
  });
});
