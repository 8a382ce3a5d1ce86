import {
  createEngine,
  type Engine,
  type EngineOptions,
  type FrontEnd,
  memoryFiles,
  type ProviderConfiguration,
} from "@dovetail/engine";
import { coreFunctions } from "@dovetail/hcl";
import { type Diagnostic, hasErrors } from "@dovetail/model";
import { evaluateConfiguration } from "../evaluate/evaluate-configuration.ts";
import { functionHost } from "../evaluate/function-host.ts";
import type { GivenVariable, ModuleScope } from "../evaluate/nodes.ts";
import { type Mocking, MockRegistry } from "./mock-registry.ts";
import type { TestSurroundings } from "./test-run.ts";
import type { TestedTree } from "./tested-tree.ts";

const FOLDER = "/dovetail-test";

/** What a module is run with on a state. */
export interface Trial {
  readonly tested: TestedTree;
  readonly mocking: Mocking;
  readonly variables: ReadonlyMap<string, GivenVariable>;
}

/** A state that lives in memory while a file's runs go, with the engine that works on it. */
export class TestedState {
  readonly engine: Engine;
  readonly #registry: MockRegistry;
  readonly #configurations: ProviderConfiguration[] = [];
  readonly #around: TestSurroundings;
  #root: ModuleScope | undefined;
  #last: FrontEnd | undefined;

  constructor(around: TestSurroundings) {
    this.#around = around;
    this.#registry = new MockRegistry(around.providers(this.#configurations), around.random);
    this.engine = createEngine(engineOptions(around, this.#registry));
  }

  /** The root module as it was last evaluated. */
  get root(): ModuleScope | undefined {
    return this.#root;
  }

  /** What an engine evaluates for a run. */
  frontEnd({ tested, mocking, variables }: Trial): FrontEnd {
    this.#registry.mocking = mocking;
    this.#configurations.length = 0;
    const { root, cwd, env } = this.#around;
    const frontEnd: FrontEnd = {
      configuresLate: true,
      ownersMayShare: true,
      evaluate: (engineHost) => {
        const host = this.#registry.host(engineHost);
        return evaluateConfiguration({
          tree: tested.tree,
          host,
          settings: { root, cwd, workspace: "default", variables, commandEnvironment: () => env },
          functions: coreFunctions(functionHost(this.#around, host)),
          configured: (configuration) => this.#configure(configuration),
          began: (scope) => {
            this.#root = scope;
          },
        });
      },
    };
    this.#last = frontEnd;
    return frontEnd;
  }

  #configure(configuration: ProviderConfiguration): void {
    const at = this.#configurations.findIndex(({ name }) => name === configuration.name);
    if (at < 0) this.#configurations.push(configuration);
    else this.#configurations[at] = configuration;
  }

  /** Destroys everything in the state. Answers with what went wrong. */
  async destroy(): Promise<readonly Diagnostic[]> {
    if ((await this.engine.state.list()).length === 0) return [];
    const { diagnostics } = await this.engine.destroy(this.#last === undefined ? {} : { frontEnd: this.#last });
    return hasErrors(diagnostics) ? diagnostics : [];
  }

  async close(): Promise<void> {
    await this.#registry.close();
  }
}

function engineOptions({ clock, random, owner }: TestSurroundings, providers: MockRegistry): EngineOptions {
  return {
    app: "terraform",
    stage: "default",
    directory: FOLDER,
    files: memoryFiles(),
    clock,
    random,
    providers,
    owner: { who: owner, host: "", pid: 0, version: "", isProcessAlive: () => true },
  };
}
