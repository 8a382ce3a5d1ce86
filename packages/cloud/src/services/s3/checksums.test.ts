import { describe, expect, it } from "vitest";
import { type Algorithm, composite, isDigest, summer } from "./checksums.ts";

/** Check values of the string 123456789 (RFC 3720 appendix B.4, NVM Command Set Specification, FIPS 180-4). */
const CHECK: readonly (readonly [Algorithm | "MD5", string])[] = [
  ["CRC32", "cbf43926"],
  ["CRC32C", "e3069283"],
  ["CRC64NVME", "ae8b14860a799888"],
  ["SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
  ["MD5", "25f9e794323b453885f5181f1b624d0b"],
];

describe("checksums", () => {
  it.each(CHECK)("%s of 123456789 in pieces is its check value", (algorithm, hex) => {
    const sum = summer(algorithm);
    for (const piece of ["", "1234", "5678", "9"]) sum.update(Buffer.from(piece));
    expect(sum.digest().toString("hex")).toBe(hex);
  });

  it("a composite sum is the sum of the sums", () => {
    const parts = ["a", "b"].map((text) => {
      const sum = summer("CRC32");
      sum.update(Buffer.from(text));
      return sum.digest();
    });
    const whole = summer("CRC32");
    whole.update(Buffer.concat(parts));
    expect(composite("CRC32", parts)).toEqual(whole.digest());
  });

  it.each([
    ["CRC32", "y/Q5Jg==", true],
    ["CRC32", "y/Q5", false],
    ["CRC32", "not base64!", false],
    ["SHA256", "y/Q5Jg==", false],
  ] as const)("%s digest %s: %s", (algorithm, text, wanted) => {
    expect(isDigest(algorithm, text)).toBe(wanted);
  });
});
