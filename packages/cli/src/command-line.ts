import type { FileSystem } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "./command.ts";
import { COMMANDS, GROUPS } from "./commands.ts";
import { parseArguments } from "./parse.ts";
import { createTerminal, type Terminal, type TerminalStreams } from "./terminal.ts";

export interface CommandLineEnvironment {
  readonly streams?: TerminalStreams;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly interrupt?: AbortSignal;
  readonly interruptAgain?: AbortSignal;
  readonly files?: FileSystem;
}

/** Runs one command line and answers its exit code. Never throws: what goes wrong is shown as a diagnostic. */
export async function runCommandLine(args: readonly string[], environment: CommandLineEnvironment = {}): Promise<number> {
  const env = environment.env ?? process.env;
  const cwd = environment.cwd ?? process.cwd();
  const terminal = createTerminal(environment.streams ?? process, env);
  const found = findCommand(args);
  if (found === undefined) return showHelp(args, terminal);
  let json = args.includes("--json");
  const signals = environment.interrupt === undefined ? listenForInterrupts() : undefined;
  try {
    const command = await found.load();
    if (found.rest.includes("--help") || found.rest.includes("-h")) {
      const { commandHelp } = await import("./help.ts");
      terminal.out(commandHelp(command));
      return EXIT.done;
    }
    const { options, positionals } = parseArguments(command, found.rest);
    json = json && "json" in command.options;
    const invocation: Invocation = {
      terminal,
      cwd,
      env,
      options,
      positionals,
      ...(environment.files === undefined ? {} : { files: environment.files }),
      interrupt: environment.interrupt ?? signals?.first ?? new AbortController().signal,
      interruptAgain: environment.interruptAgain ?? signals?.second ?? new AbortController().signal,
    };
    return await command.run(invocation);
  } catch (error) {
    const diagnostics = diagnosticsOf(error);
    await showDiagnostics(diagnostics, terminal, cwd, json);
    return diagnostics.some((d) => d.code === "DVT7001") ? EXIT.usage : EXIT.failed;
  } finally {
    terminal.status("");
    signals?.dispose();
  }
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

export async function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
  cwd: string,
  json = false,
): Promise<void> {
  if (json) {
    for (const diagnostic of diagnostics) terminal.out(JSON.stringify({ type: "diagnostic", diagnostic }));
    return;
  }
  const { renderDiagnostic, sortDiagnostics } = await import("./views/diagnostic.ts");
  for (const diagnostic of sortDiagnostics(diagnostics)) {
    terminal.note("");
    terminal.note(renderDiagnostic(diagnostic, terminal.style, cwd));
  }
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
  await showDiagnostics([diagnostic], terminal, process.cwd());
  return EXIT.usage;
}

/** First Ctrl-C (or SIGTERM): finish what runs; second: stop at once. */
function listenForInterrupts(): { first: AbortSignal; second: AbortSignal; dispose: () => void } {
  const first = new AbortController();
  const second = new AbortController();
  const listener = () => (first.signal.aborted ? second.abort() : first.abort());
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
