/** Where output goes: stdout is the result, stderr the progress; colour only on a terminal. */
export interface Terminal {
  /** A line of the result. */
  out(line: string): void;
  /** A line of progress or explanation. */
  note(line: string): void;
  readonly style: Style;
  /** stderr is a terminal that people watch. */
  readonly interactive: boolean;
  /** Replaces the status line at the bottom of an interactive terminal; "" removes it. No effect elsewhere. */
  status(line: string): void;
  /** A yes/no question; undefined where nobody can answer. */
  confirm(question: string): Promise<boolean | undefined>;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
}

export interface TerminalStreams {
  readonly stdout: NodeJS.WritableStream & { isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
}

/** Honours NO_COLOR and FORCE_COLOR as their authors define them. */
export function colourWanted(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0") return true;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return isTerminal && env.TERM !== "dumb";
}

function makeStyle(colour: boolean): Style {
  const code = (open: number, close: number) => (text: string) => (colour ? `\x1b[${open}m${text}\x1b[${close}m` : text);
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    green: code(32, 39),
    yellow: code(33, 39),
    cyan: code(36, 39),
    magenta: code(35, 39),
  };
}

export function createTerminal(streams: TerminalStreams, env: NodeJS.ProcessEnv): Terminal {
  const interactive = streams.stderr.isTTY === true && env.CI === undefined && env.TERM !== "dumb";
  let statusShown = false;
  const clear = () => {
    if (statusShown) streams.stderr.write("\r\x1b[2K");
    statusShown = false;
  };
  return {
    interactive,
    style: makeStyle(colourWanted(streams.stderr.isTTY === true, env)),
    out(line) {
      clear();
      streams.stdout.write(`${line}\n`);
    },
    note(line) {
      clear();
      streams.stderr.write(`${line}\n`);
    },
    status(line) {
      if (!interactive) return;
      clear();
      if (line === "") return;
      streams.stderr.write(line.slice(0, Math.max(10, (streams.stderr.columns ?? 80) - 1)));
      statusShown = true;
    },
    async confirm(question) {
      if (!interactive || streams.stdin.isTTY !== true) return undefined;
      const { createInterface } = await import("node:readline/promises");
      const reader = createInterface({ input: streams.stdin, output: streams.stderr });
      try {
        const answer = (await reader.question(`${question} [y/N] `)).trim().toLowerCase();
        return answer === "y" || answer === "yes";
      } finally {
        reader.close();
      }
    },
  };
}
