import { type Diagnostic, DiagnosticError, errorDiagnostic, parseAddress, type ResourceAddress } from "@dovetail/model";
import type { ApplyResult, EngineOptions, ImportOptions } from "./engine-api.ts";
import type { DataRegistration, EvaluationHost, RegisteredObject, ResourceRegistration } from "./front-end.ts";
import type { Lease } from "./lock/lease.ts";
import { registeredParts } from "./plan/identity.ts";
import { importObject } from "./plan/read-object.ts";
import { stateProvider, Types } from "./plan/typed.ts";
import { unknownObject } from "./plan/unknown-object.ts";
import { openStage } from "./stage.ts";
import { writeSidecar } from "./state/sidecar.ts";
import { nextState, stagePaths, storageOf, writeState } from "./state/state-store.ts";
import { toStateObject, WorkingState } from "./state/working-state.ts";
import { conform } from "./values/conform.ts";

/** `terraform import`: one existing object into the state. Nothing is changed remotely, so no journal is needed. */
export async function importIntoState(options: EngineOptions, lease: Lease, wanted: ImportOptions): Promise<ApplyResult> {
  const stage = await openStage(options, lease);
  const address = parseAddress(wanted.address);
  if (address === undefined || address.mode === "data") throw refused(wanted, "Only managed resources can be imported.");
  if (stage.state.instances.get(wanted.address)?.current !== undefined) {
    throw refused(wanted, "The state has an object at this address already; remove it from the state first.");
  }
  const types = new Types(options.providers);
  const registration = wanted.frontEnd === undefined ? undefined : await declared(wanted, types, wanted.frontEnd);
  const typed = await types.find({ ...address, address: wanted.address, ...providerOf(registration) });
  const { live, diagnostics } = await importObject(typed, wanted.id, { address: wanted.address });
  const working = new WorkingState(stage.state);
  const facts = { dependencies: registration?.dependencies ?? [], isTainted: false, createBeforeDestroy: false };
  const identity = { ...address, address: wanted.address, provider: stateProvider(typed.provider.source, typed.local) };
  working.setCurrent(identity, toStateObject(typed, live, facts));
  const paths = stagePaths(options);
  const storage = storageOf(options);
  const next = await nextState(storage, working.toState(), options.random);
  await lease.check();
  const state = next === undefined ? stage.state : await writeState(storage, next);
  await writeSidecar(options.files, paths.sidecar, { ...stage.sidecar, lineage: state.lineage });
  const none = { added: 0, changed: 0, destroyed: 0, forgotten: 0, skipped: [] };
  return { ok: true, diagnostics, outputs: {}, ...none, imported: 1, state };
}

function providerOf(registration: ResourceRegistration | undefined) {
  return registration?.provider === undefined ? {} : { provider: registration.provider };
}

function refused(wanted: ImportOptions, detail: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT4006", "Import failed", { address: wanted.address, detail: `${detail} Nothing was changed.` }),
  );
}

/** The program's declaration of the address, found by evaluating it with everything unknown. */
async function declared(
  wanted: ImportOptions,
  types: Types,
  frontEnd: NonNullable<ImportOptions["frontEnd"]>,
): Promise<ResourceRegistration> {
  const host = new LookingHost(types, wanted.address);
  await frontEnd.evaluate(host);
  if (host.found !== undefined) return host.found;
  const parts: ResourceAddress | undefined = parseAddress(wanted.address);
  throw new DiagnosticError(
    errorDiagnostic("DVT4006", "Import failed", {
      address: wanted.address,
      detail: `The program declares no ${parts?.type ?? "resource"} at this address. Nothing was changed.`,
      fix: "Declare the resource first, then import the object for it.",
    }),
  );
}

class LookingHost implements EvaluationHost {
  readonly pass = "plan";
  found: ResourceRegistration | undefined;
  readonly diagnostics: Diagnostic[] = [];
  readonly #types: Types;
  readonly #address: string;

  constructor(types: Types, address: string) {
    this.#types = types;
    this.#address = address;
  }

  async register(registration: ResourceRegistration): Promise<RegisteredObject> {
    const { address } = registeredParts(registration, "managed");
    if (address === this.#address) this.found = registration;
    const typed = await this.#types.find({ mode: "managed", ...registration, address });
    const { value } = conform(typed.schema, registration.config);
    return { value: unknownObject(typed.schema, value), sensitive: registration.sensitive };
  }

  async readData(registration: DataRegistration): Promise<RegisteredObject> {
    const { address } = registeredParts(registration, "data");
    const typed = await this.#types.find({ mode: "data", ...registration, address });
    const { value } = conform(typed.schema, registration.config);
    return { value: unknownObject(typed.schema, value), sensitive: registration.sensitive };
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }
}
