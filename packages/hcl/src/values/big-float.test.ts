import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BigFloat } from "./big-float.ts";
import { formatNumber, numberText, parseNumber } from "./big-float-text.ts";

function parsed(text: string): BigFloat {
  const number = parseNumber(text);
  if (number === undefined) throw new Error(`${text} is no number`);
  return number;
}

describe("numbers to and from text", () => {
  test.each([
    ["1e21", "1000000000000000000000"],
    ["0.1", "0.1"],
    ["-0", "-0"],
    [".5", "0.5"],
    ["5.", "5"],
    ["+5", "5"],
    ["1p3", "8"],
    ["1E-7", "0.0000001"],
    ["00012", "12"],
    ["123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"],
    ["Inf", "+Inf"],
    ["-inf", "-Inf"],
  ])("%s is shown as %s", (given, shown) => {
    expect(numberText(parsed(given))).toBe(shown);
  });

  test.each(["", ".", "-", "1_000", "0x10", " 1", "1 ", "e5", "1e", "nan", "infinity", "1e999999999", "١"])(
    "%j is no number",
    (text) => {
      expect(parseNumber(text)).toBeUndefined();
    },
  );

  test("what has more digits than anyone reads is refused before it costs anything", () => {
    expect(parseNumber("9".repeat(1_000_000))).toBeUndefined();
  });

  test.each([
    ["g", undefined, "1234567", "1.234567e+06"],
    ["g", undefined, "0.00001", "1e-05"],
    ["g", 3, "1234567", "1.23e+06"],
    ["e", 2, "12345", "1.23e+04"],
    ["f", 0, "2.5", "2"],
    ["f", 0, "3.5", "4"],
    ["f", 2, "0.001", "0.00"],
    ["f", 3, "9.9996", "10.000"],
    ["G", undefined, "1e-7", "1E-07"],
  ] as const)("%%%s with precision %s of %s is %s", (verb, digits, given, shown) => {
    expect(formatNumber(parsed(given), verb, digits)).toBe(shown);
  });
});

describe("arithmetic at the precision of its operands", () => {
  test("a third of 512 bits shows 155 digits, one of 64 shows 20", () => {
    expect(numberText(parsed("1").dividedBy(parsed("3")))).toBe(`0.${"3".repeat(154)}5`);
    expect(numberText(BigFloat.fromInteger(1).dividedBy(BigFloat.fromInteger(3)))).toBe("0.33333333333333333334");
  });
  test("the rounding of a remainder shows 155 digits out", () => {
    expect(numberText(parsed("5.5").modulo(parsed("0.3")))).toBe(`0.0${"9".repeat(152)}88`);
  });
  test("what is divided by zero is infinite, zero by zero is nothing", () => {
    expect(numberText(parsed("-1").dividedBy(parsed("0")))).toBe("-Inf");
    expect(() => parsed("0").dividedBy(parsed("0"))).toThrow(RangeError);
    expect(() => BigFloat.POSITIVE_INFINITY.plus(BigFloat.NEGATIVE_INFINITY)).toThrow(RangeError);
  });
  test("an exponent without end becomes infinite instead of filling the memory", () => {
    let number = parsed("1e100000");
    for (let i = 0; i < 10; i += 1) number = number.times(number);
    expect(number.isInfinite).toBe(true);
  });

  test("a double goes through a number unchanged", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (double) => {
        expect(BigFloat.fromDouble(double).toNumber()).toBe(double);
      }),
    );
  });
  test("the digits of a whole number are its own", () => {
    fc.assert(
      fc.property(fc.bigInt(), (integer) => {
        expect(numberText(BigFloat.fromInteger(integer))).toBe(String(integer));
      }),
    );
  });
  test("what is shown reads back as the same number", () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer(), fc.integer({ min: 1 })), ([a, b]) => {
        const quotient = BigFloat.fromInteger(a, 512).dividedBy(BigFloat.fromInteger(b, 512));
        expect(parsed(numberText(quotient)).compare(quotient)).toBe(0);
      }),
    );
  });
});
