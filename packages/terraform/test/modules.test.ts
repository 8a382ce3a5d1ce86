/** Modules that are not part of the root: after `terraform init`, from vendored folders, and with providers passed to them. */
import { expect, test } from "vitest";
import { testRoot, told } from "./support/root.ts";

const CALL = (source: string, version?: string) =>
  `module "m" {\n  source = "${source}"\n${version === undefined ? "" : `  version = "${version}"\n`}}\noutput "which" { value = module.m.which }\n`;
const which = (text: string) => `output "which" { value = "${text}" }\n`;

async function outputOf(
  files: { readonly [path: string]: string },
  env: { readonly [name: string]: string } = {},
): Promise<unknown> {
  const { plan, diagnostics } = await testRoot(files).plan({ env });
  return plan === undefined ? told(diagnostics) : plan.outputs.which?.after;
}

test("what terraform init has installed comes first", async () => {
  const manifest = {
    Modules: [{ Key: "m", Source: "registry.terraform.io/a/b/aws", Version: "1.2.0", Dir: ".terraform/modules/m" }],
  };
  const files = {
    "main.tf": CALL("a/b/aws", "~> 1.0"),
    ".terraform/modules/modules.json": JSON.stringify(manifest),
    ".terraform/modules/m/main.tf": which("installed"),
    "vendor/modules/a/b/aws/1.9.0/main.tf": which("vendored"),
  };
  expect(await outputOf(files)).toBe("installed");
  expect(await outputOf({ ...files, "main.tf": CALL("a/b/aws", "~> 1.5") })).toBe("vendored");
});

test("of vendored versions the newest that the constraint allows is taken, prereleases never", async () => {
  const files = Object.fromEntries(
    ["1.0.0", "1.4.2", "1.10.0", "2.0.0", "1.11.0-beta1"].map((version) => [
      `vendor/modules/registry.terraform.io/a/b/aws/${version}/main.tf`,
      which(version),
    ]),
  );
  expect(await outputOf({ ...files, "main.tf": CALL("a/b/aws", "~> 1.0") })).toBe("1.10.0");
  expect(await outputOf({ ...files, "main.tf": CALL("a/b/aws", "< 1.5") })).toBe("1.4.2");
  expect(await outputOf({ ...files, "main.tf": CALL("a/b/aws", "> 2.0") })).toEqual([
    "error DVT2021: Module not installed (main.tf:2:12)",
  ]);
});

test.each([
  ["git::https://github.com/org/repo.git//sub?ref=v1.0.0", "vendor/modules/github.com/org/repo/v1.0.0/sub/main.tf"],
  ["github.com/org/repo", "vendor/modules/github.com/org/repo/main.tf"],
  ["git@github.com:org/repo.git?ref=main", "vendor/modules/github.com/org/repo/main/main.tf"],
  ["https://example.com/x.zip", "vendor/modules/example.com/x.zip/main.tf"],
])("%s is found in its folder", async (source, path) => {
  expect(await outputOf({ "main.tf": CALL(source), [path]: which("found") })).toBe("found");
});

test("DOVETAIL_MODULES names more folders", async () => {
  expect(
    await outputOf(
      { "main.tf": CALL("a/b/aws"), "shared/a/b/aws/1.0.0/main.tf": which("shared") },
      { DOVETAIL_MODULES: "shared" },
    ),
  ).toBe("shared");
});

test("providers are passed to modules, inherited by them, and missed where they are not", async () => {
  const inner =
    'terraform {\n  required_providers {\n    random = {\n      source                = "hashicorp/random"\n      configuration_aliases = [random.other]\n    }\n  }\n}\nresource "random_pet" "p" { provider = random.other }\n';
  const passed = {
    "main.tf":
      'provider "random" { alias = "x" }\nmodule "m" {\n  source    = "./m"\n  providers = { random.other = random.x }\n}\n',
    "m/main.tf": inner,
  };
  const app = testRoot(passed);
  await app.apply();
  expect((await app.engine.state.pull()).includes('"provider": "provider[\\"registry.terraform.io/hashicorp/random\\"].x"')).toBe(
    true,
  );
  const { diagnostics } = await testRoot({ "main.tf": 'module "m" { source = "./m" }\n', "m/main.tf": inner }).plan();
  expect(told(diagnostics)).toEqual(["error DVT2023: Provider configuration not present (m/main.tf:9:40)"]);
});
