import { isAlive } from "@dovetail/cloud";
import { type Command, EXIT } from "../../command.ts";
import { askCloud } from "../../json-http.ts";
import { runningCloud } from "./running.ts";

const STOP_POLL_MS = 10;
const STOP_WAIT_MS = 10_000;

export const cloudStopCommand: Command = {
  name: "cloud stop",
  summary: "Stop this app's embedded AWS; what it holds stays on disk",
  options: {},
  async run(invocation) {
    const { terminal } = invocation;
    const running = await runningCloud(invocation);
    if (running === undefined) {
      terminal.out("The cloud was not running");
      return EXIT.done;
    }
    await askCloud(running.endpoint, "POST", "stop");
    if (!(await gone(running.pid))) process.kill(running.pid, "SIGTERM");
    terminal.out("The cloud has stopped");
    return EXIT.done;
  },
};

/** True once the process is no more; false when it outlived the wait. */
async function gone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < STOP_WAIT_MS; waited += STOP_POLL_MS) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
  }
  return false;
}
