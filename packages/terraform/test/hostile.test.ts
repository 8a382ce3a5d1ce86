/** Configurations that nobody means well with, or that a machine wrote: they end in diagnostics, and soon. */
import { expect, test } from "vitest";
import { testRoot, told } from "./support/root.ts";

const MODULE_DEPTH = 80;
const CHAIN = 2_000;

test("modules nested without end are told, wherever the circle is", async () => {
  const { diagnostics } = await testRoot({
    "main.tf": 'module "a" { source = "./a" }\n',
    "a/main.tf": 'module "b" { source = "../b" }\n',
    "b/main.tf": 'module "a" { source = "../a" }\n',
  }).plan();
  expect(told(diagnostics)).toEqual(["error DVT2021: Module calls itself (b/main.tf:1:23)"]);
});

test("modules nested deeper than anybody nests them are refused", async () => {
  const files = Object.fromEntries(
    Array.from({ length: MODULE_DEPTH }, (_, i) => [`${"m/".repeat(i)}main.tf`, 'module "m" { source = "./m" }\n']),
  );
  const { diagnostics } = await testRoot({ ...files, [`${"m/".repeat(MODULE_DEPTH)}main.tf`]: "" }).plan();
  expect(told(diagnostics)[0]).toContain("error DVT2021: Too many modules");
});

test("a source may leave its module's folder, but not the package that it names", async () => {
  const { diagnostics } = await testRoot({
    "main.tf": 'module "x" { source = "./a" }\nmodule "y" { source = "example/pkg/aws//../../../etc" }\n',
    "a/main.tf": 'module "z" { source = "../shared" }\n',
    "shared/main.tf": 'resource "terraform_data" "d" {}\n',
  }).plan();
  expect(told(diagnostics)).toEqual(["error DVT2021: Invalid module source address (main.tf:2:23)"]);
});

test("a count of a thousand millions is refused before anything is made of it", async () => {
  const { diagnostics } = await testRoot({ "main.tf": 'resource "terraform_data" "d" {\n  count = 1e9\n}\n' }).plan();
  expect(diagnostics[0]?.detail).toContain("at most 1000000 instances are made");
});

test("a long chain of locals and of resources is no deep stack", async () => {
  const locals = Array.from({ length: CHAIN }, (_, i) => `  l${i} = ${i === 0 ? "1" : `local.l${i - 1}`}`).join("\n");
  const { plan, diagnostics } = await testRoot({
    "main.tf": `locals {\n${locals}\n}\noutput "o" { value = local.l${CHAIN - 1} }\n`,
  }).plan();
  expect(diagnostics).toEqual([]);
  expect(plan?.outputs.o?.after).toBe(1);
});

test("names that JavaScript has a meaning for are names like others", async () => {
  const app = testRoot({
    "main.tf":
      'variable "__proto__" { default = { constructor = 1, __proto__ = 2 } }\nlocals { toString = var.__proto__ }\noutput "constructor" { value = local.toString }\nresource "terraform_data" "hasOwnProperty" { input = local.toString }\n',
  });
  await app.apply();
  const { plan, diagnostics } = await app.plan();
  expect(diagnostics).toEqual([]);
  expect(plan?.changes.map(({ action }) => action)).toEqual(["no-op"]);
});

test.each([
  ["bytes that are no text", "\u0000\u0001\uFFFD"],
  ["a block without an end", 'resource "terraform_data" "x" {'],
  ["a block of blocks", "a {\n".repeat(500)],
  ["a file of brackets", `locals { x = ${"[".repeat(5_000)} }`],
])("%s end in diagnostics", async (_, text) => {
  const { diagnostics } = await testRoot({ "main.tf": text }).plan();
  expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
});

test("values of tfvars files that are broken are told with their place", async () => {
  const { diagnostics } = await testRoot({
    "main.tf": 'variable "a" {}\n',
    "terraform.tfvars": 'a = \nvariable "b" {}\n',
  }).plan();
  expect(told(diagnostics).some((each) => each.includes("terraform.tfvars:"))).toBe(true);
});
