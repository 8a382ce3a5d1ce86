import type { FileSystem } from "@dovetail/engine";
import type { Report } from "./report.ts";
import type { Terminal } from "./terminal.ts";

/** Exit codes: 0 done, 1 failed, 2 usage (or changes, with --detailed-exitcode), 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, changes: 2, interrupted: 130 } as const;

export interface OptionDefinition {
  readonly type: "string" | "boolean";
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly short?: string;
  /** `NAME` in the help text. */
  readonly value?: string;
  readonly help: string;
}

/** A command is a plain object; help text and reference pages come from it. */
export interface Command {
  /** The path of words: `state list`. */
  readonly name: string;
  readonly summary: string;
  /** Not built yet: refused by name, with any arguments. */
  readonly isPlanned?: boolean;
  /** Positional arguments as the help shows them: `ADDRESS ID`. */
  readonly positionals?: { readonly usage: string; readonly min: number; readonly max: number };
  readonly options: { readonly [name: string]: OptionDefinition };
  run(invocation: Invocation): Promise<number>;
}

export interface Invocation {
  readonly terminal: Terminal;
  readonly report: Report;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly positionals: readonly string[];
  readonly options: Options;
  /** Aborted by the first Ctrl-C; a second one sets `again`. */
  readonly interrupt: AbortSignal;
  readonly interruptAgain: AbortSignal;
  /** The disk that state, journal and lock lie on. Default: the machine's. */
  readonly files?: FileSystem;
}

/** Parsed options, read by name and kind. */
export interface Options {
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** All that were given of several options, in the order of the command line. */
  inOrder<N extends string>(names: readonly N[]): readonly { readonly name: N; readonly value: string }[];
}
