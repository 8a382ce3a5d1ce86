import { createHash } from "node:crypto";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  formatPath,
  isWhollyKnown,
  type ResourceSchema,
  UNKNOWN,
  type ValueObject,
} from "@dovetail/model";
import type {
  DataRegistration,
  EphemeralRegistration,
  EvaluationHost,
  ExistingRegistration,
  FunctionsOfProvider,
  HookPoint,
  RegisteredObject,
  ResourceRegistration,
  SchemaRequest,
} from "../front-end.ts";
import { placeOf, recordedFacts } from "../plan/change-parts.ts";
import { registeredIdentity, registeredParts } from "../plan/identity.ts";
import { triggerMark } from "../plan/lifecycle-marks.ts";
import type { LiveObject } from "../plan/live-object.ts";
import { Ephemerals } from "../plan/open-ephemeral.ts";
import type { ResourceChange } from "../plan/plan.ts";
import { withEvents } from "../plan/plan-context.ts";
import { hookCall } from "../plan/plan-hooks.ts";
import { type ObjectPlan, planCreate, planUpdate } from "../plan/plan-object.ts";
import { readCheckedData } from "../plan/plan-pass.ts";
import { prepareConfig } from "../plan/prepare-config.ts";
import { readExisting } from "../plan/read-existing.ts";
import type { Typed } from "../plan/typed.ts";
import { unknownObject } from "../plan/unknown-object.ts";
import { type InstanceIdentity, toStateObject } from "../state/working-state.ts";
import { contradiction } from "../values/changes.ts";
import { type Place, placed } from "../walk/diagnostics.ts";
import { runHooks } from "../walk/hooks.ts";
import type { Walk } from "../walk/walk.ts";
import type { ApplyContext } from "./apply-context.ts";
import { Deletions } from "./deletions.ts";
import { putObject } from "./operate.ts";

/** The evaluation with real values: each resource is planned once more, held against the plan, and carried out. */
export class ApplyPass implements EvaluationHost {
  readonly pass = "apply";
  readonly walk: Walk;
  readonly deletions: Deletions;
  readonly ephemerals: Ephemerals;
  readonly #context: ApplyContext;
  readonly #changes: ReadonlyMap<string, ResourceChange>;

  constructor(context: ApplyContext) {
    this.#context = context;
    this.walk = context.walk;
    this.deletions = new Deletions(context);
    this.ephemerals = new Ephemerals(this.walk, context);
    this.#changes = new Map(context.plan.changes.filter((c) => c.deposed === undefined).map((c) => [c.address, c]));
  }

  report(diagnostic: Diagnostic): void {
    this.walk.report(diagnostic);
    this.#context.emit({ type: "diagnostic", diagnostic });
  }

  register(registration: ResourceRegistration): Promise<RegisteredObject> {
    const { address } = registeredParts(registration, "managed");
    const { dependencies, range } = registration;
    return this.walk.add({ address, dependencies, ...(range === undefined ? {} : { range }) }, `applying ${address}`, () =>
      this.#resource(registration, address),
    );
  }

  readData(registration: DataRegistration): Promise<RegisteredObject> {
    const { address } = registeredParts(registration, "data");
    const { dependencies, range } = registration;
    return this.walk.add({ address, dependencies, ...(range === undefined ? {} : { range }) }, `reading ${address}`, () =>
      this.#data(registration, address),
    );
  }

  readExisting(registration: ExistingRegistration): Promise<RegisteredObject> {
    return readExisting(this.walk, this.#context, registration);
  }

  openEphemeral(registration: EphemeralRegistration): Promise<RegisteredObject> {
    return this.ephemerals.open(registration, { isDiscovery: false });
  }

  get plannedAtMs(): number {
    return this.#context.plan.createdAtMs;
  }

  functionsOf(provider: string): Promise<FunctionsOfProvider> {
    return this.#context.types.functionsOf(provider);
  }

  schema(request: SchemaRequest): Promise<ResourceSchema> {
    return this.#context.types.schema(request);
  }

  #planned(address: string, place: Place): ResourceChange {
    const change = this.#changes.get(address);
    if (change !== undefined && change.action !== "delete" && change.action !== "forget") return change;
    throw differs(place, `${address} is not in the plan: the program declares something else now than when it was planned.`);
  }

