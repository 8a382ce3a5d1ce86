/** What a configuration has that is OpenTofu's: one of its files ends with .tofu. */
import { expect, test } from "vitest";
import { testRoot, told } from "./support/root.ts";

const OUTPUT = 'output "o" { value = [cidrcontains("10.0.0.0/8", "10.1.2.3"), urldecode("a%20b")] }\n';

test("OpenTofu's own functions are there, and only there", async () => {
  const { plan, diagnostics } = await testRoot({ "a.tofu": OUTPUT }).plan();
  expect(diagnostics).toEqual([]);
  expect(plan?.outputs.o?.after).toEqual([true, "a b"]);
  expect(told((await testRoot({ "a.tf": OUTPUT }).plan()).diagnostics)).toEqual([
    "error DVT2003: Call to unknown function (a.tf:1:23)",
    "error DVT2003: Call to unknown function (a.tf:1:63)",
  ]);
});

test("x.tofu takes the place of x.tf", async () => {
  const { plan } = await testRoot({
    "a.tf": 'output "o" { value = "terraform" }\n',
    "a.tofu": 'output "o" { value = "tofu" }\n',
  }).plan();
  expect(plan?.outputs.o?.after).toBe("tofu");
});
