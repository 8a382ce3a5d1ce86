import { type Command, EXIT } from "../../command.ts";
import { VERSION } from "../../version.ts";

export const versionCommand: Command = {
  name: "version",
  summary: "Print the version",
  options: { json: { type: "boolean", help: "print it as JSON" } },
  async run({ terminal, options }) {
    terminal.out(
      options.flag("json") ? JSON.stringify({ dovetail: VERSION, node: process.versions.node }) : `dovetail ${VERSION}`,
    );
    return EXIT.done;
  },
};
