import { type Command, EXIT } from "../../command.ts";
import { STATE_OPTIONS } from "../../option-definitions.ts";
import { withStage } from "../../stage-files.ts";

export const statePullCommand: Command = {
  name: "state pull",
  summary: "Print the state file, as Terraform reads it",
  options: STATE_OPTIONS,
  run: (invocation) =>
    withStage(invocation, async (engine) => {
      invocation.terminal.out((await engine.state.pull()).trimEnd());
      return EXIT.done;
    }),
};
