/** Small roots, each of which exercises a part of the language. They need no provider but the one that terraform has built in. */

export interface Root {
  readonly name: string;
  readonly files: { readonly [path: string]: string };
  /** What the root becomes afterwards, step by step: each is planned and applied like the first. */
  readonly then?: readonly { readonly [path: string]: string | undefined }[];
  readonly variables?: readonly string[];
  /** The parts of the plan document that are known to differ, with the reason in `README.md`. */
  readonly except?: readonly string[];
}

const data = (name: string, body = "") => `resource "terraform_data" "${name}" {\n${body}\n}\n`;

export const ROOTS: readonly Root[] = [
  { name: "one resource", files: { "main.tf": data("a", 'input = "x"') } },
  {
    name: "nothing but outputs",
    files: {
      "main.tf":
        'output "a" { value = 1 }\noutput "b" { value = [1, "x", true, null] }\noutput "c" {\n value = { x = 1, y = "z" }\n sensitive = true\n}\n',
    },
  },
  {
    name: "variables of every kind",
    files: {
      "main.tf": `variable "s" { default = "x" }
variable "n" {
  type    = number
  default = "5"
}
variable "l" {
  type    = list(string)
  default = [1, true, "x"]
}
variable "m" {
  type = map(number)
  default = { a = 1, b = "2" }
}
variable "o" {
  type = object({ a = string, b = optional(number, 7), c = optional(list(object({ d = optional(bool, true) })), [{}]) })
  default = { a = "q" }
}
variable "set" {
  type = set(string)
  default = ["b", "a", "b"]
}
variable "any" {
  type = any
  default = { x = [1, "2"] }
}
variable "nul" {
  type = string
  default = null
}
variable "given" { type = string }
resource "terraform_data" "a" {
  input = { s = var.s, n = var.n, l = var.l, m = var.m, o = var.o, set = var.set, any = var.any, nul = var.nul, given = var.given }
}
output "all" { value = terraform_data.a.output }
output "types" { value = [var.l, var.m, var.set] }
`,
    },
    variables: ["given=abc"],
  },
  {
    name: "locals and expressions",
    files: {
      "main.tf": `locals {
  base   = "x"
  names  = [for i in range(3) : "\${local.base}-\${i}"]
  upper  = { for n in local.names : n => upper(n) if n != "x-1" }
  nested = merge({ a = 1 }, { b = { c = [1, 2] } })
  text   = <<-EOT
    Hello %{ for n in local.names ~}
    \${n},
    %{ endfor ~}
  EOT
  cond   = length(local.names) > 2 ? "many" : "few"
  splat  = local.objects[*].id
  objects = [{ id = 1 }, { id = 2 }]
}
resource "terraform_data" "a" {
  input = { names = local.names, upper = local.upper, nested = local.nested, text = local.text, cond = local.cond, splat = local.splat }
}
output "o" { value = local.upper }
`,
    },
  },
  {
    name: "count",
    files: {
      "main.tf": `${data("a", "count = 3\ninput = count.index")}${data("none", "count = 0")}output "ids" { value = terraform_data.a[*].output }\noutput "one" { value = one(terraform_data.none[*].id) }\n${data("b", "count = length(terraform_data.a)\ninput = terraform_data.a[count.index].output")}`,
    },
  },
  {
    name: "for_each over a set and a map",
    files: {
      "main.tf": `${data("s", 'for_each = toset(["x", "y"])\ninput = each.key')}${data("m", 'for_each = { p = 1, "q r" = [2] }\ninput = each.value')}output "s" { value = { for k, v in terraform_data.s : k => v.output } }\noutput "m" { value = terraform_data.m["q r"].output }\n`,
    },
  },
  {
    name: "a chain of unknown values",
    files: {
      "main.tf": `${data("a", "input = 1")}${data("b", "input = terraform_data.a.id")}${data("c", 'input = "${terraform_data.b.output}-x"')}output "c" { value = terraform_data.c.output }\n`,
    },
  },
  {
    name: "sensitive values",
    files: {
      "main.tf": `variable "secret" {
  default   = "hush"
  sensitive = true
}
${data("a", 'input = { plain = "p", hidden = var.secret }')}${data("b", "input = terraform_data.a.output.hidden")}output "a" {
  value     = terraform_data.a.output
  sensitive = true
}
`,
    },
  },
  {
    name: "a module",
    files: {
      "main.tf": `module "m" {
  source = "./m"
  name   = "x"
  list   = ["a", "b"]
}
output "out" { value = module.m.out }
output "whole" { value = module.m }
${data("after", "input = module.m.out")}`,
      "m/main.tf": `variable "name" { type = string }
variable "list" { type = list(string) }
variable "opt" { default = 5 }
${data("inner", 'for_each = toset(var.list)\ninput = "${var.name}-${each.key}-${var.opt}"')}output "out" {
  description = "What comes out."
  value       = [for k in sort(keys(terraform_data.inner)) : terraform_data.inner[k].output]
}
`,
    },
  },
  {
    name: "modules with count and for_each, in each other",
    files: {
      "main.tf": `module "c" {
  source = "./m"
  count  = 2
  v      = count.index
}
module "e" {
  source   = "./m"
  for_each = { a = 1, b = 2 }
  v        = each.value
}
output "c" { value = module.c[*].o }
output "e" { value = { for k, m in module.e : k => m.o } }
`,
      "m/main.tf": `variable "v" {}
module "inner" {
  source = "./inner"
  v      = var.v * 10
}
output "o" { value = module.inner.o }
`,
      "m/inner/main.tf": `variable "v" { type = number }
${data("x", "input = var.v")}output "o" { value = terraform_data.x.output }
`,
    },
  },
  {
    name: "depends_on, of a resource, an output and a module",
    files: {
      "main.tf": `${data("a")}${data("b", "depends_on = [terraform_data.a]")}module "m" {
  source     = "./m"
  depends_on = [terraform_data.b]
}
${data("c", "depends_on = [module.m]")}output "o" {
  value      = 1
  depends_on = [terraform_data.c]
}
`,
      "m/main.tf": data("inner"),
    },
  },
  {
    name: "an update in place",
    files: { "main.tf": data("a", "input = 1") + data("b", "input = terraform_data.a.output") },
    then: [{ "main.tf": data("a", "input = 2") + data("b", "input = terraform_data.a.output") }],
  },
  {
    name: "a replacement by triggers_replace",
    files: { "main.tf": data("a", "triggers_replace = [1]") + data("b", "input = terraform_data.a.id") },
    then: [{ "main.tf": data("a", "triggers_replace = [2]") + data("b", "input = terraform_data.a.id") }],
  },
  {
    name: "create_before_destroy, which spreads",
    files: {
      "main.tf":
        data("a", "triggers_replace = 1") +
        data("b", "triggers_replace = terraform_data.a.id\nlifecycle {\n create_before_destroy = true\n}"),
    },
    then: [
      {
        "main.tf":
          data("a", "triggers_replace = 2") +
          data("b", "triggers_replace = terraform_data.a.id\nlifecycle {\n create_before_destroy = true\n}"),
      },
    ],
  },
  {
    name: "replace_triggered_by",
    files: {
      "main.tf":
        data("a", "input = 1") +
        data("b", "lifecycle {\n replace_triggered_by = [terraform_data.a.output]\n}") +
        data("c", "lifecycle {\n replace_triggered_by = [terraform_data.a]\n}"),
    },
    then: [
      {
        "main.tf":
          data("a", "input = 2") +
          data("b", "lifecycle {\n replace_triggered_by = [terraform_data.a.output]\n}") +
          data("c", "lifecycle {\n replace_triggered_by = [terraform_data.a]\n}"),
      },
    ],
  },
  {
    name: "ignore_changes",
    files: {
      "main.tf":
        data("a", "input = 1\nlifecycle {\n ignore_changes = [input]\n}") +
        data("b", "input = 1\nlifecycle {\n ignore_changes = all\n}"),
    },
    then: [
      {
        "main.tf":
          data("a", "input = 2\nlifecycle {\n ignore_changes = [input]\n}") +
          data("b", "input = 2\nlifecycle {\n ignore_changes = all\n}"),
      },
    ],
  },
  {
    name: "what leaves the configuration",
    files: {
      "main.tf":
        data("a") + data("b", "count = 3") + data("c", 'for_each = toset(["x", "y"])') + data("d", "count = 1") + data("e"),
    },
    then: [
      {
        "main.tf":
          data("b", "count = 1") +
          data("c", 'for_each = toset(["y"])') +
          data("d", 'for_each = toset(["k"])') +
          data("e", "input = 1"),
      },
    ],
  },
  {
    name: "a module that leaves",
    files: { "main.tf": 'module "m" { source = "./m" }\nmodule "c" {\n source = "./m"\n count = 2\n}\n', "m/main.tf": data("x") },
    then: [{ "main.tf": 'module "c" {\n source = "./m"\n count = 1\n}\n' }],
  },
  {
    name: "moved blocks",
    files: { "main.tf": data("a", "input = 1") + data("b") + data("c", "count = 2") },
    then: [
      {
        "main.tf": `${data("a2", "input = 1")}${data("b", 'for_each = toset(["k"])')}${data("d", "count = 2")}moved {\n from = terraform_data.a\n to = terraform_data.a2\n}\nmoved {\n from = terraform_data.b\n to = terraform_data.b["k"]\n}\nmoved {\n from = terraform_data.c\n to = terraform_data.d\n}\n`,
      },
    ],
  },
  {
    name: "moved into a module, and a module renamed",
    files: { "main.tf": `${data("a", "input = 1")}module "m" { source = "./m" }\n`, "m/main.tf": data("x") },
    then: [
      {
        "main.tf": `module "n" { source = "./n" }\nmoved {\n from = terraform_data.a\n to = module.n.terraform_data.y\n}\nmoved {\n from = module.m\n to = module.n\n}\n`,
        "n/main.tf": data("x") + data("y", "input = 1"),
      },
    ],
  },
  {
    name: "count added and taken away without a moved block",
    files: { "main.tf": data("a") + data("b", "count = 1") },
    then: [{ "main.tf": data("a", "count = 1") + data("b") }],
  },
  {
    name: "removed blocks",
    files: { "main.tf": data("a") + data("b") },
    then: [
      {
        "main.tf":
          "removed {\n from = terraform_data.a\n lifecycle {\n  destroy = false\n }\n}\nremoved {\n from = terraform_data.b\n}\n",
      },
    ],
  },
  {
    name: "import blocks",
    files: {
      "main.tf": `${data("a")}${data("b", 'for_each = toset(["x", "y"])')}import {\n to = terraform_data.a\n id = "the-id"\n}\nimport {\n for_each = toset(["x", "y"])\n to = terraform_data.b[each.key]\n id = "id-\${each.key}"\n}\n`,
    },
  },
  {
    name: "conditions that hold",
    files: {
      "main.tf": `variable "v" {
  default = 2
  validation {
    condition     = var.v > 1
    error_message = "too small"
  }
}
${data("a", 'input = 1\nlifecycle {\n precondition {\n  condition = var.v == 2\n  error_message = "x"\n }\n postcondition {\n  condition = self.input == 1\n  error_message = "x"\n }\n}')}output "o" {
  value = 1
  precondition {
    condition     = terraform_data.a.id != ""
    error_message = "x"
  }
}
check "c" {
  assert {
    condition     = terraform_data.a.output == 1
    error_message = "x"
  }
}
check "fails" {
  assert {
    condition     = var.v == 3
    error_message = "v is not 3"
  }
}
`,
    },
  },
  {
    name: "override files and JSON",
    files: {
      "main.tf": `${data("a", "input = 1")}locals {\n x = 1\n}\nvariable "v" {\n default = 1\n}\noutput "o" { value = local.x + var.v }\n`,
      "override.tf": `${data("a", "input = 2")}locals {\n x = 10\n}\n`,
      "more_override.tf.json": '{"variable":{"v":{"default":100}}}',
      "extra.tf.json":
        '{"resource":{"terraform_data":{"j":{"input":"${local.x}","count":2}}},"output":{"j":{"value":"${terraform_data.j[*].output}"}}}',
    },
  },
  {
    name: "paths and the workspace",
    files: {
      "main.tf": `output "m" { value = path.module }\noutput "r" { value = path.root }\noutput "w" { value = terraform.workspace }\noutput "f" { value = file("\${path.module}/x.txt") }\noutput "t" { value = templatefile("t.tftpl", { n = "N" }) }\nmodule "m" { source = "./m" }\noutput "mm" { value = module.m.p }\n`,
      "x.txt": "text",
      "t.tftpl": "hi ${n}",
      "m/main.tf": 'output "p" { value = path.module }\n',
    },
  },
  {
    name: "null and unknown inputs",
    files: {
      "main.tf": `${data("a", "input = null")}${data("b", "input = terraform_data.a.output")}${data("c", "input = [terraform_data.a.id, null, 1]")}output "b" { value = terraform_data.b.output }\noutput "n" { value = null }\n`,
    },
  },
  {
    name: "values of every shape in one input",
    files: {
      "main.tf": `${data("a", 'input = {\n list = tolist(["a"])\n set = toset(["b", "a"])\n map = tomap({ k = "v" })\n tuple = [1, "x", true]\n object = { a = { b = null } }\n num = 1.5\n big = 12345678901234567890\n neg = -0.25\n empty = []\n}')}output "o" { value = terraform_data.a.output }\n`,
    },
  },
];
