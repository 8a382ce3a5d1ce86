import type { ModuleTree } from "@dovetail/terraform";
import { type Command, EXIT } from "../../command.ts";
import { OPTIONS, STATE_OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { openSession } from "../../session.ts";
import { treeLines } from "../../views/tree-lines.ts";

export const modulesCommand: Command = {
  name: "modules",
  summary: "List the modules that a Terraform root calls, directly or through others",
  options: { ...STATE_OPTIONS, json: OPTIONS.json },
  async run(invocation) {
    const session = await openSession(invocation, { command: "modules", startCloud: false, validating: true });
    try {
      const tree = session.configuration?.tree;
      if (tree === undefined) throw usageError(modulesCommand, "this folder is no Terraform root");
      const { terminal, report } = invocation;
      if (report.json) report.document(JSON.stringify({ format_version: "1.0", modules: callsOf(tree) }));
      else if (tree.config.calls.size === 0) terminal.out("No modules found in configuration.");
      else for (const line of ["Modules declared by configuration:", ".", ...treeLines(tree, labelled)]) terminal.out(line);
      return EXIT.done;
    } finally {
      await session.close();
    }
  },
};

function callsOf({ config, children }: ModuleTree): readonly object[] {
  return [...config.calls.values()].flatMap(({ name, source, version }) => {
    const child = children.get(name);
    return [{ key: name, source, version: version?.text ?? "" }, ...(child === undefined ? [] : callsOf(child))];
  });
}

function labelled({ config, children }: ModuleTree) {
  return [...config.calls.values()].map(({ name, source, version }) => ({
    label: `"${name}"[${source}]${version === undefined ? "" : ` ${version.text}`}`,
    below: children.get(name),
  }));
}
