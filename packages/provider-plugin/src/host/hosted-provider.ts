/** A provider binary behind the contract that native providers have. Started at the first call, once; ended with the run. */
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  type ResourceSchema,
  type SchemaKind,
  type ValueObject,
} from "@dovetail/model";
import type {
  ApplyRequest,
  ApplyResponse,
  ImportResponse,
  PlanRequest,
  PlanResponse,
  Provider,
  ReadDataResponse,
  ReadRequest,
  ReadResponse,
  UpgradeResponse,
} from "@dovetail/provider";
import { diagnosticsFrom, pathFrom } from "../wire/diagnostics.ts";
import type { Plain } from "../wire/messages.ts";
import { bytesOf, listOf, recordOf, schemaFrom } from "../wire/schemas.ts";
import { decodeObject, encodeObject } from "../wire/values.ts";
import { type Call, CallFailed, callsOf, UNAVAILABLE } from "./calls.ts";
import { type PluginProcess, startPlugin } from "./plugin-process.ts";

export interface HostOptions {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  readonly version: string;
  readonly binary: string;
  /** The environment that the process gets; nothing else reaches it. */
  readonly env: NodeJS.ProcessEnv;
  /** What it is told of who calls. */
  readonly terraformVersion?: string;
}

const TERRAFORM_VERSION = "1.11.0";
const CAPABILITIES = { deferral_allowed: false, write_only_attributes_allowed: true };

/** Starts the binary and reads its schemas. Throws DVT4011 when it doesn't start. */
export async function hostProvider(options: HostOptions): Promise<Provider> {
  const process = await startPlugin(options);
  const host = new HostedProvider(options, process);
  try {
    await host.loadSchemas();
  } catch (cause) {
    await host.close();
    throw cause;
  }
  return host;
}

class HostedProvider implements Provider {
  readonly source: string;
  readonly version: string;
  private readonly options: HostOptions;
  private readonly process: PluginProcess;
  private readonly call: Call;
  private raw: { readonly [kind in SchemaKind]: { readonly [type: string]: Plain } } = { provider: {}, resource: {}, data: {} };
  private readonly schemas = new Map<string, ResourceSchema>();
  private plansDestroy = false;
  private closed = false;

  constructor(options: HostOptions, process: PluginProcess) {
    this.options = options;
    this.source = options.source;
    this.version = options.version;
    this.process = process;
    this.call = callsOf(process.client, process.version);
  }

  /** The protocol has one call for every schema; each is converted when it is first asked for. */
  async loadSchemas(): Promise<void> {
    const answer = await this.ask("reading its schemas", () => this.call("getSchema", {}));
    const errors = diagnosticsFrom(answer.diagnostics);
    if (errors.some(({ severity }) => severity === "error")) throw new DiagnosticError(errors);
    this.raw = {
      provider: { "": recordOf(answer.provider) },
      resource: recordOf(answer.resource_schemas) as { [type: string]: Plain },
      data: recordOf(answer.data_source_schemas) as { [type: string]: Plain },
    };
    this.plansDestroy = recordOf(answer.server_capabilities).plan_destroy === true;
  }

  getSchema(kind: SchemaKind, type: string): ResourceSchema | undefined {
    const key = `${kind} ${type}`;
    const known = this.schemas.get(key);
    if (known !== undefined) return known;
    const group = this.raw[kind];
    const name = kind === "provider" ? "" : type;
    const raw = Object.hasOwn(group, name) ? group[name] : undefined;
    if (raw === undefined) return undefined;
    const schema = schemaFrom(raw);
    this.schemas.set(key, schema);
    return schema;
  }

  listTypes(kind: SchemaKind): readonly string[] {
    return Object.keys(this.raw[kind]);
  }

  async configure(config: ValueObject): Promise<readonly Diagnostic[]> {
    const given = this.value("provider", "", config);
    const checked = await this.ask("checking its configuration", () => this.call("validateProvider", { config: given }));
    const said = diagnosticsFrom(checked.diagnostics);
    if (said.some(({ severity }) => severity === "error")) return said;
    const answer = await this.ask("being configured", () =>
      this.call("configure", {
        terraform_version: this.options.terraformVersion ?? TERRAFORM_VERSION,
        config: given,
        client_capabilities: CAPABILITIES,
      }),
    );
    return [...said, ...diagnosticsFrom(answer.diagnostics)];
  }

  /** The protocol answers later; `planChange` and `readData` ask, so that nothing unchecked is planned. */
  validateConfig(): readonly Diagnostic[] {
    return [];
  }

  async planChange({ type, prior, proposed, config, priorPrivate }: PlanRequest): Promise<PlanResponse> {
    if (config !== null) {
      const said = await this.validate("validateResource", "resource", type, config);
      if (said.some(({ severity }) => severity === "error")) return { planned: proposed, requiresReplace: [], diagnostics: said };
    }
    if (proposed === null && !this.plansDestroy) return { planned: null, requiresReplace: [], diagnostics: [] };
    const answer = await this.ask(`planning ${type}`, () =>
      this.call("plan", {
        type_name: type,
        prior_state: this.value("resource", type, prior),
        proposed_new_state: this.value("resource", type, proposed),
        config: this.value("resource", type, config),
        prior_private: privateOut(priorPrivate),
        client_capabilities: CAPABILITIES,
      }),
    );
    return {
      planned: proposed === null ? null : this.object("resource", type, answer.planned_state),
      requiresReplace: listOf(answer.requires_replace).map(pathFrom),
      ...privateIn("plannedPrivate", answer.planned_private),
      diagnostics: diagnosticsFrom(answer.diagnostics),
      legacyTypeSystem: answer.legacy_type_system === true,
    };
  }

