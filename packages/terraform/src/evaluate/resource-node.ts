import type { DynamicTypes, Lifecycle, RegisteredObject } from "@dovetail/engine";
import {
  bodyReferences,
  DYNAMIC_UNKNOWN,
  decodeBody,
  impliedType,
  type Marks,
  type Type,
  type Val,
  withMarks,
} from "@dovetail/hcl";
import {
  type BlockSchema,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  formatAddress,
  formatInstanceKey,
  hasErrors,
  isObject,
  type Path,
  type ResourceSchema,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { ResourceConfig } from "../configuration/model.ts";
import { runProvisioners } from "../provisioners/provision.ts";
import { fromPlain } from "../values/from-engine.ts";
import { type PlainValue, plainValue, toPlain } from "../values/to-engine.ts";
import { atArgument } from "./argument-place.ts";
import { arranged } from "./arranged.ts";
import { dependsOnSources, directSources } from "./depends-on.ts";
import { scopeOf } from "./evaluate-expression.ts";
import { instancesOf } from "./expand.ts";
import { lifecycleOf } from "./lifecycle.ts";
import type { ModuleScope, Place, ProviderUse, RegisteredInstance, ResourceSource, Sources } from "./nodes.ts";
import { dynamicTypesOf } from "./recorded.ts";
import type { Instance } from "./repetition.ts";
import { reported } from "./reported.ts";
import { allOf, lazily, NO_SOURCES, Unavailable, unitedSources } from "./result.ts";
import { type CheckedBlock, checkRules } from "./rules.ts";
import { triggersOf } from "./triggers.ts";

/** A `resource`, `data` or `ephemeral` block in one instance of its module. */
export class ResourceNode implements ResourceSource {
  readonly config: ResourceConfig;
  readonly isEphemeral: boolean;
  readonly #module: ModuleScope;
  /** Which instances there are is not known. */
  #isOpen = false;
  /** What its instances depend on. */
  #sources: Sources = NO_SOURCES;

  constructor(module: ModuleScope, config: ResourceConfig) {
    this.#module = module;
    this.config = config;
    this.isEphemeral = config.kind === "ephemeral";
  }

  /** What is the same for all of its instances. Throws Unavailable. */
  readonly #common = lazily(() =>
    reported(this.#module.run, async () => {
      const { config } = this;
      const { run } = this.#module;
      const provider = run.providers.of(this.#module, config);
      const schema = await run.schema({
        kind: config.kind === "managed" ? "resource" : config.kind,
        provider: provider.name,
        type: config.type,
        address: this.#address(undefined),
        range: config.range,
      });
      const [configured = NO_SOURCES, ...explicit] = await allOf([
        provider.configured(),
        dependsOnSources(config.dependsOn, this.#module),
        this.#module.waitsFor(),
      ]);
      const references = bodyReferences(config.body, schema);
      const direct = config.kind === "data" ? directSources({ config, module: this.#module, references }) : NO_SOURCES;
      const awaited = unitedSources([...explicit, direct]);
      const from = unitedSources([configured, awaited]);
      return { provider, schema, type: impliedType(schema), from, awaited, references };
    }),
  );

  /** Every instance, once all of them are registered. Throws Unavailable where it is not known which there are. */
  readonly instances = lazily(async (): Promise<readonly RegisteredInstance[]> => {
    const { lifecycle } = this.config;
    const isChecked = lifecycle.preconditions.length + lifecycle.postconditions.length > 0;
    const checked = isChecked ? this.#module.run.checks.declare("resource", this.#configAddress()) : undefined;
    const { instances, from, isOpen } = await instancesOf(this.config, this.#module);
    this.#isOpen = isOpen === true;
    if (checked !== undefined) checked.isExpanded = true;
    return await Promise.all(instances.map((instance) => this.#begin(instance, from)));
  });

  /** The block as an expression sees it. Throws Unavailable. */
  readonly value = lazily(async (): Promise<Val> => {
    const registered = await this.instances();
    if (this.#isOpen) return this.isEphemeral ? withMarks(DYNAMIC_UNKNOWN, EPHEMERAL) : DYNAMIC_UNKNOWN;
    const objects = await allOf(registered.map(({ object }) => object));
    return arranged(
      this.config,
      registered.map(({ instance }, i) => ({ instance, value: objects[i] })),
    );
  });

  readonly closure = lazily(async (): Promise<readonly string[]> => {
    await this.instances();
    return union([this.#configAddress()], await closureOf(this.#sources));
  });

  async madeFrom(): Promise<Sources> {
    await this.instances();
    return this.#sources;
  }

  /** When nothing of it is under way any more; never rejects. */
  async settled(): Promise<void> {
    await this.value().catch(() => undefined);
  }

  #address(instance: Instance | undefined): string {
    const { kind, type, name } = this.config;
    const { address } = this.#module;
    if (kind === "ephemeral") {
      const key = instance?.key === undefined ? "" : formatInstanceKey(instance.key);
      return `${address === "" ? "" : `${address}.`}${this.config.key}${key}`;
    }
    return formatAddress({
      mode: kind === "data" ? "data" : "managed",
      type,
      name,
      ...(address === "" ? {} : { module: address }),
      ...(instance?.key === undefined ? {} : { index: instance.key }),
    });
  }

  /** Resolves when the instance is registered, or cannot be. */
  async #begin(instance: Instance, expandedFrom: Sources): Promise<RegisteredInstance> {
    const address = this.#address(instance);
    const begun = reported(this.#module.run, () => this.#register(instance, address, expandedFrom));
    const object = begun.then(({ value }) => value);
    object.catch(() => undefined);
    const isRegistered = await begun.then(
      () => true,
      (error: unknown) => this.#skipped(instance, error),
    );
    return { instance, address, isRegistered, object };
  }

  async #register(instance: Instance, address: string, expandedFrom: Sources): Promise<{ readonly value: Promise<Val> }> {
    const common = await this.#common();
    const { run } = this.#module;
    const place = { module: this.#module, names: instance.names };
    const { scope, from } = await scopeOf(common.references, place);
    const decoded = await run.providerFunctions.settled(() => decodeBody(this.config.body, common.schema, scope));
    if (hasErrors(decoded.diagnostics)) throw new DiagnosticError(decoded.diagnostics);
    run.report(decoded.diagnostics);
    if (!this.isEphemeral) refuseEphemeral(decoded.value, common.schema, this.config);
    const { preconditions } = this.config.lifecycle;
    const checked = await checkRules(preconditions, place, this.#checked(address, "precondition"));
    const { triggers, from: triggeredBy } = await triggersOf(this.config.lifecycle.replaceTriggeredBy, instance, this.#module);
    const sources = unitedSources([common.from, expandedFrom, from, checked, triggeredBy]);
    this.#sources = unitedSources([this.#sources, sources]);
    const config = this.#configAddress();
    const importId = this.config.kind === "managed" ? await run.imports?.idOf(config, address) : undefined;
    const dynamicTypes = dynamicTypesOf(this.config.type, common.schema, decoded.value);
    const registered = this.#told(instance, common.provider, decoded.value, {
      type: common.type,
      dependencies: await addressesOf(sources),
      recordedDependencies: await closureOf(sources),
      waitsFor: await addressesOf(common.awaited),
      triggers,
      ...(dynamicTypes === undefined ? {} : { dynamicTypes }),
      ...(importId === undefined ? {} : { importId }),
    });
    return { value: this.#finished(instance, address, common, decoded.value, registered) };
  }

  /** What cannot be carried out because something that it needs failed is told to the engine all the same: it counts what it left out. */
  #skipped(instance: Instance, error: unknown): false {
    const { host } = this.#module.run;
    if (host.pass !== "apply" || !(error instanceof Unavailable) || error.addresses.length === 0) return false;
    if (this.isEphemeral) return false;
    const { kind, type, name, range } = this.config;
    const { address } = this.#module;
    const place = {
      type,
      name,
      ...(address === "" ? {} : { module: address }),
      ...(instance.key === undefined ? {} : { index: instance.key }),
    };
    const registration = { ...place, config: {}, sensitive: [], dependencies: error.addresses, range };
    (kind === "data" ? host.readData(registration) : host.register(registration)).catch(() => undefined);
    return false;
  }

  #told(instance: Instance, provider: ProviderUse, value: Val, facts: Facts): Promise<RegisteredObject> {
    const { host } = this.#module.run;
    const { kind, type, name, range } = this.config;
    const { address } = this.#module;
    const plain = toPlain(value);
    if (this.isEphemeral) return this.#opened(instance, provider, plain, facts);
    const registration = {
      type,
      name,
      ...(address === "" ? {} : { module: address }),
      ...(instance.key === undefined ? {} : { index: instance.key }),
      config: objectOf(plain.value),
      sensitive: plain.sensitive,
      dependencies: facts.dependencies,
      recordedDependencies: facts.recordedDependencies,
      ...(facts.dynamicTypes === undefined ? {} : { dynamicTypes: facts.dynamicTypes }),
      provider: provider.name,
      range,
      inProgramWords: (diagnostic: Diagnostic) => atArgument(diagnostic, this.config.body, range),
    };
    // A state records none for what is only read.
    if (kind === "data")
      return host.readData({
        ...registration,
        recordedDependencies: [],
        waitsFor: facts.waitsFor,
        ...(this.config.check === undefined ? {} : { isChecked: true }),
      });
    const lifecycle: Lifecycle = { ...lifecycleOf(this.config.lifecycle), replaceTriggeredBy: facts.triggers };
    const aliases = this.#formerAddresses(instance);
    const created = this.config.provisioners.filter(({ when }) => when === "create");
    return host.register({
      ...registration,
      lifecycle,
      ...(aliases.length === 0 ? {} : { aliases }),
      ...(facts.importId === undefined ? {} : { importId: facts.importId }),
      ...(created.length === 0
        ? {}
        : { provision: (object, tell) => runProvisioners(created, this.#selfPlace(instance, facts, object), tell) }),
    });
  }

  #opened(instance: Instance, provider: ProviderUse, { value, sensitive }: PlainValue, facts: Facts): Promise<RegisteredObject> {
    const { host, opens } = this.#module.run;
    const { type, range } = this.config;
    if (host.openEphemeral === undefined) throw new DiagnosticError(notOpened(this.config));
    return host.openEphemeral({
      address: this.#address(instance),
      type,
      config: objectOf(value),
      sensitive,
      dependencies: facts.dependencies,
      provider: provider.name,
      range,
      ...(opens?.(this.#configAddress()) === false ? { isUnneeded: true } : {}),
    });
  }

  /** Where `self` is the object. */
  #selfPlace(instance: Instance, facts: Facts, { value, sensitive }: RegisteredObject): Place {
    const self = fromPlain(value, facts.type, sensitive);
    return { module: this.#module, names: new Map([...instance.names, ["self", self]]) };
  }

  #formerAddresses(instance: Instance): readonly string[] {
    const { type, name, forEach } = this.config;
    const resource = { mode: "managed" as const, type, name, ...(instance.key === undefined ? {} : { key: instance.key }) };
    return this.#module.run.moves.formerAddresses(this.#module.steps, resource, forEach === undefined);
  }

  #configAddress(): string {
    return [...this.#module.tree.path.map((name) => `module.${name}`), this.config.key].join(".");
  }

  async #finished(
    instance: Instance,
    address: string,
    { schema, type }: { readonly schema: ResourceSchema; readonly type: Type },
    config: Val,
    registered: Promise<RegisteredObject>,
  ): Promise<Val> {
    const { value, sensitive } = await this.#answered(address, registered);
    // What is ephemeral is shown nowhere anyway: terraform marks as sensitive only what its arguments were.
    const marked = this.isEphemeral ? toPlain(config).sensitive : sensitive;
    const plain = fromPlain(value, type, marked, dynamicTypes(schema, config));
    const object = this.isEphemeral ? withMarks(plain, EPHEMERAL) : plain;
    const { postconditions } = this.config.lifecycle;
    if (postconditions.length > 0) {
      const names = new Map([...instance.names, ["self", object]]);
      await checkRules(postconditions, { module: this.#module, names }, this.#checked(address, "postcondition"));
    }
    return object;
  }

  /** The engine has told what went wrong. */
  async #answered(address: string, registered: Promise<RegisteredObject>): Promise<RegisteredObject> {
    try {
      return await registered;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const { check } = this.config;
      if (check === undefined) this.#module.run.failed();
      else this.#failCheck(check, error.diagnostics);
      throw new Unavailable([address]);
    }
  }

  /** What is wrong with the data source of a check is what is wrong with the check. */
  #failCheck(name: string, diagnostics: readonly Diagnostic[]): void {
    const { run, tree, address } = this.#module;
    const own = `check.${name}`;
    const config = [...tree.path.map((each) => `module.${each}`), own].join(".");
    for (const { summary, detail = "" } of diagnostics)
      run.checks.record("check", config, address === "" ? own : `${address}.${own}`, "fail", `${summary}: ${detail}`);
  }

  #checked(address: string, rule: "precondition" | "postcondition"): CheckedBlock {
    return {
      kind: "resource",
      config: this.#configAddress(),
      address,
      summary: `Resource ${rule} failed`,
    };
  }
}

function objectOf(value: Value): ValueObject {
  return isObject(value) ? value : {};
}

const EPHEMERAL: Marks = new Set(["ephemeral"]);

function notOpened({ range }: ResourceConfig) {
  const detail = "What evaluates this configuration cannot open ephemeral resources.";
  return errorDiagnostic("DVT2028", "Ephemeral resources are not supported", { detail, range });
}

/** Throws DiagnosticError where an ephemeral value would be kept: only write-only arguments are not. */
function refuseEphemeral(value: Val, schema: ResourceSchema, { body, range }: ResourceConfig): void {
  const kept = toPlain(value).ephemeral.filter((path) => !isWriteOnly(schema, path));
  if (kept.length === 0) return;
  const attributes = body.partialContent({
    attributes: Object.keys(schema.attributes ?? {}).map((name) => ({ name })),
    blocks: [],
  }).content.attributes;
  throw new DiagnosticError(
    kept.map(([first = ""]) =>
      errorDiagnostic("DVT2031", "Invalid use of ephemeral value", {
        detail: `Ephemeral values are not valid for "${first}", because it is not a write-only attribute and must be persisted to state.`,
        range: attributes.get(String(first))?.expression.range ?? range,
      }),
    ),
  );
}

function isWriteOnly({ attributes = {}, blocks = {} }: BlockSchema, [first, ...rest]: Path): boolean {
  const name = String(first);
  if (attributes[name]?.write_only === true) return true;
  const block = Object.hasOwn(blocks, name) ? blocks[name] : undefined;
  if (block === undefined) return false;
  return isWriteOnly(block, block.nesting === "single" ? rest : rest.slice(1));
}

/** What the engine is told beside the values. */
interface Facts {
  readonly type: Type;
  readonly dependencies: readonly string[];
  readonly recordedDependencies: readonly string[];
  readonly waitsFor: readonly string[];
  readonly triggers: NonNullable<Lifecycle["replaceTriggeredBy"]>;
  readonly dynamicTypes?: DynamicTypes;
  readonly importId?: string;
}

/** What the state records, in order: everything that something depends on, as Terraform has it. */
async function closureOf(sources: Sources): Promise<readonly string[]> {
  const all = await allOf([...sources].map((source) => source.closure()));
  return all.reduce(union, []);
}

/** Of two lists in order, in order: along a chain each is one longer than the last, and sorting them all anew is most of the work. */
function union(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const out: string[] = [];
  for (let i = 0, k = 0; i < a.length || k < b.length; ) {
    const [left, right] = [a[i], b[k]];
    const isLeft = right === undefined || (left !== undefined && left <= right);
    const next = isLeft ? left : right;
    if (left !== undefined && left === next) i++;
    if (right !== undefined && right === next) k++;
    if (next !== undefined) out.push(next);
  }
  return out;
}

/** The resources that the engine knows: in the place of ephemeral ones what those were made from. */
async function keptSources(sources: Sources): Promise<Sources> {
  const opened = [...sources].filter(({ isEphemeral }) => isEphemeral === true);
  if (opened.length === 0) return sources;
  const below = await allOf(opened.map(async (each) => keptSources((await each.madeFrom?.()) ?? NO_SOURCES)));
  return unitedSources([new Set([...sources].filter(({ isEphemeral }) => isEphemeral !== true)), ...below]);
}

/** Addresses of all instances of resources. */
async function addressesOf(sources: Sources): Promise<readonly string[]> {
  const all = (await allOf([...(await keptSources(sources))].map((node) => node.instances()))).flat();
  if (all.some(({ isRegistered }) => !isRegistered)) throw new Unavailable();
  return all.map(({ address }) => address);
}

/**
 * The engine's values don't tell a list from a tuple where a schema leaves the type open: what the config has there, and the provider
 * hands on, has the config's type.
 */
function dynamicTypes(schema: ResourceSchema, config: Val): (value: Value) => Type | undefined {
  const open = Object.entries(schema.attributes ?? {}).filter(([, attribute]) => attribute.type === "dynamic");
  if (open.length === 0 || !(config.raw instanceof Map)) return () => undefined;
  const types = new Map<string, Type>();
  for (const [name] of open) {
    const given: unknown = config.raw.get(name);
    if (isVal(given)) types.set(JSON.stringify(plainValue(given)), given.type);
  }
  return (value) => types.get(JSON.stringify(value));
}

function isVal(value: unknown): value is Val {
  return typeof value === "object" && value !== null && "raw" in value && "type" in value;
}
