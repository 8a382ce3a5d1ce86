import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  type ResourceMode,
  type ResourceSchema,
  type SourceRange,
  type ValueObject,
} from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import type { FunctionsOfProvider, SchemaRequest } from "../front-end.ts";
import type { ProviderRegistry } from "../providers.ts";
import { decodePrivate } from "../state/private-data.ts";
import type { StateInstance, StateObject } from "../state/state.ts";
import { conform } from "../values/conform.ts";
import { decodePaths, mergePaths } from "../values/sensitive-paths.ts";
import { decodeAttributes, schemaSensitivePaths } from "../values/state-attributes.ts";
import { type Place, placed } from "../walk/diagnostics.ts";
import type { LiveObject } from "./live-object.ts";

/** A resource type with the provider that serves it. */
export interface Typed {
  readonly type: string;
  readonly provider: Provider;
  /** Local name with alias. */
  readonly local: string;
  readonly schema: ResourceSchema;
}

export interface TypeRequest {
  readonly mode: ResourceMode | "ephemeral";
  readonly type: string;
  readonly provider?: string;
  readonly address: string;
  readonly range?: SourceRange;
}

/** Finds providers and schemas once a run. */
export class Types {
  readonly #registry: ProviderRegistry;
  readonly #found = new Map<string, Promise<Typed>>();

  constructor(registry: ProviderRegistry) {
    this.#registry = registry;
  }

  /** Throws DiagnosticError: DVT3004 unknown type, DVT3005 unknown provider, and what configuring the provider reported. */
  find(request: TypeRequest): Promise<Typed> {
    const key = `${request.mode} ${request.provider ?? ""} ${request.type}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#look(request);
    found.catch(() => this.#found.delete(key));
    this.#found.set(key, found);
    return found;
  }

  /** A schema alone: its provider is not configured for it. Throws DiagnosticError DVT3004, DVT3005. */
  async schema({ kind, provider: local, type, address = "", range }: SchemaRequest): Promise<ResourceSchema> {
    const of = kind === "data" || kind === "provider" ? kind : "resource";
    const provider = (await this.#registry.unconfigured?.(local, of, type)) ?? (await this.#registry.provider(local)).provider;
    const schema = kind === "ephemeral" ? provider.getEphemeralSchema?.(type) : provider.getSchema(of, type);
    if (schema !== undefined) return schema;
    if (kind === "provider") return {};
    throw noSuchType(provider, kind, type, { address, ...(range === undefined ? {} : { range }) });
  }

  /** What a provider can compute, configured or not. Throws DiagnosticError DVT3005. */
  async functionsOf(local: string): Promise<FunctionsOfProvider> {
    const provider =
      (await this.#registry.unconfigured?.(local, "provider", local)) ?? (await this.#registry.provider(local)).provider;
    return {
      functions: provider.listFunctions?.() ?? {},
      call: async (name, values) =>
        (await provider.callFunction?.(name, values)) ?? { error: { text: `${provider.source} has no functions` } },
    };
  }

  async #look(request: TypeRequest): Promise<Typed> {
    const { type, address, range, mode } = request;
    const place = { address, ...(range === undefined ? {} : { range }) };
    const local = request.provider ?? this.#registry.localNameFor(type);
    if (local === undefined) {
      throw new DiagnosticError(
        errorDiagnostic("DVT3004", "Unknown resource type", { ...place, detail: `No provider serves the type "${type}".` }),
      );
    }
    const kind = mode === "managed" ? "resource" : mode;
    const handle = await (this.#registry.providerFor?.(local, kind, type) ?? this.#registry.provider(local));
    const errors = handle.diagnostics.filter((d) => d.severity === "error");
    if (errors.length > 0) throw new DiagnosticError(errors.map(aboutProvider));
    const { provider } = handle;
    const schema = kind === "ephemeral" ? provider.getEphemeralSchema?.(type) : provider.getSchema(kind, type);
    if (schema === undefined) throw noSuchType(provider, kind, type, place);
    return { type, provider, local, schema };
  }
}

const KIND_WORDS = { resource: "resource type", data: "data source", ephemeral: "ephemeral resource type" } as const;

function noSuchType(provider: Provider, kind: keyof typeof KIND_WORDS, type: string, place: Place): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT3004", "Unknown resource type", {
      ...place,
      detail: `The provider ${provider.source} ${provider.version} has no ${KIND_WORDS[kind]} "${type}".`,
    }),
  );
}

/** It concerns every resource of the provider: set to none, so that each of them does not put its own address into it. */
function aboutProvider(diagnostic: Diagnostic): Diagnostic {
  return { address: undefined, range: undefined, ...diagnostic };
}

/** `provider["registry.terraform.io/hashicorp/aws"].west` */
export function stateProvider(source: string, local: string): string {
  const alias = local.split(".")[1];
  return `provider["${source}"]${alias === undefined ? "" : `.${alias}`}`;
}

/** The provider's local name that a state's entry means, by the local name of its type. */
export function localProvider(
  registry: ProviderRegistry,
  instance: Pick<StateInstance, "provider" | "type">,
): string | undefined {
  const name = registry.localNameFor(instance.type);
  const alias = /"\]\.([^.]+)$/.exec(instance.provider)?.[1];
  return name === undefined || alias === undefined ? name : `${name}.${alias}`;
}

/** The object that a state's entry holds, upgraded to the schema's version. Throws DiagnosticError, DVT5003 for a newer one. */
export async function liveFromState(typed: Typed, object: StateObject, address: string): Promise<LiveObject> {
  const version = typed.schema.version ?? 0;
  if (object.schemaVersion > version) throw newerSchema(typed, object, address);
  const base = isFlat(object) ? flatAttributes(object) : decodeAttributes(typed.schema, object.attributes);
  const value = object.schemaVersion < version ? await upgrade(typed, object.schemaVersion, base, address) : base;
  const whole = conform(typed.schema, value).value;
  const privateData = decodePrivate(object.private);
  return {
    value: whole,
    sensitive: mergePaths(decodePaths(object.sensitive), schemaSensitivePaths(typed.schema, whole)),
    ...(privateData === undefined ? {} : { private: privateData }),
  };
}

async function upgrade(typed: Typed, version: number, value: ValueObject, address: string): Promise<ValueObject> {
  const { state, diagnostics } = await typed.provider.upgradeState(typed.type, version, value);
  if (diagnostics.some((d) => d.severity === "error")) throw new DiagnosticError(placed(diagnostics, { address }));
  return state;
}

/** States of Terraform 0.11 that were never refreshed hold strings by flattened key; only `id` can be trusted without the provider's help. */
function isFlat(object: StateObject): boolean {
  return object.extra.attributes_flat !== undefined;
}

function flatAttributes(object: StateObject): ValueObject {
  const flat = object.extra.attributes_flat;
  return typeof flat === "object" && flat !== null && !Array.isArray(flat) ? Object.fromEntries(Object.entries(flat)) : {};
}

function newerSchema(typed: Typed, object: StateObject, address: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5003", "State belongs to something else", {
      address,
      detail: `${address} was written with version ${object.schemaVersion} of its type's schema; the provider ${typed.provider.source} ${typed.provider.version} knows version ${typed.schema.version ?? 0}. Nothing was changed.`,
      fix: "Use the newer version of the provider.",
    }),
  );
}
