// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import type { Root } from "./roots.ts";

/** Roots with providers of ours, which are served to the real terraform: what terraform has no provider of its own for. */
export const ROOTS_WITH_PROVIDERS: readonly Root[] = [
  {
    name: "ephemeral resources, variables and outputs",
    files: {
      "main.tf": `variable "token" {
  type      = string
  ephemeral = true
  default   = "abc"
}
ephemeral "random_password" "p" {
  length = 12
}
resource "terraform_data" "dep" { input = 3 }
ephemeral "random_password" "waits" {
  count  = 2
  length = terraform_data.dep.output + 9
}
ephemeral "random_password" "after" {
  length     = 5
  depends_on = [terraform_data.dep]
}
locals { both = "\${ephemeral.random_password.p.result}-\${var.token}" }
module "m" {
  source = "./m"
  secret = ephemeral.random_password.p.result
}
resource "terraform_data" "a" {
  input      = length(ephemeralasnull(local.both) == null ? "x" : "yz")
  depends_on = [ephemeral.random_password.after]
  lifecycle {
    precondition {
      condition     = length(local.both) > 3
      error_message = "Too short."
    }
  }
}
output "nothing" { value = ephemeralasnull([module.m.longer, terraform.applying]) }
`,
      "m/m.tf": `variable "secret" {
  type      = string
  ephemeral = true
}
output "longer" {
  value     = "\${var.secret}x"
  ephemeral = true
}
`,
    },
    steps: [
      { "main.tf": 'variable "token" {\n  ephemeral = true\n  default = 1\n}\nresource "terraform_data" "dep" { input = 4 }\n' },
    ],
  },
  {
    name: "a data source in a check",
    files: {
      "main.tf": `resource "terraform_data" "a" {}
check "there" {
  data "local_file" "f" { filename = "\${path.cwd}/main.tf" }
  assert {
    condition     = data.local_file.f.content != "x"
    error_message = "It says x."
  }
}
`,
    },
    except: ["applyable"],
    isReadEveryTime: true,
  },
  {
    name: "a data source in a check that cannot be read",
    files: {
      "main.tf": `resource "terraform_data" "a" {}
check "missing" {
  data "local_file" "f" { filename = "/nowhere" }
  assert {
    condition     = data.local_file.f.content != "x"
    error_message = "It says x."
  }
}
`,
    },
    except: ["applyable"],
    isReadEveryTime: true,
  },
  {
    name: "functions of providers",
    files: {
      "main.tf": `terraform {
  required_providers {
    time  = { source = "hashicorp/time" }
    local = { source = "hashicorp/local" }
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
variable "when" {
  default = "2023-07-25T23:43:16Z"
  validation {
    condition     = provider::time::rfc3339_parse(var.when).year == 2023
    error_message = "Not in \${provider::time::rfc3339_parse(var.when).year}."
  }
}
resource "terraform_data" "a" {
  count    = provider::time::rfc3339_parse("2023-07-02T23:43:16Z").day
  input    = [for m in ["1h", "90m"] : provider::time::duration_parse(m).seconds]
}
output "tried" { value = try(provider::time::rfc3339_parse("y"), "no") }
output "later" { value = provider::time::rfc3339_parse(terraform_data.a[0].id == "x" ? "x" : var.when).unix }
output "nested" { value = provider::time::unix_timestamp_parse(provider::time::rfc3339_parse(var.when).unix + 1).rfc3339 }
output "folders" { value = [provider::local::direxists("/"), provider::local::direxists("/nowhere")] }
output "tfvars" {
  value = provider::terraform::encode_tfvars({ zz = 1, a = { b = 2, ccc = { d = [1] } }, c = { "x y" = 2 }, d = "<<\\n\\"q\\" $\${x}", b = [1, "x", null] })
}
output "expressions" {
  value = [for v in [[{ a = "b\\nc" }, 1.5, true, null, "x\\ny\\n"], "x\\ny\\n", toset(["x"]), {}, [], { "for" = 1, a-b = 2, "1" = 3, "é" = 1 }, 1e50, [[1, 2], [], {}, "%%{if}", "\\t\\\\"], tolist([{ a = 1 }, { a = 2 }])] : provider::terraform::encode_expr(v)]
}
output "unknown" { value = [provider::terraform::encode_expr({ a = terraform_data.a[0].id }), provider::terraform::encode_tfvars({ a = terraform_data.a[0].id })] }
output "decoded" { value = provider::terraform::decode_tfvars("a = 1\\nb = [1, \\"x\\"]\\n") }
`,
    },
  },
  {
    name: "provider configurations, passed to modules, and dynamic blocks",
    files: {
      "main.tf": `terraform {
  required_providers {
    random = { source = "hashicorp/random" }
  }
}
provider "random" {}
provider "random" { alias = "other" }
variable "parts" {
  description = "What the document is made of"
  type        = list(object({ text = string, name = optional(string, "x") }))
  default     = [{ text = "a" }, { text = "b", name = "y" }]
}
data "cloudinit_config" "c" {
  count         = 2
  gzip          = false
  base64_encode = count.index == 1
  dynamic "part" {
    for_each = var.parts
    iterator = each_part
    content {
      content  = each_part.value.text
      filename = "\${each_part.key}-\${each_part.value.name}"
    }
  }
  lifecycle {
    precondition {
      condition     = length(var.parts) > 0
      error_message = "No parts."
    }
    postcondition {
      condition     = length(self.rendered) > 0
      error_message = "Nothing."
    }
  }
}
resource "random_integer" "taken" {
  provider = random.other
  min      = 1
  max      = 9
  lifecycle { prevent_destroy = true }
}
import {
  to       = random_integer.taken
  id       = "5,1,9"
  provider = random.other
}
ephemeral "random_password" "each" {
  for_each = toset(["a", "b"])
  provider = random.other
  length   = 9
}
module "m" {
  source    = "./m"
  providers = { random = random, random.second = random.other }
}
check "looks" {
  data "cloudinit_config" "again" {
    gzip          = false
    base64_encode = false
    part { content = "x" }
    depends_on = [random_integer.taken]
  }
  assert {
    condition     = length(data.cloudinit_config.again.rendered) > 0
    error_message = "Nothing."
  }
}
output "rendered" { value = data.cloudinit_config.c[*].rendered }
output "taken" { value = [random_integer.taken.result, module.m.taken] }
`,
      "m/main.tf": `terraform {
  required_providers {
    random = {
      source                = "hashicorp/random"
      configuration_aliases = [random.second]
    }
  }
}
resource "terraform_data" "a" { input = "x" }
output "taken" {
  description = "What was taken"
  value       = terraform_data.a.output
}
`,
    },
    except: ["applyable", "check_results"],
    isReadEveryTime: true,
  },
];