  async #resource(registration: ResourceRegistration, address: string): Promise<RegisteredObject> {
    const place = placeOf(registration, address);
    const change = this.#planned(address, place);
    const typed = await this.#context.types.find({ mode: "managed", ...registration, address });
    if (change.isExcluded === true) return excluded(typed, change);
    const identity = registeredIdentity(registration, "managed", typed);
    const config = this.#config(typed, registration, change, place);
    const isNew = change.action === "create" || change.action === "replace";
    const prior = isNew ? null : liveBefore(change);
    if (change.action === "replace" && !change.createBeforeDestroy) await this.deletions.first(address);
    const plan = await this.#context.gate.run(() => this.#planAgain(typed, registration, prior, config, place));
    checkWithinPlan(change, plan, place);
    if (change.importing !== undefined) this.#context.counts.imported += 1;
    this.#noteTrigger(registration, address, change);
    if (prior !== null && plan.isNoop) return this.#unchanged(typed, identity, registration, change, prior);
    if (change.action === "no-op") throw differs(place, "The plan leaves it as it is, and now it would be updated.");
    const deposes = change.action === "replace" && change.createBeforeDestroy ? this.#deposedKey(address) : undefined;
    await this.#hooks(registration, isNew ? "beforeCreate" : "beforeUpdate", change, place, config);
    const live = await putObject(this.#context, {
      kind: isNew ? "create" : "update",
      typed,
      identity,
      plan,
      prior,
      registration,
      createBeforeDestroy: change.createBeforeDestroy,
      place,
      ...(change.generation === undefined ? {} : { generation: change.generation }),
      ...(deposes === undefined ? {} : { deposes }),
    });
    if (deposes !== undefined) this.deletions.deposed(address, deposes);
    if (isNew) this.#context.counts.added += 1;
    else this.#context.counts.changed += 1;
    this.#noteTrigger(registration, address);
    await this.#hooks(registration, isNew ? "afterCreate" : "afterUpdate", change, place, config, live.value);
    return live;
  }

  async #hooks(
    registration: ResourceRegistration,
    point: HookPoint,
    change: ResourceChange,
    place: Place,
    config: ValueObject,
    made?: ValueObject,
  ): Promise<void> {
    const names = registration.hooks?.[point];
    if (names === undefined || names.length === 0) return;
    const call = hookCall({ ...change, config }, point, made);
    this.walk.report(...(await runHooks({ frontEnd: this.#context.frontEnd, names, call, place, isPlan: false })));
  }

  /** With a change: only where nothing that the trigger could ask for is still to be done. */
  #noteTrigger(registration: ResourceRegistration, address: string, change?: ResourceChange): void {
    const trigger = registration.lifecycle?.replacementTrigger;
    if (trigger === undefined || (change !== undefined && change.action !== "no-op")) return;
    this.#context.triggers.set(address, triggerMark(trigger));
  }

  #config(typed: Typed, registration: ResourceRegistration, change: ResourceChange, place: Place): ValueObject {
    const attribute = registration.autoname?.attribute;
    const name = attribute === undefined ? undefined : change.after?.[attribute];
    const fill = attribute === undefined || typeof name !== "string" ? undefined : { attribute, value: name };
    const { config } = prepareConfig(typed, "resource", registration, change.address, fill);
    if (!isWhollyKnown(config)) {
      const unknown = Object.keys(config).find((key) => !isWhollyKnown(config[key] ?? null)) ?? "";
      throw differs(place, `"${unknown}" is not known, since it comes from something that this run leaves out.`, unknown);
    }
    return config;
  }

  #planAgain(
    typed: Typed,
    registration: ResourceRegistration,
    prior: LiveObject | null,
    config: ValueObject,
    place: Place,
  ): Promise<ObjectPlan> {
    if (prior === null) return planCreate(typed, config, registration.sensitive, place);
    return planUpdate(typed, prior, config, registration.lifecycle ?? {}, registration.sensitive, place);
  }

  /** Nothing to call for; what the state says beside the object (dependencies, order of replacement) may still have changed. */
  #unchanged(
    typed: Typed,
    identity: InstanceIdentity,
    registration: ResourceRegistration,
    change: ResourceChange,
    prior: LiveObject,
  ): RegisteredObject {
    const current = this.#context.state.get(identity.address)?.current;
    const facts = {
      ...recordedFacts(registration),
      isTainted: current?.isTainted ?? false,
      createBeforeDestroy: change.createBeforeDestroy,
    };
    const sensitive = change.afterSensitive;
    this.#context.state.setCurrent(identity, toStateObject(typed, { ...prior, sensitive }, facts));
    return { value: prior.value, sensitive };
  }

  /** Eight hex digits as Terraform's, but derived, so that a repeated run gives the same. */
  #deposedKey(address: string): string {
    const taken = this.#context.state.get(address)?.deposed ?? {};
    for (let i = 0; ; i++) {
      const { lineage, serial } = this.#context.plan;
      const key = createHash("sha256")
        .update(JSON.stringify([lineage, serial, address, i]))
        .digest("hex")
        .slice(0, 8);
      if (!Object.hasOwn(taken, key)) return key;
    }
  }

  async #data(registration: DataRegistration, address: string): Promise<RegisteredObject> {
    const place = placeOf(registration, address);
    const change = this.#planned(address, place);
    const typed = await this.#context.types.find({ mode: "data", ...registration, address });
    const { config } = prepareConfig(typed, "data", registration, address, undefined);
    if (change.action === "no-op" && change.after !== null) {
      const path = contradiction(change.config ?? {}, config);
      if (path !== undefined) throw differsAt(place, path);
      return { value: change.after, sensitive: change.afterSensitive };
    }
    if (!isWhollyKnown(config)) return { value: unknownObject(typed.schema, config), sensitive: change.afterSensitive };
    const path = contradiction(change.config ?? {}, config);
    if (path !== undefined) throw differsAt(place, path);
    const read = await this.#context.gate.run(() =>
      withEvents(this.#context, address, "read", () => readCheckedData(typed, config, registration, place)),
    );
    this.walk.report(...read.diagnostics);
    const facts = { ...recordedFacts(registration), isTainted: false, createBeforeDestroy: false };
    this.#context.state.setCurrent(registeredIdentity(registration, "data", typed), toStateObject(typed, read.object, facts));
    if (read.failure !== undefined) throw read.failure;
    return read.object;
  }
}

