import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom, systemClock } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createEngine,
  type Engine,
  type FrontEnd,
  formatState,
  nodeFiles,
  parseState,
  planJson,
  stateJson,
} from "../src/index.ts";
import { builtinRegistry, dataProgram } from "./support/terraform-data.ts";

/** The same configuration through the real terraform and through the engine: state and plan have to be the same but for ids and times. */

const hasTerraform = spawnSync("terraform", ["version"]).status === 0;

const HCL = (value: string, trigger: string) => `
variable "v" { default = ${JSON.stringify(value)} }
resource "terraform_data" "a" { input = { k = var.v, n = 1, l = ["a", true, null] } }
resource "terraform_data" "b" {
  input            = terraform_data.a.output
  triggers_replace = [${JSON.stringify(trigger)}]
}
resource "terraform_data" "s" { input = sensitive("p<w>&") }
resource "terraform_data" "each" {
  for_each = toset(["x", "y"])
  input    = each.key
}
output "o" { value = terraform_data.b.output }
output "lit" { value = "lit" }
output "secret" {
  value     = terraform_data.s.output
  sensitive = true
}
`;

const program = (value: string, trigger: string): FrontEnd =>
  dataProgram(async (register) => {
    const a = await register("a", { input: { k: value, n: 1, l: ["a", true, null] } });
    const dependencies = ["terraform_data.a"];
    const b = await register("b", { input: a.output ?? null, triggers_replace: [trigger] }, { dependencies });
    const s = await register("s", { input: "p<w>&" }, { sensitive: [["input"]] });
    for (const index of ["x", "y"]) await register("each", { input: index }, { index });
    return {
      o: { value: b.output ?? null, sensitive: false },
      lit: { value: "lit", sensitive: false },
      secret: { value: s.output ?? null, sensitive: true },
    };
  });

let folder = "";
const terraform = (...args: string[]) =>
  execFileSync("terraform", args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null" },
  });

function engineIn(directory: string): Engine {
  return createEngine({
    app: "app",
    stage: "dev",
    directory,
    files: nodeFiles(),
    clock: systemClock(),
    random: seededRandom(7),
    providers: builtinRegistry(),
    owner: { who: "t@h", host: "h", pid: process.pid, version: "0", isProcessAlive: () => true },
  });
}

/** Everything that two runs of the same thing may differ in. */
function comparable(json: unknown): unknown {
  const text = JSON.stringify(json).replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID");
  return JSON.parse(text);
}

describe.skipIf(!hasTerraform)(`terraform 1.11 and the engine${hasTerraform ? "" : " (skipped: terraform not on PATH)"}`, () => {
  let own = "";
  let engine: Engine;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "dovetail-tf-"));
    own = join(folder, ".dovetail");
    engine = engineIn(own);
    writeFileSync(join(folder, "main.tf"), HCL("1", "t1"));
    terraform("init", "-no-color");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const planned = () => {
    terraform("plan", "-no-color", "-out=p");
    return JSON.parse(terraform("show", "-json", "p"));
  };
  const parts = (plan: Record<string, unknown>) =>
    comparable({
      format_version: plan.format_version,
      planned_values: plan.planned_values,
      resource_changes: plan.resource_changes,
      output_changes: plan.output_changes,
      applyable: plan.applyable,
      complete: plan.complete,
      errored: plan.errored,
    });
  /** Terraform guesses the shape of an unknown `dynamic` from the program's types, which a program of ours has not. */
  const guessless = (json: unknown): unknown =>
    JSON.parse(
      JSON.stringify(json)
        .replaceAll(/"(input|output)":\{\},?/g, "")
        .replaceAll(",}", "}"),
    );

  it("plan the same creation, update and replacement, and write the same state", async () => {
    const steps: [string, string][] = [
      ["1", "t1"],
      ["2", "t1"],
      ["2", "t2"],
    ];
    for (const [value, trigger] of steps) {
      writeFileSync(join(folder, "main.tf"), HCL(value, trigger));
      const theirs = planned();
      const plan = await engine.plan({ frontEnd: program(value, trigger) });
      const ours = await planJson(plan, builtinRegistry(), { sensitive: "shown" });
      expect(guessless(parts(ours))).toEqual(guessless(parts(theirs)));
      terraform("apply", "-no-color", "p");
      const result = await engine.apply(plan, { frontEnd: program(value, trigger) });
      expect(result.diagnostics).toEqual([]);
      const theirState = JSON.parse(readFileSync(join(folder, "terraform.tfstate"), "utf8"));
      const ourState = JSON.parse(readFileSync(join(own, "dev.tfstate"), "utf8"));
      const bare = (state: Record<string, unknown>) => comparable({ ...state, serial: 0, lineage: "" });
      expect(bare(ourState)).toEqual(bare(theirState));
      const shown = await stateJson(result.state, builtinRegistry(), { sensitive: "shown" });
      expect(comparable(shown)).toEqual(comparable(JSON.parse(terraform("show", "-json"))));
    }
  });

  it("the real terraform lists, shows, pulls and plans from our state, and finds nothing to do", () => {
    copyFileSync(join(own, "dev.tfstate"), join(folder, "terraform.tfstate"));
    expect(terraform("state", "list").trim().split("\n")).toEqual([
      "terraform_data.a",
      "terraform_data.b",
      'terraform_data.each["x"]',
      'terraform_data.each["y"]',
      "terraform_data.s",
    ]);
    expect(terraform("state", "show", "-no-color", "terraform_data.b")).toContain("triggers_replace");
    expect(JSON.parse(terraform("state", "pull")).resources).toHaveLength(4);
    expect(JSON.parse(terraform("show", "-json", join(own, "dev.tfstate"))).values.root_module.resources).toHaveLength(5);
    expect(terraform("plan", "-no-color", "-detailed-exitcode")).toContain("No changes.");
  });

  it("we read what terraform wrote and write it back byte for byte", () => {
    writeFileSync(join(folder, "main.tf"), HCL("3", "t3"));
    terraform("apply", "-no-color", "-auto-approve");
    const bytes = readFileSync(join(folder, "terraform.tfstate"));
    expect(formatState(parseState(bytes, "terraform.tfstate"))).toBe(bytes.toString("utf8"));
  });
});
