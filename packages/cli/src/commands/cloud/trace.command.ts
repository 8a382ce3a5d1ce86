import { type Command, EXIT, type Invocation } from "../../command.ts";
import { askCloud } from "../../json-http.ts";
import { usageError } from "../../parse.ts";
import { requireRunningCloud } from "./running.ts";
import { type TraceEvent, traceLines, traceTree } from "./trace-tree.ts";

interface TraceAnswer {
  readonly last: number;
  readonly events: readonly TraceEvent[];
}

/** How long the cloud may hold a follower's question back. */
const WAIT_MS = 20_000;

export const cloudTraceCommand: Command = {
  name: "cloud trace",
  summary: "Show who called what because of what, with times and errors",
  options: {
    request: { type: "string", value: "ID", help: "only what has the same first cause as this request (or span)" },
    since: { type: "string", value: "ORDER", help: "only events after this one (the `order` of --json)" },
    follow: { type: "boolean", short: "f", help: "go on with new events until Ctrl-C" },
    json: { type: "boolean", help: "print each event as a line of JSON" },
  },
  async run(invocation) {
    const { options } = invocation;
    const since = options.text("since") ?? "0";
    if (!/^\d{1,15}$/.test(since)) throw usageError(cloudTraceCommand, `"${since}" is no order of an event`);
    const { endpoint } = await requireRunningCloud(invocation);
    const request = options.text("request");
    const query = request === undefined ? "" : `&request=${encodeURIComponent(request)}`;
    const answer = await askCloud<TraceAnswer>(endpoint, "GET", `trace?since=${since}${query}`);
    print(invocation, answer.events, traceTree(answer.events));
    return options.flag("follow") ? follow(invocation, endpoint, query, answer.last) : EXIT.done;
  },
};

function print({ terminal, options }: Invocation, events: readonly TraceEvent[], lines: readonly string[]): void {
  if (options.flag("json")) for (const event of events) terminal.out(JSON.stringify(event));
  else for (const line of lines) terminal.out(line);
}

/** Events come when they are completed; an effect is indented below a cause that was shown. */
async function follow(invocation: Invocation, endpoint: string, query: string, from: number): Promise<number> {
  const { interrupt } = invocation;
  const interrupted = new Promise<undefined>((resolve) =>
    interrupt.addEventListener("abort", () => resolve(undefined), { once: true }),
  );
  const asked = (since: number) => askCloud<TraceAnswer>(endpoint, "GET", `trace?since=${since}&wait=${WAIT_MS}${query}`);
  for (let since = from; !interrupt.aborted; ) {
    const answer = await Promise.race([asked(since), interrupted]);
    if (answer === undefined) break;
    const lines = answer.events.flatMap((event) => traceLines(event, event.parent === undefined ? "" : "  "));
    print(invocation, answer.events, lines);
    since = Math.max(since, answer.last);
  }
  return EXIT.interrupted;
}
