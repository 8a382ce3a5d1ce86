import type { TestListener, TestStatus } from "@dovetail/terraform";
import type { Invocation } from "../../command.ts";
import type { Style } from "../../terminal.ts";
import { planSentence, renderPlan } from "../../views/plan.ts";

/** What tests are called when they are done, in Terraform's words. */

export type Counts = { [status in "pass" | "fail" | "skip"]: number };

export interface TestView {
  readonly listener: TestListener;
  /** Of runs, so far. */
  readonly counts: Counts;
}

export function testView({ terminal, report, options }: Invocation): TestView {
  const { out, style } = terminal;
  const counts: Counts = { pass: 0, fail: 0, skip: 0 };
  const listener: TestListener = {
    fileBegins: (file) => out(`${file}... in progress`),
    async runEnds(_file, { name, status, diagnostics, plan }) {
      counts[wordOf(status)] += 1;
      out(`  run "${name}"... ${painted(status, style)}`);
      if (options.flag("verbose") && plan !== undefined) {
        for (const line of ["", ...renderPlan(plan, style, { verbose: true }), "", planSentence(plan), ""]) out(line);
      }
      await report.show(diagnostics);
    },
    tearsDown: (file) => out(`${file}... tearing down`),
    async fileEnds(file, status, diagnostics) {
      out(`${file}... ${painted(status, style)}`);
      await report.show(diagnostics);
    },
  };
  return { listener, counts };
}

/** `Success! 2 passed, 0 failed.` */
export function summaryLine({ pass, fail, skip }: Counts, style: Style): string {
  const skipped = skip === 0 ? "" : `, ${skip} skipped`;
  const verdict = fail === 0 ? style.green("Success!") : style.red("Failure!");
  return `${verdict} ${pass} passed, ${fail} failed${skipped}.`;
}

/** An error is printed as a failure. */
export function wordOf(status: TestStatus): keyof Counts {
  return status === "error" ? "fail" : status;
}

function painted(status: TestStatus, style: Style): string {
  const word = wordOf(status);
  return word === "pass" ? style.green(word) : word === "fail" ? style.red(word) : style.dim(word);
}
