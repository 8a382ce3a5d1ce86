import { DiagnosticError } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import type { Command } from "./command.ts";
import { parseArguments, usageLine } from "./parse.ts";

const command: Command = {
  name: "state mv",
  summary: "Move",
  positionals: { usage: "FROM TO", min: 2, max: 2 },
  options: {
    stage: { type: "string", help: "stage" },
    exclude: { type: "string", multiple: true, help: "leave out" },
    yes: { type: "boolean", short: "y", help: "yes" },
  },
  run: async () => 0,
};

function refusal(args: readonly string[]): string {
  try {
    parseArguments(command, args);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map((d) => `${d.code} ${d.detail}`).join("\n");
    throw error;
  }
  return "accepted";
}

describe("parseArguments", () => {
  test("reads texts, repeated texts, flags and positionals", () => {
    const { options, positionals } = parseArguments(command, ["a", "--stage", "dev", "--exclude", "x", "--exclude=y", "-y", "b"]);
    expect([options.text("stage"), options.texts("exclude"), options.flag("yes"), positionals]).toEqual([
      "dev",
      ["x", "y"],
      true,
      ["a", "b"],
    ]);
  });

  test("what was not given is undefined, empty or false", () => {
    const { options } = parseArguments(command, ["a", "b"]);
    expect([options.text("stage"), options.texts("exclude"), options.flag("yes")]).toEqual([undefined, [], false]);
  });

  test.each([
    ["an unknown option", ["a", "b", "--stagee", "dev"], "DVT7001 Unknown option '--stagee'"],
    ["a missing value", ["a", "b", "--stage"], "DVT7001 Option '--stage <value>' argument missing"],
    ["a missing positional", ["a"], "DVT7001 FROM TO is missing."],
    ["one positional too many", ["a", "b", "c"], "DVT7001 unexpected argument 'c'."],
    ["a name of Object's prototype", ["a", "b", "--__proto__", "x"], "DVT7001 Unknown option '--__proto__'"],
  ])("refuses %s", (_, args, text) => {
    expect(refusal(args)).toContain(text);
  });

  test("the usage line names options and positionals", () => {
    expect(usageLine(command)).toBe("usage: dovetail state mv [options] FROM TO");
  });
});
