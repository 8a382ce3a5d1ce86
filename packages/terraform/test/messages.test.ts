/** What is told of configurations that are wrong, in Terraform's words and with every place. */
import { expect, test } from "vitest";
import { testRoot, told } from "./support/root.ts";

const DATA = 'resource "terraform_data" "d" {}\n';

const CASES: readonly {
  readonly name: string;
  readonly files: { readonly [path: string]: string };
  readonly variables?: readonly { readonly option: "var" | "var-file"; readonly text: string }[];
  readonly told: readonly string[];
}[] = [
  {
    name: "everything that is declared twice, in all files, in one run",
    files: {
      "a.tf":
        'variable "v" {}\nlocals { l = 1 }\noutput "o" { value = 1 }\nmodule "m" { source = "./m" }\nprovider "random" {}\n',
      "b.tf":
        'variable "v" {}\nlocals { l = 1 }\noutput "o" { value = 1 }\nmodule "m" { source = "./m" }\nprovider "random" {}\n',
      "c.tf": `${DATA}${DATA}data "null_data_source" "n" {}\ndata "null_data_source" "n" {}\n`,
      "d.tf": "terraform {\n  required_providers {}\n}\nterraform {\n  required_providers {}\n}\n",
      "m/m.tf": "",
    },
    told: [
      "error DVT2020: Duplicate variable declaration (b.tf:1:1)",
      "error DVT2020: Duplicate local value definition (b.tf:2:10)",
      "error DVT2020: Duplicate output definition (b.tf:3:1)",
      "error DVT2020: Duplicate module call (b.tf:4:1)",
      "error DVT2020: Duplicate provider configuration (b.tf:5:1)",
      'error DVT2020: Duplicate resource "terraform_data" configuration (c.tf:2:1)',
      'error DVT2020: Duplicate data "null_data_source" configuration (c.tf:4:1)',
      "error DVT2020: Duplicate required providers configuration (d.tf:5:3)",
    ],
  },
  {
    name: "ephemeral values where something would keep them",
    files: {
      "a.tf": `ephemeral "random_password" "p" { length = 12 }
output "kept" { value = ephemeral.random_password.p.result }
output "marked" {
  value     = ephemeral.random_password.p.result
  ephemeral = true
}
module "m" {
  source = "./m"
  v      = { a = [ephemeral.random_password.p.result] }
}
resource "terraform_data" "count" { count = ephemeral.random_password.p.length }
resource "terraform_data" "each" { for_each = toset([ephemeral.random_password.p.result]) }
resource "terraform_data" "argument" { input = { a = [1, ephemeral.random_password.p.result] } }
data "local_file" "argument" { filename = ephemeral.random_password.p.result }
output "applying" { value = terraform.applying }
`,
      "m/m.tf": `variable "v" {}
ephemeral "random_password" "p" { length = 12 }
output "kept" { value = ephemeral.random_password.p.result }
output "plain" {
  value     = 1
  ephemeral = true
}
`,
    },
    told: [
      "error DVT2031: Ephemeral value not allowed (a.tf:2:25)",
      "error DVT2031: Ephemeral output not allowed (a.tf:3:1)",
      "error DVT2031: Ephemeral value not allowed (a.tf:9:12)",
      "error DVT2025: Invalid count argument (a.tf:11:45)",
      "error DVT2025: Invalid for_each argument (a.tf:12:47)",
      "error DVT2031: Invalid use of ephemeral value (a.tf:13:48)",
      "error DVT2031: Invalid use of ephemeral value (a.tf:14:43)",
      "error DVT2031: Ephemeral value not allowed (a.tf:15:29)",
      "error DVT2031: Ephemeral value not allowed (m/m.tf:3:25)",
      "error DVT2031: Value not allowed in ephemeral output (m/m.tf:5:15)",
    ],
  },
  {
    name: "conditions of ephemeral resources, and messages that would show them",
    files: {
      "a.tf": `ephemeral "random_password" "p" {
  length = 12
  lifecycle {
    postcondition {
      condition     = self.length == 13
      error_message = "It has \${self.length}."
    }
  }
}
`,
    },
    told: [
      "error DVT2026: Resource postcondition failed (a.tf:5:23)",
      "warning DVT2026: Error message refers to ephemeral values (a.tf:6:23)",
    ],
  },
  {
    name: "functions that no provider has",
    files: {
      "a.tf": `terraform {
  required_providers {
    time      = { source = "hashicorp/time" }
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
locals {
  none      = provider::time::nope()
  undeclared = provider::random::nope()
  nameless  = provider::time(1)
  elsewhere = foo::bar(1)
  core      = core::upper("x")
  argument  = provider::time::rfc3339_parse("x")
  count     = provider::time::rfc3339_parse()
  failed    = provider::terraform::encode_tfvars([1])
  decoded   = provider::terraform::decode_tfvars("a = b")
}
`,
    },
    told: [
      "error DVT2003: Unknown provider function (a.tf:8:15)",
      "error DVT2003: Unknown provider function (a.tf:9:16)",
      "error DVT2003: Unknown provider function (a.tf:10:15)",
      "error DVT2003: Unknown provider function (a.tf:11:15)",
      "error DVT2003: Invalid function argument (a.tf:13:46)",
      "error DVT2003: Not enough function arguments (a.tf:14:45)",
      "error DVT2003: Error in function call (a.tf:15:15)",
      "error DVT2003: Error in function call (a.tf:16:15)",
    ],
  },
  {
    name: "conditions that test nothing",
    files: {
      "a.tf": `variable "v" {
  default = 1
  validation {
    condition     = true
    error_message = "It is not."
  }
}
resource "terraform_data" "d" {
  lifecycle {
    postcondition {
      condition     = 1 == 1
      error_message = "It is not."
    }
  }
}
`,
    },
    told: [
      "error DVT2020: Invalid validation expression (a.tf:4:21)",
      "error DVT2020: Invalid variable validation condition (a.tf:4:21)",
      "error DVT2020: Invalid postcondition expression (a.tf:11:23)",
    ],
  },
  {
    name: "names that are none, and names that modules keep for themselves",
    files: { "a.tf": 'variable "1b" {}\nvariable "version" {}\nresource "terraform_data" "a b" {}\n' },
    told: [
      "error DVT2020: Invalid variable name (a.tf:1:10)",
      "error DVT2020: Invalid variable name (a.tf:2:10)",
      "error DVT2020: Invalid resource name (a.tf:3:27)",
    ],
  },
  {
    name: "references to what is not there",
    files: {
      "a.tf": `locals {
  a = var.nope
  b = local.nope
  c = module.nope.x
  d = terraform_data.nope.id
  e = count.index
  f = each.key
  g = self.id
  h = nope
  i = path.nope
  j = terraform_data.d[0].id
  k = terraform_data.d.nope
}
${DATA}`,
    },
    told: [
      "error DVT2023: Reference to undeclared input variable (a.tf:2:7)",
      "error DVT2023: Reference to undeclared local value (a.tf:3:7)",
      "error DVT2023: Reference to undeclared module (a.tf:4:7)",
      "error DVT2023: Reference to undeclared resource (a.tf:5:7)",
      'error DVT2023: Reference to "count" in non-counted context (a.tf:6:7)',
      'error DVT2023: Reference to "each" in context without for_each (a.tf:7:7)',
      'error DVT2023: Invalid "self" reference (a.tf:8:7)',
      "error DVT2023: Invalid reference (a.tf:9:7)",
      'error DVT2023: Invalid "path" attribute (a.tf:10:7)',
      "error DVT2023: Unexpected resource instance key (a.tf:11:7)",
      "error DVT2023: Unsupported attribute (a.tf:12:23)",
    ],
  },
  {
    name: "circles, through modules too",
    files: {
      "a.tf": `locals {
  a = local.b
  b = local.a
}
resource "terraform_data" "x" { input = terraform_data.y.id }
resource "terraform_data" "y" { input = terraform_data.x.id }
resource "terraform_data" "self" { input = terraform_data.self.id }
module "m" {
  source = "./m"
  v      = module.m.o
}
`,
      "m/m.tf": 'variable "v" {}\noutput "o" { value = var.v }\n',
    },
    told: [
      "error DVT2024: Cycle: local.a (expand), local.b (expand) (a.tf:2:3)",
      "error DVT2024: Cycle: terraform_data.x, terraform_data.y (a.tf:5:1)",
      "error DVT2024: Self-referential block (a.tf:7:1)",
      "error DVT2024: Cycle: module.m.output.o (expand), module.m.var.v (expand) (m/m.tf:1:1)",
    ],
  },
  {
    name: "count and for_each that cannot be told",
    files: {
      "a.tf": `${DATA}resource "terraform_data" "a" { count = terraform_data.d.id == "" ? 1 : 2 }
resource "terraform_data" "b" { for_each = toset([terraform_data.d.id]) }
resource "terraform_data" "c" { count = -1 }
resource "terraform_data" "e" { for_each = ["x"] }
resource "terraform_data" "f" { count = sensitive(1) }
`,
    },
    told: [
      "error DVT2025: Invalid count argument (a.tf:2:41)",
      "error DVT2025: Invalid for_each argument (a.tf:3:44)",
      "error DVT2025: Invalid count argument (a.tf:4:41)",
      "error DVT2025: Invalid for_each argument (a.tf:5:44)",
      "error DVT2025: Invalid count argument (a.tf:6:41)",
    ],
  },
  {
    name: "variables without a value, of another type, and values of no variable",
    files: {
      "a.tf": 'variable "n" { type = number }\nvariable "m" {}\n',
      "x.auto.tfvars": "undeclared = 1\n",
    },
    variables: [{ option: "var", text: "n=abc" }],
    told: [
      "warning DVT2022: Value for undeclared variable",
      "error DVT2022: Invalid value for input variable (a.tf:1:1)",
      "error DVT2022: No value for required variable (a.tf:2:1)",
    ],
  },
  {
    name: "a value on the command line for a variable that is not declared",
    files: { "a.tf": DATA },
    variables: [
      { option: "var", text: "x=1" },
      { option: "var-file", text: "none.tfvars" },
    ],
    told: ["error DVT2022: Value for undeclared variable", "error DVT2022: Failed to read variables file"],
  },
  {
    name: "module calls that do not fit their module",
    files: { "a.tf": 'module "m" {\n  source = "./m"\n  bad    = 1\n}\n', "m/m.tf": 'variable "v" {}\n' },
    told: ["error DVT2022: Missing required argument (a.tf:1:1)", "error DVT2022: Unsupported argument (a.tf:3:3)"],
  },
  {
    name: "modules that are not there, call themselves, or lead out of what they name",
    files: {
      "a.tf": `module "none" { source = "./none" }
module "registry" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "~> 5.0"
}
module "self" { source = "./self" }
module "out" { source = "git::https://example.com/x.git//../../etc" }
`,
      "self/m.tf": 'module "again" { source = "../self" }\n',
    },
    told: [
      "error DVT2021: Unreadable module directory (a.tf:1:26)",
      "error DVT2021: Module not installed (a.tf:3:13)",
      "error DVT2021: Invalid module source address (a.tf:7:25)",
      "error DVT2021: Module calls itself (self/m.tf:1:27)",
    ],
  },
  {
    name: "conditions that do not hold",
    files: {
      "a.tf": `variable "v" {
  default = 1
  validation {
    condition     = var.v > 1
    error_message = "v must be more than 1."
  }
}
resource "terraform_data" "pre" {
  lifecycle {
    precondition {
      condition     = var.w > 2
      error_message = "never"
    }
  }
}
resource "terraform_data" "post" {
  input = 1
  lifecycle {
    postcondition {
      condition     = self.input == 2
      error_message = "not 2"
    }
  }
}
output "o" {
  value = 1
  precondition {
    condition     = var.w == 2
    error_message = "no"
  }
}
variable "w" { default = 1 }
`,
    },
    told: [
      "error DVT2026: Invalid value for variable (a.tf:1:1)",
      "error DVT2026: Resource precondition failed (a.tf:11:23)",
      "error DVT2026: Resource postcondition failed (a.tf:20:23)",
      "error DVT2026: Module output value precondition failed (a.tf:28:21)",
    ],
  },
  {
    name: "versions of the language that are too old or too new",
    files: {
      "a.tf": 'terraform {\n  required_version = "< 1.0"\n}\nmodule "m" { source = "./m" }\n',
      "m/m.tf": 'terraform {\n  required_version = ">= 1.14"\n}\n',
    },
    told: [
      "error DVT2027: Unsupported Terraform Core version (a.tf:2:22)",
      "warning DVT2027: Newer Terraform version asked for (m/m.tf:2:22)",
    ],
  },
  {
    name: "what Dovetail has not, by name",
    files: { "a.tf": "terraform {\n  cloud {}\n  encryption {\n    state {}\n  }\n}\n" },
    told: [
      "error DVT2028: HCP Terraform is not supported (a.tf:2:3)",
      "error DVT2028: Invalid encryption configuration (a.tf:4:5)",
    ],
  },
  {
    name: "moved, removed and import blocks that contradict the rest",
    files: {
      "a.tf": `${DATA}moved {
  from = terraform_data.d
  to   = terraform_data.e
}
moved {
  from = terraform_data.x
  to   = terraform_data.x
}
removed {
  from = terraform_data.d
}
import {
  to = terraform_data.none
  id = "x"
}
`,
    },
    told: [
      "error DVT2030: Moved object still exists (a.tf:2:1)",
      "error DVT2030: Redundant move statement (a.tf:6:1)",
      "error DVT2030: Removed resource still exists (a.tf:10:1)",
    ],
  },
  {
    name: "an import of what is not declared",
    files: { "a.tf": 'import {\n  to = terraform_data.none\n  id = "x"\n}\n' },
    told: ["error DVT2030: Configuration for import target does not exist (a.tf:2:8)"],
  },
  {
    name: "ephemeral values that a resource would keep, and ephemeral resources",
    files: {
      "a.tf": `variable "e" {
  default   = 1
  ephemeral = true
}
resource "terraform_data" "a" { input = var.e }
`,
    },
    told: ["error DVT2031: Invalid use of ephemeral value (a.tf:5:41)"],
  },
  {
    name: "backends of elsewhere",
    files: { "a.tf": 'terraform {\n  backend "gcs" {}\n}\n' },
    told: ["error DVT2028: Backend is not supported (a.tf:2:3)"],
  },
  {
    name: "backends that there are not",
    files: { "a.tf": 'terraform {\n  backend "floppy" {}\n}\n' },
    told: ["error DVT2028: Unsupported backend type (a.tf:2:3)"],
  },
  {
    name: "backends that lack what they need",
    files: { "a.tf": 'terraform {\n  backend "s3" {}\n}\n' },
    told: ["error DVT5009: Missing Required Value (a.tf:2:3)", "error DVT5009: Missing Required Value (a.tf:2:3)"],
  },
  {
    name: "backends that the folder is not initialised for",
    files: { "a.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key    = "k"\n  }\n}\n' },
    told: ['error DVT5009: Backend initialization required, please run "dovetail init" (a.tf:2:3)'],
  },
  {
    name: "backends whose arguments are wrong",
    files: {
      "a.tf":
        'variable "v" {\n  default = "x"\n}\nterraform {\n  backend "s3" {\n    bucket      = var.v\n    kee         = 1\n    max_retries = "x"\n  }\n}\n',
    },
    told: [
      "error DVT2003: Variables not allowed (a.tf:6:19)",
      "error DVT2004: Unsupported argument (a.tf:7:5)",
      "error DVT2005: Incorrect attribute value type (a.tf:8:19)",
    ],
  },
  {
    name: "sensitive and ephemeral values that outputs would give away",
    files: {
      "a.tf": `variable "e" {
  default   = 1
  ephemeral = true
}
output "s" { value = sensitive("x") }
output "e" { value = var.e }
output "f" {
  value     = 1
  ephemeral = true
}
`,
    },
    told: [
      "error DVT2031: Output refers to sensitive values (a.tf:5:1)",
      "error DVT2031: Ephemeral value not allowed (a.tf:6:22)",
      "error DVT2031: Ephemeral output not allowed (a.tf:7:1)",
    ],
  },
];

test.each(CASES)("tells of $name", async ({ files, variables, told: wanted }) => {
  const { diagnostics } = await testRoot(files).plan(variables === undefined ? {} : { variables });
  expect(told(diagnostics).toSorted()).toEqual([...wanted].toSorted());
});

test("a message says the same as Terraform's, with the place of the other declaration", async () => {
  const { diagnostics } = await testRoot({ "a.tf": 'variable "v" {}\n', "b.tf": 'variable "v" {}\n' }).plan();
  expect(diagnostics[0]?.detail).toBe(
    'A variable named "v" was already declared at a.tf:1,1-13. Variable names must be unique within a module.',
  );
  expect(diagnostics[0]?.related?.[0]?.range).toMatchObject({ line: 1, column: 1 });
});

test("a variable's broken rule is told with the rule's place", async () => {
  const files = {
    "a.tf": 'variable "v" {\n  default = 1\n  validation {\n    condition     = var.v == 2\n    error_message = "No."\n  }\n}\n',
  };
  const { diagnostics } = await testRoot(files).plan();
  expect(diagnostics[0]?.detail).toBe("No.\n\nThis was checked by the validation rule at a.tf:3,3-13.");
});
