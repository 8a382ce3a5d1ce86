import { DiagnosticError, errorDiagnostic, valuesEqual } from "@dovetail/model";
import type { ResourceRegistration } from "../front-end.ts";
import { recoverCreate } from "../journal/recover-create.ts";
import type { StateInstance, StateObject } from "../state/state.ts";
import { type InstanceIdentity, toStateObject, type WorkingState } from "../state/working-state.ts";
import { type Place, placed } from "../walk/diagnostics.ts";
import { Gate } from "../walk/gate.ts";
import type { LiveObject } from "./live-object.ts";
import type { ResourceChange } from "./plan.ts";
import { type PassSettings, type PlanContext, type Refreshed, withEvents } from "./plan-context.ts";
import { importObject } from "./read-object.ts";
import { readRecorded } from "./read-recorded.ts";
import { liveFromState, type Typed } from "./typed.ts";

/** What exists before a plan: found in the state (at its address or an alias), imported, adopted, refreshed. */

export interface Existing {
  /** null: nothing. */
  readonly live: LiveObject | null;
  readonly isTainted: boolean;
  readonly previousAddress?: string;
  readonly importing?: { readonly id: string };
  readonly recordedDependencies: readonly string[];
}

export class ExistingObjects {
  readonly #context: PlanContext;
  readonly #settings: PassSettings;
  readonly #state: WorkingState;
  /** Addresses whose objects a registration has taken. */
  readonly #taken = new Set<string>();
  /** One after the other, so that no two addresses take the same object. */
  readonly #adopting = new Gate(1);
  readonly drift: ResourceChange[] = [];

  constructor(context: PlanContext, settings: PassSettings, state: WorkingState) {
    this.#context = context;
    this.#settings = settings;
    this.#state = state;
  }

