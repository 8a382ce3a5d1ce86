import { join, resolve } from "node:path";
import type { PlanOptions } from "@dovetail/engine";
import { coreFunctions, type Expression, objectVal, type Scope, type Val } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError, errorDiagnostic, hasErrors, warningDiagnostic } from "@dovetail/model";
import { dataFolderOf } from "../app/load-app.ts";
import { loadConfiguration, vendoredFolders } from "../configuration/load-configuration.ts";
import type { ModuleTree } from "../configuration/model.ts";
import { functionHost } from "../evaluate/function-host.ts";
import { nameScope } from "../evaluate/name-scope.ts";
import type { GivenVariable, ModuleScope } from "../evaluate/nodes.ts";
import { Unavailable } from "../evaluate/result.ts";
import { nodeModuleFiles } from "../files.ts";
import { parseModuleSource } from "../modules/source.ts";
import { givenVariables } from "../variables/given-variables.ts";
import { assertion } from "./assertions.ts";
import { failedBeforeApply, missingFailure, withoutExpected } from "./expected-failures.ts";
import { Runs } from "./run-references.ts";
import type { RunBlock, TestFile } from "./test-file.ts";
import type { RunOutcome, TestListener, TestStatus, TestSurroundings } from "./test-run.ts";
import { TestedState, type Trial } from "./tested-state.ts";
import { testedTree } from "./tested-tree.ts";

/** Runs a file's runs in order and destroys what they made, telling `listener`. Answers with the file's status. */
export async function runTestFile(file: TestFile, around: TestSurroundings, listener: TestListener): Promise<TestStatus> {
  listener.fileBegins(file.name);
  const runner = new FileRunner(file, around);
  let status: TestStatus = "pass";
  for (const run of file.runs) {
    const isSkipped = status === "error" || around.signal?.aborted === true;
    const outcome: RunOutcome = isSkipped ? { name: run.name, status: "skip", diagnostics: [] } : await runner.run(run);
    if (outcome.status === "error" || (outcome.status === "fail" && status === "pass")) status = outcome.status;
    await listener.runEnds(file.name, outcome);
  }
  listener.tearsDown(file.name);
  const left = await runner.tearDown();
  const ended: TestStatus = left.length > 0 ? "error" : status;
  await listener.fileEnds(file.name, ended, left);
  return ended;
}

class FileRunner {
  readonly #file: TestFile;
  readonly #around: TestSurroundings;
  /** By state key; what was run last stands last. */
  readonly #states = new Map<string, TestedState>();
  readonly #runs: Runs;

  constructor(file: TestFile, around: TestSurroundings) {
    this.#file = file;
    this.#runs = new Runs(file.runs.map(({ name }) => name));
    this.#around = around;
  }

  async run(run: RunBlock): Promise<RunOutcome> {
    const { name } = run;
    try {
      const tree = this.#load(run);
      const variables = this.#variables(run, tree);
      requireValues(run, tree, variables);
      const scope = this.#scope(variables);
      const tested = testedTree(tree, { file: this.#file, run, scope });
      const overrides = [...run.overrides, ...this.#file.overrides];
      const mocking = { providers: tested.mocks, overrides };
      const outcome = await this.#try(run, { tested, mocking, variables: given(variables, tree) }, variables);
      return { ...outcome, diagnostics: [...undeclared(run, tree), ...outcome.diagnostics] };
    } catch (error) {
      if (error instanceof DiagnosticError) return { name, status: "error", diagnostics: error.diagnostics };
      throw error;
    }
  }

  /** @param all values of variables that the module does not declare too */
  async #try(run: RunBlock, trial: Trial, all: Trial["variables"]): Promise<RunOutcome> {
    const { name } = run;
    const state = this.#state(run);
    const frontEnd = state.frontEnd(trial);
    const { config } = trial.tested.tree;
    const plan = await state.engine.plan({ ...planOptions(run), frontEnd });
    const planned = withoutExpected(plan.diagnostics, run, config);
    if (hasErrors(planned.diagnostics)) return { name, status: "error", diagnostics: planned.diagnostics, plan };
    let { diagnostics, met } = planned;
    if (run.command === "apply") {
      const [first] = met;
      if (first !== undefined && plan.isErrored)
        return { name, status: "error", diagnostics: [failedBeforeApply(first), ...plan.diagnostics], plan };
      const applied = await state.engine.apply(plan, { frontEnd });
      const sorted = withoutExpected(applied.diagnostics, run, config);
      diagnostics = sorted.diagnostics;
      met = new Set([...met, ...sorted.met]);
      if (hasErrors(diagnostics)) return { name, status: "error", diagnostics, plan };
    }
    const judged = plan.isErrored ? PASSED : await this.#judge(run, state.root, all);
    const missing = run.expected.filter((each) => !met.has(each)).map(missingFailure);
    const status = missing.length > 0 ? "error" : judged.status;
    return { name, status, diagnostics: [...diagnostics, ...judged.diagnostics, ...missing], plan };
  }

  /** Holds the module to the run's assertions, and keeps its outputs for the runs after it. */
  async #judge(
    run: RunBlock,
    root: ModuleScope | undefined,
    variables: Trial["variables"],
  ): Promise<Pick<RunOutcome, "status" | "diagnostics">> {
    if (root === undefined) return PASSED;
    const around = { root, variables: valuesOf(variables), runs: this.#runs };
    const asserted = await Promise.all(run.asserts.map((rule) => assertion(rule, around)));
    this.#runs.set(run.name, await outputsOf(root));
    const worst = (["error", "fail"] as const).find((status) => asserted.some((each) => each.status === status));
    return { status: worst ?? "pass", diagnostics: asserted.flatMap(({ diagnostics }) => diagnostics) };
  }

  #state(run: RunBlock): TestedState {
    const key = run.stateKey ?? (run.module === undefined ? "" : resolve(this.#around.root, run.module.source));
    const state = this.#states.get(key) ?? new TestedState(this.#around);
    this.#states.delete(key);
    this.#states.set(key, state);
    return state;
  }

  /** Throws DiagnosticError. */
  #load({ module }: RunBlock): ModuleTree {
    const { root, env, files = nodeModuleFiles() } = this.#around;
    if (module !== undefined && parseModuleSource(module.source)?.kind !== "local") {
      const detail = `A run takes modules from local paths here ("./" or "../"): ${module.source} is none.`;
      throw new DiagnosticError(errorDiagnostic("DVT2021", "Module not installed", { detail, range: module.range }));
    }
    const folder = module === undefined ? root : join(root, module.source);
    const loaded = loadConfiguration({
      files,
      root: folder,
      dataFolder: dataFolderOf(root, env),
      vendored: vendoredFolders(root, env),
    });
    if (loaded.tree !== undefined && !hasErrors(loaded.diagnostics)) return loaded.tree;
    const detail = `The directory ${folder} contains no Terraform configuration files.`;
    const range = module === undefined ? {} : { range: module.range };
    throw new DiagnosticError(
      loaded.diagnostics.length > 0
        ? loaded.diagnostics
        : [errorDiagnostic("DVT2021", "Unreadable module directory", { detail, ...range })],
    );
  }

  /** From low to high: the environment, files of values, the command line; the file; the run. Throws DiagnosticError. */
  #variables(run: RunBlock, tree: ModuleTree): ReadonlyMap<string, GivenVariable> {
    const { files = nodeModuleFiles(), variables, ...places } = this.#around;
    const global = givenVariables(tree.config.variables, { ...places, files, given: variables });
    // What is for other runs, or for the file alone, may be given too.
    const wrong = global.diagnostics.filter(({ severity, summary }) => severity === "error" && summary !== UNDECLARED);
    if (wrong.length > 0) throw new DiagnosticError(wrong);
    const all = new Map(global.values);
    this.#evaluate(this.#file.variables, all);
    this.#evaluate(run.variables, all);
    return all;
  }

  #evaluate(expressions: ReadonlyMap<string, Expression>, into: Map<string, GivenVariable>): void {
    const scope = this.#scope(into);
    for (const [name, expression] of expressions) {
      this.#runs.check(expression.references(), "value");
      const { value, diagnostics } = expression.evaluate(scope);
      if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
      into.set(name, { value, range: expression.range, origin: "the test file" });
    }
  }

