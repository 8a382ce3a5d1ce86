import { type Command, EXIT } from "../../command.ts";
import { showDiagnostics } from "../../command-line.ts";
import { PLAN_OPTIONS } from "../../option-definitions.ts";
import { openSession } from "../../session.ts";
import { renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";

export const refreshCommand: Command = {
  name: "refresh",
  summary: "Read every resource again and update the state",
  options: PLAN_OPTIONS,
  async run(invocation) {
    const { terminal, options, cwd } = invocation;
    const json = options.flag("json");
    const session = await openSession(invocation, {
      command: "refresh",
      onEvent: progressView(terminal, { quiet: json, verbose: options.flag("verbose") }),
    });
    try {
      terminal.note(terminal.style.bold(session.title));
      const { plan, result } = await session.engine.withLock(
        "refresh",
        async () => {
          const plan = await session.engine.plan({
            mode: "refresh-only",
            targets: options.texts("target-address"),
            excludes: options.texts("exclude"),
            parallelism: session.parallelism,
            signal: invocation.interrupt,
          });
          return {
            plan,
            result: plan.isErrored ? undefined : await session.engine.apply(plan, { signal: invocation.interrupt }),
          };
        },
        { lockTimeoutMs: session.lockTimeoutMs },
      );
      await showDiagnostics([...plan.diagnostics, ...(result?.diagnostics ?? [])], terminal, cwd, json);
      if (result === undefined || !result.ok) return EXIT.failed;
      if (json)
        terminal.out(
          JSON.stringify({
            type: "result",
            ok: true,
            drift: plan.drift.map((change) => ({ address: change.address, gone: change.after === null })),
          }),
        );
      else {
        for (const line of renderPlan({ ...plan, changes: [], outputs: {} }, terminal.style, { verbose: false }))
          terminal.out(line);
        terminal.out(
          plan.drift.length === 0
            ? "The state matches the objects."
            : `The state was updated: ${plan.drift.length} changed outside.`,
        );
      }
      return EXIT.done;
    } finally {
      await session.close();
    }
  },
};
