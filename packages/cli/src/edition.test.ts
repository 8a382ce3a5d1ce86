import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { editionOf } from "./edition.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dovetail-edition-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const lock = (version: string) =>
  `provider "registry.terraform.io/hashicorp/aws" {\n  version     = "${version}"\n  constraints = "~> 5.0"\n}\n`;

describe("editionOf", () => {
  test.each([
    ["nothing said", {}, "6.66.0"],
    ["@pulumi/aws 6", { aws: "6.83.0" }, "5.100.0"],
    ["@pulumi/aws 7", { aws: { version: "^7.1.0" } }, "6.66.0"],
    ["a word", { aws: "latest" }, "6.66.0"],
  ])("%s", (_, providers, edition) => {
    expect(editionOf({ providers } as never, root)).toBe(edition);
  });

  test.each([
    ["5.100.0", "5.100.0"],
    ["6.2.0", "6.66.0"],
  ])("the lock file's version %s comes first", (version, edition) => {
    writeFileSync(join(root, ".terraform.lock.hcl"), lock(version));
    expect(editionOf({ providers: { aws: version.startsWith("5") ? "7.0.0" : "6.0.0" } } as never, root)).toBe(edition);
  });

  test.each(["", "provider {", 'provider "registry.terraform.io/hashicorp/random" { version = "3.0.0" }', "\0".repeat(1000)])(
    "a lock file that says nothing of it (%j) counts for nothing",
    (text) => {
      writeFileSync(join(root, ".terraform.lock.hcl"), text);
      expect(editionOf({ providers: undefined } as never, root)).toBe("6.66.0");
    },
  );
});
