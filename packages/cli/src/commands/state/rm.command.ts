import { type Command, EXIT } from "../../command.ts";
import { STATE_CHANGE_OPTIONS } from "../../option-definitions.ts";
import { withLockedStage } from "../../stage-files.ts";

export const stateRmCommand: Command = {
  name: "state rm",
  summary: "Forget resources, leaving their objects as they are",
  positionals: { usage: "ADDRESS …", min: 1, max: Number.POSITIVE_INFINITY },
  options: STATE_CHANGE_OPTIONS,
  run: (invocation) =>
    withLockedStage(invocation, "state rm", async (engine) => {
      for (const address of await engine.state.remove(invocation.positionals)) invocation.terminal.out(`Removed ${address}`);
      return EXIT.done;
    }),
};
