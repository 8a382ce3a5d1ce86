import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  isWhollyKnown,
  parseAddress,
  type ResourceSchema,
  UNKNOWN,
  type ValueObject,
  warningDiagnostic,
} from "@dovetail/model";
import type {
  DataRegistration,
  EphemeralRegistration,
  EvaluationHost,
  ExistingRegistration,
  FunctionsOfProvider,
  RegisteredObject,
  ResourceRegistration,
  SchemaRequest,
} from "../front-end.ts";
import { type InstanceIdentity, toStateObject, WorkingState } from "../state/working-state.ts";
import { mergePaths } from "../values/sensitive-paths.ts";
import { schemaSensitivePaths } from "../values/state-attributes.ts";
import { type Place, placed } from "../walk/diagnostics.ts";
import { Walk } from "../walk/walk.ts";
import { blank, placeOf, recordedFacts } from "./change-parts.ts";
import { type Existing, ExistingObjects, protectedError } from "./existing-objects.ts";
import { registeredIdentity, registeredParts } from "./identity.ts";
import { Ephemerals } from "./open-ephemeral.ts";
import type { PlanMode, ResourceChange } from "./plan.ts";
import { type PassSettings, type PlanContext, withEvents } from "./plan-context.ts";
import { planDestroy } from "./plan-destroy.ts";
import { callProvider, shaped } from "./plan-object.ts";
import { planResource } from "./plan-resource.ts";
import { prepareConfig } from "./prepare-config.ts";
import { readExisting } from "./read-existing.ts";
import { liveFromState, type Typed } from "./typed.ts";
import { unknownObject } from "./unknown-object.ts";

/** One evaluation of the program with unknowns: the host it talks to, and what it found. */
export class PlanPass implements EvaluationHost {
  readonly pass = "plan";
  readonly state: WorkingState;
  readonly existing: ExistingObjects;
  readonly walk: Walk;
  readonly ephemerals: Ephemerals;
  readonly changes = new Map<string, ResourceChange>();
  readonly registrations = new Map<string, ResourceRegistration | DataRegistration>();
  readonly #context: PlanContext;
  readonly #settings: PassSettings;
  /** Remote things by who owns them. */
  readonly #owners = new Map<string, ResourceChange>();
  /** Addresses whose object is not what it will be. */
  readonly #pending = new Set<string>();

  constructor(context: PlanContext, settings: PassSettings) {
    this.#context = context;
    this.#settings = settings;
    this.state = new WorkingState(context.base);
    this.existing = new ExistingObjects(context, settings, this.state);
    this.walk = new Walk(context.signal);
    this.ephemerals = new Ephemerals(this.walk, context);
  }

  report(diagnostic: Diagnostic): void {
    this.walk.report(diagnostic);
    this.#context.emit({ type: "diagnostic", diagnostic });
  }

  register(registration: ResourceRegistration): Promise<RegisteredObject> {
    const { address } = registeredParts(registration, "managed");
    return this.walk.add({ address, ...registered(registration) }, `planning ${address}`, () =>
      this.#resource(registration, address),
    );
  }

