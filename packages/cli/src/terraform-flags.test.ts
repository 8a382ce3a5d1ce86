import { describe, expect, test } from "vitest";
import { takeChdir, translateFlags } from "./terraform-flags.ts";

const OPTIONS = Object.fromEntries(
  ["yes", "target-address", "var", "var-file", "out", "no-refresh", "no-backend", "json", "destroy"].map((name) => [
    name,
    { type: "boolean" as const, help: "" },
  ]),
);
const translated = (...args: readonly string[]) => translateFlags({ options: OPTIONS }, args);

describe("Terraform's flags", () => {
  test.each([
    [["-auto-approve"], ["--yes"]],
    [["-auto-approve=false"], []],
    [
      ["-target=a.b", "-target", "c.d"],
      ["--target-address=a.b", "--target-address=c.d"],
    ],
    [
      ["-var", "x=-1", "-var=y=a b", "-var-file", "p.tfvars"],
      ["--var=x=-1", "--var=y=a b", "--var-file=p.tfvars"],
    ],
    [["-refresh=false", "-input=false", "-no-color", "-lock=false", "-compact-warnings"], ["--no-refresh"]],
    [["-refresh=true", "-refresh"], []],
    [
      ["-backend=false", "-upgrade", "-reconfigure"],
      ["--no-backend", "--upgrade", "--reconfigure"],
    ],
    [
      ["-out=plan", "-json", "-destroy"],
      ["--out=plan", "--json", "--destroy"],
    ],
    [
      ["plan.out", "--yes", "-y"],
      ["plan.out", "--yes", "-y"],
    ],
    [
      ["--", "-target=x"],
      ["--", "-target=x"],
    ],
  ])("%j", (args, wanted) => {
    expect(translated(...args)).toEqual(wanted);
  });

  test("one that nobody has is left to be refused by its name", () => {
    expect(translated("-nonsense=1")).toEqual(["--nonsense=1"]);
  });

  test("a switch that a command has no use for is no mistake", () => {
    expect(translateFlags({ options: {} }, ["-auto-approve", "-refresh=false"])).toEqual([]);
  });

  test("-chdir stands before the command", () => {
    expect(takeChdir(["-chdir=x/y", "plan", "-json"])).toEqual({ folder: "x/y", rest: ["plan", "-json"] });
    expect(takeChdir(["plan", "-chdir=x"])).toEqual({ folder: undefined, rest: ["plan", "-chdir=x"] });
  });
});
