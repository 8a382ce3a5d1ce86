import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Plan, planHasChanges, planJson, serialisePlan } from "@dovetail/engine";
import { checkPlan, relevantDrift } from "@dovetail/governance";
import { DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { type MachineReadable, withMessages } from "../../machine-readable.ts";
import { openSession, type Session } from "../../session.ts";
import { planSentence, renderPlan } from "../../views/plan.ts";
import { progressView } from "../../views/progress.ts";
import { deployOptions, planOptionsOf } from "../deploy/arguments.ts";
import { generateConfigFile } from "./generate-config.ts";

export const diffCommand: Command = {
  name: "diff",
  summary: "Show what deploy would change; nothing is changed and no lock is taken",
  options: {
    ...deployOptions,
    "detailed-exitcode": { type: "boolean", help: "exit with 0 for no changes, 2 for changes, 1 for an error" },
    "generate-config-out": {
      type: "string",
      value: "FILE",
      help: "write blocks for the objects that import blocks name and nothing declares into this new file",
    },
    out: { type: "string", value: "FILE", help: "keep the plan in this file, for deploy FILE; it holds secrets in clear" },
  },
  run: (invocation) => withMessages(invocation, runDiff),
};

async function runDiff(invocation: Invocation, messages: MachineReadable | undefined): Promise<number> {
  const { terminal, options, report } = invocation;
  await generateConfigFile(invocation);
  const session = await openSession(invocation, {
    command: "diff",
    onEvent: messages?.onEvent ?? progressView(terminal, { quiet: report.json, verbose: options.flag("verbose") }),
  });
  try {
    terminal.note(terminal.style.bold(session.title));
    const plan = await session.engine.plan({ ...planOptionsOf(invocation, session), lock: false });
    const diagnostics = [
      ...session.app.diagnostics,
      ...plan.diagnostics,
      ...checkPlan(plan, { isProtected: session.app.protect }),
    ];
    if (!plan.isErrored) messages?.ui.planned(plan);
    await report.show(diagnostics);
    if (invocation.interrupt.aborted) return EXIT.interrupted;
    if (plan.isErrored || hasErrors(diagnostics)) {
      if (report.json) report.result({ ok: false, app: session.app.name, stage: session.stage });
      return EXIT.failed;
    }
    const out = options.text("out");
    if (out !== undefined) keep(await storedPlan(plan, session), resolve(invocation.cwd, out));
    if (messages === undefined && report.json) report.document(JSON.stringify(await planJson(plan, session.providers)));
    else showPlan(plan, invocation);
    if (out !== undefined) terminal.note(`The plan was kept. To carry it out:\n    dovetail deploy ${out}`);
    const isSomething = planHasChanges(plan) || findsDrift(plan);
    return isSomething && options.flag("detailed-exitcode") ? EXIT.changes : EXIT.done;
  } finally {
    await session.close();
  }
}

/** What somebody did outside is what a refresh-only plan is for. */
function findsDrift(plan: Plan): boolean {
  return plan.mode === "refresh-only" && plan.drift.length > 0;
}

function showPlan(plan: Plan, { terminal, options }: Invocation): void {
  const shown = { ...plan, drift: relevantDrift(plan) };
  for (const line of renderPlan(shown, terminal.style, { verbose: options.flag("verbose") })) terminal.out(line);
  terminal.out(sentenceOf(plan));
}

function sentenceOf(plan: Plan): string {
  if (planHasChanges(plan)) return `\n${planSentence(plan)}`;
  return findsDrift(plan)
    ? "\nThe state would be brought up to date; no object is changed."
    : "No changes. The objects match the program.";
}

/** Encrypted where the root says how. */
async function storedPlan(plan: Plan, { ciphers }: Session): Promise<Uint8Array> {
  const plain = Buffer.from(serialisePlan(plan));
  return (await ciphers?.plan?.encrypt(plain)) ?? plain;
}

/** For its owner's eyes only, as its secrets are in clear. */
function keep(bytes: Uint8Array, file: string): void {
  try {
    writeFileSync(file, bytes, { mode: 0o600 });
  } catch (error) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7001", "Usage", {
        detail: `The plan cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}.`,
      }),
      { cause: error },
    );
  }
}
