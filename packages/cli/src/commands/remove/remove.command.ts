import { type Plan, type PlanOptions, planHasChanges } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { formatDuration } from "../../duration.ts";
import { type MachineReadable, withMessages } from "../../machine-readable.ts";
import { OPTIONS, PLAN_OPTIONS } from "../../option-definitions.ts";
import { openSession, type Session } from "../../session.ts";
import { planSentence, renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";

export const removeCommand: Command = {
  name: "remove",
  summary: "Delete the stage's resources, dependents first",
  options: { ...PLAN_OPTIONS, yes: OPTIONS.yes },
  run: (invocation) => withMessages(invocation, runRemove),
};

async function runRemove(invocation: Invocation, messages: MachineReadable | undefined): Promise<number> {
  const { terminal, options } = invocation;
  const session = await openSession(invocation, {
    command: "remove",
    onEvent: messages?.onEvent ?? progressView(terminal, { quiet: invocation.report.json, verbose: options.flag("verbose") }),
  });
  try {
    terminal.note(terminal.style.bold(session.title));
    refuseProtected(session);
    return await session.engine.withLock("remove", () => removeStage(invocation, session, messages), {
      lockTimeoutMs: session.lockTimeoutMs,
    });
  } finally {
    await session.close();
  }
}

function refuseProtected(session: Session): void {
  if (session.app.protect !== true) return;
  const range = session.app.optionPlace("protect");
  throw new DiagnosticError(
    errorDiagnostic("DVT7005", "Stage is protected", {
      detail: `The app protects stage ${session.stage}: its app() returns protect: true.`,
      fix: "Take protect away in sst.config.ts for this stage, then run remove again.",
      ...(range ? { range } : {}),
    }),
  );
}

/** With the program, which configures providers; a program that doesn't run as it is keeps nobody from removing what the state holds. */
async function planRemoval({ options, interrupt, terminal }: Invocation, session: Session): Promise<Plan> {
  const asked: PlanOptions = {
    mode: "destroy",
    targets: options.texts("target-address"),
    excludes: options.texts("exclude"),
    parallelism: session.parallelism,
    signal: interrupt,
  };
  const plan = await session.engine.plan({ ...asked, frontEnd: session.app.frontEnd });
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error");
  if (!plan.isErrored || !errors.every(({ code }) => code.startsWith("DVT1"))) return plan;
  terminal.note(`The program fails as it is (${errors[0]?.code}: ${errors[0]?.summary}); the state alone says what is removed.`);
  return await session.engine.plan(asked);
}

async function removeStage(invocation: Invocation, session: Session, messages: MachineReadable | undefined): Promise<number> {
  const { terminal, options, report } = invocation;
  const startedAt = performance.now();
  const plan = await planRemoval(invocation, session);
  if (!plan.isErrored) messages?.ui.planned(plan);
  // Advice about a program is nothing to who removes what it made.
  await report.show(plan.diagnostics.filter(({ severity, code }) => severity === "error" || !code.startsWith("DVT1")));
  if (plan.isErrored || invocation.interrupt.aborted) {
    if (report.json) report.result({ ok: false, app: session.app.name, stage: session.stage });
    return plan.isErrored ? EXIT.failed : EXIT.interrupted;
  }
  if (planHasChanges(plan)) {
    for (const line of renderPlan({ ...plan, drift: [] }, terminal.style, { verbose: false })) terminal.note(line);
    terminal.note(`\n${planSentence(plan)}`);
  }
  if (session.target.kind === "aws" && planHasChanges(plan) && !options.flag("yes")) {
    const answer = await terminal.confirm(`Delete these on AWS, stage ${session.stage}?`);
    if (answer === undefined)
      throw new DiagnosticError(
        errorDiagnostic("DVT7003", "Confirmation needed", {
          detail: "The target is AWS, and nobody is there to confirm.",
          fix: "Pass --yes to go ahead.",
        }),
      );
    if (!answer) return EXIT.failed;
  }
  const result = await session.engine.apply(plan, {
    frontEnd: session.app.frontEnd,
    parallelism: session.parallelism,
    signal: invocation.interrupt,
    forceSignal: invocation.interruptAgain,
  });
  await report.show(result.diagnostics);
  if (result.ok) messages?.ui.applied(result);
  const elapsed = formatDuration(performance.now() - startedAt);
  if (report.json)
    report.result({
      ok: result.ok,
      app: session.app.name,
      stage: session.stage,
      destroyed: result.destroyed,
      forgotten: result.forgotten,
    });
  else if (result.ok)
    terminal.note(
      terminal.style.green(
        result.destroyed + result.forgotten === 0
          ? "✓ Nothing to remove"
          : `✓ Removed ${result.destroyed} in ${elapsed}${result.forgotten > 0 ? `, ${result.forgotten} kept` : ""}`,
      ),
    );
  else
    terminal.note(
      terminal.style.red(`✕ Failed after ${elapsed}: ${result.destroyed} destroyed before that. Run remove again to go on.`),
    );
  if (invocation.interrupt.aborted) return EXIT.interrupted;
  return result.ok ? EXIT.done : EXIT.failed;
}
