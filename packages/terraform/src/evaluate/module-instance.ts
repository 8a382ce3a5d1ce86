import { relative } from "node:path";
import { DYNAMIC_NULL, FALSE, type Marks, stringVal, TRUE, type Val, withMarks } from "@dovetail/hcl";
import type { ModuleCallConfig, ModuleTree } from "../configuration/model.ts";
import type { Step } from "../refactoring/endpoint.ts";
import type { ModuleReference, Reference, ResourceReference } from "../references/reference.ts";
import { CallNode } from "./call-node.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import type { ModuleScope, Place, Result, Run, Sources } from "./nodes.ts";
import { evaluateOutput } from "./outputs.ts";
import { reported } from "./reported.ts";
import { ResourceNode } from "./resource-node.ts";
import { allOf, lazily, NO_SOURCES, unitedSources } from "./result.ts";
import { checkRules } from "./rules.ts";
import { checkVariable, evaluateVariable, type ModuleOptions, type VariableSource } from "./variables.ts";

/** What is waited for, by its path of names. */
type Works = Map<string, Promise<readonly [readonly string[], Result]>>;

const NO_NAMES: ReadonlyMap<string, Val> = new Map();

/** One instance of a module: everything in it is evaluated once, when something first asks for it. */
export class ModuleInstance implements ModuleScope {
  readonly run: Run;
  readonly tree: ModuleTree;
  /** `module.a["k"]`; "" for the root. */
  readonly address: string;
  readonly steps: readonly Step[];
  readonly parent: ModuleScope | undefined;
  /** The block that calls it. */
  readonly madeBy: ModuleCallConfig | undefined;
  /** What everything in it waits for: `depends_on` of the calls that lead here. */
  readonly waitsFor: () => Promise<Sources>;
  readonly #given: VariableSource;
  readonly #values = new Map<string, () => Promise<Result>>();
  readonly #variables = new Map<string, () => Promise<Result>>();
  readonly #locals = new Map<string, () => Promise<Result>>();
  readonly #outputs = new Map<string, () => Promise<Result>>();
  readonly #resources = new Map<string, ResourceNode>();
  readonly #calls = new Map<string, CallNode>();

  constructor(options: ModuleOptions) {
    this.run = options.run;
    this.tree = options.tree;
    this.address = options.address;
    this.steps = options.steps;
    this.parent = options.parent;
    options.run.modules.add(options.address);
    this.waitsFor = options.waitsFor ?? (async () => NO_SOURCES);
    this.#given = options.given;
    this.madeBy = options.given.kind === "call" ? options.given.call : undefined;
  }

  /** Where expressions outside of any block with instances stand. */
  get place(): Place {
    return { module: this, names: NO_NAMES };
  }

  /** A variable's value, held to its rules. */
  variable(name: string): Promise<Result> {
    return once(this.#variables, name, () =>
      this.#reported(async () => checkVariable(this, name, this.#given, await this.variableValue(name))),
    );
  }

