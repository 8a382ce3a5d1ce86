import { type Command, EXIT } from "../../command.ts";
import { STATE_CHANGE_OPTIONS } from "../../option-definitions.ts";
import { withLockedStage } from "../../stage-files.ts";

const options = STATE_CHANGE_OPTIONS;

export const taintCommand: Command = {
  name: "taint",
  summary: "Mark an object to be replaced by the next deploy",
  positionals: { usage: "ADDRESS", min: 1, max: 1 },
  options,
  run: (invocation) =>
    withLockedStage(invocation, "taint", async (engine) => {
      const [address = ""] = invocation.positionals;
      await engine.state.taint(address, true);
      invocation.terminal.out(`Resource instance ${address} has been marked as tainted.`);
      return EXIT.done;
    }),
};

export const untaintCommand: Command = {
  name: "untaint",
  summary: "Take that mark away",
  positionals: { usage: "ADDRESS", min: 1, max: 1 },
  options,
  run: (invocation) =>
    withLockedStage(invocation, "taint", async (engine) => {
      const [address = ""] = invocation.positionals;
      await engine.state.taint(address, false);
      invocation.terminal.out(`Resource instance ${address} has been successfully untainted.`);
      return EXIT.done;
    }),
};
