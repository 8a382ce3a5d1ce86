import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { planHasChanges, planJson } from "@dovetail/engine";
import { checkPlan, relevantDrift } from "@dovetail/governance";
import { hasErrors } from "@dovetail/model";
import { type Command, EXIT } from "../../command.ts";
import { showDiagnostics } from "../../command-line.ts";
import { openSession } from "../../session.ts";
import { planSentence, renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";
import { deployOptions, planOptionsOf } from "../deploy/arguments.ts";

export const diffCommand: Command = {
  name: "diff",
  summary: "Show what deploy would change; nothing is changed and no lock is taken",
  options: {
    ...deployOptions,
    "detailed-exitcode": { type: "boolean", help: "exit with 0 for no changes, 2 for changes, 1 for an error" },
    out: { type: "string", value: "FILE", help: "also write the plan JSON to this file" },
  },
  async run(invocation) {
    const { terminal, options, cwd } = invocation;
    const json = options.flag("json");
    const session = await openSession(invocation, {
      command: "diff",
      onEvent: progressView(terminal, { quiet: json, verbose: options.flag("verbose") }),
    });
    try {
      terminal.note(terminal.style.bold(session.title));
      const plan = await session.engine.plan({ ...planOptionsOf(invocation, session), lock: false });
      const diagnostics = [...session.app.diagnostics, ...plan.diagnostics, ...checkPlan(plan)];
      await showDiagnostics(json ? diagnostics.filter((d) => d.severity === "error") : diagnostics, terminal, cwd, json);
      const failed = plan.isErrored || hasErrors(diagnostics);
      if (json || options.text("out") !== undefined) {
        const text = JSON.stringify(await planJson(plan, session.providers));
        const out = options.text("out");
        if (out !== undefined) writeFileSync(resolve(cwd, out), `${text}\n`);
        if (json) terminal.out(text);
      }
      if (failed) return EXIT.failed;
      const changes = planHasChanges(plan);
      if (!json) {
        for (const line of renderPlan({ ...plan, drift: relevantDrift(plan) }, terminal.style, {
          verbose: options.flag("verbose"),
        }))
          terminal.out(line);
        terminal.out(changes ? `\n${planSentence(plan)}` : "No changes. The objects match the program.");
      }
      return changes && options.flag("detailed-exitcode") ? EXIT.changes : EXIT.done;
    } finally {
      await session.close();
    }
  },
};
