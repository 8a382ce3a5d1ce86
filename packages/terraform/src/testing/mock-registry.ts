import type { EvaluationHost, ProviderHandle, ProviderRegistry, RegisteredObject } from "@dovetail/engine";
import { formatAddress, type Random, type SchemaKind } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { impliedName } from "../configuration/provider-source.ts";
import { createMockProvider } from "./mock-provider.ts";
import type { MockProviderBlock, Override } from "./test-file.ts";
import { withoutKeys } from "./traversal-text.ts";

/** What of a module is not real in a run. */
export interface Mocking {
  /** Mocked configurations by their names in the registry: `aws`, `aws.west`. */
  readonly providers: ReadonlyMap<string, MockProviderBlock>;
  /** Of the run and its file; what comes first counts. */
  readonly overrides: readonly Override[];
}

/** An overridden object is served under an alias of its own, which its state then names: it is destroyed there, too. */
const ALIAS = "dovetail-override-";

/**
 * The providers of one state under test: mocked ones where the file says so, real ones elsewhere. `mocking` is what the last run on
 * the state has.
 */
export class MockRegistry implements ProviderRegistry {
  mocking: Mocking = { providers: new Map(), overrides: [] };
  readonly #real: ProviderRegistry;
  readonly #random: Random;
  readonly #aliased: Override[] = [];

  constructor(real: ProviderRegistry, random: Random) {
    this.#real = real;
    this.#random = random;
  }

  localNameFor(type: string): string | undefined {
    return this.#real.localNameFor(type);
  }

  provider(name: string): Promise<ProviderHandle> {
    return this.providerFor(name, "resource", "");
  }

  async providerFor(name: string, kind: "resource" | "data" | "ephemeral", type: string): Promise<ProviderHandle> {
    const override = this.#aliasedAs(name);
    const mock = this.mocking.providers.get(name);
    if (override === undefined && mock === undefined)
      return type === ""
        ? await this.#real.provider(name)
        : await (this.#real.providerFor?.(name, kind, type) ?? this.#real.provider(name));
    const real = await this.unconfigured(baseName(name), kind === "ephemeral" ? "resource" : kind, type);
    const mocked = (of: "resource" | "data", each: string) =>
      override ?? (of === "resource" ? mock?.resources.get(each) : mock?.data.get(each));
    return { provider: createMockProvider({ real, random: this.#random, mocked }), diagnostics: [] };
  }

  async unconfigured(name: string, kind: SchemaKind, type: string): Promise<Provider> {
    if (this.#real.unconfigured !== undefined) return await this.#real.unconfigured(baseName(name), kind, type);
    return (await this.#real.provider(baseName(name))).provider;
  }

  async interrupt(): Promise<void> {
    await this.#real.interrupt?.();
  }

  close(): Promise<void> {
    return this.#real.close();
  }

  /** An engine's host to which overridden objects are registered as such. */
  host(host: EvaluationHost): EvaluationHost {
    const { schema, plannedAtMs, mode, isDiscovery, openEphemeral, functionsOf } = host;
    return {
      pass: host.pass,
      ...(mode === undefined ? {} : { mode }),
      ...(plannedAtMs === undefined ? {} : { plannedAtMs }),
      ...(isDiscovery === undefined ? {} : { isDiscovery }),
      ...(schema === undefined ? {} : { schema: (request) => schema.call(host, request) }),
      register: (registration) => host.register(this.#served("resource", registration)),
      readData: (registration): Promise<RegisteredObject> => host.readData(this.#served("data", registration)),
      ...(openEphemeral === undefined ? {} : { openEphemeral: (registration) => openEphemeral.call(host, registration) }),
      ...(functionsOf === undefined ? {} : { functionsOf: (provider) => functionsOf.call(host, provider) }),
      report: (diagnostic) => host.report(diagnostic),
    };
  }

  #served<R extends Registered>(kind: "resource" | "data", registration: R): R {
    const name = registration.provider ?? impliedName(registration.type);
    const { type, name: label, module, index } = registration;
    const address = formatAddress({
      mode: kind === "data" ? "data" : "managed",
      type,
      name: label,
      ...(module === undefined ? {} : { module }),
      ...(index === undefined ? {} : { index }),
    });
    const own = this.mocking.providers.get(name)?.overrides ?? [];
    const override = [...this.mocking.overrides, ...own].find((each) => each.kind === kind && isMeant(each.target, address));
    if (override === undefined) return registration;
    if (!this.#aliased.includes(override)) this.#aliased.push(override);
    return { ...registration, provider: `${baseName(name)}.${ALIAS}${this.#aliased.indexOf(override)}` };
  }

  #aliasedAs(name: string): Override | undefined {
    const [, number] = name.split(`.${ALIAS}`);
    return number === undefined ? undefined : this.#aliased[Number(number)];
  }
}

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly module?: string;
  readonly index?: number | string;
  readonly provider?: string;
}

function isMeant(target: string, address: string): boolean {
  return target === address || target === withoutKeys(address);
}

/** `aws.west`, `aws@module.a` -> `aws`. */
function baseName(name: string): string {
  return /^[^.@]*/.exec(name)?.[0] ?? name;
}
