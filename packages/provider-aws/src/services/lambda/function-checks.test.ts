import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNKNOWN, type ValueObject } from "@dovetail/model";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionDiagnostics, functionPlanDiagnostics } from "./function-checks.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-checks-"));
const archive = join(folder, "f.zip");
beforeAll(() => {
  writeFileSync(archive, zipSync({ "src/index.mjs": new Uint8Array(), "node_modules/a/index.js": new Uint8Array() }));
  writeFileSync(join(folder, "text.zip"), "this is no archive");
});
afterAll(() => rmSync(folder, { recursive: true }));

const ROLE = "arn:aws:iam::123456789012:role/r";
const legal: ValueObject = { function_name: "f", role: ROLE, handler: "src/index.handler", runtime: "nodejs22.x" };
const told = (config: ValueObject) => [...functionDiagnostics(config), ...functionPlanDiagnostics(config)];
const found = (config: ValueObject) => told(config).map((d) => [d.severity, d.code, d.detail]);

describe("a function's archive", () => {
  it("with the handler's file is fine", () => {
    expect(found({ ...legal, filename: archive })).toEqual([]);
  });

  it("without the handler's file is an error that lists what was looked for and what is there", () => {
    const [[severity, code, detail] = []] = found({ ...legal, filename: archive, handler: "index.handler" });
    expect([severity, code]).toEqual(["error", "DVT1011"]);
    expect(detail).toContain("looked for index.js, index.mjs, index.cjs. It has: src/index.mjs.");
  });

  it("that is missing is an error in the provider's words", () => {
    const missing = join(folder, "none.zip");
    expect(found({ ...legal, filename: missing })).toEqual([
      ["error", "DVT1010", `reading ZIP file (${missing}): open ${missing}: no such file or directory`],
    ]);
  });

  it("that is no archive is an error with Lambda's sentence", () => {
    const [[, code, detail] = []] = found({ ...legal, filename: join(folder, "text.zip") });
    expect(code).toBe("DVT1010");
    expect(detail).toContain("Could not unzip uploaded file.");
  });

  it.each<[string, ValueObject]>([
    ["is made by this run", { filename: "not-yet.zip", source_code_hash: UNKNOWN }],
    ["has a path not yet known", { filename: UNKNOWN }],
    ["lies in a bucket", { s3_bucket: "b", s3_key: "k" }],
    [
      "may get its handler from a layer",
      { filename: archive, handler: "wrapper.handler", layers: ["arn:aws:lambda:us-east-1:123456789012:layer:l:1"] },
    ],
  ])("that %s is not looked into", (_what, config) => {
    expect(found({ ...legal, ...config })).toEqual([]);
  });
});

describe("a function's configuration", () => {
  const inBucket = { ...legal, s3_bucket: "b", s3_key: "k" };
  it.each<[ValueObject, string, string]>([
    [
      { environment: [{ variables: { AWS_REGION: "x", STAGE: "y" } }] },
      "warning DVT1009",
      "Reserved keys used in this request: AWS_REGION",
    ],
    [{ function_name: "f".repeat(65) }, "error DVT3007", "limits it to 64 characters"],
    [{ function_name: "a b" }, "error DVT3007", "must be valid function name or function ARN"],
    [{ handler: null }, "error DVT3001", "handler and runtime must be set when PackageType is Zip"],
    [{ replace_security_groups_on_destroy: true }, "error DVT3006", "is not carried out"],
    [
      { layers: Array.from({ length: 6 }, () => "arn:aws:lambda:us-east-1:123456789012:layer:l:1") },
      "error DVT3001",
      "supports 5 item maximum",
    ],
    [
      { filename: "f.zip", s3_key: null, s3_bucket: null, image_uri: "i" },
      "error DVT3001",
      "only one of `filename,image_uri,s3_bucket`",
    ],
  ])("%j is said", (config, what, sentence) => {
    const diagnostics = told({ ...inBucket, ...config });
    expect(diagnostics.map((d) => `${d.severity} ${d.code}`)).toContain(what);
    expect(diagnostics.map((d) => d.detail).join("\n")).toContain(sentence);
  });

  it("keeps silent while names and blocks are unknown", () => {
    expect(
      found({ ...inBucket, function_name: UNKNOWN, handler: UNKNOWN, environment: UNKNOWN, layers: UNKNOWN, role: UNKNOWN }),
    ).toEqual([]);
  });
});
