import type { Plan, ProviderConfiguration, ProviderRegistry } from "@dovetail/engine";
import type { Clock, Diagnostic, Random } from "@dovetail/model";
import type { Files } from "../files.ts";
import type { VariableArguments } from "../variables/given-variables.ts";

/** What runs of test files work with. */
export interface TestSurroundings {
  /** Absolute folder of the module under test. */
  readonly root: string;
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** `-var` and `-var-file` as they stand on the command line. */
  readonly variables: VariableArguments["given"];
  readonly files?: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly homeFolder?: string;
  /** Providers that are real, for one state; the configurations are live. */
  providers(configurations: readonly ProviderConfiguration[]): ProviderRegistry;
  /** Who runs the engine, for its locks, which lie in memory. */
  readonly owner: string;
  readonly signal?: AbortSignal;
}

/** Printed as `fail` too: `error` is what keeps the runs after it from being tried. */
export type TestStatus = "pass" | "fail" | "error" | "skip";

export interface RunOutcome {
  readonly name: string;
  readonly status: TestStatus;
  readonly diagnostics: readonly Diagnostic[];
  /** What was planned, where that came about. */
  readonly plan?: Plan;
}

/** Told what happens, in order. */
export interface TestListener {
  fileBegins(file: string): void;
  runEnds(file: string, outcome: RunOutcome): Promise<void>;
  tearsDown(file: string): void;
  /** @param diagnostics what is wrong with the file itself, or with the destruction of what its runs made */
  fileEnds(file: string, status: TestStatus, diagnostics: readonly Diagnostic[]): Promise<void>;
}
