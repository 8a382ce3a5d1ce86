import { syncBuiltinESMExports } from "node:module";
import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { Evaluation } from "./evaluation.ts";

/**
 * While a program runs: a promise that it rejected and nobody waits for, and what it throws from a timer, are exceptions of the program, not
 * crashes of ours; `process.exit` of it, however it came to the function, is one too; and when nothing is left that could ever settle what
 * it waits for, that is told instead of the process just ending.
 * @returns `stalled` resolves in the last case; `stop` ends the watch once the events that are due have come.
 */
export function watchProcess(evaluation: Evaluation): { readonly stalled: Promise<void>; readonly stop: () => Promise<void> } {
  const onRejection = (reason: unknown) => evaluation.reportException(reason, "A promise that nothing waits for was rejected");
  const onException = (error: unknown) => {
    if (evaluation.setting.places.ofError(error) === undefined) throw error;
    evaluation.reportException(error, "In a callback");
  };
  let onIdle = () => {};
  const stalled = new Promise<void>((resolve) => {
    onIdle = () => {
      for (const diagnostic of stalledDiagnostics(evaluation)) evaluation.report(diagnostic);
      resolve();
    };
  });
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onException);
  process.once("beforeExit", onIdle);
  const giveExitBack = guardExit(evaluation);
  const stop = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    giveExitBack();
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtException", onException);
    process.off("beforeExit", onIdle);
  };
  return { stalled, stop };
}

/**
 * `process.exit` is an error where the program calls it: the process holds a lock, and would end with 0 and nothing said. Where the program's
 * text says `process.exit` it is replaced as it is bundled; here it is found by who calls.
 */
function guardExit(evaluation: Evaluation): () => void {
  const { exit } = process;
  const guarded = function guardedExit(code?: number | string | null): never {
    if (!evaluation.setting.places.isCalledByUser(guardedExit)) return exit.call(process, code ?? undefined);
    throw new Error(`the program called process.exit(${code ?? ""})`);
  };
  process.exit = guarded;
  syncBuiltinESMExports();
  return () => {
    if (process.exit === guarded) process.exit = exit;
    syncBuiltinESMExports();
  };
}

function stalledDiagnostics(evaluation: Evaluation): readonly Diagnostic[] {
  const waiting = [...evaluation.waiting].sort();
  const promises = [...evaluation.unresolved].map(({ what, range }) => neverResolved(what, range(), waiting));
  if (promises.length > 0) return promises;
  if (waiting.length > 0) return [circle(waiting)];
  const { kind } = evaluation.setting;
  return [neverResolved(kind === "sst" ? "What run() awaits" : "What the program awaits", evaluation.setting.entryPlace(), [])];
}

function neverResolved(what: string, range: SourceRange | undefined, waiting: readonly string[]): Diagnostic {
  const list = waiting.map((address) => `\n    ${address}`).join("");
  return errorDiagnostic("DVT1024", "Promise never resolved", {
    detail: `${what} is a promise that nothing is left to resolve; the program would wait for it for ever.${list === "" ? "" : ` These resources wait for it, or for each other:${list}`}`,
    fix: "Look at who was to resolve it: an event that never comes, a callback that is not called, or a value of a resource that itself waits for this one.",
    ...(range ? { range } : {}),
  });
}

function circle(waiting: readonly string[]): Diagnostic {
  const list = waiting.map((address) => `\n    ${address}`);
  return errorDiagnostic("DVT1013", "Cyclic dependency", {
    detail: `The program waits for something that never comes. These resources wait for each other:${list.join("")}`,
    fix: "Look for an input that depends, by way of others, on the resource that it is given to.",
  });
}