  async applyChange({ type, prior, planned, config, plannedPrivate }: ApplyRequest): Promise<ApplyResponse> {
    const answer = await this.ask(`applying ${type}`, () =>
      this.call("apply", {
        type_name: type,
        prior_state: this.value("resource", type, prior),
        planned_state: this.value("resource", type, planned),
        config: this.value("resource", type, config),
        planned_private: privateOut(plannedPrivate),
        client_capabilities: CAPABILITIES,
      }),
    );
    return {
      state: this.object("resource", type, answer.new_state),
      ...privateIn("private", answer.private),
      diagnostics: diagnosticsFrom(answer.diagnostics),
      legacyTypeSystem: answer.legacy_type_system === true,
    };
  }

  async read({ type, state, private: own }: ReadRequest): Promise<ReadResponse> {
    const answer = await this.ask(`reading ${type}`, () =>
      this.call("read", {
        type_name: type,
        current_state: this.value("resource", type, state),
        private: privateOut(own),
        client_capabilities: CAPABILITIES,
      }),
    );
    return {
      state: this.object("resource", type, answer.new_state),
      ...privateIn("private", answer.private),
      diagnostics: diagnosticsFrom(answer.diagnostics),
    };
  }

  async importState(type: string, id: string): Promise<ImportResponse> {
    const answer = await this.ask(`importing ${type}`, () =>
      this.call("import", { type_name: type, id, client_capabilities: CAPABILITIES }),
    );
    return {
      imported: listOf(answer.imported_resources).flatMap((each) => {
        const found = String(each.type_name ?? type);
        const state = this.object("resource", found, each.state);
        return state === null ? [] : [{ type: found, state, ...privateIn("private", each.private) }];
      }),
      diagnostics: diagnosticsFrom(answer.diagnostics),
    };
  }

  async upgradeState(type: string, version: number, state: ValueObject): Promise<UpgradeResponse> {
    const answer = await this.ask(`upgrading the state of ${type}`, () =>
      this.call("upgrade", { type_name: type, version, raw_state: { json: Buffer.from(JSON.stringify(state)) } }),
    );
    return {
      state: this.object("resource", type, answer.upgraded_state) ?? state,
      diagnostics: diagnosticsFrom(answer.diagnostics),
    };
  }

  async readData(type: string, config: ValueObject): Promise<ReadDataResponse> {
    const said = await this.validate("validateData", "data", type, config);
    if (said.some(({ severity }) => severity === "error")) return { state: config, diagnostics: said };
    const answer = await this.ask(`reading ${type}`, () =>
      this.call("readData", { type_name: type, config: this.value("data", type, config), client_capabilities: CAPABILITIES }),
    );
    return {
      state: this.object("data", type, answer.state) ?? config,
      diagnostics: [...said, ...diagnosticsFrom(answer.diagnostics)],
    };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.process.stop(async () => {
      await this.call("stop", {});
    });
  }

  private async validate(
    method: "validateResource" | "validateData",
    kind: SchemaKind,
    type: string,
    config: ValueObject,
  ): Promise<readonly Diagnostic[]> {
    const answer = await this.ask(`checking ${type}`, () =>
      this.call(method, { type_name: type, config: this.value(kind, type, config), client_capabilities: CAPABILITIES }),
    );
    return diagnosticsFrom(answer.diagnostics);
  }

  private value(kind: SchemaKind, type: string, value: ValueObject | null): Plain {
    return { msgpack: encodeObject(this.known(kind, type), value) };
  }

  private object(kind: SchemaKind, type: string, value: unknown): ValueObject | null {
    const { msgpack, json } = recordOf(value);
    const bytes = bytesOf(msgpack);
    if (bytes.length > 0) return decodeObject(this.known(kind, type), bytes);
    const text = bytesOf(json);
    return text.length === 0 ? null : (JSON.parse(text.toString()) as ValueObject | null);
  }

  private known(kind: SchemaKind, type: string): ResourceSchema {
    const schema = this.getSchema(kind, type);
    if (schema !== undefined) return schema;
    throw new DiagnosticError(
      errorDiagnostic("DVT3004", "Unknown resource type", { detail: `${this.source} has no ${kind} type "${type}".` }),
    );
  }

  /** Runs a call; a provider that died or failed under it becomes a diagnostic that says in what. */
  private async ask(doing: string, call: () => Promise<Plain>): Promise<Plain> {
    try {
      return await call();
    } catch (cause) {
      if (!(cause instanceof CallFailed)) throw cause;
      const died = cause.code === UNAVAILABLE && (await this.process.ended()) ? "ended" : "failed";
      const log = this.process.log().trimEnd();
      throw new DiagnosticError(
        errorDiagnostic("DVT4011", "Provider process failed", {
          detail: `${this.source} ${this.version} ${died} while ${doing}: ${cause.message}.${log === "" || died === "failed" ? "" : `\nThe end of what it wrote:\n${log}`}`,
          fix: "What was done before is in the state. Run the command again; if it fails in the same place, it is the provider's bug.",
        }),
        { cause },
      );
    }
  }
}

function privateOut(value: string | undefined): Buffer {
  return value === undefined ? Buffer.alloc(0) : Buffer.from(value, "base64");
}

function privateIn<Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } {
  const bytes = bytesOf(value);
  return (bytes.length === 0 ? {} : { [name]: bytes.toString("base64") }) as { readonly [key in Name]?: string };
}