function excluded(typed: Typed, change: ResourceChange): RegisteredObject {
  const value = change.before ?? unknownObject(typed.schema, whole(typed, change.config ?? {}));
  return { value, sensitive: change.beforeSensitive };
}

function whole(typed: Typed, config: ValueObject): ValueObject {
  return Object.fromEntries(Object.keys(typed.schema.attributes ?? {}).map((name) => [name, config[name] ?? UNKNOWN]));
}

function liveBefore(change: ResourceChange): LiveObject | null {
  if (change.before === null) return null;
  const { before, beforeSensitive, beforePrivate } = change;
  return { value: before, sensitive: beforeSensitive, ...(beforePrivate === undefined ? {} : { private: beforePrivate }) };
}

/** DVT4002 unless the plan made now says nothing that the plan agreed to did not. */
function checkWithinPlan(change: ResourceChange, plan: ObjectPlan, place: Place): void {
  if (plan.replacePaths.length > 0) {
    const [path = []] = plan.replacePaths;
    throw differs(
      place,
      `It would have to be replaced now because of "${formatPath(path)}"; the plan says ${change.action}.`,
      formatPath(path),
    );
  }
  if (change.after === null) return;
  const path = contradiction(change.after, plan.planned);
  if (path === undefined) return;
  throw differsAt(place, path);
}

function differsAt(place: Place, path: readonly (string | number)[]): DiagnosticError {
  return differs(place, `The plan has one value for "${formatPath(path)}" and the program now gives another.`, formatPath(path));
}

function differs(place: Place, detail: string, attribute?: string): DiagnosticError {
  const diagnostic = errorDiagnostic("DVT4002", "Apply differs from the plan", {
    detail,
    ...(attribute === undefined ? {} : { attribute }),
    fix: "Plan again and look at what it says. Values that change from run to run (times, random numbers) cannot be planned; keep them in a resource.",
  });
  return new DiagnosticError(placed([diagnostic], place));
}
