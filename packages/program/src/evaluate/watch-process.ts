import { errorDiagnostic } from "@dovetail/model";
import type { Evaluation } from "./evaluation.ts";

/**
 * While a program runs: a promise that it rejected and nobody waits for is an exception of the program, not a crash of ours,
 * and when nothing is left that could ever settle what it waits for, it is told instead of the process just ending.
 * @returns `stalled` resolves in the second case; `stop` ends the watch once the events that are due have come.
 */
export function watchProcess(evaluation: Evaluation): { readonly stalled: Promise<void>; readonly stop: () => Promise<void> } {
  const onRejection = (reason: unknown) => evaluation.reportException(reason, "A promise that nothing waits for was rejected");
  let onIdle = () => {};
  const stalled = new Promise<void>((resolve) => {
    onIdle = () => {
      evaluation.report(stalledDiagnostic([...evaluation.waiting]));
      resolve();
    };
  });
  process.on("unhandledRejection", onRejection);
  process.once("beforeExit", onIdle);
  const stop = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onRejection);
    process.off("beforeExit", onIdle);
  };
  return { stalled, stop };
}

function stalledDiagnostic(waiting: readonly string[]) {
  const list = [...waiting].sort().map((address) => `\n    ${address}`);
  return errorDiagnostic("DVT1013", "Cyclic dependency", {
    detail: `The program waits for something that never comes.${list.length > 0 ? ` These resources wait for each other, or for a promise that nothing resolves:${list.join("")}` : ""}`,
    fix: "Look for an input that depends, by way of others, on the resource that it is given to.",
  });
}
