import {
  type Clock,
  type Diagnostic,
  DiagnosticError,
  hasErrors,
  isWhollyKnown,
  type ResourceSchema,
  type ValueObject,
} from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import type { OnEvent } from "../events.ts";
import type { EphemeralRegistration, RegisteredObject } from "../front-end.ts";
import { mergePaths } from "../values/sensitive-paths.ts";
import { schemaSensitivePaths } from "../values/state-attributes.ts";
import { diagnosticsOf, type Place, placed } from "../walk/diagnostics.ts";
import type { Gate } from "../walk/gate.ts";
import type { Walk } from "../walk/walk.ts";
import { withEvents } from "./plan-context.ts";
import { callProvider, shaped } from "./plan-object.ts";
import { wellFormed } from "./prepare-config.ts";
import type { Typed, Types } from "./typed.ts";
import { unknownObject } from "./unknown-object.ts";

interface Surroundings {
  readonly types: Types;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly emit: OnEvent;
}

interface Open {
  readonly address: string;
  readonly place: Place;
  readonly typed: Typed;
  private: string | undefined;
  stopRenewing: () => void;
}

/**
 * The ephemeral resources of one evaluation: opened when their config is known, renewed when the provider says so, closed when the
 * evaluation is done with. Nothing of them comes into a plan or a state.
 */
export class Ephemerals {
  readonly #walk: Walk;
  readonly #around: Surroundings;
  readonly #open = new Set<Open>();
  readonly #renewals = new Set<Promise<void>>();

  constructor(walk: Walk, around: Surroundings) {
    this.#walk = walk;
    this.#around = around;
  }

  /** Unknown while its config is, or where nothing is to be asked of providers. Rejects with DiagnosticError. */
  open(registration: EphemeralRegistration, { isDiscovery }: { readonly isDiscovery: boolean }): Promise<RegisteredObject> {
    const { address, dependencies, range } = registration;
    const place = { address, ...(range === undefined ? {} : { range }) };
    return this.#walk.add(
      { address, dependencies, ...(range === undefined ? {} : { range }) },
      `opening ${address}`,
      async () => {
        const typed = await this.#around.types.find({ ...registration, mode: "ephemeral" });
        const config = wellFormed(typed.schema, registration.config, place);
        const isShut = isDiscovery || registration.isUnneeded === true || !isWhollyKnown(config);
        if (isShut) return deferred(typed.schema, config, registration);
        return await this.#opened(typed, registration, config, place);
      },
    );
  }

  async #opened(typed: Typed, registration: EphemeralRegistration, config: ValueObject, place: Place): Promise<RegisteredObject> {
    const { address } = registration;
    const { clock } = this.#around;
    const { provider, type } = typed;
    const answer = await this.#around.gate.run(() =>
      withEvents(this.#around, address, "open", async () => {
        const opened = await callProvider(`opening ${address}`, place, () => openWith(provider, type, config));
        const said = placed(opened.diagnostics, place);
        if (hasErrors(said)) throw new DiagnosticError(said);
        this.#walk.report(...said);
        return opened;
      }),
    );
    const held: Open = { address, place, typed, private: answer.private, stopRenewing: () => undefined };
    this.#open.add(held);
    if (answer.renewAtMs !== undefined) this.#renewAt(held, Math.max(answer.renewAtMs, clock.now()));
    const value = shaped(typed, answer.result ?? {}, place);
    return { value, sensitive: mergePaths(registration.sensitive, schemaSensitivePaths(typed.schema, value)) };
  }

  #renewAt(held: Open, atMs: number): void {
    held.stopRenewing = this.#around.clock.at(
      atMs,
      () => {
        const renewal = this.#renew(held);
        this.#renewals.add(renewal);
        void renewal.finally(() => this.#renewals.delete(renewal));
      },
      { keepsAlive: false },
    );
  }

  /** Never rejects: what went wrong is reported, and nothing is renewed any more. */
  async #renew(held: Open): Promise<void> {
    const { address, place, typed } = held;
    try {
      const renewed = await withEvents(this.#around, address, "renew", () =>
        callProvider(`renewing ${address}`, place, async () => await typed.provider.renewEphemeral?.(typed.type, held.private)),
      );
      const said = placed(renewed?.diagnostics ?? [], place);
      this.#walk.report(...said);
      if (renewed === undefined || hasErrors(said)) return;
      held.private = renewed.private ?? held.private;
      if (renewed.renewAtMs !== undefined && this.#open.has(held)) this.#renewAt(held, renewed.renewAtMs);
    } catch (error) {
      this.#walk.report(...diagnosticsOf(error, `renewing ${address}`, place));
    }
  }

  /** Closes all that is open, what was opened last first. Never rejects: what went wrong is reported. */
  async close(): Promise<void> {
    const all = [...this.#open].reverse();
    this.#open.clear();
    for (const held of all) held.stopRenewing();
    await Promise.all(this.#renewals);
    for (const held of all) this.#walk.report(...(await this.#close(held)));
  }

  async #close({ address, place, typed, private: own }: Open): Promise<readonly Diagnostic[]> {
    const { provider, type } = typed;
    if (provider.closeEphemeral === undefined) return [];
    try {
      const said = await withEvents(this.#around, address, "close", () =>
        callProvider(`closing ${address}`, place, async () => (await provider.closeEphemeral?.(type, own)) ?? []),
      );
      return placed(said, place);
    } catch (error) {
      return diagnosticsOf(error, `closing ${address}`, place);
    }
  }
}

async function openWith(provider: Provider, type: string, config: ValueObject) {
  if (provider.openEphemeral === undefined) throw new Error(`${provider.source} opens nothing`);
  return await provider.openEphemeral(type, config);
}

function deferred(schema: ResourceSchema, config: ValueObject, { sensitive }: EphemeralRegistration): RegisteredObject {
  const value = unknownObject(schema, config);
  return { value, sensitive: mergePaths(sensitive, schemaSensitivePaths(schema, value)) };
}
