// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
/**
 * Files that nobody means well with, or that were spoilt on the way: whatever is read (configuration in both syntaxes, values files, test
 * files, manifests and lock files, states, plans), it ends in diagnostics with a place, soon, and in a bounded memory.
 */
import { join } from "node:path";
import { parsePlan, parseState, serialisePlan } from "@dovetail/engine";
import { parseJson, parseNative } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError, hasErrors, manualClock, seededRandom } from "@dovetail/model";
import { type Files, loadTerraformApp, readTestFiles } from "@dovetail/terraform";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { testRoot } from "../../packages/terraform/test/support/root.ts";

const ROOT = "/hostile";
const TEST_MS = 60_000;
const MEGABYTE = 1_000_000;

type Bytes = { readonly [path: string]: string | Uint8Array };

function filesOf(texts: Bytes): Files {
  const paths = new Map(Object.entries(texts).map(([path, text]) => [join(ROOT, path), Buffer.from(text)]));
  const isFolder = (path: string) => [...paths.keys()].some((each) => each.startsWith(`${path}/`));
  return {
    list: (folder) => {
      const below = [...paths.keys()].filter((path) => path.startsWith(`${folder}/`));
      return below.length === 0
        ? undefined
        : [...new Set(below.map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""))].sort();
    },
    read: (path) => paths.get(path),
    isFolder,
    real: (path) => (isFolder(path) ? path : undefined),
  };
}

/** What is said of a folder's files, all of them read. Throws nothing but what no user should see. */
function told(texts: Bytes): readonly Diagnostic[] {
  const files = filesOf(texts);
  const clock = manualClock(0);
  const common = { root: ROOT, cwd: ROOT, workspace: "default", env: {}, clock, random: seededRandom(1), files };
  const tests = readTestFiles({ root: ROOT, only: [], files }).diagnostics;
  try {
    return [...tests, ...loadTerraformApp({ ...common, variables: [] }).diagnostics];
  } catch (error) {
    if (error instanceof DiagnosticError) return [...tests, ...error.diagnostics];
    throw error;
  }
}

/** A step of growth, forty times: each local holds the one before it twice. */
function doubled(first: string, next: (previous: string) => string): string {
  const lines = Array.from({ length: 40 }, (_, i) => `  a${i} = ${i === 0 ? first : next(`local.a${i - 1}`)}`);
  return `locals {\n${lines.join("\n")}\n}\noutput "o" {\n  value = length(jsonencode(local.a39))\n}\n`;
}

const TOO_LARGE: readonly (readonly [string, string])[] = [
  ["a text that is doubled", doubled('"xxxxxxxxxx"', (a) => `"\${${a}}\${${a}}"`)],
  ["a text that is joined from a thousand", doubled('"xxxxxxxxxx"', (a) => `join("", [for i in range(1000) : ${a}])`)],
  ["a list that is doubled", doubled("[1]", (a) => `concat(${a}, ${a})`)],
  ["tuples in tuples", doubled("[1]", (a) => `[${a}, ${a}]`)],
  ["objects in objects", doubled("{ x = 1 }", (a) => `{ l = ${a}, r = ${a} }`)],
  ["maps in maps", doubled("{ x = 1 }", (a) => `tomap({ l = ${a}, r = ${a} })`)],
  ["a product of sets", 'output "o" {\n  value = length(setproduct(range(1000), range(1000), range(1000)))\n}\n'],
  ["loops in loops", 'output "o" {\n  value = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]\n}\n'],
  [
    "a template's loops in loops",
    'output "o" {\n  value = length("%{ for a in range(1000) }%{ for b in range(1000) }%{ for c in range(1000) }x%{ endfor }%{ endfor }%{ endfor }")\n}\n',
  ],
];

describe("what would hold or do more than any machine can", () => {
  test.each(TOO_LARGE)(
    "%s is refused at its place",
    async (_, text) => {
      const { diagnostics } = await testRoot({ "main.tf": text }).plan();
      expect(diagnostics.map(({ summary }) => summary)).toContain("Value too large");
      expect(diagnostics.every(({ range }) => range?.file.endsWith("main.tf") === true)).toBe(true);
    },
    TEST_MS,
  );
});

