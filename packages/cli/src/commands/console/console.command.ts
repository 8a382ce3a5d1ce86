import { createInterface } from "node:readline";
import { hasErrors } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS, STAGE_OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { openSession, type Session } from "../../session.ts";

export const consoleCommand: Command = {
  name: "console",
  summary: "Evaluate expressions of a Terraform root, one a line, with the values that the state has",
  options: {
    stage: OPTIONS.stage,
    config: OPTIONS.config,
    var: OPTIONS.var,
    "var-file": OPTIONS["var-file"],
    target: STAGE_OPTIONS.target,
  },
  async run(invocation) {
    const session = await openSession(invocation, { command: "console", startCloud: false });
    try {
      if (session.console === undefined)
        throw usageError(consoleCommand, "a program has no console; this is for folders of .tf files");
      let isWell = true;
      const lines = createInterface({ input: process.stdin, terminal: false });
      if (process.stdin.isTTY === true) invocation.terminal.note("One expression a line; exit ends.");
      for await (const line of lines) {
        const text = line.trim();
        if (text === "exit") break;
        if (text !== "") isWell = await evaluate(invocation, session, text);
        if (!isWell && process.stdin.isTTY !== true) break;
      }
      return isWell ? EXIT.done : EXIT.failed;
    } finally {
      await session.close();
    }
  },
};

/** Resources that the expression names are those of the state; nothing is read or changed. */
async function evaluate({ terminal, report }: Invocation, session: Session, text: string): Promise<boolean> {
  let answer: string | undefined;
  const frontEnd = session.console?.(text, (value) => {
    answer = value;
  });
  if (frontEnd === undefined) return false;
  const { diagnostics } = await session.engine.plan({ frontEnd, mode: "refresh-only", refresh: false, lock: false });
  await report.show(diagnostics);
  if (answer !== undefined) terminal.out(answer);
  return !hasErrors(diagnostics);
}
