import { objectVal, type Traversal, type Val } from "@dovetail/hcl";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** What `run.x` may mean in a file. */
export class Runs {
  readonly #declared: ReadonlySet<string>;
  readonly #outputs = new Map<string, Val>();

  /** @param declared names of all runs of the file */
  constructor(declared: Iterable<string>) {
    this.#declared = new Set(declared);
  }

  /** A run was carried out. */
  set(name: string, outputs: Val): void {
    this.#outputs.set(name, outputs);
  }

  get value(): Val {
    return objectVal(this.#outputs);
  }

  /** Throws DiagnosticError for references to runs that there are not, or not yet: in a condition, or in the value of a variable. */
  check(traversals: readonly Traversal[], where: "condition" | "value"): void {
    const names = traversals.filter(({ root }) => root === "run");
    const problems = names.flatMap(({ steps: [first], range }) => {
      if (first?.kind !== "attribute" || this.#outputs.has(first.name)) return [];
      const missing = MISSING[where][this.#declared.has(first.name) ? "later" : "never"];
      return [errorDiagnostic("DVT2023", missing.summary, { detail: missing.detail(first.name), range })];
    });
    if (problems.length > 0) throw new DiagnosticError(problems);
  }
}

const ONLY_EARLIER =
  "You can only reference run blocks that are in the same test file and will execute before the current run block.";

const MISSING = {
  condition: {
    never: {
      summary: "Reference to undeclared run block",
      detail: (name: string) => `There is no run "${name}" declared in this test suite.`,
    },
    later: {
      summary: "Reference to unevaluated run block",
      detail: (name: string) => `The run "${name}" block has not yet been evaluated, so its results are not available here.`,
    },
  },
  value: {
    never: {
      summary: "Reference to unknown run block",
      detail: (name: string) => `The run block "${name}" does not exist within this test file. ${ONLY_EARLIER}`,
    },
    later: {
      summary: "Reference to unavailable run block",
      detail: (name: string) => `The run block "${name}" has not executed yet. ${ONLY_EARLIER}`,
    },
  },
};
