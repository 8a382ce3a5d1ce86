import { type Command, EXIT } from "../../command.ts";
import { askCloud } from "../../json-http.ts";
import { requireRunningCloud } from "./running.ts";

export const cloudResetCommand: Command = {
  name: "cloud reset",
  summary: "Empty this app's embedded AWS: every resource, object and message is gone, the clock is the machine's again",
  options: {},
  async run(invocation) {
    const { endpoint } = await requireRunningCloud(invocation);
    await askCloud(endpoint, "POST", "reset");
    invocation.terminal.out("The cloud is empty");
    return EXIT.done;
  },
};
