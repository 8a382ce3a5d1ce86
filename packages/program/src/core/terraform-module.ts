import {
  DiagnosticError,
  errorDiagnostic,
  type Path,
  type SourceRange,
  systemClock,
  systemRandom,
  UNKNOWN,
  type Value,
} from "@dovetail/model";
import type { DeclaredModule, ModuleInput } from "@dovetail/terraform";
import { nearest } from "../catalog/nearest.ts";
import type { OutputState, Registered, ResourceLike, ResourceOptions } from "./contract.ts";
import { evaluationOf } from "./custom-resource.ts";
import { dependenciesOf } from "./dependencies.ts";
import { type Lifted, lift } from "./lift.ts";
import { makeOutput, type OutputMethods } from "./output.ts";
import { Resource } from "./resource-base.ts";
import { checkName } from "./resource-name.ts";

const TYPE = "terraform:index:Module";
const NOTHING: Lifted = { value: {}, secrets: new Set(), resources: new Set(), failed: false };
const ARGUMENTS: ReadonlySet<string> = new Set(["source", "version", "inputs", "moved"]);

/** `new terraform.Module(name, { source, version, inputs, moved })`: a Terraform module with everything in it. */
export interface ModuleArgs {
  /** As in a `module` block; a local path is from the app's folder. */
  readonly source: string;
  /** The version that is asked for: of a registry's module a constraint; of a local one the newest of its CHANGELOG.md. */
  readonly version?: string;
  readonly inputs?: { readonly [name: string]: unknown };
  /** Where its resources were before: address inside the module -> earlier address in the app. */
  readonly moved?: { readonly [address: string]: string };
}

/** A Terraform module in a program. What `dependsOn` names it waits for all of its resources. */
export class TerraformModule extends Resource {
  /** Resolves once its resources are known, which are its children then. */
  readonly __membersKnown: Promise<void>;
  readonly #declared: Promise<DeclaredModule | undefined>;
  readonly #range: SourceRange | undefined;
  readonly #outputs = new Map<string, OutputMethods>();
  readonly #members = new Map<string, ResourceLike>();

  constructor(name: string, args: ModuleArgs, opts: ResourceOptions = {}) {
    const evaluation = evaluationOf(new.target);
    checkName(evaluation, TYPE, name);
    super(evaluation, TYPE, name, opts);
    this.#range = evaluation.setting.places.here();
    checkArguments(name, args, this.#range);
    evaluation.registeredCount++;
    this.#declared = this.#declare(args, opts);
    this.__membersKnown = this.#declared.then(async (declared) => {
      for (const address of (await declared?.addresses().catch(() => [])) ?? []) this.__children.add(this.#member(address));
    });
    evaluation.track(this.__membersKnown);
    Object.defineProperty(this, "__membersKnown", { enumerable: false });
  }

