import { type Command, EXIT, type Invocation } from "../../command.ts";
import { parseDuration } from "../../duration.ts";
import { askCloud } from "../../json-http.ts";
import { usageError } from "../../parse.ts";
import { requireRunningCloud } from "./running.ts";

interface ClockAnswer {
  readonly now: string;
  readonly nowMs: number;
}

async function show(invocation: Invocation, body?: { advanceMs: number } | { setMs: number }): Promise<number> {
  const { endpoint } = await requireRunningCloud(invocation);
  const clock = await askCloud<ClockAnswer>(endpoint, body === undefined ? "GET" : "POST", "clock", body);
  invocation.terminal.out(invocation.options.flag("json") ? JSON.stringify({ now: clock.now, nowMs: clock.nowMs }) : clock.now);
  return EXIT.done;
}

const json = { json: { type: "boolean", help: "print the time as JSON" } } as const;

export const cloudClockCommand: Command = {
  name: "cloud clock",
  summary: "Show the time of this app's embedded AWS",
  options: json,
  run: (invocation) => show(invocation),
};

export const cloudClockAdvanceCommand: Command = {
  name: "cloud clock advance",
  summary: "Move the clock forward; everything that falls due on the way happens",
  positionals: { usage: "DURATION", min: 1, max: 1 },
  options: json,
  run: (invocation) => show(invocation, { advanceMs: parseDuration(invocation.positionals[0] ?? "") }),
};

export const cloudClockSetCommand: Command = {
  name: "cloud clock set",
  summary: "Set the clock to a time; everything that falls due on the way happens",
  positionals: { usage: "TIME", min: 1, max: 1 },
  options: json,
  run(invocation) {
    const setMs = Date.parse(invocation.positionals[0] ?? "");
    if (Number.isNaN(setMs))
      throw usageError(cloudClockSetCommand, `"${invocation.positionals[0]}" is no time such as 2026-01-31T12:00:00Z`);
    return show(invocation, { setMs });
  },
};
