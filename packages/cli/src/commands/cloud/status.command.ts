import { type Command, EXIT } from "../../command.ts";
import { askCloud } from "../../json-http.ts";
import { runningCloud } from "./running.ts";

interface Status {
  readonly endpoint: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly accountId: string;
  readonly now: string;
}

export const cloudStatusCommand: Command = {
  name: "cloud status",
  summary: "Say whether and where this app's embedded AWS runs",
  options: { json: { type: "boolean", help: "print endpoint, pid, dataDir, accountId and now as JSON" } },
  async run(invocation) {
    const { terminal, options } = invocation;
    const running = await runningCloud(invocation);
    if (running === undefined) {
      terminal.out(options.flag("json") ? JSON.stringify({ running: false }) : "The cloud is not running");
      return EXIT.failed;
    }
    const status = await askCloud<Status>(running.endpoint, "GET", "status");
    if (options.flag("json")) terminal.out(JSON.stringify({ running: true, ...status }));
    else {
      terminal.out(`endpoint  ${status.endpoint}`);
      terminal.out(`pid       ${status.pid}`);
      terminal.out(`account   ${status.accountId}`);
      terminal.out(`data      ${status.dataDir}`);
      terminal.out(`clock     ${status.now}`);
    }
    return EXIT.done;
  },
};
