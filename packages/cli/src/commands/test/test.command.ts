import { homedir, hostname } from "node:os";
import { DiagnosticError, hasErrors, systemClock, systemRandom } from "@dovetail/model";
import type { TestStatus, TestSurroundings } from "@dovetail/terraform";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { findTerraformRoot } from "../../terraform-root.ts";
import { noModule } from "./no-module.ts";
import { testJson } from "./test-json.ts";
import { summaryLine, testView } from "./test-view.ts";
import { testedProviders } from "./tested-providers.ts";

export const testCommand: Command = {
  name: "test",
  summary: "Run the tests of a Terraform module (*.tftest.hcl), as terraform test does; mocked providers reach nothing",
  options: {
    config: OPTIONS.config,
    target: OPTIONS.target,
    filter: { type: "string", multiple: true, value: "FILE", help: "only this test file" },
    "test-directory": { type: "string", value: "DIR", help: "where test files lie beside the module's folder (default: tests)" },
    var: OPTIONS.var,
    "var-file": OPTIONS["var-file"],
    json: OPTIONS.json,
    verbose: { type: "boolean", help: "print the plan of every run" },
  },
  async run(invocation) {
    const { options, report, terminal } = invocation;
    const root = findTerraformRoot(invocation.cwd, options.text("config"));
    if (root === undefined) throw new DiagnosticError(noModule(invocation.cwd));
    const { readTestFiles, runTestFile } = await import("@dovetail/terraform");
    const folder = options.text("test-directory");
    const { files, diagnostics } = readTestFiles({
      root,
      only: options.texts("filter"),
      ...(folder === undefined ? {} : { testFolder: folder }),
    });
    const json = report.json ? testJson(invocation, () => systemClock().now()) : undefined;
    if (json === undefined) await report.show(diagnostics);
    else json.tells(diagnostics);
    if (hasErrors(diagnostics)) return EXIT.failed;
    const view = json ?? testView(invocation);
    json?.begins(files);
    const around = surroundingsOf(invocation, root);
    const statuses: TestStatus[] = [];
    for (const file of files) statuses.push(await runTestFile(file, around, view.listener));
    if (json === undefined) terminal.out(`\n${summaryLine(view.counts, terminal.style)}`);
    else json.ends();
    if (invocation.interrupt.aborted) return EXIT.interrupted;
    return statuses.every((status) => status === "pass" || status === "skip") ? EXIT.done : EXIT.failed;
  },
};

function surroundingsOf(invocation: Invocation, root: string): TestSurroundings {
  const { options, env, cwd, interrupt } = invocation;
  return {
    root,
    cwd,
    env,
    variables: options.inOrder(["var", "var-file"]).map(({ name, value }) => ({ option: name, text: value })),
    clock: systemClock(),
    random: systemRandom(),
    homeFolder: homedir(),
    providers: testedProviders(invocation, root),
    owner: hostname(),
    signal: interrupt,
  };
}
