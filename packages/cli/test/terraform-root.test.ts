/** A folder of Terraform files as an app, with Terraform's own verbs and flags. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";

const MAIN = `variable "name" {}
variable "secret" {
  default   = "hush-hush"
  sensitive = true
}
resource "terraform_data" "a" { input = [var.name, var.secret] }
module "m" {
  source = "./m"
  v      = terraform_data.a.id
}
output "o" { value = module.m.o }
`;
const MODULE =
  'variable "v" {}\nresource "terraform_data" "x" { input = var.v }\noutput "o" { value = terraform_data.x.output }\n';
const TEST_MS = 60_000;

describe("a Terraform root", () => {
  let app: TestApp;
  beforeAll(() => {
    app = testApp({ "main.tf": MAIN, "m/main.tf": MODULE });
  });
  afterAll(() => app.dispose());

  test(
    "init, validate, plan -out, apply the plan, output, state, destroy; nothing secret is shown, no cloud is started",
    async () => {
      await app.succeed("init");
      expect((await app.succeed("validate")).out).toContain("Success!");
      const planned = await app.succeed("plan", "-input=false", "-var", "name=n", "-out=tfplan");
      expect(planned.out).toContain("Plan: 2 to add, 0 to change, 0 to destroy.");
      expect(planned.err).toContain("nothing on AWS");
      const shown = JSON.parse((await app.succeed("show", "-json", "tfplan")).out) as { resource_changes: readonly unknown[] };
      expect(shown.resource_changes).toHaveLength(2);
      const applied = await app.succeed("apply", "-auto-approve", "tfplan");
      expect(`${planned.out}${planned.err}${applied.out}${applied.err}`).not.toContain("hush-hush");
      expect((await app.run("plan", "-var=name=n", "-detailed-exitcode")).code).toBe(0);
      expect((await app.run("plan", "-var=name=other", "-detailed-exitcode")).code).toBe(2);
      const outputs = JSON.parse((await app.succeed("output", "-json")).out) as { o: { type: string; value: string } };
      expect(outputs.o.type).toBe("string");
      expect((await app.succeed("state", "list")).out.trim().split("\n")).toEqual([
        "terraform_data.a",
        "module.m.terraform_data.x",
      ]);
      const state = JSON.parse(readFileSync(join(app.folder, "terraform.tfstate"), "utf8")) as { version: number };
      expect(state.version).toBe(4);
      await app.succeed("destroy", "-auto-approve", "-var=name=n");
      expect((await app.succeed("state", "list")).out.trim()).toBe("");
    },
    TEST_MS,
  );

  test("a workspace has a state of its own", async () => {
    await app.succeed("workspace", "new", "dev");
    await app.succeed("apply", "-auto-approve", "-var=name=n");
    expect(readFileSync(join(app.folder, "terraform.tfstate.d/dev/terraform.tfstate"), "utf8")).toContain("terraform_data");
    expect((await app.run("workspace", "delete", "dev")).code).toBe(2);
    await app.succeed("workspace", "select", "default");
    expect((await app.succeed("workspace", "list")).out.trim().split("\n")).toEqual(["* default", "  dev"]);
    await app.succeed("workspace", "delete", "-force", "dev");
  });

  test("taint replaces what nothing else would; -target leaves the rest", async () => {
    await app.succeed("apply", "-auto-approve", "-var=name=n");
    await app.succeed("taint", "module.m.terraform_data.x");
    expect((await app.succeed("plan", "-var=name=n", "-target=terraform_data.a")).out).toContain("No changes");
    expect((await app.succeed("plan", "-var=name=n")).out).toContain("module.m.terraform_data.x must be replaced");
    await app.succeed("untaint", "module.m.terraform_data.x");
  });

  test("fmt -check names the files that are not formatted and exits with 3; fmt formats them", async () => {
    app.write({ "ugly.tf": "locals {\n a=1\n  bcd = 2\n}\n" });
    const checked = await app.run("fmt", "-check");
    expect([checked.code, checked.out.trim()]).toEqual([3, "ugly.tf"]);
    await app.succeed("fmt");
    expect(readFileSync(join(app.folder, "ugly.tf"), "utf8")).toBe("locals {\n  a   = 1\n  bcd = 2\n}\n");
    expect((await app.run("fmt", "-check", "-recursive")).code).toBe(0);
  });

  test("-chdir works from elsewhere; validate -json has Terraform's form", async () => {
    app.write({ "broken/main.tf": "locals { x = var.nope }\n" });
    const ran = await app.run("-chdir=broken", "validate", "-json");
    const document = JSON.parse(ran.out) as { valid: boolean; error_count: number; diagnostics: readonly { range: object }[] };
    expect([ran.code, document.valid, document.error_count]).toEqual([1, false, 1]);
    expect(document.diagnostics[0]?.range).toMatchObject({ filename: "main.tf", start: { line: 1, column: 14, byte: 13 } });
  });
});
