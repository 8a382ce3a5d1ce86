/** docs/functions.md: every function of the Terraform language, with the number of expressions that try it. */
import {
  coreFunctions,
  FUNCTIONS_SINCE,
  friendlyConstraintName,
  type LanguageFunction,
  type Parameter,
  parseTemplate,
} from "@dovetail/hcl";
import { seededRandom } from "@dovetail/model";
import { functionCases } from "../conformance/terraform-language/function-cases.ts";
import { OPENTOFU_CASES } from "../conformance/terraform-language/opentofu-cases.ts";

const HEAD = `# Functions of the Terraform language

Generated from the table of functions by \`npm run gen\`. Each is also there as \`core::NAME\`. *Cases* counts the expressions written by hand that call it, each answered
as Terraform 1.11.4 answers it (\`conformance/terraform-language/function-cases.txt\`); random expressions over most of them are compared with the real
\`terraform\` besides. A function only OpenTofu has is tested against its documentation. \`timestamp\`, \`uuid\` and \`bcrypt\` are unknown in a plan.

| function | since | what it answers | cases |
| --- | --- | --- | --- |
`;

const FOOT = `
Not as Terraform 1.11 has it, on purpose: where Terraform's own function fails with a Go panic (\`element\` with a negative index into a tuple, \`indent\` with a negative
number, \`pow\` and \`log\` without a real result) the answer is a value or an error in words. YAML's syntax errors have the parser's own words. Regular expressions refuse a
group name used twice. \`textencodebase64\` and \`textdecodebase64\` know 37 character sets.
`;

export function functionsPage(): string {
  const functions = coreFunctions({
    baseFolder: "/",
    now: () => 0,
    random: seededRandom(1),
    language: "opentofu",
    parseTemplate,
  });
  const rows = [...functions]
    .filter(([name]) => !name.includes("::"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, called]) => row(name, called));
  return `${HEAD}${rows.join("\n")}\n${FOOT}`;
}

function row(name: string, called: LanguageFunction): string {
  return `| \`${name}(${signature(called)})\` | ${since(name)} | ${(called.description ?? "").replaceAll("|", "\\|")} | ${casesOf(name)} |`;
}

function signature({ parameters, variadic }: LanguageFunction): string {
  const fixed = parameters.map(parameterText);
  return [...fixed, ...(variadic === undefined ? [] : [`${parameterText(variadic)}...`])].join(", ");
}
function parameterText({ name, type }: Parameter): string {
  return `${name}: ${friendlyConstraintName(type)}`;
}

function since(name: string): string {
  const versions = FUNCTIONS_SINCE[name];
  if (versions === undefined) return "";
  const { terraform, opentofu } = versions;
  return [terraform && `Terraform ${terraform}`, opentofu && `OpenTofu ${opentofu}`]
    .filter((part) => part !== undefined)
    .join(", ");
}

const EXPRESSIONS = [...functionCases().flatMap((group) => group.expressions), ...Object.keys(OPENTOFU_CASES)];

function casesOf(name: string): number {
  const call = new RegExp(`(?<![\\w:])${name}\\(`);
  return EXPRESSIONS.filter((expression) => call.test(expression)).length;
}