  readData(registration: DataRegistration): Promise<RegisteredObject> {
    const { address } = registeredParts(registration, "data");
    return this.walk.add({ address, ...registered(registration) }, `reading ${address}`, () => this.#data(registration, address));
  }

  readExisting(registration: ExistingRegistration): Promise<RegisteredObject> {
    return readExisting(this.walk, this.#context, registration);
  }

  openEphemeral(registration: EphemeralRegistration): Promise<RegisteredObject> {
    return this.ephemerals.open(registration, this.#settings);
  }

  get mode(): PlanMode {
    return this.#context.mode;
  }

  get plannedAtMs(): number {
    return this.#context.startedAtMs;
  }

  get isDiscovery(): boolean {
    return this.#settings.isDiscovery;
  }

  functionsOf(provider: string): Promise<FunctionsOfProvider> {
    return this.#context.types.functionsOf(provider);
  }

  schema(request: SchemaRequest): Promise<ResourceSchema> {
    return this.#context.types.schema(request);
  }

  async #resource(registration: ResourceRegistration, address: string): Promise<RegisteredObject> {
    const place = placeOf(registration, address);
    const typed = await this.#context.types.find({ mode: "managed", ...registration, address });
    this.registrations.set(address, registration);
    const identity = registeredIdentity(registration, "managed", typed);
    const existing = await this.existing.of(typed, identity, registration, place);
    const { isDiscovery, isExcluded } = this.#settings;
    if (isDiscovery) return this.#undecided(typed, registration, existing);
    if (this.#context.mode === "destroy")
      return await this.#destroyed(typed, identity, registration, existing, isExcluded(address));
    if (this.#context.mode === "refresh-only" || isExcluded(address)) {
      return this.#kept(typed, identity, registration, existing, isExcluded(address));
    }
    const planned = await planResource({
      context: this.#context,
      settings: this.#settings,
      typed,
      identity,
      registration,
      existing,
      place,
      changeOf: (other) => this.changes.get(other),
    });
    this.walk.report(...planned.diagnostics);
    this.#claim(typed, planned.change);
    this.#record(planned.change);
    return { value: planned.change.after ?? {}, sensitive: planned.change.afterSensitive };
  }

  #record(change: ResourceChange): void {
    this.changes.set(change.address, change);
    if (change.action !== "no-op") this.#pending.add(change.address);
  }

  /** DVT3002 where another resource of the program is or sets the same remote thing. */
  #claim(typed: Typed, change: ResourceChange): void {
    const comesFrom = (type: string) => {
      const [only, ...others] = change.dependencies.filter((address) => parseAddress(address)?.type === type);
      return others.length === 0 ? only : undefined;
    };
    const thing = change.after === null ? undefined : typed.provider.owns?.(change.type, change.after, comesFrom);
    if (thing === undefined) return;
    const key = `${typed.local} ${thing}`;
    const other = this.#owners.get(key);
    this.#owners.set(key, other ?? change);
    if (other !== undefined) this.walk.report(ownedTwice(change, other, thing, this.#settings.ownersMayShare));
  }

  /** Nothing is asked of the provider: what the program sees is what exists, else unknown. */
  #undecided(typed: Typed, registration: ResourceRegistration, existing: Existing): RegisteredObject {
    const live = existing.live;
    return live === null
      ? { value: unknownObject(typed.schema, wholeConfig(typed, registration)), sensitive: registration.sensitive }
      : { value: live.value, sensitive: live.sensitive };
  }

  /** Left as it is: refresh-only, or excluded by targets. */
  #kept(
    typed: Typed,
    identity: InstanceIdentity,
    registration: ResourceRegistration,
    existing: Existing,
    isExcluded: boolean,
  ): RegisteredObject {
    const { live } = existing;
    if (live !== null || isExcluded) {
      this.#record({
        ...blank(typed, identity, registration),
        action: "no-op",
        before: live?.value ?? null,
        after: live?.value ?? null,
        beforeSensitive: live?.sensitive ?? [],
        afterSensitive: live?.sensitive ?? [],
        ...(existing.previousAddress === undefined ? {} : { previousAddress: existing.previousAddress }),
        ...(isExcluded ? { isExcluded } : {}),
      });
    }
    return this.#undecided(typed, registration, existing);
  }

  async #destroyed(
    typed: Typed,
    identity: InstanceIdentity,
    registration: ResourceRegistration,
    existing: Existing,
    isExcluded: boolean,
  ): Promise<RegisteredObject> {
    const { live } = existing;
    if (live !== null && !isExcluded) {
      const lifecycle = registration.lifecycle ?? {};
      if (lifecycle.preventDestroy === true)
        throw protectedError(identity.address, "delete", placeOf(registration, identity.address));
      const isKept = lifecycle.retainOnDelete === true;
      const place = placeOf(registration, identity.address);
      this.#record({
        ...blank(typed, identity, registration),
        dependencies: existing.recordedDependencies,
        action: isKept ? "forget" : "delete",
        before: live.value,
        after: null,
        beforeSensitive: live.sensitive,
        ...(isKept ? {} : await planDestroy(this.#context, typed, live, place)),
      });
    }
    return this.#undecided(typed, registration, existing);
  }

  async #data(registration: DataRegistration, address: string): Promise<RegisteredObject> {
    const place = placeOf(registration, address);
    const typed = await this.#context.types.find({ mode: "data", ...registration, address });
    this.registrations.set(address, registration);
    const identity = registeredIdentity(registration, "data", typed);
    this.existing.take(identity, []);
    const { config, diagnostics } = prepareConfig(typed, "data", registration, address, undefined);
    this.walk.report(...diagnostics);
    const isConfigKnown = isWhollyKnown(config);
    const isPending = (registration.waitsFor ?? registration.dependencies).some((each) => this.#pending.has(each));
    const isDestroy = this.#context.mode === "destroy";
    const recorded = this.#settings.isDiscovery ? await this.#recordedData(typed, address) : undefined;
    if (recorded !== undefined) return recorded;
    const isWaiting = !isConfigKnown || isPending || this.#settings.isDiscovery;
    if (isDestroy && !isWaiting && registration.dependencies.length === 0)
      return (
        (await this.#readForDestroy(typed, identity, registration, config, place)) ??
        this.#deferred(typed, identity, registration, config, isConfigKnown)
      );
    if (isWaiting || isDestroy) return this.#deferred(typed, identity, registration, config, isConfigKnown);
    const read = await this.#context.gate.run(() =>
      withEvents(this.#context, address, "read", () => readCheckedData(typed, config, registration, place)),
    );
    this.walk.report(...read.diagnostics);
    const facts = { ...recordedFacts(registration), isTainted: false, createBeforeDestroy: false };
    this.state.setCurrent(identity, toStateObject(typed, read.object, facts));
    const { value, sensitive } = read.object;
    const seen = { ...blank(typed, identity, registration), afterSensitive: sensitive, config };
    this.changes.set(
      address,
      registration.isChecked === true
        ? {
            ...seen,
            action: "read",
            reason: "read_because_check_nested",
            before: null,
            after: read.failure === undefined ? value : unknownObject(typed.schema, config),
          }
        : { ...seen, action: "no-op", before: value, after: value, beforeSensitive: sensitive },
    );
    if (read.failure !== undefined) throw read.failure;
    return { value, sensitive };
  }

  /** What the state has of a data source, where nothing is to be read. */
  async #recordedData(typed: Typed, address: string): Promise<RegisteredObject | undefined> {
    const object = this.#context.base.instances.get(address)?.current;
    return object === undefined ? undefined : await liveFromState(typed, object, address).catch(() => undefined);
  }

  /** A program that awaits an answer needs it to say what it had; one that no longer comes must not stand in the way of removing. */
  async #readForDestroy(
    typed: Typed,
    identity: InstanceIdentity,
    registration: DataRegistration,
    config: ValueObject,
    place: Place,
  ): Promise<RegisteredObject | undefined> {
    try {
      const read = await this.#context.gate.run(() => readData(typed, config, registration, place));
      this.state.setCurrent(identity, null);
      return read.object;
    } catch (error) {
      if (error instanceof DiagnosticError) return undefined;
      throw error;
    }
  }

  #deferred(
    typed: Typed,
    identity: InstanceIdentity,
    registration: DataRegistration,
    config: ValueObject,
    isConfigKnown: boolean,
  ): RegisteredObject {
    const after = unknownObject(typed.schema, config);
    const sensitive = mergePaths(registration.sensitive, schemaSensitivePaths(typed.schema, after));
    if (this.#context.mode === "destroy") this.state.setCurrent(identity, null);
    else if (!this.#settings.isDiscovery) {
      this.state.setCurrent(identity, null);
      this.#record({
        ...blank(typed, identity, registration),
        action: "read",
        reason: isConfigKnown ? "read_because_dependency_pending" : "read_because_config_unknown",
        before: null,
        after,
        afterSensitive: sensitive,
        config,
      });
    }
    return { value: after, sensitive };
  }
}

