import { resolve } from "node:path";
import type { FileSystem } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "./command.ts";
import { COMMANDS, GROUPS } from "./commands.ts";
import { parseArguments } from "./parse.ts";
import { createReport } from "./report.ts";
import { createTerminal, type Terminal, type TerminalStreams } from "./terminal.ts";
import { takeChdir, translateFlags } from "./terraform-flags.ts";

export interface CommandLineEnvironment {
  readonly streams?: TerminalStreams;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly interrupt?: AbortSignal;
  readonly interruptAgain?: AbortSignal;
  readonly files?: FileSystem;
}

/** Runs one command line and answers its exit code. Never throws: what goes wrong is shown as a diagnostic. */
export async function runCommandLine(given: readonly string[], environment: CommandLineEnvironment = {}): Promise<number> {
  const { folder, rest: args } = takeChdir(given);
  const asked = environment.env ?? process.env;
  const env = args.includes("-no-color") ? { ...asked, NO_COLOR: "1" } : asked;
  const started = environment.cwd ?? workingFolder();
  const cwd = folder === undefined || started === "" ? started : resolve(started, folder);
  const terminal = createTerminal(environment.streams ?? process, env);
  const found = findCommand(args);
  if (found === undefined) return showHelp(args, terminal);
  let report = createReport(terminal, cwd, args.includes("--json") || args.includes("-json"));
  const signals = environment.interrupt === undefined ? listenForInterrupts(terminal) : undefined;
  try {
    if (cwd === "") throw goneFolder();
    const command = await found.load();
    if (found.rest.some((arg) => ["--help", "-help", "-h"].includes(arg))) {
      const { commandHelp } = await import("./help.ts");
      terminal.out(commandHelp(command));
      return EXIT.done;
    }
    const { options, positionals } = parseArguments(
      command,
      command.isPlanned === true ? [] : translateFlags(command, found.rest),
    );
    report = createReport(terminal, cwd, options.flag("json") || options.flag("messages"));
    const invocation: Invocation = {
      // Progress of a --json run is for people only.
      terminal: report.json && !terminal.interactive ? { ...terminal, note: () => {} } : terminal,
      report,
      cwd,
      env,
      options,
      positionals,
      ...(environment.files === undefined ? {} : { files: environment.files }),
      interrupt: environment.interrupt ?? signals?.first ?? new AbortController().signal,
      interruptAgain: environment.interruptAgain ?? signals?.second ?? new AbortController().signal,
    };
    const code = await command.run(invocation);
    return invocation.interruptAgain.aborted ? EXIT.interrupted : code;
  } catch (error) {
    const diagnostics = diagnosticsOf(error);
    await report.show(diagnostics);
    if (report.json && !report.isAnswered) report.result({ ok: false });
    if (signals?.second.aborted === true) return EXIT.interrupted;
    return diagnostics.some((d) => d.code === "DVT7001") ? EXIT.usage : EXIT.failed;
  } finally {
    terminal.status("");
    signals?.dispose();
  }
}

/** "" where the folder that the shell stands in was deleted: then no app is found from there. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}

function goneFolder(): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1001", "No app found", {
      detail: "The folder that the shell stands in was deleted.",
      fix: "Change into the app's folder, then run it again.",
    }),
  );
}

/** What went wrong, as diagnostics; anything that is none is a bug of ours and says so. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  // A DiagnosticError of another copy of the model (a bundle's) has the same shape.
  if (error instanceof Error && error.name === "DiagnosticError" && "diagnostics" in error && Array.isArray(error.diagnostics))
    return error.diagnostics;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [errorDiagnostic("DVT9001", "This is a bug in Dovetail", { detail, fix: "Please report it with the lines above." })];
}

interface FoundCommand {
  readonly load: () => Promise<Command>;
  readonly rest: readonly string[];
}

/** The longest command name that the arguments begin with: `state list` before `state`. */
function findCommand(args: readonly string[]): FoundCommand | undefined {
  for (const words of [3, 2, 1]) {
    const name = args.slice(0, words).join(" ");
    if (args.length >= words && Object.hasOwn(COMMANDS, name)) {
      const row = COMMANDS[name];
      if (row !== undefined) return { load: row.load, rest: args.slice(words) };
    }
  }
  return undefined;
}

async function showHelp(args: readonly string[], terminal: Terminal): Promise<number> {
  const { overview, nearestCommand } = await import("./help.ts");
  const first = args[0];
  if (first === undefined || first === "help" || first === "--help" || first === "-h") {
    terminal.out(overview());
    return EXIT.done;
  }
  if (Object.hasOwn(GROUPS, first)) {
    terminal.note(overview(first));
    return EXIT.usage;
  }
  const nearest = nearestCommand(first);
  const diagnostic = errorDiagnostic("DVT7001", "Usage", {
    detail: `There is no command "${args.slice(0, 2).join(" ")}".`,
    fix: nearest === undefined ? "dovetail help" : `Did you mean "${nearest}"?`,
  });
  await createReport(terminal, "/", false).show([diagnostic]);
  return EXIT.usage;
}

/** One press of Ctrl-C reaches us from the terminal and again from what started us: signals this near count as one. */
const SAME_INTERRUPT_MS = 150;

/** How long a run may take to say what it leaves behind, once it was told to stop at once. */
const AT_ONCE_MS = 300;

/** First Ctrl-C (or SIGTERM): finish what runs; second: stop at once. */
function listenForInterrupts(terminal: Terminal): { first: AbortSignal; second: AbortSignal; dispose: () => void } {
  const first = new AbortController();
  const second = new AbortController();
  let firstAtMs = 0;
  const listener = () => {
    if (!first.signal.aborted) {
      firstAtMs = performance.now();
      terminal.note("\nInterrupted: what is under way is finished first; once more stops at once.");
      first.abort();
    } else if (!second.signal.aborted && performance.now() - firstAtMs > SAME_INTERRUPT_MS) {
      terminal.note("Stopped at once; the next run takes over what was begun.");
      second.abort();
      // What hangs in the air then (a request without an answer) is not waited for: the journal has it.
      setTimeout(() => process.exit(EXIT.interrupted), AT_ONCE_MS).unref();
    }
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return {
    first: first.signal,
    second: second.signal,
    dispose: () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    },
  };
}
