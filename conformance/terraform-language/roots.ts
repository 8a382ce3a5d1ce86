// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
/** Small roots, each of which exercises a part of the language. They need no provider but the one that terraform has built in. */

export interface Root {
  readonly name: string;
  readonly files: { readonly [path: string]: string };
  /** What the root becomes afterwards, step by step: each is planned and applied like the first. */
  readonly steps?: readonly { readonly [path: string]: string | undefined }[];
  readonly variables?: readonly string[];
  /** The parts of the plan document and of the state that are known to differ, with the reason in `README.md`. */
  readonly except?: readonly string[];
  /** It has data sources in checks: terraform reads them in every apply, and no plan of it is empty to terraform. */
  readonly isReadEveryTime?: boolean;
}

const data = (name: string, body = "") => `resource "terraform_data" "${name}" {\n${body}\n}\n`;

const remote = (name: string, config: string, body = "") =>
  `data "terraform_remote_state" "${name}" {\n${body}\nbackend = "local"\nconfig = { ${config} }\n}\n`;

const OTHER_STATE =
  '{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{"q":{"value":"1","type":"string"}},"resources":[]}';

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
    steps: [{ "main.tf": data("a", "input = 2") + data("b", "input = terraform_data.a.output") }],
  },
  {
    name: "a replacement by triggers_replace",
    files: { "main.tf": data("a", "triggers_replace = [1]") + data("b", "input = terraform_data.a.id") },
    steps: [{ "main.tf": data("a", "triggers_replace = [2]") + data("b", "input = terraform_data.a.id") }],
  },
  {
    name: "create_before_destroy, which spreads",
    files: {
      "main.tf":
        data("a", "triggers_replace = 1") +
        data("b", "triggers_replace = terraform_data.a.id\nlifecycle {\n create_before_destroy = true\n}"),
    },
    steps: [
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
    steps: [
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
    steps: [
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
    steps: [
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
    steps: [{ "main.tf": 'module "c" {\n source = "./m"\n count = 1\n}\n' }],
  },
  {
    name: "moved blocks",
    files: { "main.tf": data("a", "input = 1") + data("b") + data("c", "count = 2") },
    steps: [
      {
        "main.tf": `${data("a2", "input = 1")}${data("b", 'for_each = toset(["k"])')}${data("d", "count = 2")}moved {\n from = terraform_data.a\n to = terraform_data.a2\n}\nmoved {\n from = terraform_data.b\n to = terraform_data.b["k"]\n}\nmoved {\n from = terraform_data.c\n to = terraform_data.d\n}\n`,
      },
    ],
  },
  {
    name: "moved into a module, and a module renamed",
    files: { "main.tf": `${data("a", "input = 1")}module "m" { source = "./m" }\n`, "m/main.tf": data("x") },
    steps: [
      {
        "main.tf": `module "n" { source = "./n" }\nmoved {\n from = terraform_data.a\n to = module.n.terraform_data.y\n}\nmoved {\n from = module.m\n to = module.n\n}\n`,
        "n/main.tf": data("x") + data("y", "input = 1"),
      },
    ],
  },
  {
    name: "count added and taken away without a moved block",
    files: { "main.tf": data("a") + data("b", "count = 1") },
    steps: [{ "main.tf": data("a", "count = 1") + data("b") }],
  },
  {
    name: "removed blocks",
    files: { "main.tf": data("a") + data("b") },
    steps: [
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
    except: ["configuration"],
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
      "main.tf": `${data("a", 'input = {\n list = tolist(["a"])\n set = toset(["b", "a"])\n map = tomap({ k = "v" })\n tuple = [1, "x", true]\n object = { a = { b = null } }\n num = 1.5\n big = 9007199254740991\n neg = -0.25\n empty = []\n}')}output "o" { value = terraform_data.a.output }\n`,
    },
  },
  {
    name: "an update of what a module was given",
    files: {
      "main.tf": 'module "m" {\n  source = "./m"\n  v      = 1\n}\noutput "o" { value = module.m.o }\n',
      "m/main.tf": `variable "v" {}\n${data("x", "input = var.v")}output "o" { value = terraform_data.x.output }\n`,
    },
    // biome-ignore format: one line a step
    steps: [{ "main.tf": 'module "m" {\n  source = "./m"\n  v      = 2\n}\noutput "o" { value = module.m.o }\n' }],
  },
  {
    name: "outputs that come, change and go",
    files: {
      "main.tf": `${data("a", "input = 1")}output "a" { value = 1 }\noutput "b" { value = terraform_data.a.output }\noutput "s" {\n  value     = "x"\n  sensitive = true\n}\n`,
    },
    steps: [
      {
        "main.tf": `${data("a", "input = 2")}output "b" { value = terraform_data.a.output }\noutput "c" { value = [1] }\noutput "s" { value = "x" }\n`,
      },
      { "main.tf": data("a", "input = 2") },
    ],
  },
  {
    name: "count that grows and shrinks",
    files: { "main.tf": data("a", "count = 2\ninput = count.index") },
    steps: [
      { "main.tf": data("a", "count = 4\ninput = count.index") },
      { "main.tf": data("a", "count = 1\ninput = count.index") },
    ],
  },
  {
    name: "for_each whose keys change",
    files: { "main.tf": data("a", "for_each = { a = 1, b = 2 }\ninput = each.value") },
    steps: [{ "main.tf": data("a", "for_each = { b = 2, c = 3 }\ninput = each.value") }],
  },
  {
    name: "a chain that is replaced",
    files: {
      "main.tf":
        data("a", "triggers_replace = 1") +
        data("b", "triggers_replace = terraform_data.a.id") +
        data("c", "input = terraform_data.b.id"),
    },
    steps: [
      {
        "main.tf":
          data("a", "triggers_replace = 2") +
          data("b", "triggers_replace = terraform_data.a.id") +
          data("c", "input = terraform_data.b.id"),
      },
    ],
  },
  {
    name: "moved twice, and out of a module",
    files: { "main.tf": 'module "m" { source = "./m" }\n' + data("a"), "m/main.tf": data("x") },
    steps: [
      {
        "main.tf": `${data("x")}${data("c")}module "m" { source = "./e" }\nmoved {\n  from = module.m.terraform_data.x\n  to   = terraform_data.x\n}\nmoved {\n  from = terraform_data.a\n  to   = terraform_data.b\n}\nmoved {\n  from = terraform_data.b\n  to   = terraform_data.c\n}\n`,
        "e/main.tf": "",
      },
    ],
  },
  {
    name: "replace_triggered_by an instance of the same key",
    files: {
      "main.tf":
        data("a", "for_each = { x = 1, y = 1 }\ninput = each.value") +
        data("b", "for_each = { x = 1, y = 1 }\nlifecycle {\n  replace_triggered_by = [terraform_data.a[each.key]]\n}"),
    },
    steps: [
      {
        "main.tf":
          data("a", "for_each = { x = 1, y = 2 }\ninput = each.value") +
          data("b", "for_each = { x = 1, y = 1 }\nlifecycle {\n  replace_triggered_by = [terraform_data.a[each.key]]\n}"),
      },
    ],
  },
  {
    name: "conditionals, splats and try",
    files: {
      "main.tf": `${data("a", "count = 2\ninput = { n = count.index }")}locals {\n  ids   = terraform_data.a[*].output.n\n  first = try(terraform_data.a[0].output.n, "none")\n  third = try(terraform_data.a[2].output.n, "none")\n  some  = length(terraform_data.a) > 1 ? "many" : "one"\n}\noutput "all" { value = [local.ids, local.first, local.third, local.some] }\n`,
    },
  },
  {
    name: "nullable and sensitive variables of modules",
    files: {
      "main.tf":
        'module "m" {\n  source = "./m"\n  a      = null\n  b      = null\n  c      = "hush"\n}\noutput "o" { value = module.m.o }\noutput "s" {\n  value     = module.m.s\n  sensitive = true\n}\n',
      "m/main.tf": `variable "a" {\n  default  = "d"\n  nullable = false\n}\nvariable "b" { default = "d" }\nvariable "c" { sensitive = true }\n${data("x", "input = [var.a, var.b, var.c]")}output "o" { value = [var.a, var.b] }\noutput "s" {\n  value     = terraform_data.x.output\n  sensitive = true\n}\n`,
    },
  },
  {
    name: "a postcondition on what is only known later",
    files: {
      "main.tf":
        data(
          "a",
          'input = 1\nlifecycle {\n  postcondition {\n    condition     = self.output == 1\n    error_message = "x"\n  }\n}',
        ) +
        data(
          "b",
          'count = 2\nlifecycle {\n  precondition {\n    condition     = count.index < 5\n    error_message = "x"\n  }\n}',
        ),
    },
  },
  {
    name: "values files, by their precedence",
    files: {
      "main.tf":
        'variable "a" {}\nvariable "b" {}\nvariable "c" {}\nvariable "l" { type = list(number) }\noutput "o" { value = [var.a, var.b, var.c, var.l] }\n',
      "terraform.tfvars": 'a = "tfvars"\nb = "tfvars"\nc = "tfvars"\nl = [1]\n',
      "x.auto.tfvars": 'b = "auto"\nc = "auto"\n',
      "y.auto.tfvars.json": '{"l": [1, "2"]}',
    },
    variables: ["c=given"],
  },
  {
    name: "provider blocks of what is built in are not needed, and required_providers may name it",
    files: {
      "main.tf": `terraform {\n  required_version = ">= 1.0"\n  required_providers {\n    terraform = { source = "terraform.io/builtin/terraform" }\n  }\n}\n${data("a")}`,
    },
  },
  {
    name: "heredocs, templates and functions in arguments",
    files: {
      "main.tf":
        data(
          "a",
          'input = {\n  json = jsonencode({ b = [1, null], a = "<x>" })\n  text = format("%s-%03d", "x", 7)\n  keys = keys({ b = 1, a = 2 })\n  when = { for k, v in { a = 1, b = 2 } : upper(k) => v... }\n}',
        ) + 'output "o" { value = terraform_data.a.output }\n',
    },
  },
  {
    name: "a data source that is read in the plan, and one that waits",
    files: {
      "main.tf": `${data("a")}data "terraform_remote_state" "now" {\n  backend = "local"\n  config  = { path = "\${path.module}/other.tfstate" }\n}\ndata "terraform_remote_state" "later" {\n  backend    = "local"\n  config     = { path = "\${path.module}/other.tfstate" }\n  depends_on = [terraform_data.a]\n}\noutput "now" { value = data.terraform_remote_state.now.outputs.q }\noutput "later" { value = data.terraform_remote_state.later.outputs.q }\n`,
      "other.tfstate": OTHER_STATE,
    },
  },
  {
    name: "data sources that name what is pending, by arguments, keys, conditions, locals and modules",
    except: ["check_results"],
    files: {
      "main.tf": `${data("a", 'input = "other.tfstate"')}${data("b", 'input = "x"')}locals {
  path = terraform_data.a.input
}
module "m" { source = "./m" }
${remote("argument", 'path = "${path.module}/${terraform_data.a.input}"')}${remote("local", 'path = "${path.module}/${local.path}"')}${remote("module", 'path = "${path.module}/${module.m.path}"')}${remote("key", 'path = "${path.module}/${each.key}"', "for_each = toset([terraform_data.a.input])")}${remote(
  "before",
  'path = "${path.module}/other.tfstate"',
  'lifecycle {\n precondition {\n  condition = terraform_data.b.input == "x"\n  error_message = "x"\n }\n}',
)}${remote(
  "after",
  'path = "${path.module}/other.tfstate"',
  'lifecycle {\n postcondition {\n  condition = terraform_data.b.input == "x"\n  error_message = "x"\n }\n}',
)}output "o" { value = data.terraform_remote_state.argument.outputs.q }
`,
      "m/main.tf": `${data("a", 'input = "other.tfstate"')}output "path" { value = terraform_data.a.input }\n`,
      "other.tfstate": OTHER_STATE,
    },
    steps: [
      {
        "m/main.tf": `${data("a", 'input = "other.tfstate"\ntriggers_replace = 1')}output "path" { value = terraform_data.a.input }\n`,
      },
    ],
  },
];
