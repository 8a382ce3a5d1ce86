import { join } from "node:path";
import { type ApplyResult, type Plan, planHasChanges, summarisePlan } from "@dovetail/engine";
import { checkPlan, relevantDrift } from "@dovetail/governance";
import { DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import { removeOldArtifacts } from "@dovetail/program";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { formatDuration } from "../../duration.ts";
import { keptPlan } from "../../kept-plan.ts";
import { type MachineReadable, withMessages } from "../../machine-readable.ts";
import { countResources, outputsJson, showOutputs, writeOutputsFile } from "../../outcome.ts";
import { openSession, type Session } from "../../session.ts";
import { planSentence, renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";
import { devFile, restoreAfterDeadWatch } from "../dev/hot-reload.ts";
import { deployOptions, planOptionsOf } from "./arguments.ts";

export const deployCommand: Command = {
  name: "deploy",
  summary: "Plan, then bring the app's resources to what the program says; with a plan file: carry out exactly that plan",
  positionals: { usage: "[PLAN]", min: 0, max: 1 },
  options: deployOptions,
  run: (invocation) => withMessages(invocation, runDeploy),
};

async function runDeploy(invocation: Invocation, messages: MachineReadable | undefined): Promise<number> {
  const startedAt = performance.now();
  const kept = await keptPlan(invocation);
  const session = await openSession(invocation, {
    command: "deploy",
    ...(kept?.document?.variables === undefined ? {} : { variables: kept.document.variables }),
    onEvent:
      messages?.onEvent ??
      progressView(invocation.terminal, { quiet: invocation.report.json, verbose: invocation.options.flag("verbose") }),
  });
  try {
    invocation.terminal.note(invocation.terminal.style.bold(session.title));
    if (kept !== undefined) refuseForeignPlan(kept, session);
    const restored =
      session.endpoint === undefined ? 0 : await restoreAfterDeadWatch(devFile(session.root, session.stage), session.endpoint);
    if (restored > 0) invocation.terminal.note(`A watch was killed: ${restored} functions run their deployed code again.`);
    const done = await session.engine.withLock("deploy", () => deploy(invocation, session, kept, messages), {
      lockTimeoutMs: session.lockTimeoutMs,
    });
    if (done === undefined) return ended(invocation, session);
    if (done.result.ok) messages?.ui.applied(done.result);
    return await finish(invocation, session, done, startedAt);
  } finally {
    await session.close();
  }
}

function refuseForeignPlan(plan: Plan, session: Session): void {
  if (plan.app === session.engineApp && plan.stage === session.stage) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT5003", "State belongs to something else", {
      detail: `The plan was made for app ${plan.app}, stage ${plan.stage}; this is app ${session.app.name}, stage ${session.stage}.`,
      fix: `Name the plan's stage:\n    dovetail deploy PLAN --stage ${plan.stage}`,
    }),
  );
}

export interface Deployed {
  readonly plan: Plan;
  readonly result: ApplyResult;
}

/** Plans (or takes the plan given), shows, asks, applies. undefined: it ended before anything was applied, and said why. */
export async function deploy(
  invocation: Invocation,
  session: Session,
  kept?: Plan,
  messages?: MachineReadable,
): Promise<Deployed | undefined> {
  const { terminal, options, report } = invocation;
  const plan = kept ?? (await session.engine.plan(planOptionsOf(invocation, session)));
  const diagnostics = [...session.app.diagnostics, ...plan.diagnostics, ...checkPlan(plan, { isProtected: session.app.protect })];
  if (kept === undefined && !plan.isErrored) messages?.ui.planned(plan);
  await report.show(diagnostics);
  if (plan.isErrored || hasErrors(diagnostics)) {
    terminal.note(terminal.style.red("\nNothing was changed."));
    return undefined;
  }
  if (planHasChanges(plan)) {
    for (const line of renderPlan({ ...plan, drift: relevantDrift(plan) }, terminal.style, { verbose: options.flag("verbose") }))
      terminal.note(line);
    terminal.note(`\n${planSentence(plan)}`);
  }
  if (invocation.interrupt.aborted) return undefined;
  if (planHasChanges(plan) && !(await confirmed(invocation, session))) return undefined;
  const result = await session.engine.apply(plan, {
    frontEnd: session.app.frontEnd,
    parallelism: session.parallelism,
    signal: invocation.interrupt,
    forceSignal: invocation.interruptAgain,
  });
  await report.show(result.diagnostics);
  if (result.ok) removeOldArtifacts(join(session.root, ".dovetail"), Date.now());
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

function ended({ report, interrupt }: Invocation, session: Session): number {
  if (report.json) report.result({ ok: false, app: session.app.name, stage: session.stage });
  return interrupt.aborted ? EXIT.interrupted : EXIT.failed;
}

async function finish(invocation: Invocation, session: Session, { plan, result }: Deployed, startedAt: number): Promise<number> {
  const { terminal, report, interrupt } = invocation;
  if (result.ok && session.kind === "program") writeOutputsFile(session.root, result.outputs);
  const elapsed = formatDuration(performance.now() - startedAt);
  if (report.json) {
    const { add, change, destroy, replace } = summarisePlan(plan);
    report.result({
      ok: result.ok,
      app: session.app.name,
      stage: session.stage,
      resources: countResources(result.state),
      changes: { create: add - replace, update: change, replace, delete: destroy - replace },
      outputs: outputsJson(result.outputs),
    });
  } else terminal.note(closingLine(invocation, plan, result, elapsed));
  if (!report.json && result.ok) showOutputs(result.outputs, terminal, terminal.style);
  if (interrupt.aborted) return EXIT.interrupted;
  return result.ok ? EXIT.done : EXIT.failed;
}

function closingLine({ terminal: { style }, interrupt }: Invocation, plan: Plan, result: ApplyResult, elapsed: string): string {
  const done = `${result.added} added, ${result.changed} changed, ${result.destroyed} destroyed`;
  if (!result.ok) {
    return style.red(
      interrupt.aborted
        ? `\n✕ Interrupted after ${elapsed}: ${done} before that. The state holds what exists; deploy again to go on.`
        : `\n✕ Failed after ${elapsed}: ${done} before that. The state holds what exists; deploy again to go on.`,
    );
  }
  if (!planHasChanges(plan)) return style.green(`✓ No changes (${countResources(result.state)} resources, ${elapsed})`);
  return style.green(`\n✓ Complete in ${elapsed}: ${done}`);
}
