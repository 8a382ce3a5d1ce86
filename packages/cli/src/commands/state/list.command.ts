import { type Command, EXIT } from "../../command.ts";
import { OPTIONS, STATE_OPTIONS } from "../../option-definitions.ts";
import { withStage } from "../../stage-files.ts";

export const stateListCommand: Command = {
  name: "state list",
  summary: "List the resources in the state",
  positionals: { usage: "[ADDRESS …]", min: 0, max: Number.POSITIVE_INFINITY },
  options: { ...STATE_OPTIONS, json: OPTIONS.json },
  run: (invocation) =>
    withStage(invocation, async (engine) => {
      const addresses = await engine.state.list(invocation.positionals);
      if (invocation.options.flag("json")) invocation.terminal.out(JSON.stringify(addresses));
      else for (const address of addresses) invocation.terminal.out(address);
      return EXIT.done;
    }),
};
