import { type Command, EXIT } from "../../command.ts";
import { STATE_CHANGE_OPTIONS } from "../../option-definitions.ts";
import { withLockedStage } from "../../stage-files.ts";

export const stateMvCommand: Command = {
  name: "state mv",
  summary: "Move a resource or module to another address; nothing is destroyed",
  positionals: { usage: "FROM TO", min: 2, max: 2 },
  options: STATE_CHANGE_OPTIONS,
  run: (invocation) =>
    withLockedStage(invocation, "state mv", async (engine) => {
      const [from = "", to = ""] = invocation.positionals;
      for (const move of await engine.state.move(from, to)) invocation.terminal.out(`Moved ${move.from} to ${move.to}`);
      return EXIT.done;
    }),
};
