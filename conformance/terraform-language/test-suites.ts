/** Modules of `terraform_data` with test files: what every run of them comes to is terraform's to say. */

export interface TestSuite {
  readonly name: string;
  readonly files: { readonly [path: string]: string };
}

const MODULE = `
variable "name" {
  type = string
  validation {
    condition     = length(var.name) > 2
    error_message = "Too short."
  }
}
variable "n" {
  type    = number
  default = 1
}
resource "terraform_data" "a" {
  count = var.n
  input = "\${var.name}-\${count.index}"
  lifecycle {
    precondition {
      condition     = var.name != "refused"
      error_message = "This name is refused."
    }
  }
}
module "child" {
  source = "./child"
  given  = var.name
}
check "name" {
  assert {
    condition     = var.name != "doubtful"
    error_message = "Doubtful."
  }
}
output "ids" { value = terraform_data.a[*].id }
output "inputs" { value = terraform_data.a[*].output }
output "child" {
  value = module.child.made
  precondition {
    condition     = var.name != "hidden"
    error_message = "Nothing to be shown."
  }
}
`;

const CHILD = `
variable "given" { type = string }
resource "terraform_data" "b" { input = var.given }
output "made" { value = terraform_data.b.output }
`;

const SETUP = `
variable "prefix" { type = string }
resource "terraform_data" "s" { input = var.prefix }
output "name" { value = terraform_data.s.output }
`;

const suite = (name: string, test: string): TestSuite => ({
  name,
  files: { "main.tf": MODULE, "child/main.tf": CHILD, "setup/main.tf": SETUP, "tests/a.tftest.hcl": test },
});

const assert = (condition: string, message = "It is not so.") =>
  `assert {\n  condition = ${condition}\n  error_message = "${message}"\n}\n`;

const GIVEN = `variables {\n  name = "abc"\n}\n`;

export const TEST_SUITES: readonly TestSuite[] = [
  suite(
    "runs share a state, and each module has its own",
    `variables {
  name   = "abc"
  prefix = "made"
}
run "setup" {
  module { source = "./setup" }
  ${assert('output.name == "made"')}
}
run "first" {
  variables { name = run.setup.name }
  ${assert('output.child == "made" && length(terraform_data.a) == 1')}
}
run "grows" {
  variables { n = 2 }
  ${assert("output.ids[0] == run.first.ids[0]")}
}
run "elsewhere" {
  state_key = "other"
  ${assert("output.ids[0] != run.grows.ids[0]")}
}
run "planned" {
  command = plan
  plan_options {
    target  = [terraform_data.a]
    replace = [terraform_data.a[0]]
  }
  ${assert('terraform_data.a[0].input == "abc-0"')}
}
`,
  ),
  suite(
    "failures that are expected",
    `${GIVEN}
run "of_a_variable" {
  command = plan
  variables { name = "a" }
  expect_failures = [var.name]
}
run "of_a_resource" {
  command = plan
  variables { name = "refused" }
  expect_failures = [terraform_data.a]
}
run "of_an_output" {
  command = plan
  variables { name = "hidden" }
  expect_failures = [output.child]
}
run "of_a_check" {
  command = plan
  variables { name = "doubtful" }
  expect_failures = [check.name]
}
run "of_a_check_while_applying" {
  variables { name = "doubtful" }
  expect_failures = [check.name]
}
run "that_does_not_come" {
  command = plan
  expect_failures = [var.name, check.name]
}
run "that_is_not_tried" {
  command = plan
}
`,
  ),
  suite(
    "an expected failure leaves nothing to apply",
    `${GIVEN}
run "applies" {
  variables { name = "a" }
  expect_failures = [var.name]
}
run "after" {}
`,
  ),
  suite("a failure of a check that nobody expects", `${GIVEN}run "doubtful" {\n  variables { name = "doubtful" }\n}\n`),
  suite(
    "assertions that fail let the others run",
    `${GIVEN}
run "fails" {
  command = plan
  ${assert('var.name == "x"', "It is \u0024{var.name}.")}
  ${assert("length(terraform_data.a) == 2")}
}
run "passes" {
  ${assert('terraform_data.a[0].output == "abc-0"')}
}
`,
  ),
  suite(
    "a value that is not known in a plan",
    `${GIVEN}run "unknown" {\n  command = plan\n  ${assert('terraform_data.a[0].id == "x"')}}\nrun "after" {}\n`,
  ),
  suite("a condition that is null", `${GIVEN}run "null" {\n  ${assert("var.n == 1 ? null : true")}}\nrun "after" {}\n`),
  suite("a condition that is a number", `${GIVEN}run "number" {\n  ${assert("var.n + 1")}}\n`),
  suite("a condition about nothing", `${GIVEN}run "nothing" {\n  ${assert("true")}}\n`),
  suite("an index that is not there", `${GIVEN}run "index" {\n  ${assert('terraform_data.a[3].input == "x"')}}\n`),
  suite("a resource that is not declared", `${GIVEN}run "undeclared" {\n  ${assert('terraform_data.zzz.input == "x"')}}\n`),
  suite("a variable without a value", `run "missing" {\n  command = plan\n}\n`),
  suite("a value for a variable that is not declared", `${GIVEN}run "other" {\n  variables { other = 1 }\n}\n`),
  suite("a run that there is not", `${GIVEN}run "refers" {\n  ${assert("run.zzz.child == 1")}}\n`),
  suite("a run that comes later", `${GIVEN}run "refers" {\n  ${assert("run.later.child == 1")}}\nrun "later" {}\n`),
  suite("a variable from a run that there is not", `run "refers" {\n  variables { name = run.zzz.child }\n}\n`),
  suite("a variable from itself", `run "refers" {\n  variables { name = run.refers.child }\n}\n`),
  suite(
    "a variable of the file that the module has not",
    `variables {\n  name = "abc"\n  more = "m"\n}\nrun "more" {\n  ${assert('var.more == "m" && var.n == 1')}}\n`,
  ),
  suite("a run without a name that could be one", `${GIVEN}run "a b" {}\n`),
  suite("an override of nothing", `${GIVEN}override_resource {\n  values = {}\n}\nrun "a" {}\n`),
  suite("two runs of one name", `${GIVEN}run "same" {}\nrun "same" {}\n`),
  suite("a command that there is not", `${GIVEN}run "odd" {\n  command = destroy\n}\n`),
  suite(
    "overridden objects and modules",
    `${GIVEN}
override_resource {
  target = terraform_data.a
  values = { id = "given" }
}
run "resource" {
  ${assert('output.ids == ["given"]')}
}
run "one_of_them" {
  variables { n = 2 }
  override_resource {
    target = terraform_data.a[1]
    values = { id = "second" }
  }
  ${assert('output.ids[0] == "given" && output.ids[1] == "second"')}
}
run "module" {
  override_module {
    target  = module.child
    outputs = { made = "elsewhere" }
  }
  ${assert('output.child == "elsewhere"')}
}
run "while_planning" {
  command   = plan
  state_key = "new"
  override_resource {
    target          = terraform_data.a
    values          = { id = "early" }
    override_during = plan
  }
  ${assert('terraform_data.a[0].id == "early"')}
}
`,
  ),
];