  /** What expressions of the file itself may refer to. */
  #scope(variables: ReadonlyMap<string, GivenVariable>): Scope {
    const names = new Map([
      ["var", objectVal(valuesOf(variables))],
      ["run", this.#runs.value],
    ]);
    return nameScope(names, coreFunctions(functionHost(this.#around, { pass: "apply" })));
  }

  /** Destroys what is left, what was run last first. Answers with what went wrong. */
  async tearDown(): Promise<readonly Diagnostic[]> {
    const problems: Diagnostic[] = [];
    for (const state of [...this.#states.values()].reverse()) {
      problems.push(...(await state.destroy()));
      await state.close();
    }
    return problems;
  }
}

const UNDECLARED = "Value for undeclared variable";

const PASSED: Pick<RunOutcome, "status" | "diagnostics"> = { status: "pass", diagnostics: [] };

function planOptions({ plan }: RunBlock): PlanOptions {
  const { isRefreshOnly, refresh, replace, targets } = plan;
  return { mode: isRefreshOnly ? "refresh-only" : "normal", refresh, replace, targets };
}

/** Only what the module declares: a file's variables may be for other runs. */
function given(variables: ReadonlyMap<string, GivenVariable>, { config }: ModuleTree): ReadonlyMap<string, GivenVariable> {
  return new Map([...variables].filter(([name]) => config.variables.has(name)));
}

/** Throws DiagnosticError where the module asks for a value that nothing gives. */
function requireValues({ name: run }: RunBlock, { config }: ModuleTree, all: ReadonlyMap<string, GivenVariable>): void {
  const without = [...config.variables.values()].filter((each) => each.default === undefined && !all.has(each.name));
  if (without.length === 0) return;
  throw new DiagnosticError(
    without.map(({ name, range }) => {
      const detail = `The module under test for run block "${run}" has a required variable "${name}" with no set value. Use a -var or -var-file command line argument or add this variable into a "variables" block within the test file or run block.`;
      return errorDiagnostic("DVT2022", "No value for required variable", { detail, range });
    }),
  );
}

function undeclared(run: RunBlock, { config }: ModuleTree): readonly Diagnostic[] {
  const unknown = [...run.variables].filter(([name]) => !config.variables.has(name));
  return unknown.map(([name, { range }]) => {
    const detail = `The module under test does not declare a variable named "${name}", but it is declared in run block "${run.name}".`;
    return warningDiagnostic("DVT2022", UNDECLARED, { detail, range });
  });
}

function valuesOf(variables: ReadonlyMap<string, GivenVariable>): Map<string, Val> {
  return new Map([...variables].map(([name, { value }]) => [name, value]));
}

async function outputsOf(root: ModuleScope): Promise<Val> {
  const values = new Map<string, Val>();
  for (const name of root.tree.config.outputs.keys()) {
    try {
      values.set(name, (await root.output(name)).value);
    } catch (error) {
      // Reported where it failed: there is nothing that later runs could refer to.
      if (!(error instanceof Unavailable)) throw error;
    }
  }
  return objectVal(values);
}
