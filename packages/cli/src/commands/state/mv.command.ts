import { type Command, EXIT } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { withStage } from "../../stage-files.ts";

export const stateMvCommand: Command = {
  name: "state mv",
  summary: "Move a resource or module to another address; nothing is destroyed",
  positionals: { usage: "FROM TO", min: 2, max: 2 },
  options: { stage: OPTIONS.stage, config: OPTIONS.config },
  run: (invocation) =>
    withStage(invocation, async (engine) => {
      const [from = "", to = ""] = invocation.positionals;
      for (const move of await engine.state.move(from, to)) invocation.terminal.out(`Moved ${move.from} to ${move.to}`);
      return EXIT.done;
    }),
};
