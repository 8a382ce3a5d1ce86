import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addNumbers, compareNumbers, normaliseNumber, numberBytes, numberKey } from "./numbers.ts";

describe("normaliseNumber", () => {
  it.each([
    ["1.0", "1"],
    ["001", "1"],
    ["-0", "0"],
    ["0e999", "0"],
    ["1e2", "100"],
    ["1E-3", "0.001"],
    ["+5", "5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1.10e-2", "0.011"],
    ["12345678901234567890123456789012345678", "12345678901234567890123456789012345678"],
    ["9.9e125", `99${"0".repeat(124)}`],
  ])("writes %s as %s", (given, wanted) => {
    expect(normaliseNumber(given)).toBe(wanted);
  });

  it.each(["", "abc", "NaN", "Infinity", " 1", "1 ", "0x10", "1_0", ".", "-", "1e", "e5", "1e99999999999999999999999"])(
    "refuses %j",
    (given) => {
      expect(() => normaliseNumber(given)).toThrow(expect.objectContaining({ code: "ValidationException" }));
    },
  );

  it.each([
    ["123456789012345678901234567890123456789", /38 significant digits/],
    ["1e126", /overflow/],
    ["1e-131", /underflow/],
    ["-1e126", /overflow/],
  ])("refuses %s by name", (given, message) => {
    expect(() => normaliseNumber(given)).toThrow(message);
  });
});

describe("order and sums", () => {
  const numbers = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -60, max: 60 }))
    .map(([digits, exponent]) => normaliseNumber(`${digits}e${exponent}`));

  it("numberKey orders bytes as compareNumbers orders numbers", () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Math.sign(Buffer.compare(numberKey(a), numberKey(b)))).toBe(Math.sign(compareNumbers(a, b)));
      }),
    );
  });

  it("addition is exact, and subtraction undoes it", () => {
    const small = fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map(String);
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(addNumbers(a, b)).toBe(String(Number(a) + Number(b)));
        expect(addNumbers(addNumbers(a, b), b, true)).toBe(normaliseNumber(a));
      }),
    );
    expect(addNumbers("0.1", "0.2")).toBe("0.3");
  });

  it("refuses a sum that needs more than 38 digits", () => {
    expect(() => addNumbers("5", "9e125")).toThrow(/38 significant digits/);
  });

  it.each([
    ["0", 1],
    ["7", 2],
    ["-7", 3],
    ["123", 3],
    ["1000", 2],
  ])("%s counts %i bytes", (given, bytes) => {
    expect(numberBytes(given)).toBe(bytes);
  });
});
