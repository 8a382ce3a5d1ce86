/** local-exec provisioners: when they run, what they see, and what their failure does. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testRoot, told } from "./support/root.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-provisioners-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = () => readFileSync(join(folder, "log"), "utf8").trim().split("\n");

/** A resource whose provisioners write to the log. */
const root = (body: string) => ({
  "main.tf": `resource "terraform_data" "a" {\n  input = "x"\n${body}\n}\nresource "terraform_data" "after" { input = terraform_data.a.output }\n`,
});
const say = (text: string, rest = "") =>
  `  provisioner "local-exec" {\n    working_dir = "${"../".repeat(9)}${folder}"\n    command = "echo ${text} >> log"\n${rest}\n  }`;

test("commands run after the create in their order, see self and their environment, and before what depends on the object", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the configuration
  const app = testRoot(root(`${say("made ${self.output}")}\n${say("$WHO", '    environment = { WHO = "me" }')}`));
  await app.apply();
  expect(log()).toEqual(["made x", "me"]);
  await app.apply();
  expect(log()).toHaveLength(2);
});

test("a failing command taints the object, keeps what depends on it from being made, and the next run replaces it", async () => {
  const app = testRoot(
    root('  provisioner "local-exec" {\n    working_dir = "../"\n    command = "echo oh no >&2; exit 3"\n  }'),
  );
  const { diagnostics } = await app.tryApply();
  expect(told(diagnostics)).toEqual(["error DVT2029: local-exec provisioner error (main.tf:3:3)"]);
  expect(diagnostics[0]?.detail).toContain("exit status 3. Output: oh no");
  expect(await app.engine.state.list()).toEqual(["terraform_data.a"]);
  const { plan } = await app.plan();
  expect(plan?.changes.map(({ address, action, reason }) => [address, action, reason])).toEqual([
    ["terraform_data.a", "replace", "replace_because_tainted"],
    ["terraform_data.after", "create", undefined],
  ]);
});

test("on_failure = continue makes a warning of it", async () => {
  const app = testRoot(
    root('  provisioner "local-exec" {\n    working_dir = "../"\n    command = "exit 1"\n    on_failure = continue\n  }'),
  );
  const { diagnostics } = await app.tryApply();
  expect(told(diagnostics)).toEqual(["warning DVT2029: local-exec provisioner error (main.tf:3:3)"]);
  expect(await app.engine.state.list()).toEqual(["terraform_data.a", "terraform_data.after"]);
});

test("when = destroy runs before the object goes, and its failure keeps the object", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the configuration
  const app = testRoot(root(say("gone ${self.output}", "    when = destroy")));
  await app.apply();
  await app.destroy();
  expect(log()).toEqual(["gone x"]);
  app.write(root('  provisioner "local-exec" {\n    when = destroy\n    working_dir = "../"\n    command = "exit 1"\n  }'));
  await app.apply();
  await app.destroy();
  expect(await app.engine.state.list()).toEqual(["terraform_data.a"]);
});

test("other provisioners are refused by name", async () => {
  const { diagnostics } = await testRoot(root('  provisioner "remote-exec" {}')).plan();
  expect(told(diagnostics)).toEqual(["error DVT2028: Provisioner is not supported (main.tf:3:3)"]);
});
