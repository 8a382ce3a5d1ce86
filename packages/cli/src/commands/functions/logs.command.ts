import { type Command, EXIT, type Invocation } from "../../command.ts";
import { parseDuration } from "../../duration.ts";
import { askCloud } from "../../json-http.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { type LogEvent, logEvents, type StageFunction, withFunction } from "./function-calls.ts";

/** How often `--follow` looks for new lines. */
const FOLLOW_MS = 500;
/** How many events a follower remembers, so that none is shown twice. */
const REMEMBERED_MAX = 10_000;

export const logsCommand: Command = {
  name: "logs",
  summary: "Print a function's log lines, by the cloud's clock",
  positionals: { usage: "FUNCTION", min: 1, max: 1 },
  options: {
    stage: OPTIONS.stage,
    config: OPTIONS.config,
    target: OPTIONS.target,
    since: { type: "string", value: "DURATION", help: "how far back (default: 10m)" },
    follow: { type: "boolean", short: "f", help: "go on with new lines until Ctrl-C" },
    json: { type: "boolean", help: "print each event as a line of JSON" },
  },
  run: (invocation) => {
    const backMs = parseDuration(invocation.options.text("since") ?? "10m");
    return withFunction(invocation, (endpoint, found) => show(invocation, endpoint, found, backMs));
  },
};

async function show(invocation: Invocation, endpoint: string, found: StageFunction, backMs: number): Promise<number> {
  const { interrupt, options } = invocation;
  const { nowMs } = await askCloud<{ nowMs: number }>(endpoint, "GET", "clock");
  let sinceMs = Math.max(0, nowMs - backMs);
  const shown = new Set<string>();
  for (;;) {
    for (const event of await logEvents(endpoint, found, sinceMs)) {
      if (shown.has(event.eventId)) continue;
      if (shown.size > REMEMBERED_MAX) shown.clear();
      shown.add(event.eventId);
      sinceMs = Math.max(sinceMs, event.timestamp);
      print(invocation, event);
    }
    if (!options.flag("follow")) return EXIT.done;
    await pause(interrupt);
    if (interrupt.aborted) return EXIT.interrupted;
  }
}

function print({ terminal, report }: Invocation, { timestamp, message }: LogEvent): void {
  if (report.json) report.document(JSON.stringify({ timestamp, message }));
  else terminal.out(`${new Date(timestamp).toISOString()}  ${message.trimEnd()}`);
}

async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FOLLOW_MS);
    signal.addEventListener("abort", () => resolve(), { once: true });
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