/** Reads a data source. Throws DiagnosticError. */
export async function readData(typed: Typed, config: ValueObject, registration: DataRegistration, place: Place) {
  const response = await callProvider(`reading ${place.address ?? typed.type}`, place, () =>
    typed.provider.readData(typed.type, config),
  );
  const errors = response.diagnostics.filter((d) => d.severity === "error");
  if (errors.length > 0) throw new DiagnosticError(placed(errors, place));
  const value = shaped(typed, response.state, place);
  const sensitive = mergePaths(registration.sensitive, schemaSensitivePaths(typed.schema, value), response.sensitive ?? []);
  return { object: { value, sensitive }, diagnostics: response.diagnostics };
}

/** The same; where it only serves a check, a failure comes as warnings, with an object of which nothing but the config is known. */
export async function readCheckedData(typed: Typed, config: ValueObject, registration: DataRegistration, place: Place) {
  try {
    return { ...(await readData(typed, config, registration, place)), failure: undefined };
  } catch (error) {
    if (registration.isChecked !== true || !(error instanceof DiagnosticError)) throw error;
    const failure = new DiagnosticError(error.diagnostics.map((each) => ({ ...each, severity: "warning" })));
    return { object: { value: config, sensitive: registration.sensitive }, diagnostics: [], failure };
  }
}

function registered(registration: ResourceRegistration | DataRegistration) {
  const { dependencies, range } = registration;
  return { dependencies, ...(range === undefined ? {} : { range }) };
}

/** Config in the schema's shape, without judging it. */
function wholeConfig(typed: Typed, registration: ResourceRegistration): ValueObject {
  const whole = Object.keys(typed.schema.attributes ?? {}).map((name) => [name, registration.config[name] ?? null]);
  const named = registration.autoname;
  const config: ValueObject = Object.fromEntries(whole);
  return named !== undefined && config[named.attribute] === null ? { ...config, [named.attribute]: UNKNOWN } : config;
}

/** The later address of the two is told, whichever was planned first. */
function ownedTwice(a: ResourceChange, b: ResourceChange, thing: string, mayShare: boolean): Diagnostic {
  const [first, second] = a.address < b.address ? [a, b] : [b, a];
  const make = mayShare ? warningDiagnostic : errorDiagnostic;
  return make("DVT3002", "Two resources own the same object", {
    address: second.address,
    ...(second.range === undefined ? {} : { range: second.range }),
    detail: `${first.address} and ${second.address} both own ${thing}. Whichever is applied last would overwrite the other, again and again.`,
    fix: "Keep one of them and move what the other says into it, or give them different names.",
    ...(first.range === undefined ? {} : { related: [{ range: first.range, message: "The other one is declared here." }] }),
  });
}

/** DVT3010 for what names nothing. */
export function targetNotFound(kind: string, target: string): Diagnostic {
  return errorDiagnostic("DVT3010", "Target not found", {
    detail: `${kind} ${target} names no resource of the program or the state.`,
    fix: "List the addresses:\n    dovetail state list",
  });
}
