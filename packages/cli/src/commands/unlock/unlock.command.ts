import { type Command, EXIT } from "../../command.ts";
import { STATE_OPTIONS } from "../../option-definitions.ts";
import { withStage } from "../../stage-files.ts";

export const unlockCommand: Command = {
  name: "unlock",
  summary: "Take away the lock of a stage; a dead holder's lock frees itself",
  positionals: { usage: "[LOCK-ID]", min: 0, max: 1 },
  options: { ...STATE_OPTIONS, force: { type: "boolean", help: "accepted, as terraform's: nothing is asked" } },
  run: (invocation) =>
    withStage(invocation, async (engine) => {
      const holder = await engine.unlock(invocation.positionals[0]);
      invocation.terminal.out(
        holder === undefined
          ? "There was no lock"
          : `Unlocked; it was held by ${holder.Who}${holder.pid === 0 ? "" : ` (pid ${holder.pid})`} since ${holder.Created}`,
      );
      return EXIT.done;
    }),
};
