import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, seededRandom, type ValueObject } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUtilityProvider } from "../index.ts";
import { dataOf, problemsOf } from "../test-provider.ts";

let cwd = "";
const provider = () => createUtilityProvider("external", { clock: manualClock(), random: seededRandom(1), cwd });
const node = (code: string) => [process.execPath, "-e", code];
const says = (output: string) => node(`process.stdout.write(${JSON.stringify(output)})`);

beforeAll(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "dovetail-external-")));
  mkdirSync(join(cwd, "inner"));
  writeFileSync(join(cwd, "plain"), "not executable", { mode: 0o600 });
  writeFileSync(join(cwd, "run"), '#!/bin/sh\necho \'{"a":"b"}\'\n', { mode: 0o700 });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe("data external", () => {
  it("hands the query over as Go writes JSON, without what is null, and takes the answer", async () => {
    const echo = node(
      'let s = ""; process.stdin.on("data", (c) => (s += c)).on("end", () => console.log(JSON.stringify({ got: s })))',
    );
    const query = { b: "<&>", a: "\u2028ü", gone: null };
    const state = await dataOf(provider(), "external", { program: echo, query });
    expect(state).toMatchObject({ id: "-", result: { got: '{"a":"\\u2028ü","b":"\\u003c\\u0026\\u003e"}' } });
  });

  it("an empty query is an empty object, empty arguments are left out, and a null answer is an empty map", async () => {
    expect((await dataOf(provider(), "external", { program: ["", "cat"] })).result).toEqual({});
    expect((await dataOf(provider(), "external", { program: says("null") })).result).toEqual({});
    expect((await dataOf(provider(), "external", { program: says('{"a":null}') })).result).toEqual({ a: "" });
  });

  it("runs in working_dir, and finds a program by a path from the configuration's folder", async () => {
    const program = node("console.log(JSON.stringify({ cwd: process.cwd() }))");
    expect((await dataOf(provider(), "external", { program, working_dir: "inner" })).result).toEqual({ cwd: join(cwd, "inner") });
    expect((await dataOf(provider(), "external", { program: ["./run"] })).result).toEqual({ a: "b" });
  });

  it("a program that does not read a large query is none the worse", async () => {
    const query = { a: "x".repeat(1_000_000) };
    expect((await dataOf(provider(), "external", { program: says("{}"), query })).result).toEqual({});
  });

  it.each<[string, () => ValueObject, string, string]>([
    ["no program", () => ({ program: [] }), "Invalid Attribute Value", "at least 1 elements, got: 0"],
    ["only empty texts", () => ({ program: ["", ""] }), "External Program Missing", "at least one non-empty value"],
    [
      "a program that is nowhere",
      () => ({ program: ["no-such-program-here"] }),
      "External Program Lookup Failed",
      'exec: "no-such-program-here": executable file not found in $PATH',
    ],
    [
      "a path that is nowhere",
      () => ({ program: ["./nothing"] }),
      "External Program Lookup Failed",
      "stat ./nothing: no such file or directory",
    ],
    ["a file that cannot be run", () => ({ program: ["./plain"] }), "External Program Lookup Failed", "permission denied"],
    [
      "a failure with a word",
      () => ({ program: node('console.error("oh"); process.exit(3)') }),
      "External Program Execution Failed",
      "Error Message: oh\n\nState: exit status 3",
    ],
    [
      "a failure without one",
      () => ({ program: node("process.exit(1)") }),
      "External Program Execution Failed",
      "no additional error messaging",
    ],
    [
      "a killed program",
      () => ({ program: node('process.kill(process.pid, "SIGKILL")') }),
      "External Program Execution Failed",
      "State: signal: ",
    ],
    [
      "a working_dir that is nowhere",
      () => ({ program: says("{}"), working_dir: "gone" }),
      "External Program Execution Failed",
      "State: fork/exec",
    ],
    ["no output", () => ({ program: says("") }), "Unexpected External Program Results", "unexpected end of JSON input"],
    [
      "a number",
      () => ({ program: says('{"a":1}') }),
      "Unexpected External Program Results",
      "cannot unmarshal number into Go value of type string",
    ],
    [
      "an object within",
      () => ({ program: says('{"a":{}}') }),
      "Unexpected External Program Results",
      "cannot unmarshal object into Go value of type string",
    ],
    [
      "a list",
      () => ({ program: says("[]") }),
      "Unexpected External Program Results",
      "cannot unmarshal array into Go value of type map[string]string",
    ],
    ["no JSON", () => ({ program: says("{a}") }), "Unexpected External Program Results", "Result Error"],
  ])("refuses %s", async (_what, config, summary, detail) => {
    const found = await problemsOf(provider(), "data", "external", config());
    expect(found).toEqual([expect.objectContaining({ summary, detail: expect.stringContaining(detail) })]);
  });
});
