import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePattern, PatternError } from "./filter-pattern.ts";

const json = (value: unknown) => JSON.stringify(value);
const ACCESS = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

describe("filter patterns", () => {
  test.each<[string, string, boolean]>([
    ["", "anything", true],
    ["ERROR", "[ERROR 400] BAD REQUEST", true],
    ["ERROR", "error", false],
    ["ERROR ARGUMENTS", "ERROR in ARGUMENTS", true],
    ["ERROR ARGUMENTS", "ERROR only", false],
    ["?ERROR ?ARGUMENTS", "only ARGUMENTS", true],
    ["?ERROR ?ARGUMENTS", "neither", false],
    ["ERROR -ARGUMENTS", "ERROR 1", true],
    ["ERROR -ARGUMENTS", "ERROR ARGUMENTS", false],
    ['"INTERNAL SERVER ERROR"', "500 INTERNAL SERVER ERROR", true],
    ['"INTERNAL SERVER ERROR"', "INTERNAL ERROR", false],
    ["%ERR(O|U)R%", "ERRUR", true],
    ["{ $.eventType = UpdateTrail }", json({ eventType: "UpdateTrail" }), true],
    ['{ $.eventType = "Update*" }', json({ eventType: "UpdateTrail" }), true],
    ["{ $.eventType != Update* }", json({ eventType: "UpdateTrail" }), false],
    ["{ $.missing != x }", json({}), false],
    ["{ $.a.b[0].c >= 3 }", json({ a: { b: [{ c: 3 }] } }), true],
    ["{ $.n < 3 }", json({ n: 3 }), false],
    ["{ $.n = 4* }", json({ n: 404 }), true],
    ["{ $.a = 1 && ($.b = 2 || $.c = 3) }", json({ a: 1, c: 3 }), true],
    ["{ $.a = 1 && $.b = 2 || $.c = 3 }", json({ c: 3 }), true],
    ["{ $.x IS NULL }", json({ x: null }), true],
    ["{ $.x IS TRUE }", json({ x: true }), true],
    ["{ $.x NOT EXISTS }", json({}), true],
    ["{ $.x NOT EXISTS }", json({ x: 1 }), false],
    ["{ $['a.b'] = 1 }", json({ "a.b": 1 }), true],
    ["{ $.ip = %^10\\.% }", json({ ip: "10.0.0.1" }), true],
    ["{ $.a = 1 }", "not json", false],
    ["[ip, user, username, timestamp, request =*html*, status_code = 4*, bytes]", ACCESS, true],
    ["[ip, user, username, timestamp, request, status_code = 5*, bytes]", ACCESS, false],
    ["[..., status_code = 4*, bytes > 1000]", ACCESS, true],
    ["[..., status_code = 2* || status_code = 404, bytes]", ACCESS, true],
    ["[ip, ...]", ACCESS, true],
    ["[ip, user]", ACCESS, false],
  ])("%s on %s is %s", (pattern, message, wanted) => {
    expect(compilePattern(pattern)(message) !== undefined).toBe(wanted);
  });

  test("a match gives the values that metric filters name", () => {
    expect(compilePattern("{ $.a = * }")(json({ a: 1, b: { c: 2 } }))?.select("$.b.c")).toBe(2);
    expect(compilePattern("[..., status, bytes]")(ACCESS)?.select("$bytes")).toBe("1534");
  });

  test.each(["{ $.a }", "{ a = 1 }", "{ $.a = 1", "[a, b", "{ $.a > x }", "{ ($.a = 1 }", "[a b]", "{ $.a = %(?=x)% }"])(
    "%s is refused",
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow(PatternError);
    },
  );

  test("no text whatever makes it hang or throw anything but PatternError", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, message) => {
        try {
          compilePattern(pattern)(message);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
    );
  });
});
