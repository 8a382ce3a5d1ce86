/** The `.tftest.hcl` files of every module. Their `examples/basic` are deployed by conformance/terraform-language/four-ways. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyExample, type ExampleCopy } from "../deployment.ts";

const MODULES = join(import.meta.dirname, "infrastructure/modules");
const NAMES = readdirSync(MODULES).sort();

describe("dovetail test", () => {
  let copy: ExampleCopy;
  beforeAll(() => {
    copy = copyExample(import.meta.dirname, ["infrastructure"], "infrastructure");
  });
  afterAll(() => copy.dispose());

  test.each(NAMES)("%s", (name) => {
    expect(copy.succeed(`-chdir=modules/${name}`, "test").stdout).toMatch(/[1-9]\d* passed, 0 failed/);
  });
});
