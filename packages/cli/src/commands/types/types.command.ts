import { findApp, writeTypes } from "@dovetail/program";
import { type Command, EXIT } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";

export const typesCommand: Command = {
  name: "types",
  summary: "Write the typings that editors and tsc read, into .dovetail/types and .sst/platform/config.d.ts",
  options: { config: OPTIONS.config },
  async run({ terminal, cwd, options }) {
    const { root } = findApp(cwd, options.text("config"));
    await writeTypes(root);
    terminal.out("Typings written to .dovetail/types");
    return EXIT.done;
  },
};
