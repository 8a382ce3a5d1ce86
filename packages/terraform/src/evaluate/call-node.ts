import { DYNAMIC_UNKNOWN, objectVal, type Val } from "@dovetail/hcl";
import { formatInstanceKey } from "@dovetail/model";
import type { ModuleCallConfig, ModuleTree } from "../configuration/model.ts";
import { arranged } from "./arranged.ts";
import { dependsOnSources } from "./depends-on.ts";
import { instancesOf } from "./expand.ts";
import type { CallSource, ModuleScope, Result, Sources } from "./nodes.ts";
import type { Instance } from "./repetition.ts";
import { allOf, lazily, unitedSources } from "./result.ts";
import type { ModuleOptions } from "./variables.ts";

/** A `module` block in one instance of the module that has it: the instances that it makes. */
export class CallNode implements CallSource {
  readonly #parent: ModuleScope;
  readonly #config: ModuleCallConfig;
  readonly #tree: ModuleTree;

  readonly #make: (options: ModuleOptions) => ModuleScope;

  constructor(parent: ModuleScope, config: ModuleCallConfig, tree: ModuleTree, make: (options: ModuleOptions) => ModuleScope) {
    this.#make = make;
    this.#parent = parent;
    this.#config = config;
    this.#tree = tree;
  }

  /** Throws Unavailable where `count` or `for_each` cannot be had. */
  readonly expansion = lazily(async () => {
    const { instances, from, isOpen } = await instancesOf(this.#config, this.#parent);
    return { from, isOpen, modules: instances.map((instance) => ({ instance, module: this.#instantiate(instance) })) };
  });

  #instantiate(instance: Instance): ModuleScope {
    const parent = this.#parent;
    const own = `module.${this.#config.name}${instance.key === undefined ? "" : formatInstanceKey(instance.key)}`;
    return this.#make({
      run: parent.run,
      tree: this.#tree,
      address: parent.address === "" ? own : `${parent.address}.${own}`,
      steps: [...parent.steps, { name: this.#config.name, ...(instance.key === undefined ? {} : { key: instance.key }) }],
      parent,
      waitsFor: this.#waitsFor,
      given: { kind: "call", call: this.#config, place: { module: parent, names: instance.names } },
    });
  }

  readonly #waitsFor = lazily(async (): Promise<Sources> => {
    const own = dependsOnSources(this.#config.dependsOn, this.#parent);
    return unitedSources(await allOf([own, this.#parent.waitsFor()]));
  });

  /** The module as an expression sees it: an object of its outputs, by key where it is repeated. */
  async value(wanted: ReadonlySet<string> | "all"): Promise<Result> {
    const { modules, from, isOpen } = await this.expansion();
    if (isOpen === true) return { value: DYNAMIC_UNKNOWN, from };
    const results = await allOf(modules.map(({ module }) => outputsOf(module, wanted)));
    const value = arranged(
      this.#config,
      modules.map(({ instance }, i) => ({ instance, value: results[i]?.value })),
    );
    return { value, from: unitedSources([from, ...results.map((each) => each.from)]) };
  }

  async allResources(): Promise<Sources> {
    const { modules } = await this.expansion();
    return unitedSources(await allOf(modules.map(({ module }) => module.allResources())));
  }

  /** Never rejects. */
  async evaluateAll(): Promise<void> {
    const expansion = await this.expansion().catch(() => undefined);
    await Promise.all((expansion?.modules ?? []).map(({ module }) => module.evaluateAll()));
  }
}

async function outputsOf(module: ModuleScope, wanted: ReadonlySet<string> | "all"): Promise<Result> {
  const names = [...module.tree.config.outputs.keys()].filter((name) => wanted === "all" || wanted.has(name));
  const results = await allOf(names.map((name) => module.output(name)));
  return {
    value: objectVal(new Map(names.flatMap((name, i) => pair(name, results[i]?.value)))),
    from: unitedSources(results.map(({ from }) => from)),
  };
}

function pair(name: string, value: Val | undefined): [string, Val][] {
  return value === undefined ? [] : [[name, value]];
}
