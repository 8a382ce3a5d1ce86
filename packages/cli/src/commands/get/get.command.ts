import { type Command, EXIT } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { fetchModules } from "../../root-modules.ts";
import { findTerraformRoot } from "../../terraform-root.ts";

export const getCommand: Command = {
  name: "get",
  summary: "Fetch the modules of a Terraform root into .terraform/modules",
  options: {
    update: { type: "boolean", help: "fetch those again that are there already, the newest versions that fit" },
    target: OPTIONS.target,
  },
  async run(invocation) {
    const root = findTerraformRoot(invocation.cwd, undefined);
    if (root === undefined) throw usageError(getCommand, "this folder is no Terraform root: it has no *.tf files");
    await fetchModules(invocation, root, { isUpgrade: invocation.options.flag("update") });
    return EXIT.done;
  },
};