  /** Takes the state's object for a registration, from its address or the first alias that has one free. */
  take(
    identity: InstanceIdentity,
    aliases: readonly string[],
  ): { instance: StateInstance | undefined; previousAddress?: string } {
    const own = this.#taken.has(identity.address) ? undefined : this.#context.base.instances.get(identity.address);
    this.#taken.add(identity.address);
    if (own !== undefined) return { instance: this.#state.get(identity.address) };
    for (const alias of aliases) {
      const found = this.#context.base.instances.get(alias);
      if (found === undefined || found.type !== identity.type || found.mode !== identity.mode || this.#taken.has(alias)) continue;
      this.#taken.add(alias);
      this.#state.move(alias, identity);
      return { instance: this.#state.get(identity.address), previousAddress: alias };
    }
    return { instance: undefined };
  }

  isTaken(address: string): boolean {
    return this.#taken.has(address);
  }

  /** The existing object of a registration, refreshed; the working state then has it as it is. Throws DiagnosticError. */
  async of(typed: Typed, identity: InstanceIdentity, registration: ResourceRegistration, place: Place): Promise<Existing> {
    const { instance, previousAddress } = this.take(identity, registration.aliases ?? []);
    const moved = previousAddress === undefined ? {} : { previousAddress };
    const none = { live: null, isTainted: false, recordedDependencies: [], ...moved };
    const object = instance?.current;
    if (this.#settings.isDiscovery) return { ...none, live: await recorded(typed, object, identity.address) };
    if (instance === undefined || object === undefined) {
      const adopted = await this.#adopt(typed, identity, place);
      if (adopted !== null) return { ...none, live: adopted };
      if (registration.importId === undefined || this.#context.mode !== "normal") return none;
      return { ...none, ...(await this.#import(typed, identity, registration.importId, place)) };
    }
    const refreshed = await this.refresh(typed, identity, object, place, previousAddress);
    const isTainted = object.isTainted && refreshed.live !== null;
    return { ...none, live: refreshed.live, isTainted, recordedDependencies: object.dependencies };
  }

  async #adopt(typed: Typed, identity: InstanceIdentity, place: Place): Promise<LiveObject | null> {
    const intent = this.#context.pending.get(identity.address);
    if (intent === undefined || intent.slot.type !== identity.type) return null;
    return await this.#adopting.run(async () => {
      const live = await recoverCreate(typed, intent, this.#state, place);
      if (live !== null) {
        const facts = { dependencies: intent.dependencies, isTainted: false, createBeforeDestroy: intent.createBeforeDestroy };
        this.#state.setCurrent(identity, toStateObject(typed, live, facts));
      }
      return live;
    });
  }

  async #import(typed: Typed, identity: InstanceIdentity, id: string, place: Place) {
    const key = `import ${identity.address}`;
    const read = async (): Promise<Refreshed> => {
      const found = await this.#context.gate.run(() =>
        withEvents(this.#context, identity.address, "import", () => importObject(typed, id, place)),
      );
      return { recorded: found.live, ...found };
    };
    const { live } = await this.#once(key, read);
    if (live === null) throw new Error("an import without an object");
    this.#state.setCurrent(
      identity,
      toStateObject(typed, live, { dependencies: [], isTainted: false, createBeforeDestroy: false }),
    );
    return { live, importing: { id } };
  }

  /** Reads the object once a plan; drift is noted and the working state brought up to it. Throws DiagnosticError. */
  async refresh(
    typed: Typed,
    identity: InstanceIdentity,
    object: StateObject,
    place: Place,
    previousAddress?: string,
    deposed?: string,
  ): Promise<Refreshed> {
    const found = await this.#once(`${identity.address} ${deposed ?? ""}`, () => {
      const read = () => readRecorded(this.#context, typed, identity.address, object, place);
      const ahead = deposed === undefined ? this.#context.ahead?.(typed, identity.address) : undefined;
      return ahead === undefined ? read() : ahead.catch((error: unknown) => rethrowAt(error, place));
    });
    const facts = { ...object, dependencies: object.dependencies };
    const isSame = found.live !== null && valuesEqual(found.recorded.value, found.live.value);
    const next =
      found.live === null ? null : isSame && isCurrentVersion(typed, object) ? object : toStateObject(typed, found.live, facts);
    if (deposed === undefined) this.#state.setCurrent(identity, next);
    else this.#state.setDeposed(identity, deposed, next);
    if (!isSame && deposed === undefined)
      this.drift.push({ ...driftChange(typed, identity, found, previousAddress), dependencies: object.dependencies });
    return found;
  }

  #once(key: string, read: () => Promise<Refreshed>): Promise<Refreshed> {
    const known = this.#context.refreshed.get(key);
    if (known !== undefined) return known;
    const found = read();
    this.#context.refreshed.set(key, found);
    found.catch(() => this.#context.refreshed.delete(key));
    return found;
  }
}

/** Nothing is read: as the state has it, where that can be understood. */
async function recorded(typed: Typed, object: StateObject | undefined, address: string): Promise<LiveObject | null> {
  if (object === undefined) return null;
  return await liveFromState(typed, object, address).catch(() => null);
}

/** What was read ahead did not know yet where in the program its resource stands. */
function rethrowAt(error: unknown, place: Place): never {
  if (error instanceof DiagnosticError) throw new DiagnosticError(placed(error.diagnostics, place), { cause: error });
  throw error;
}

function isCurrentVersion(typed: Typed, object: StateObject): boolean {
  return object.schemaVersion === (typed.schema.version ?? 0) && object.extra.attributes_flat === undefined;
}

function driftChange(typed: Typed, identity: InstanceIdentity, found: Refreshed, previousAddress?: string): ResourceChange {
  const { provider: _, ...parts } = identity;
  return {
    ...parts,
    providerName: typed.provider.source,
    provider: typed.local,
    ...(previousAddress === undefined ? {} : { previousAddress }),
    action: found.live === null ? "delete" : "update",
    createBeforeDestroy: false,
    before: found.recorded.value,
    after: found.live?.value ?? null,
    beforeSensitive: found.recorded.sensitive,
    afterSensitive: found.live?.sensitive ?? [],
    replacePaths: [],
    schemaVersion: typed.schema.version ?? 0,
    dependencies: [],
  };
}

/** DVT3003. */
export function protectedError(address: string, what: string, place: Place): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT3003", "Protected resource would be destroyed", {
      address,
      ...(place.range === undefined ? {} : { range: place.range }),
      detail: `${address} is protected (protect, prevent_destroy), and this plan would ${what} it.`,
      fix: "Undo the change that leads to it, or remove the protection and deploy that first.",
    }),
  );
}
