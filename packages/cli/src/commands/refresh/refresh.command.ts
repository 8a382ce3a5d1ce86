import { type Command, EXIT } from "../../command.ts";
import { PLAN_OPTIONS } from "../../option-definitions.ts";
import { openSession } from "../../session.ts";
import { renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";

export const refreshCommand: Command = {
  name: "refresh",
  summary: "Read every resource again and update the state",
  options: PLAN_OPTIONS,
  async run(invocation) {
    const { terminal, options, report } = invocation;
    const session = await openSession(invocation, {
      command: "refresh",
      onEvent: progressView(terminal, { quiet: report.json, verbose: options.flag("verbose") }),
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
      await report.show([...plan.diagnostics, ...(result?.diagnostics ?? [])]);
      const ok = result?.ok === true;
      if (report.json) report.result({ ok, drift: plan.drift.map(({ address, after }) => ({ address, gone: after === null })) });
      if (invocation.interrupt.aborted) return EXIT.interrupted;
      if (!ok) return EXIT.failed;
      if (!report.json) {
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