  /** Its outputs, each an Output. */
  get outputs(): { readonly [name: string]: OutputMethods } {
    return new Proxy(
      {},
      { get: (_target, key) => (typeof key === "symbol" || key === "then" || key === "toJSON" ? undefined : this.#output(key)) },
    );
  }

  #output(name: string): OutputMethods {
    const known = this.#outputs.get(name);
    if (known !== undefined) return known;
    const range = this.__evaluation.setting.places.here() ?? this.#range;
    const made = makeOutput(this.__evaluation, this.#stateOf(name, range));
    this.#outputs.set(name, made);
    return made;
  }

  async #stateOf(name: string, range: SourceRange | undefined): Promise<OutputState> {
    const failed: OutputState = { value: UNKNOWN, secret: false, resources: new Set(), failed: true };
    const declared = await this.#declared;
    if (declared === undefined) return failed;
    if (!declared.outputNames.includes(name)) {
      this.__evaluation.report(noOutput(this.__name, name, declared.outputNames, range));
      return failed;
    }
    const output = await declared.output(name);
    if (output === undefined) return failed;
    const resources = new Set(output.dependencies.map((address) => this.#member(address)));
    return { value: output.value, secret: output.isSensitive, resources };
  }

  /** A resource of the module, as far as what depends on it must know it. */
  #member(address: string): ResourceLike {
    const known = this.#members.get(address);
    if (known !== undefined) return known;
    const registered: Registered = { sensitive: [], failed: false, isKnownToEngine: true, isManaged: true };
    const member: ResourceLike = {
      __pulumiResource: true,
      __pulumiType: "terraform:index:Resource",
      __name: address,
      __opts: { parent: this },
      __children: new Set(),
      __typeChain: `${this.__typeChain}$terraform:index:Resource`,
      __urnPath: `${this.__typeChain}$terraform:index:Resource::${address}`,
      __address: address,
      __announced: Promise.resolve(),
      __registered: Promise.resolve(registered),
    };
    this.#members.set(address, member);
    return member;
  }

  /** What goes wrong is reported. */
  async #declare(args: ModuleArgs, opts: ResourceOptions): Promise<DeclaredModule | undefined> {
    const evaluation = this.__evaluation;
    const range = this.#range;
    const { setting } = evaluation;
    try {
      const terraform = await import("@dovetail/terraform");
      const isLocal = terraform.isLocalModule(args.source);
      const declared = await terraform.declareModule(
        {
          name: this.__name,
          source: args.source,
          ...(args.version === undefined || isLocal ? {} : { version: args.version }),
          inputs: new Map(Object.entries(args.inputs ?? {}).map(([name, value]) => [name, () => this.#input(name, value)])),
          moved: new Map(Object.entries(args.moved ?? {})),
          waitsFor: () => this.#dependencies(NOTHING, opts),
          ...(range ? { range } : {}),
        },
        {
          host: setting.host,
          root: setting.root,
          workspace: setting.app.stage,
          env: { ...process.env },
          clock: systemClock(),
          random: systemRandom(),
        },
      );
      const used = { name: this.__name, source: args.source, folder: declared.folder, ...(range ? { range } : {}) };
      const locked = terraform.lockedModule({ ...used, ...(args.version === undefined ? {} : { asked: args.version }) });
      const change = terraform.moduleChange(used, terraform.readModuleLock(setting.root).get(this.__name), locked);
      if (change !== undefined && setting.host.pass === "plan") evaluation.report(change);
      evaluation.lockedModules.set(this.__name, locked);
      evaluation.track(declared.settled);
      return declared;
    } catch (error) {
      evaluation.reportException(error, `Declaring the module "${this.__name}"`, range);
      return undefined;
    }
  }

  async #input(name: string, value: unknown): Promise<ModuleInput> {
    const what = `"${name}" of the module "${this.__name}"`;
    const lifted = await lift(this.__evaluation, value, { what, range: () => this.#range });
    return {
      value: plain(lifted.value),
      sensitive: [...lifted.secrets].map((path) => JSON.parse(path) as Path),
      dependencies: await this.#dependencies(lifted, {}),
    };
  }

  async #dependencies(lifted: Lifted, opts: ResourceOptions): Promise<readonly string[]> {
    return (await dependenciesOf(this.__evaluation, this, lifted, opts)).addresses;
  }
}

function checkArguments(name: string, args: unknown, range: SourceRange | undefined): asserts args is ModuleArgs {
  const given = typeof args === "object" && args !== null ? args : {};
  const unknown = Object.keys(given).find((key) => !ARGUMENTS.has(key));
  const source: unknown = Reflect.get(given, "source");
  if (unknown === undefined && typeof source === "string" && source !== "") return;
  const place = range ? { range } : {};
  throw new DiagnosticError(
    unknown === undefined
      ? errorDiagnostic("DVT1007", "Missing required argument", {
          detail: `The module "${name}" needs "source": a folder from the app's folder on (./ or ../), or a module's address.`,
          ...place,
        })
      : errorDiagnostic("DVT1005", "Unsupported argument", {
          detail: `terraform.Module has no argument "${unknown}"; it has ${[...ARGUMENTS].join(", ")}. Values of the module's variables stand in "inputs".`,
          ...place,
        }),
  );
}

function noOutput(module: string, name: string, names: readonly string[], range: SourceRange | undefined) {
  const like = nearest(name, names);
  return errorDiagnostic("DVT1015", "Unknown class or function", {
    detail: `The module "${module}" has no output "${name}"${names.length === 0 ? "; it has none" : ` among ${names.join(", ")}`}.`,
    ...(like === undefined ? {} : { fix: `Did you mean "${like}"?` }),
    ...(range ? { range } : {}),
  });
}

/** A lifted input without the members that are undefined, resources as their ids. */
function plain(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Resource) return (value.__id ?? UNKNOWN) as Value;
  if (typeof value !== "object") return value as Value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, plain(member)]));
}
