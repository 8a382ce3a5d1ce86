import { seededRandom } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { parseTemplate } from "../syntax/parse.ts";
import { jsonOfValue } from "../values/json.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, STRING, type Type, tupleOf } from "../values/type.ts";
import {
  DYNAMIC_UNKNOWN,
  intVal,
  isUnknown,
  listVal,
  makeVal,
  nullVal,
  objectVal,
  stringVal,
  tupleVal,
  UnknownRaw,
  unknownNotNull,
  unknownVal,
  type Val,
  withMarks,
} from "../values/value.ts";
import { callFunction } from "./call.ts";
import { coreFunctions } from "./core.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import type { FunctionHost } from "./host.ts";

const HOST: FunctionHost = {
  baseFolder: "/work",
  now: () => Date.UTC(2026, 10, 21, 18, 30),
  random: seededRandom(1),
  parseTemplate,
};
const FUNCTIONS = coreFunctions(HOST);

function named(name: string, functions = FUNCTIONS): LanguageFunction {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found;
}
function call(name: string, ...given: readonly Val[]): Val {
  return callFunction(named(name), given);
}
function failure(name: string, ...given: readonly Val[]): string {
  try {
    return jsonOfValue(call(name, ...given));
  } catch (error) {
    if (error instanceof FunctionError) return error.message;
    throw error;
  }
}

/** @throws what is neither an answer nor a function's own error */
function answerOrRefusal(called: LanguageFunction, given: readonly Val[]): void {
  try {
    callFunction(called, given);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
  }
}

