import type { EngineEvent } from "@dovetail/engine";
import { formatDuration } from "../duration.ts";
import type { Terminal } from "../terminal.ts";
import { ownName } from "./plan.ts";

const DONE_WORDS: { readonly [action: string]: string } = {
  create: "Created",
  update: "Updated",
  delete: "Deleted",
  import: "Imported",
  read: "Read",
  open: "Opened",
  renew: "Renewed",
  close: "Closed",
};
const DOING_WORDS: { readonly [action: string]: string } = {
  create: "creating",
  update: "updating",
  delete: "deleting",
  import: "importing",
  read: "reading",
  refresh: "refreshing",
  open: "opening",
  renew: "renewing",
  close: "closing",
};

/** Operations that change nothing. */
const LOOKED_AT: readonly string[] = ["read", "open", "renew", "close"];

export interface ProgressOptions {
  /** Nothing is printed (a `--json` run); the engine's diagnostics come with its result. */
  readonly quiet: boolean;
  /** Also reads and refreshes. */
  readonly verbose: boolean;
}

/** Turns the engine's events into lines on stderr and, on a terminal, a status line at the bottom. */
export function progressView(terminal: Terminal, options: ProgressOptions): (event: EngineEvent) => void {
  if (options.quiet) return () => {};
  const { style } = terminal;
  const running = new Map<string, string>();
  const ownNames = new Map<string, string>();
  /** The address, and the program's own name where that is another. */
  const named = (address: string) => {
    const own = ownNames.get(address);
    return own === undefined ? address : `${address} ${style.dim(own)}`;
  };
  const showStatus = () => {
    const [first] = running;
    if (first === undefined) return terminal.status("");
    terminal.status(
      `  ${DOING_WORDS[first[1]] ?? first[1]} ${first[0]}${running.size > 1 ? ` and ${running.size - 1} more` : ""}`,
    );
  };
  return (event) => {
    switch (event.type) {
      case "planned": {
        const own = ownName(event.change);
        if (own !== undefined) ownNames.set(event.change.address, own);
        break;
      }
      case "started":
        running.set(event.address, event.action);
        break;
      case "completed":
        running.delete(event.address);
        if (event.action !== "refresh" && (!LOOKED_AT.includes(event.action) || options.verbose)) {
          terminal.note(
            `|  ${style.green((DONE_WORDS[event.action] ?? event.action).padEnd(8))} ${named(event.address)} ${style.dim(`(${formatDuration(event.elapsedMs)})`)}`,
          );
        }
        break;
      case "failed":
        running.delete(event.address);
        terminal.note(
          `|  ${style.red("Failed".padEnd(8))} ${named(event.address)} ${style.dim(`(${DOING_WORDS[event.action] ?? event.action}, ${formatDuration(event.elapsedMs)})`)}`,
        );
        break;
      case "printed":
        terminal.note(`|  ${named(event.address)} ${event.line}`);
        break;
      case "skipped":
        terminal.note(`|  ${style.yellow("Skipped".padEnd(8))} ${named(event.address)}`);
        break;
      case "waiting-for-lock":
        terminal.note(`|  ${style.yellow("Locked".padEnd(8))} waiting for ${event.holder}`);
        break;
      case "took-over-lock":
        terminal.note(
          `|  ${style.yellow("Locked".padEnd(8))} by a run of this folder that died (${event.who}, since ${event.created}); its lock was taken over`,
        );
        break;
      case "recovered":
        terminal.note(
          `|  ${style.yellow("Resumed".padEnd(8))} the last run did not end: ${event.operations} recorded operation${event.operations === 1 ? "" : "s"} taken over${event.adopted.length > 0 ? `, found again: ${event.adopted.join(", ")}` : ""}`,
        );
        break;
      default:
        break;
    }
    showStatus();
  };
}
