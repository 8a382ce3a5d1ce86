import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { editionOf, editionOfRoot } from "./edition.ts";

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

describe("editionOfRoot", () => {
  const required = (version: string) =>
    `terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "${version}"\n    }\n  }\n}\n`;

  test.each([
    ["~> 5.0", "5.100.0"],
    ["5.31.0", "5.100.0"],
    ["= 5.1", "5.100.0"],
    [">= 5.0, < 6.0", "5.100.0"],
    ["< 5.50", "5.100.0"],
    ["~> 6.0", "6.66.0"],
    [">= 4.0", "6.66.0"],
    ["nonsense", "6.66.0"],
  ])("required_providers asks for %s", async (version, edition) => {
    writeFileSync(join(root, "versions.tf"), required(version));
    expect(await editionOfRoot(root)).toBe(edition);
  });

  test("JSON files count too, the lock file comes first, and a folder that isn't there says nothing", async () => {
    writeFileSync(
      join(root, "main.tf.json"),
      JSON.stringify({ terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "~> 5.0" } } } }),
    );
    expect(await editionOfRoot(root)).toBe("5.100.0");
    writeFileSync(join(root, ".terraform.lock.hcl"), lock("6.2.0"));
    expect(await editionOfRoot(root)).toBe("6.66.0");
    expect(await editionOfRoot(join(root, "none"))).toBe("6.66.0");
  });
});
