import { relevantDrift } from "@dovetail/governance";
import { hasErrors } from "@dovetail/model";
import { type Command, EXIT } from "../../command.ts";
import { PLAN_OPTIONS } from "../../option-definitions.ts";
import { openSession } from "../../session.ts";
import { renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";

export const driftCommand: Command = {
  name: "drift",
  summary: "Show what was changed outside; exits with 2 when something was, and changes nothing",
  options: PLAN_OPTIONS,
  async run(invocation) {
    const { terminal, options, report } = invocation;
    const session = await openSession(invocation, {
      command: "drift",
      onEvent: progressView(terminal, { quiet: report.json, verbose: options.flag("verbose") }),
    });
    try {
      terminal.note(terminal.style.bold(session.title));
      const plan = await session.engine.plan({
        frontEnd: session.app.frontEnd,
        targets: options.texts("target-address"),
        excludes: options.texts("exclude"),
        parallelism: session.parallelism,
        lock: false,
        signal: invocation.interrupt,
      });
      await report.show(plan.diagnostics.filter((d) => d.severity === "error"));
      const failed = hasErrors(plan.diagnostics);
      const drift = failed ? [] : relevantDrift(plan);
      if (report.json)
        report.result({ ok: !failed, drift: drift.map(({ address, after }) => ({ address, gone: after === null })) });
      if (failed) return EXIT.failed;
      if (!report.json) {
        for (const line of renderPlan({ ...plan, drift, changes: [], outputs: {} }, terminal.style, { verbose: false }))
          terminal.out(line);
        if (drift.length === 0) terminal.out("No drift: the objects are as the state says.");
      }
      return drift.length === 0 ? EXIT.done : EXIT.changes;
    } finally {
      await session.close();
    }
  },
};
