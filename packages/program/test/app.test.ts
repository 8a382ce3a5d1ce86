import { join } from "node:path";
import type { DiagnosticError } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { checkAppOptions } from "../src/app/app-options.ts";
import { findApp } from "../src/app/find-app.ts";
import { configOf, load, project } from "./programs.ts";

function codeOf(run: () => unknown): string {
  try {
    run();
    return "nothing thrown";
  } catch (error) {
    return (error as DiagnosticError).diagnostics.map((diagnostic) => diagnostic.code).join(" ");
  }
}

describe("findApp", () => {
  test("walks up to the nearest config file, or takes the one that is named", () => {
    const root = project({ "sst.config.ts": "", "inner/deep/x.ts": "", "inner/sst.config.ts": "", "other/my.config.ts": "" });
    expect(findApp(join(root, "inner/deep"))).toEqual({
      configFile: join(root, "inner/sst.config.ts"),
      root: join(root, "inner"),
    });
    expect(findApp(root).root).toBe(root);
    expect(findApp(root, "other/my.config.ts")).toEqual({
      configFile: join(root, "other/my.config.ts"),
      root: join(root, "other"),
    });
  });

  test("no config file anywhere, and a named one that is not there, are DVT1001", () => {
    const root = project({ "a.txt": "" });
    expect(codeOf(() => findApp(root))).toBe("DVT1001");
    expect(codeOf(() => findApp(root, "nope.ts"))).toBe("DVT1001");
    expect(codeOf(() => findApp(root, "."))).toBe("DVT1001");
  });
});

describe("app()", () => {
  test("what it says is what the app is; options unknown to SST are tolerated with a warning", async () => {
    const app = await load(
      project(
        configOf(
          "",
          'name: "shop", home: "aws", protect: true, version: ">=1", watch: ["a"], providers: { random: "4.1.0" }, targets: { production: "aws" }, colour: "red"',
        ),
      ),
    );
    expect(app).toMatchObject({
      name: "shop",
      stage: "dev",
      home: "aws",
      protect: true,
      version: ">=1",
      watch: ["a"],
      providers: { random: { version: "4.1.0" } },
      targets: { production: "aws" },
      removal: "remove",
    });
    expect(app.diagnostics.map((d) => [d.severity, d.code, d.detail])).toEqual([
      ["warning", "DVT1004", 'app() has no option "colour"; it has no effect.'],
    ]);
  });

  test("a misspelled argument of a provider stops the run before anything else", async () => {
    const failure = await load(project(configOf("", 'name: "s", providers: { aws: { regoin: "eu-west-1" } }'))).then(
      () => [],
      (error: DiagnosticError) => error.diagnostics,
    );
    expect(failure.map((d) => [d.code, d.fix, d.range?.line])).toEqual([["DVT1005", 'Did you mean "region"?', 1]]);
  });

  test("it may be async, is given the stage, and may choose another", async () => {
    const root = project({
      "sst.config.ts":
        "export default $config({ async app(input) { return { name: 's', stage: input.stage + '-x' }; }, run() { return { a: $app.stage, b: $app.name, c: $dev }; } });",
    });
    const app = await load(root, { dev: true });
    expect(app.stage).toBe("dev-x");
    const { outputs } = await app.frontEnd.evaluate({
      pass: "plan",
      register: async () => ({ value: {}, sensitive: [] }),
      readData: async () => ({ value: {}, sensitive: [] }),
      report: () => {},
    });
    expect(Object.values(outputs).map((output) => output.value)).toEqual(["dev-x", "s", true]);
  });

  test.each([
    ["nothing", undefined],
    ["no name", {}],
    ["a name with a space", { name: "a b" }],
    ["a name that starts with a digit", { name: "1a" }],
    ["a name with an underscore", { name: "a_b" }],
    ["a stage with a slash", { name: "a", stage: "x/y" }],
    ["an unknown removal", { name: "a", removal: "drop" }],
    ["the old name of removal", { name: "a", removalPolicy: "retain" }],
    ["a protect that is no boolean", { name: "a", protect: "yes" }],
    ["providers that are a list", { name: "a", providers: ["aws"] }],
    ["a provider set to true", { name: "a", providers: { random: true } }],
  ])("%s is refused", (_name, returned) => {
    expect(codeOf(() => checkAppOptions(returned, "dev", undefined))).toBe("DVT1004");
  });

  test("everything wrong is told at once", () => {
    expect(codeOf(() => checkAppOptions({ removal: "x", protect: 1, providers: 3 }, "a b", undefined))).toBe(
      "DVT1004 DVT1004 DVT1004 DVT1004 DVT1004",
    );
  });
});
