/** A provider binary behind the contract that native providers have. Started at the first call, once; ended with the run. */
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  type ResourceSchema,
  type SchemaKind,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type {
  ApplyRequest,
  ApplyResponse,
  EphemeralOpened,
  EphemeralRenewed,
  FunctionAnswer,
  FunctionSchema,
  ImportResponse,
  PlanRequest,
  PlanResponse,
  PrivateData,
  Provider,
  ReadDataResponse,
  ReadRequest,
  ReadResponse,
  UpgradeResponse,
} from "@dovetail/provider";
import { diagnosticsFrom, pathFrom } from "../wire/diagnostics.ts";
import { type Plain, packedSchemas } from "../wire/messages.ts";
import { bytesOf, listOf, recordOf, schemaFrom } from "../wire/schemas.ts";
import { decodeObject, decodeValue, encodeObject, encodeValue } from "../wire/values.ts";
import { type Call, CallFailed, callsOf, UNAVAILABLE } from "./calls.ts";
import { functionFrom, renewalOf } from "./functions.ts";
import { type PluginProcess, startPlugin } from "./plugin-process.ts";
import { privateIn, privateOut } from "./private-data.ts";
import { ToldValues } from "./secrets.ts";

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

type Kind = SchemaKind | "ephemeral";
/** Packed schemas by kind and type; the provider's own comes unpacked. */
type Raw = { readonly [kind in Kind]: { readonly [type: string]: unknown } };

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
  private readonly packed;
  private raw: Raw = { provider: {}, resource: {}, data: {}, ephemeral: {} };
  private functions: { readonly [name: string]: FunctionSchema } = {};
  private readonly schemas = new Map<string, ResourceSchema>();
  private readonly told = new ToldValues();
  plansDestroy = false;
  private closed = false;

  constructor(options: HostOptions, process: PluginProcess) {
    this.options = options;
    this.source = options.source;
    this.version = options.version;
    this.process = process;
    this.call = callsOf(process.client, process.version);
    this.packed = packedSchemas(process.version);
  }

  /** The protocol has one call for every schema; each is converted when it is first asked for. */
  async loadSchemas(): Promise<void> {
    const answer = await this.ask("reading its schemas", () => this.call("getSchema", {}, this.packed.response));
    const errors = this.said(answer);
    if (errors.some(({ severity }) => severity === "error")) throw new DiagnosticError(errors);
    this.raw = {
      provider: { "": recordOf(answer.provider) },
      resource: recordOf(answer.resource_schemas),
      data: recordOf(answer.data_source_schemas),
      ephemeral: recordOf(answer.ephemeral_resource_schemas),
    };
    this.functions = Object.fromEntries(
      Object.entries(recordOf(answer.functions)).map(([name, each]) => [name, functionFrom(recordOf(each))]),
    );
    this.plansDestroy = recordOf(answer.server_capabilities).plan_destroy === true;
  }

  getSchema(kind: SchemaKind, type: string): ResourceSchema | undefined {
    return this.schemaOf(kind, type);
  }

  private schemaOf(kind: Kind, type: string): ResourceSchema | undefined {
    const key = `${kind} ${type}`;
    const known = this.schemas.get(key);
    if (known !== undefined) return known;
    const group = this.raw[kind];
    const name = kind === "provider" ? "" : type;
    const raw = Object.hasOwn(group, name) ? group[name] : undefined;
    if (raw === undefined) return undefined;
    const schema = schemaFrom(Buffer.isBuffer(raw) ? this.packed.schema.decode(raw) : recordOf(raw));
    this.schemas.set(key, schema);
    return schema;
  }

  listTypes(kind: SchemaKind): readonly string[] {
    return Object.keys(this.raw[kind]);
  }

  async configure(config: ValueObject): Promise<readonly Diagnostic[]> {
    const given = this.value("provider", "", config);
    const checked = await this.ask("checking its configuration", () => this.call("validateProvider", { config: given }));
    const said = this.said(checked);
    if (said.some(({ severity }) => severity === "error")) return said;
    const answer = await this.ask("being configured", () =>
      this.call("configure", {
        terraform_version: this.options.terraformVersion ?? TERRAFORM_VERSION,
        config: given,
        client_capabilities: CAPABILITIES,
      }),
    );
    return [...said, ...this.said(answer)];
  }

  /** The protocol answers later; `planChange` and `readData` ask, so that nothing unchecked is planned. */
  validateConfig(): readonly Diagnostic[] {
    return [];
  }

  checkConfig(kind: "resource" | "data", type: string, config: ValueObject): Promise<readonly Diagnostic[]> {
    return this.validate(kind === "resource" ? "validateResource" : "validateData", kind, type, config);
  }

  async planChange({ type, prior, proposed, config, written = config, priorPrivate }: PlanRequest): Promise<PlanResponse> {
    if (written !== null) {
      const said = await this.validate("validateResource", "resource", type, written);
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
      diagnostics: this.said(answer),
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
      diagnostics: this.said(answer),
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
      diagnostics: this.said(answer),
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
      diagnostics: this.said(answer),
    };
  }

  async upgradeState(type: string, version: number, state: ValueObject): Promise<UpgradeResponse> {
    const answer = await this.ask(`upgrading the state of ${type}`, () =>
      this.call("upgrade", { type_name: type, version, raw_state: { json: Buffer.from(JSON.stringify(state)) } }),
    );
    return {
      state: this.object("resource", type, answer.upgraded_state) ?? state,
      diagnostics: this.said(answer),
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
      diagnostics: [...said, ...this.said(answer)],
    };
  }

  listFunctions(): { readonly [name: string]: FunctionSchema } {
    return this.functions;
  }

  async callFunction(name: string, values: readonly Value[]): Promise<FunctionAnswer> {
    const known = Object.hasOwn(this.functions, name) ? this.functions[name] : undefined;
    if (known === undefined) return { error: { text: `The provider has no function "${name}".` } };
    const { parameters, variadicParameter } = known;
    const sent = values.map((value, at) => ({
      msgpack: encodeValue((parameters[at] ?? variadicParameter)?.type ?? "dynamic", value),
    }));
    const answer = await this.ask(`calling ${name}`, () => this.call("callFunction", { name, arguments: sent }));
    const error = recordOf(answer.error);
    if (typeof error.text === "string" && error.text !== "") {
      // The field is set for the first argument too: absent and 0 are told apart by its presence.
      const at = Object.hasOwn(error, "function_argument") ? { argument: Number(error.function_argument) } : {};
      return { error: { text: this.told.maskSensitive(error.text), ...at } };
    }
    const { msgpack, json } = recordOf(answer.result);
    const bytes = bytesOf(msgpack);
    return {
      value: bytes.length > 0 ? decodeValue(known.returns, bytes) : (JSON.parse(bytesOf(json).toString() || "null") as Value),
    };
  }

  listEphemeral(): readonly string[] {
    return Object.keys(this.raw.ephemeral);
  }

  getEphemeralSchema(type: string): ResourceSchema | undefined {
    return this.schemaOf("ephemeral", type);
  }

  async openEphemeral(type: string, config: ValueObject): Promise<EphemeralOpened> {
    const given = this.value("ephemeral", type, config);
    const checked = await this.ask(`checking ${type}`, () => this.call("validateEphemeral", { type_name: type, config: given }));
    const said = this.said(checked);
    if (said.some(({ severity }) => severity === "error")) return { result: null, diagnostics: said };
    const answer = await this.ask(`opening ${type}`, () =>
      this.call("openEphemeral", { type_name: type, config: given, client_capabilities: CAPABILITIES }),
    );
    return {
      result: this.object("ephemeral", type, answer.result),
      ...privateIn("private", answer.private),
      ...renewalOf(answer.renew_at),
      diagnostics: [...said, ...this.said(answer)],
    };
  }

  async renewEphemeral(type: string, own: PrivateData): Promise<EphemeralRenewed> {
    const answer = await this.ask(`renewing ${type}`, () =>
      this.call("renewEphemeral", { type_name: type, private: privateOut(own) }),
    );
    return { ...privateIn("private", answer.private), ...renewalOf(answer.renew_at), diagnostics: this.said(answer) };
  }

  async closeEphemeral(type: string, own: PrivateData): Promise<readonly Diagnostic[]> {
    return this.said(
      await this.ask(`closing ${type}`, () => this.call("closeEphemeral", { type_name: type, private: privateOut(own) })),
    );
  }

  /** `Stop` of the protocol: what it is doing is to end soon; it answers nothing of use. */
  async interrupt(): Promise<void> {
    await this.call("stop", {}).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.process.stop(async () => {
      await this.call("stop", {});
    });
  }

  private said(answer: Plain): readonly Diagnostic[] {
    return diagnosticsFrom(answer.diagnostics).map((each) => ({
      ...each,
      summary: this.told.maskSensitive(each.summary),
      ...(each.detail === undefined ? {} : { detail: this.told.maskSensitive(each.detail) }),
    }));
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
    return this.said(answer);
  }

  private value(kind: Kind, type: string, value: ValueObject | null): Plain {
    const schema = this.known(kind, type);
    this.told.add(schema, value);
    return { msgpack: encodeObject(schema, value) };
  }

  private object(kind: Kind, type: string, value: unknown): ValueObject | null {
    const { msgpack, json } = recordOf(value);
    const bytes = bytesOf(msgpack);
    if (bytes.length > 0) return decodeObject(this.known(kind, type), bytes);
    const text = bytesOf(json);
    return text.length === 0 ? null : (JSON.parse(text.toString()) as ValueObject | null);
  }

  private known(kind: Kind, type: string): ResourceSchema {
    const schema = this.schemaOf(kind, type);
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
      const trace = died === "ended" ? this.told.trace(this.process.log()) : "";
      throw new DiagnosticError(
        errorDiagnostic("DVT4011", "Provider process failed", {
          detail: `${this.source} ${this.version} ${died} while ${doing}: ${this.told.maskSensitive(cause.message)}.${trace === "" ? "" : `\nIts last words, without the values that it was given:\n${trace}`}`,
          fix: "What was done before is in the state. Run the command again; if it fails in the same place, it is the provider's bug.",
        }),
        { cause },
      );
    }
  }
}
