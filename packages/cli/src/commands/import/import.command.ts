import { type Command, EXIT } from "../../command.ts";
import { OPTIONS, STAGE_OPTIONS } from "../../option-definitions.ts";
import { openSession } from "../../session.ts";
import { progressView } from "../../views/progress.ts";

export const importCommand: Command = {
  name: "import",
  summary: "Take an existing object into the state",
  positionals: { usage: "ADDRESS ID", min: 2, max: 2 },
  options: { ...STAGE_OPTIONS, "lock-timeout": OPTIONS["lock-timeout"], "no-lock": OPTIONS["no-lock"] },
  async run(invocation) {
    const { terminal, positionals, report } = invocation;
    const session = await openSession(invocation, {
      command: "import",
      onEvent: progressView(terminal, { quiet: report.json, verbose: false }),
    });
    try {
      terminal.note(terminal.style.bold(session.title));
      const [address = "", id = ""] = positionals;
      const result = await session.engine.importResource({
        address,
        id,
        frontEnd: session.app.frontEnd,
        lockTimeoutMs: session.lockTimeoutMs,
      });
      await report.show(result.diagnostics);
      if (report.json) report.result({ ok: result.ok, imported: result.imported });
      else if (result.ok) terminal.out(`Imported ${address}`);
      return result.ok ? EXIT.done : EXIT.failed;
    } finally {
      await session.close();
    }
  },
};
