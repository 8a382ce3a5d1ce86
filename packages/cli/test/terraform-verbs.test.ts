/** Terraform's verbs that only look: what they print is what terraform 1.11.4 prints for the same root, but for the order. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";

const FILES = {
  "main.tf": `terraform {
  required_providers {
    random = {
      source  = "hashicorp/random"
      version = "~> 3.0"
    }
  }
}
variable "secret" {
  default   = "hush-hush"
  sensitive = true
}
variable "asked" {
  type      = string
  ephemeral = true
  default   = "hush-too"
}
resource "terraform_data" "a" { triggers_replace = { open = "seen", closed = var.secret } }
resource "random_id" "shown" {
  byte_length = 1
  prefix      = var.secret
}
locals { id = terraform_data.a.id }
module "m" {
  source = "./m"
  v      = local.id
}
resource "random_id" "r" {
  byte_length = 2
  keepers     = { a = module.m.o }
}
ephemeral "random_password" "p" { length = random_id.r.byte_length + 10 }
output "closed" {
  value     = terraform_data.a.triggers_replace
  sensitive = true
}
check "c" {
  assert {
    condition     = terraform_data.a.triggers_replace.closed == "x"
    error_message = "It is \${terraform_data.a.triggers_replace.closed}."
  }
}
`,
  "m/main.tf":
    'terraform {\n  required_providers {\n    random = {\n      source  = "hashicorp/random"\n      version = ">= 3.1"\n    }\n  }\n}\nvariable "v" {}\nresource "terraform_data" "x" { input = var.v }\noutput "o" { value = terraform_data.x.output }\n',
};

let app: TestApp;
const said: string[] = [];
beforeAll(() => {
  app = testApp(FILES);
});
afterAll(() => app.dispose());

async function out(...args: string[]): Promise<string> {
  const ran = await app.succeed(...args);
  said.push(ran.out, ran.err);
  return ran.out;
}

test("graph", async () => {
  expect(await out("graph")).toBe(`digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "ephemeral.random_password.p" [label="ephemeral.random_password.p"];
  "random_id.r" [label="random_id.r"];
  "random_id.shown" [label="random_id.shown"];
  "terraform_data.a" [label="terraform_data.a"];
  subgraph "cluster_module.m" {
    label = "module.m"
    fontname = "sans-serif"
    "module.m.terraform_data.x" [label="terraform_data.x"];
  }
  "ephemeral.random_password.p" -> "random_id.r";
  "module.m.terraform_data.x" -> "terraform_data.a";
  "random_id.r" -> "module.m.terraform_data.x";
}
`);
});

test("modules and providers, as trees and as JSON", async () => {
  expect(await out("modules")).toBe('Modules declared by configuration:\n.\n└── "m"[./m]\n');
  expect(JSON.parse(await out("modules", "-json"))).toEqual({
    format_version: "1.0",
    modules: [{ key: "m", source: "./m", version: "" }],
  });
  await out("apply", "-auto-approve");
  expect(await out("providers")).toBe(`
Providers required by configuration:
.
├── provider[registry.terraform.io/hashicorp/random] ~> 3.0
├── provider[terraform.io/builtin/terraform]
└── module.m
    ├── provider[registry.terraform.io/hashicorp/random] >= 3.1.0
    └── provider[terraform.io/builtin/terraform]

Providers required by state:

    provider[registry.terraform.io/hashicorp/random]

    provider[terraform.io/builtin/terraform]

`);
  const { provider_schemas } = JSON.parse(await out("providers", "schema", "-json")) as {
    provider_schemas: { [source: string]: { [section: string]: { [type: string]: { block: { attributes: object } } } } };
  };
  const random = provider_schemas["registry.terraform.io/hashicorp/random"];
  expect(random?.resource_schemas?.random_id?.block.attributes).toMatchObject({
    byte_length: { type: "number", description_kind: "plain", required: true },
    keepers: { type: ["map", "string"], description_kind: "plain", optional: true },
  });
  expect(Object.keys(random?.ephemeral_resource_schemas ?? {})).toContain("random_password");
  const mirrored = await app.run("providers", "mirror", "/nowhere");
  expect([mirrored.code, mirrored.err]).toEqual([1, expect.stringContaining("terraform providers mirror")]);
  expect(JSON.parse(await out("version", "-json"))).toMatchObject({ terraform_version: "1.11.4", terraform_outdated: false });
});

test("messages come one a line, in Terraform's order; a value that is wrong ends them with a diagnostic", async () => {
  const types = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
  const planned = types(await out("plan", "-json", "-replace=terraform_data.a"));
  expect(planned[0]).toBe("version");
  expect(new Set(planned)).toEqual(
    new Set([
      "version",
      "refresh_start",
      "refresh_complete",
      "ephemeral_op_start",
      "ephemeral_op_complete",
      "planned_change",
      "change_summary",
      "outputs",
      "diagnostic",
    ]),
  );
  const applied = types(await out("apply", "-json", "-auto-approve", "-replace=terraform_data.a"));
  expect(applied).toEqual(expect.arrayContaining(["apply_start", "apply_complete"]));
  const wrong = await app.run("plan", "-json", "-var=nothing=1");
  expect([wrong.code, wrong.err, types(wrong.out)]).toEqual([1, "", ["version", "diagnostic"]]);
});

test("no secret has been in any of it, nor is it in a plan's text, its messages or what state show prints", async () => {
  await out("plan");
  await out("plan", "-var", "secret=hush-other", "-out", "p");
  await out("show", "p");
  await out("state", "show", "terraform_data.a");
  await out("state", "list");
  await out("output");
  await out("show");
  await out("validate", "-json");
  await out("apply", "p");
  await out("destroy", "-json", "-auto-approve");
  expect(said.join("\n")).not.toMatch(/hush/);
  expect(said.join("\n")).toContain("(sensitive value)");
});

test("plan -generate-config-out writes blocks for what is imported; they plan no change, and an existing file is left alone", async () => {
  const imported = testApp({
    "main.tf":
      'import {\n  to = random_integer.i\n  id = "5,1,9"\n}\nimport {\n  to = random_password.p\n  id = "hush-hush"\n}\n',
  });
  try {
    const planned = await imported.succeed("plan", "-generate-config-out=made.tf");
    expect(planned.out).toContain("Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.");
    expect(readFileSync(join(imported.folder, "made.tf"), "utf8")).toBe(`# __generated__ by Terraform
# Please review these resources and move them into your main configuration files.

# __generated__ by Terraform from "5,1,9"
resource "random_integer" "i" {
  keepers = null
  max     = 9
  min     = 1
  seed    = null
}

# __generated__ by Terraform from "hush-hush"
resource "random_password" "p" {
  keepers          = null
  length           = 9
  lower            = true
  numeric          = true
  override_special = null
  special          = true
  upper            = true
}
`);
    await imported.succeed("apply", "-auto-approve");
    expect((await imported.run("plan", "-detailed-exitcode")).code).toBe(0);
    expect((await imported.run("plan", "-generate-config-out=made.tf")).err).toContain("already exists");
  } finally {
    await imported.dispose();
  }
});
