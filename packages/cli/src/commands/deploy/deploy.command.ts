import { type ApplyResult, type Plan, planHasChanges, summarisePlan } from "@dovetail/engine";
import { checkPlan, relevantDrift } from "@dovetail/governance";
import { DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { showDiagnostics } from "../../command-line.ts";
import { formatDuration } from "../../duration.ts";
import { countResources, outputsJson, showOutputs, writeOutputsFile } from "../../outcome.ts";
import { openSession, type Session } from "../../session.ts";
import { planSentence, renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";
import { deployOptions, planOptionsOf } from "./arguments.ts";

export const deployCommand: Command = {
  name: "deploy",
  summary: "Plan, then bring the app's resources to what the program says",
  options: deployOptions,
  async run(invocation) {
    const json = invocation.options.flag("json");
    const startedAt = performance.now();
    const session = await openSession(invocation, {
      command: "deploy",
      onEvent: progressView(invocation.terminal, { quiet: json, verbose: invocation.options.flag("verbose") }),
    });
    try {
      invocation.terminal.note(invocation.terminal.style.bold(session.title));
      const done = await session.engine.withLock("deploy", () => deploy(invocation, session), {
        lockTimeoutMs: session.lockTimeoutMs,
      });
      if (done === undefined) return EXIT.failed;
      return await finish(invocation, session, done, startedAt);
    } finally {
      await session.close();
    }
  },
};

interface Deployed {
  readonly plan: Plan;
  readonly result: ApplyResult;
}

/** Plans, shows, asks, applies. undefined: it ended before anything was applied, and said why. */
export async function deploy(invocation: Invocation, session: Session): Promise<Deployed | undefined> {
  const { terminal, options, cwd } = invocation;
  const json = options.flag("json");
  const plan = await session.engine.plan(planOptionsOf(invocation, session));
  const diagnostics = [...session.app.diagnostics, ...plan.diagnostics, ...checkPlan(plan)];
  await showDiagnostics(json ? diagnostics.filter((d) => d.severity === "error") : diagnostics, terminal, cwd, json);
  if (plan.isErrored || hasErrors(diagnostics)) {
    terminal.note(terminal.style.red("\nNothing was changed."));
    return undefined;
  }
  if (!json && planHasChanges(plan)) {
    for (const line of renderPlan({ ...plan, drift: relevantDrift(plan) }, terminal.style, { verbose: options.flag("verbose") }))
      terminal.note(line);
    terminal.note(`\n${planSentence(plan)}`);
  }
  if (planHasChanges(plan) && !(await confirmed(invocation, session))) return undefined;
  const result = await session.engine.apply(plan, {
    frontEnd: session.app.frontEnd,
    parallelism: session.parallelism,
    signal: invocation.interrupt,
    forceSignal: invocation.interruptAgain,
  });
  return { plan, result };
}

/** Nothing is at stake on the embedded cloud; on AWS a person or --yes says so. */
async function confirmed(invocation: Invocation, session: Session): Promise<boolean> {
  if (session.target.kind !== "aws" || invocation.options.flag("yes")) return true;
  const answer = await invocation.terminal.confirm(`Do this on AWS, stage ${session.stage}?`);
  if (answer === undefined) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7003", "Confirmation needed", {
        detail: "The target is AWS, and nobody is there to confirm.",
        fix: "Pass --yes to go ahead without a question.",
      }),
    );
  }
  if (!answer) invocation.terminal.note("Nothing was changed.");
  return answer;
}

async function finish(invocation: Invocation, session: Session, { plan, result }: Deployed, startedAt: number): Promise<number> {
  const { terminal, options, cwd, interrupt } = invocation;
  const json = options.flag("json");
  const seen = new Set(plan.diagnostics.map((d) => JSON.stringify(d)));
  const fresh = result.diagnostics.filter((d) => !seen.has(JSON.stringify(d)));
  await showDiagnostics(json ? fresh.filter((d) => d.severity === "error") : fresh, terminal, cwd, json);
  if (result.ok) writeOutputsFile(session.root, result.outputs);
  const elapsed = formatDuration(performance.now() - startedAt);
  if (json) {
    const { add, change, destroy, replace } = summarisePlan(plan);
    terminal.out(
      JSON.stringify({
        type: "result",
        ok: result.ok,
        app: session.app.name,
        stage: session.stage,
        resources: countResources(result.state),
        changes: { create: add - replace, update: change, replace, delete: destroy - replace },
        outputs: outputsJson(result.outputs),
      }),
    );
  } else if (!result.ok) {
    terminal.note(
      terminal.style.red(
        `\n✕ Failed after ${elapsed}: ${result.added} added, ${result.changed} changed, ${result.destroyed} destroyed before that. The state holds what exists; deploy again to go on.`,
      ),
    );
  } else if (!planHasChanges(plan)) {
    terminal.note(terminal.style.green(`✓ No changes (${countResources(result.state)} resources, ${elapsed})`));
  } else {
    terminal.note(
      terminal.style.green(
        `\n✓ Complete in ${elapsed}: ${result.added} added, ${result.changed} changed, ${result.destroyed} destroyed`,
      ),
    );
  }
  if (!json && result.ok) showOutputs(result.outputs, terminal, terminal.style);
  if (interrupt.aborted) return EXIT.interrupted;
  return result.ok ? EXIT.done : EXIT.failed;
}
