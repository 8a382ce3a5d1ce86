import { type Plan, planHasChanges, planJson, stateJson } from "@dovetail/engine";
import { type Command, EXIT } from "../../command.ts";
import { keptPlan } from "../../kept-plan.ts";
import { STAGE_OPTIONS, STATE_OPTIONS } from "../../option-definitions.ts";
import { showOutputs } from "../../outcome.ts";
import { openSession } from "../../session.ts";
import { planSentence, renderPlan } from "../../views/plan.ts";

export const showCommand: Command = {
  name: "show",
  summary: "Show the state, or the plan that a file holds; with --json as terraform show -json does, secrets in clear",
  positionals: { usage: "[PLAN]", min: 0, max: 1 },
  options: { ...STATE_OPTIONS, json: STAGE_OPTIONS.json },
  async run(invocation) {
    const { terminal, report } = invocation;
    const plan = await keptPlan(invocation);
    const session = await openSession(invocation, { command: "show", startCloud: false, stateOnly: true });
    try {
      if (report.json) {
        const shown = { sensitive: "shown" } as const;
        const document =
          plan === undefined
            ? await stateJson(await session.engine.state.read(), session.providers, shown)
            : await planJson(plan, session.providers, shown);
        report.document(JSON.stringify(document));
        return EXIT.done;
      }
      if (plan !== undefined) showPlan(plan, terminal);
      else {
        for (const address of await session.engine.state.list()) terminal.out(address);
        showOutputs((await session.engine.state.read()).outputs, terminal, terminal.style);
      }
      return EXIT.done;
    } finally {
      await session.close();
    }
  },
};

function showPlan(plan: Plan, terminal: Parameters<typeof showOutputs>[1]): void {
  for (const line of renderPlan(plan, terminal.style, { verbose: false })) terminal.out(line);
  terminal.out(planHasChanges(plan) ? `\n${planSentence(plan)}` : "No changes. The objects match the program.");
}
