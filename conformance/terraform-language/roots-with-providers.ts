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
];
