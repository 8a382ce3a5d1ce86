import { STATE_TERRAFORM_VERSION } from "@dovetail/engine";
import { type Command, EXIT } from "../../command.ts";
import { VERSION } from "../../version.ts";

export const versionCommand: Command = {
  name: "version",
  summary: "Print the version",
  options: { json: { type: "boolean", help: "print it as JSON" } },
  async run({ terminal, options }) {
    terminal.out(
      options.flag("json")
        ? JSON.stringify({
            dovetail: VERSION,
            node: process.versions.node,
            // What scripts that were written for terraform look at.
            terraform_version: STATE_TERRAFORM_VERSION,
            platform: `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`,
            provider_selections: {},
            terraform_outdated: false,
          })
        : `dovetail ${VERSION}`,
    );
    return EXIT.done;
  },
};