describe("the table", () => {
  test("has what Terraform 1.11 has, and what OpenTofu has besides", () => {
    const tofu = coreFunctions({ ...HOST, language: "opentofu" });
    expect([FUNCTIONS.size, tofu.size]).toEqual([2 * 120, 2 * 123]);
    expect([...tofu.keys()].filter((name) => !FUNCTIONS.has(name) && !name.includes("::"))).toEqual([
      "base64gunzip",
      "urldecode",
      "cidrcontains",
    ]);
  });
  test("says of each function what it is for", () => {
    expect(
      [...FUNCTIONS].filter(([, { description = "" }]) => !/^[-A-Z0-9`].*\.$/.test(description)).map(([name]) => name),
    ).toEqual([]);
  });
  test("no function throws anything but its own error for a null, an unknown or a value of the wrong kind", () => {
    const odd: readonly Val[] = [
      nullVal(DYNAMIC),
      DYNAMIC_UNKNOWN,
      tupleVal([nullVal(STRING)]),
      objectVal({ a: unknownVal(NUMBER) }),
      intVal(-1),
      stringVal("\u0000"),
    ];
    for (const [name, called] of FUNCTIONS) {
      if (called.callLazily !== undefined || name.includes("bcrypt")) continue;
      const count = Math.max(called.parameters.length, called.variadic === undefined ? 0 : 1);
      for (const first of odd) {
        for (const second of odd) {
          const given = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? first : second));
          expect(() => answerOrRefusal(called, given), name).not.toThrow();
        }
      }
    }
  });
});

describe("an unknown argument", () => {
  const UNKNOWN_LIST = unknownVal(listOf(STRING));
  test.each<[string, readonly Val[], Type]>([
    ["upper", [unknownVal(STRING)], STRING],
    ["concat", [UNKNOWN_LIST, UNKNOWN_LIST], listOf(STRING)],
    ["concat", [UNKNOWN_LIST, tupleVal([])], DYNAMIC],
    ["keys", [unknownVal(mapOf(NUMBER))], listOf(STRING)],
    ["merge", [unknownVal(mapOf(NUMBER)), objectVal({})], DYNAMIC],
    ["merge", [unknownVal(mapOf(NUMBER)), unknownVal(mapOf(NUMBER))], mapOf(NUMBER)],
    ["tolist", [unknownVal(tupleOf([NUMBER]))], listOf(DYNAMIC)],
    ["jsondecode", [unknownVal(STRING)], DYNAMIC],
    ["flatten", [DYNAMIC_UNKNOWN], DYNAMIC],
    ["element", [UNKNOWN_LIST, intVal(0)], STRING],
    ["regexall", [unknownVal(STRING), stringVal("x")], listOf(DYNAMIC)],
    ["anytrue", [tupleVal([unknownVal(BOOL)])], BOOL],
  ])("of %s makes the result unknown", (name, given, type) => {
    const result = call(name, ...given);
    expect([isUnknown(result), result.type]).toEqual([true, type]);
  });

  test.each<[string, readonly Val[], string]>([
    ["length", [unknownVal(tupleOf([NUMBER, NUMBER]))], "2"],
    ["length", [tupleVal([DYNAMIC_UNKNOWN])], "1"],
    ["keys", [objectVal({ a: unknownVal(NUMBER) })], '["a"]'],
    ["anytrue", [tupleVal([unknownVal(BOOL), makeVal(BOOL, true)])], "true"],
    ["contains", [tupleVal([unknownVal(STRING), stringVal("a")]), stringVal("a")], "true"],
    ["startswith", [unknownNotNull(STRING, { prefix: "arn:" }), stringVal("arn")], "true"],
    ["startswith", [unknownNotNull(STRING, { prefix: "arn:" }), stringVal("s3:")], "false"],
  ])("of %s does not hide what is known anyway", (name, given, json) => {
    expect(jsonOfValue(call(name, ...given))).toBe(json);
  });

  test("is known not to be null after a function that never answers null, and begins as it must", () => {
    expect(call("upper", unknownVal(STRING)).raw).toEqual(new UnknownRaw(true));
    expect(call("jsonencode", objectVal({ a: unknownVal(STRING) })).raw).toEqual(new UnknownRaw(true, { prefix: "{" }));
    expect(call("format", stringVal("arn:%s"), unknownVal(STRING)).raw).toEqual(new UnknownRaw(true, { prefix: "arn:" }));
  });
});

describe("marks", () => {
  const secret = (value: Val): Val => withMarks(value, new Set(["sensitive"]));
  const brief = (value: Val): Val => withMarks(value, new Set(["ephemeral"]));
  test("of arguments are the result's, however deep they were", () => {
    expect([...call("join", stringVal(","), tupleVal([secret(stringVal("a")), brief(stringVal("b"))])).marks]).toEqual([
      "sensitive",
      "ephemeral",
    ]);
    expect([...call("upper", secret(unknownVal(STRING))).marks]).toEqual(["sensitive"]);
  });
  test("stay on the elements where a function only moves them", () => {
    const reversed = call("reverse", tupleVal([secret(intVal(1)), intVal(2)]));
    expect([...reversed.marks]).toEqual([]);
    expect([...call("element", reversed, intVal(1)).marks]).toEqual(["sensitive"]);
  });
  test("ephemeralasnull takes out what is ephemeral and leaves the rest", () => {
    const value = objectVal({ a: brief(stringVal("x")), b: secret(stringVal("y")) });
    expect(jsonOfValue(call("ephemeralasnull", value))).toBe('{"a":null,"b":"y"}');
  });
  test("keep secrets out of messages", () => {
    for (const name of ["base64decode", "tonumber", "file"]) {
      expect(failure(name, secret(stringVal("s3cr3t!")))).not.toContain("s3cr3t");
    }
  });
});

describe("what the host gives", () => {
  test("timestamp is its clock, uuid and bcrypt its random source", () => {
    expect(call("timestamp").raw).toBe("2026-11-21T18:30:00Z");
    expect(String(call("uuid").raw)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(String(callFunction(named("bcrypt"), [stringVal("x"), intVal(4)]).raw)).toMatch(/^\$2a\$04\$.{53}$/);
  });
  test("a plan does not know them", () => {
    const planned = coreFunctions({ ...HOST, isPlanning: true });
    for (const name of ["timestamp", "uuid"]) expect(isUnknown(callFunction(named(name, planned), []))).toBe(true);
    expect(isUnknown(callFunction(named("bcrypt", planned), [stringVal("x")]))).toBe(true);
    expect(isUnknown(callFunction(named("plantimestamp"), []))).toBe(true);
  });
  test("rsadecrypt reads what the key's public half encrypted, and says so of anything else", async () => {
    const { constants, generateKeyPairSync, publicEncrypt } = await import("node:crypto");
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const pem = stringVal(privateKey.export({ type: "pkcs1", format: "pem" }).toString());
    const cipher = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from("secret é"));
    expect(call("rsadecrypt", stringVal(cipher.toString("base64")), pem).raw).toBe("secret é");
    cipher[0] = (cipher[0] ?? 0) ^ 1;
    expect(failure("rsadecrypt", stringVal(cipher.toString("base64")), pem)).toBe(
      "failed to decrypt: crypto/rsa: decryption error",
    );
  });
});

describe("hostile input", () => {
  test.each<[string, readonly Val[], RegExp]>([
    ["regex", [stringVal("(a|aa)+$"), stringVal(`${"a".repeat(20_000)}b`)], /did not match/],
    ["regex", [stringVal("((a{100}){100}){100}"), stringVal("a")], /invalid repeat count|pattern did not match/],
    ["jsondecode", [stringVal("[".repeat(1_000_000))], /exceeded max depth/],
    ["jsondecode", [stringVal(`{"a":1e${"9".repeat(1000)}}`)], /a number is required/],
    ["yamldecode", [stringVal("[".repeat(20_000))], /./],
    ["format", [stringVal("%999999999d"), intVal(1)], /more than 1000000/],
    ["indent", [intVal(2_000_000_000), stringVal("a\nb")], /between 0 and 1000000/],
    ["range", [intVal(0), intVal(1_000_000_000)], /more than 1024 values/],
    ["cidrsubnet", [stringVal("10.0.0.0/8"), intVal(-100), intVal(0)], /cannot shorten/],
    ["tonumber", [stringVal("9".repeat(5_000_000))], /cannot convert/],
    ["parseint", [stringVal("z".repeat(10)), intVal(37)], /^[0-9]+$/],
    ["base64decode", [stringVal("=".repeat(100_000))], /failed to decode/],
    ["chunklist", [listVal(STRING, []), intVal(1)], /^\[\]$/],
  ])("%s refuses it in words", (name, given, wanted) => {
    expect(failure(name, ...given)).toMatch(wanted);
  });

  test("aliases of YAML that stand for billions of values are refused", () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array.from({ length: 10 }, () => `*l${i}`).join(", ")}]`,
    );
    expect(failure("yamldecode", stringVal(["l0: &l0 [x]", ...levels].join("\n")))).toContain("too many values");
  });
});
