import { type Command, EXIT } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { withStage } from "../../stage-files.ts";

export const stateListCommand: Command = {
  name: "state list",
  summary: "List the resources in the state",
  positionals: { usage: "[ADDRESS …]", min: 0, max: Number.POSITIVE_INFINITY },
  options: { stage: OPTIONS.stage, config: OPTIONS.config, json: OPTIONS.json },
  run: (invocation) =>
    withStage(invocation, async (engine) => {
      const addresses = await engine.state.list(invocation.positionals);
      if (invocation.options.flag("json")) invocation.terminal.out(JSON.stringify(addresses));
      else for (const address of addresses) invocation.terminal.out(address);
      return EXIT.done;
    }),
};
