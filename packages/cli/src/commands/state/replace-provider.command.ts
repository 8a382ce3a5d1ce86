import { type Command, EXIT } from "../../command.ts";
import { OPTIONS, STATE_CHANGE_OPTIONS } from "../../option-definitions.ts";
import { withLockedStage } from "../../stage-files.ts";

export const stateReplaceProviderCommand: Command = {
  name: "state replace-provider",
  summary: "Put another provider in the place of one, for all its resources in the state",
  positionals: { usage: "FROM TO", min: 2, max: 2 },
  options: { ...STATE_CHANGE_OPTIONS, yes: OPTIONS.yes },
  run: (invocation) =>
    withLockedStage(invocation, "state replace-provider", async (engine) => {
      const [from = "", to = ""] = invocation.positionals;
      const addresses = await engine.state.replaceProvider(from, to);
      for (const address of addresses) invocation.terminal.out(address);
      invocation.terminal.out(
        addresses.length === 0
          ? "No matching resources found."
          : `Successfully replaced provider for ${addresses.length} resources.`,
      );
      return EXIT.done;
    }),
};