  /** The value alone: what rules of variables refer to, which may ask for each other's variables. */
  variableValue(name: string): Promise<Result> {
    return once(this.#values, name, () => this.#reported(() => evaluateVariable(this, name, this.#given)));
  }

  local(name: string): Promise<Result> {
    return once(this.#locals, name, () =>
      this.#reported(async () => {
        const local = this.tree.config.locals.get(name);
        return local === undefined ? NOTHING : await evaluateExpression(local.expression, this.place);
      }),
    );
  }

  output(name: string): Promise<Result> {
    return once(this.#outputs, name, () => this.#reported(() => evaluateOutput(this, name)));
  }

  /** @param key as in `ModuleConfig.resources` */
  resource(key: string): ResourceNode | undefined {
    const known = this.#resources.get(key);
    if (known !== undefined) return known;
    const config = this.tree.config.resources.get(key);
    if (config === undefined) return undefined;
    const node = new ResourceNode(this, config);
    this.#resources.set(key, node);
    return node;
  }

  call(name: string): CallNode | undefined {
    const known = this.#calls.get(name);
    if (known !== undefined) return known;
    const config = this.tree.config.calls.get(name);
    const tree = this.tree.children.get(name);
    if (config === undefined || tree === undefined) return undefined;
    const node = new CallNode(this, config, tree, (options) => new ModuleInstance(options));
    this.#calls.set(name, node);
    return node;
  }

  /** Evaluates everything that is declared here and below. What fails is reported; never rejects. */
  async evaluateAll(): Promise<void> {
    const { variables, locals, outputs, resources, calls } = this.tree.config;
    await Promise.allSettled([
      ...[...variables.keys()].map((name) => this.variable(name)),
      ...[...locals.keys()].map((name) => this.local(name)),
      ...[...resources.keys()].map((key) => this.resource(key)?.settled()),
      ...[...calls.keys()].map((name) => this.call(name)?.evaluateAll()),
      ...[...outputs.keys()].map((name) => this.output(name)),
      ...[...this.tree.config.checks.keys()].map((name) => this.#check(name)),
    ]);
  }

  /** Every resource of this module and of those that it calls. */
  async allResources(): Promise<Sources> {
    const own = [...this.tree.config.resources.keys()].flatMap((key) => this.resource(key) ?? []);
    const below = await allOf([...this.tree.config.calls.keys()].flatMap((name) => this.call(name)?.allResources() ?? []));
    return unitedSources([new Set(own), ...below]);
  }

  /** The values that references mean here, by their path of names. */
  async valuesOf(
    references: readonly Reference[],
    options: { readonly isRule?: boolean } = {},
  ): Promise<{ readonly values: readonly (readonly [readonly string[], Val])[]; readonly from: Sources }> {
    const works: Works = new Map();
    const outputs = new Map<string, Set<string> | "all">();
    for (const reference of references) {
      if (reference.kind === "module") {
        const known = outputs.get(reference.name);
        if (reference.output === undefined || known === "all") outputs.set(reference.name, "all");
        else outputs.set(reference.name, new Set([...(known ?? []), reference.output]));
      } else this.#request(reference, works, options.isRule === true);
    }
    for (const [name, wanted] of outputs) works.set(`module.${name}`, this.#callValue(name, wanted));
    const found = await allOf([...works.values()]);
    return {
      values: found.map(([path, { value }]) => [path, value]),
      from: unitedSources(found.map(([, { from }]) => from)),
    };
  }

  #request(reference: Exclude<Reference, ModuleReference>, works: Works, isRule: boolean): void {
    const put = (path: readonly string[], work: () => Promise<Result>) => {
      const key = path.join(".");
      if (works.has(key)) return;
      works.set(
        key,
        work().then((result) => [path, result]),
      );
    };
    switch (reference.kind) {
      case "variable":
        put(["var", reference.name], () => (isRule ? this.variableValue(reference.name) : this.variable(reference.name)));
        break;
      case "local":
        put(["local", reference.name], () => this.local(reference.name));
        break;
      case "path":
        put(["path", reference.name], async () => ({ value: this.#pathValue(reference.name), from: NO_SOURCES }));
        break;
      case "terraform":
        put(["terraform", reference.name], async () => ({ value: this.#terraformValue(reference.name), from: NO_SOURCES }));
        break;
      case "resource":
        put(resourcePath(reference), () => this.#resourceValue(reference.key));
        break;
      default:
    }
  }

  async #resourceValue(key: string): Promise<Result> {
    const node = this.resource(key);
    return node === undefined ? NOTHING : { value: await node.value(), from: new Set([node]) };
  }

  async #callValue(name: string, wanted: ReadonlySet<string> | "all"): Promise<readonly [readonly string[], Result]> {
    const node = this.call(name);
    return [["module", name], node === undefined ? NOTHING : await node.value(wanted)];
  }

  async #check(name: string): Promise<void> {
    const check = this.tree.config.checks.get(name);
    const own = `check.${name}`;
    await checkRules(check?.asserts ?? [], this.place, {
      kind: "check",
      config: [...this.tree.path.map((each) => `module.${each}`), own].join("."),
      address: this.address === "" ? own : `${this.address}.${own}`,
      summary: "Check block assertion failed",
      isAdvice: true,
    });
  }

  #terraformValue(name: string): Val {
    if (name === "workspace") return stringVal(this.run.settings.workspace);
    return withMarks(this.run.host.pass === "apply" ? TRUE : FALSE, APPLYING);
  }

  #pathValue(name: string): Val {
    const { root, cwd } = this.run.settings;
    if (name === "cwd") return stringVal(cwd);
    return stringVal(relative(root, name === "root" ? root : this.tree.config.folder) || ".");
  }

  /** What goes wrong is reported here, once; who asked only learns that there is nothing. */
  async #reported<T>(work: () => Promise<T>): Promise<T> {
    return await reported(this.run, work);
  }
}

/** It is another in every pass. */
const APPLYING: Marks = new Set(["ephemeral"]);

const NOTHING: Result = { value: DYNAMIC_NULL, from: NO_SOURCES };

function resourcePath({ mode, type, name, isSpelledOut }: ResourceReference): readonly string[] {
  if (mode !== "managed") return [mode, type, name];
  return isSpelledOut ? ["resource", type, name] : [type, name];
}

function once(into: Map<string, () => Promise<Result>>, name: string, work: () => Promise<Result>): Promise<Result> {
  const known = into.get(name) ?? lazily(work);
  into.set(name, known);
  return known();
}