const DEEP = 100_000;
const NESTED: readonly (readonly [string, string, string])[] = [
  ["brackets", "main.tf", `locals { x = ${"[".repeat(DEEP)}${"]".repeat(DEEP)} }`],
  ["parentheses", "main.tf", `locals { x = ${"(".repeat(DEEP)}1${")".repeat(DEEP)} }`],
  ["braces", "main.tf", `locals { x = ${"{a=".repeat(DEEP)}1${"}".repeat(DEEP)} }`],
  ["templates", "main.tf", `locals { x = ${`"$\u007B`.repeat(DEEP / 10)}`],
  ["negations", "main.tf", `locals { x = ${"!".repeat(DEEP)}true }`],
  ["conditions", "main.tf", `locals { x = ${"true ? 1 : ".repeat(DEEP)}2 }`],
  ["blocks", "main.tf", 'a "b" {\n'.repeat(DEEP / 10)],
  ["lists of JSON", "main.tf.json", "[".repeat(DEEP)],
  ["objects of JSON", "main.tf.json", `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`],
  ["values", "terraform.tfvars", `x = ${"[".repeat(DEEP)}`],
  ["values of JSON", "terraform.tfvars.json", `{"x":${"[".repeat(DEEP)}`],
  ["a test file", "a.tftest.hcl", 'run "a" {\n'.repeat(DEEP / 10)],
];

describe("100,000 levels of nesting end in an error at their place:", () => {
  test.each(NESTED)("%s", (_, file, text) => {
    const errors = told({ "main.tf": "", [file]: text }).filter(({ severity }) => severity === "error");
    expect(errors[0]?.range?.file.endsWith(file)).toBe(true);
  });
});

const UTF16 = Buffer.from('\uFEFFvariable "x" {}\n', "utf16le");
const LARGE: readonly (readonly [string, Bytes, "read" | "refused"])[] = [
  ["10 MB of comments", { "main.tf": "# nothing\n".repeat(MEGABYTE) }, "read"],
  ["a text of 10 MB", { "main.tf": `locals {\n  x = "${"x".repeat(10 * MEGABYTE)}"\n}\n` }, "read"],
  ["a heredoc of 10 MB", { "main.tf": `locals {\n  x = <<E\n${"0123456789\n".repeat(MEGABYTE)}E\n}\n` }, "read"],
  ["a megabyte of brackets that close nothing", { "main.tf": "]}{)(".repeat(MEGABYTE / 5) }, "refused"],
  [
    "10 MB of values",
    { "main.tf": 'variable "x" {}\n', "terraform.tfvars": `x = [\n${`"${"v".repeat(200)}",\n`.repeat(MEGABYTE / 20)}]\n` },
    "read",
  ],
  ["a byte order mark", { "main.tf": '\uFEFFvariable "x" { default = 1 }\n' }, "read"],
  ["carriage returns", { "main.tf": 'variable "x" {\r\n  default = 1\r\n}\r\n' }, "read"],
  ["UTF-16", { "main.tf": UTF16 }, "refused"],
  ["UTF-16 in JSON", { "main.tf.json": Buffer.from('\uFEFF{"locals": {}}', "utf16le") }, "refused"],
  ["NUL bytes", { "main.tf": "locals {\0 x = 1 }\n" }, "refused"],
  ["bytes that are no UTF-8", { "main.tf": Uint8Array.of(0x6c, 0xff, 0xfe, 0x80) }, "refused"],
  [
    "bytes that are no UTF-8 in values",
    { "main.tf": 'variable "x" {}\n', "a.auto.tfvars": Uint8Array.of(0x78, 0x3d, 0x22, 0xff, 0x22) },
    "refused",
  ],
  ["bytes that are no UTF-8 in a test file", { "main.tf": "", "a.tftest.hcl": Uint8Array.of(0x72, 0xc3, 0x28) }, "refused"],
  ["half a surrogate pair", { "main.tf.json": '{"locals": {"x": "\\ud800"}}' }, "read"],
];

describe("large and foreign files:", () => {
  test.each(LARGE)(
    "%s",
    (_, files, outcome) => {
      const diagnostics = told(files);
      expect(hasErrors(diagnostics), diagnostics.map(({ summary }) => summary).join()).toBe(outcome === "refused");
      if (outcome === "refused") expect(diagnostics[0]?.range?.line).toBeGreaterThan(0);
    },
    TEST_MS,
  );
});

describe("names that JavaScript has a meaning for", () => {
  afterEach(() => {
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
  const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];

  test.each(NAMES)("%s is a name like any other, of everything", async (name) => {
    const app = testRoot({
      "main.tf": `variable "${name}" {
  type    = map(any)
  default = { ${name} = "polluted" }
}
locals {
  ${name} = { for k, v in var.${name} : k => { ${name} = v, polluted = true } }
}
resource "terraform_data" "${name}" {
  for_each = local.${name}
  input    = { ${name} = each.value, key = each.key }
}
module "${name}" {
  source = "./m"
  ${name} = terraform_data.${name}["${name}"].input
}
output "${name}" {
  value = [jsondecode("{\\"${name}\\": {\\"polluted\\": 1}}"), yamldecode("${name}: {polluted: 1}"), module.${name}.${name}]
}
check "${name}" {
  assert {
    condition     = local.${name}["${name}"].polluted
    error_message = "x"
  }
}
`,
      "m/main.tf": `variable "${name}" {}\noutput "${name}" { value = merge({ ${name} = 1 }, var.${name}) }\n`,
      "m/more.tf.json": `{"locals": {"${name}": {"${name}": {"polluted": 1}}}}`,
      "terraform.tfvars.json": `{"${name}": {"${name}": "polluted"}}`,
    });
    await app.apply();
    const { plan, diagnostics } = await app.plan();
    expect(diagnostics).toEqual([]);
    expect(plan?.changes.map(({ action }) => action)).toEqual(["no-op"]);
  });
});

const SAMPLE: Bytes = {
  "main.tf": `terraform {
  required_version = ">= 1.5"
}
variable "names" {
  type    = map(object({ port = number, tags = optional(list(string), []) }))
  default = {}
  validation {
    condition     = length(var.names) < 5
    error_message = "Too many."
  }
}
module "m" {
  source = "./m"
  v      = [for k, v in var.names : "\${k}:\${v.port}" if v.port != 80]
}
moved {
  from = terraform_data.a
  to   = terraform_data.b["x"]
}
resource "terraform_data" "b" {
  for_each = var.names
  input    = <<-E
    a %{ if true }b%{ endif }
  E
  lifecycle { ignore_changes = [input] }
}
`,
  "more.tf.json": '{"locals": {"a": "${1 + 2}", "b": [true, null, {"c": 1e3}]}, "output": {"o": {"value": "${local.a}"}}}',
  "terraform.tfvars": "names = { x = { port = 1 } }\n",
  "x.auto.tfvars.json": '{"names": {"y": {"port": "2"}}}',
  "a.tftest.hcl":
    'variables {\n  names = {}\n}\nrun "a" {\n  command = plan\n  assert {\n    condition     = true\n    error_message = "x"\n  }\n}\n',
  "m/main.tf": 'variable "v" {}\n',
  ".terraform/modules/modules.json": '{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"./m","Dir":"m"}]}',
  ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n  hashes = ["h1:x"]\n}\n',
};

describe("files that were spoilt on the way", () => {
  test(
    "are read without a failure of ours, and every error has a place",
    () => {
      const paths = Object.keys(SAMPLE);
      const edit = fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.nat(20),
        put: fc.oneof(fc.string(), fc.constantFrom("{", "}", '"', "${", "%{", "[", "\n", "<<E\n", "\0", "\u2028", "é")),
      });
      fc.assert(
        fc.property(
          fc.constantFrom(...paths),
          fc.array(edit, { minLength: 1, maxLength: 4 }),
          fc.boolean(),
          (path, edits, isCut) => {
            let text = String(SAMPLE[path]);
            for (const { at, drop, put } of edits) {
              const from = Math.floor(at * text.length);
              text = text.slice(0, from) + put + (isCut ? "" : text.slice(from + drop));
            }
            for (const { severity, range } of told({ ...SAMPLE, [path]: text }))
              if (severity === "error" && range !== undefined) expect(range.line).toBeGreaterThan(0);
          },
        ),
        { numRuns: 120 },
      );
    },
    TEST_MS,
  );

  test("bytes of any kind are parsed by either syntax", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const parse of [parseNative, parseJson])
          for (const { range } of parse(bytes, "x").diagnostics) expect(range?.line).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test("a kept plan that was cut, changed, swapped or written by another version is refused, and a state never fails otherwise", async () => {
    const app = testRoot({ "main.tf": 'resource "terraform_data" "a" { input = { secret = [1, "x"] } }\n' });
    const { plan } = await app.plan();
    if (plan === undefined) throw new Error("no plan");
    const text = serialisePlan(plan);
    expect(serialisePlan(parsePlan(text))).toBe(text);
    for (const other of [
      text.replace("dovetail-plan/2", "dovetail-plan/1"),
      text.replace("dovetail-plan/2", "dovetail-plan/99"),
      "{}",
      "PK\u0003\u0004",
    ])
      expect(() => parsePlan(other)).toThrow("DVT7001");
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, isCut) => {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = (spoilt[at] ?? 0) ^ by;
        expect(() => parsePlan((isCut ? bytes.subarray(0, at) : spoilt).toString("utf8"))).toThrow("DVT7001");
      }),
    );
    await app.apply();
    const state = Buffer.from(await app.engine.state.pull());
    fc.assert(
      fc.property(fc.nat(state.length), fc.nat(255), (at, byte) => {
        const spoilt = Buffer.from(state);
        spoilt[at] = byte;
        for (const each of [state.subarray(0, at), spoilt]) {
          try {
            parseState(each, "x");
          } catch (error) {
            expect(String(error)).toMatch(/DVT500[23]/);
          }
        }
      }),
    );
  });
});
