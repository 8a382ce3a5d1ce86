import { type Command, EXIT } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { withStage } from "../../stage-files.ts";

export const unlockCommand: Command = {
  name: "unlock",
  summary: "Take away the lock of a stage; a dead holder's lock frees itself",
  positionals: { usage: "[LOCK-ID]", min: 0, max: 1 },
  options: { stage: OPTIONS.stage, config: OPTIONS.config },
  run: (invocation) =>
    withStage(invocation, async (engine) => {
      const holder = await engine.unlock(invocation.positionals[0]);
      invocation.terminal.out(
        holder === undefined
          ? "There was no lock"
          : `Unlocked; it was held by ${holder.Who} (pid ${holder.pid}) since ${holder.Created}`,
      );
      return EXIT.done;
    }),
};
