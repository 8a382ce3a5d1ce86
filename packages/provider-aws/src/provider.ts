import {
  type Clock,
  CODES,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  type Random,
  type ResourceSchema,
  type SchemaKind,
  type ValueObject,
} from "@dovetail/model";
import type {
  ApplyRequest,
  ApplyResponse,
  PlanRequest,
  PlanResponse,
  Provider,
  ReadRequest,
  ReadResponse,
} from "@dovetail/provider";
import type { HttpSender } from "./clients/request.ts";
import type { AwsTarget } from "./config/connect.ts";
import type { Environment } from "./config/provider-config.ts";
import { createSession, type Session } from "./config/session.ts";
import { callFunction, listFunctions } from "./functions.ts";
import { importObject, recoverObject, upgradeObject } from "./lifecycle/adopt.ts";
import { deleteObject, readObject, updateObject } from "./lifecycle/change.ts";
import { completeName, createObject } from "./lifecycle/create.ts";
import { internalError, type Operation, regionOf, timed } from "./lifecycle/operation.ts";
import { readDataSource } from "./lifecycle/read-data.ts";
import { createNameMaker } from "./lifecycle/unique-name.ts";
import { planChange } from "./plan/plan-change.ts";
import { checkAgainstSchema, checkConfig, validateByResource } from "./plan/validate-config.ts";
import { DATA_SOURCES, EPHEMERAL, RESOURCES } from "./registry.ts";
import type { NativeDataSource, NativeResource } from "./resource.ts";
import { createSchemaStore, type Edition } from "./schema/load-schema.ts";
import { ownedThing } from "./services/ownership.ts";

/** What the native AWS provider is made with. */
export interface AwsProviderOptions {
  /** Edition of the real provider that is presented; default 6.66.0. */
  readonly edition?: Edition;
  readonly target: AwsTarget;
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  /** Carries the requests; default: HTTP over kept-alive connections. */
  readonly sender?: HttpSender;
}

/**
 * The native AWS provider: `hashicorp/aws` in TypeScript. Resource types load when they are first used; hence `validateConfig`, which is
 * synchronous, checks a config against the schema, and what a type itself has to say comes with `planChange` and `readData`.
 */
export function createAwsProvider(options: AwsProviderOptions): Provider {
  const edition = options.edition ?? "6.66.0";
  const schemas = createSchemaStore(edition);
  const makeName = createNameMaker(options.clock);
  const loaded = new Map<string, NativeResource>();
  let session: Session | undefined;

  const requireSession = (): Session => {
    if (session === undefined) throw new DiagnosticError(internalError("The AWS provider was used before it was configured."));
    return session;
  };
  const loadResource = async (type: string): Promise<NativeResource> => {
    const known = loaded.get(type);
    if (known !== undefined) return known;
    const module = Object.hasOwn(RESOURCES, type) ? RESOURCES[type] : undefined;
    if (module === undefined) throw new DiagnosticError(notNative("resource", type, edition));
    const { resource } = await module();
    loaded.set(type, resource);
    return resource;
  };
  const schemaOf = (kind: SchemaKind, type: string): ResourceSchema => {
    const schema = schemas.get(kind, type);
    if (schema === undefined) throw new DiagnosticError(notNative(kind === "data" ? "data" : "resource", type, edition));
    return schema;
  };
  const operationFor = async (type: string, object: ValueObject | null): Promise<Operation> => {
    const schema = schemaOf("resource", type);
    const resource = await loadResource(type);
    const { context, tags, region } = requireSession();
    const defaults = object === null ? undefined : resource.ownDefaultTags?.(object);
    const settings = defaults === undefined ? tags : { ...tags, defaults };
    return { type, schema, resource, tags: settings, aws: context(regionOf(object, schema) ?? region), makeName };
  };
  return {
    source: "registry.terraform.io/hashicorp/aws",
    version: edition,
    getSchema: (kind, type) => schemas.get(kind, type),
    listTypes: (kind) => nativeTypes(kind).filter((type) => schemas.has(kind, type)),
    hasType: (kind, type) => isNative(kind, type) && schemas.has(kind, type),
    async configure(config) {
      session = createSession(config, { ...options, edition });
      return session.diagnostics();
    },
    validateConfig(kind, type, config) {
      const schema = schemas.get(kind, type);
      if (schema === undefined || !isNative(kind, type)) return [notNative(kind, type, edition)];
      return checkAgainstSchema(schema, config);
    },
    async checkConfig(kind, type, config) {
      const schema = schemas.get(kind, type);
      if (schema === undefined || !isNative(kind, type)) return [notNative(kind, type, edition)];
      if (kind === "data") return checkAgainstSchema(schema, config);
      return checkConfig(schema, await loadResource(type), config, edition);
    },
    async planChange(request: PlanRequest): Promise<PlanResponse> {
      const operation = await operationFor(request.type, request.config ?? request.prior);
      const plan = { ...planChange(operation, request), legacyTypeSystem: isLegacy(operation.schema) };
      if (request.config === null) return plan;
      const refused = validateByResource(operation, request);
      // A plan is only asked for what is valid.
      const isRefused = refused.some(({ severity }) => severity === "error");
      return { ...plan, diagnostics: isRefused ? refused : [...refused, ...plan.diagnostics] };
    },
    async applyChange(request: ApplyRequest): Promise<ApplyResponse> {
      const operation = await operationFor(request.type, request.planned ?? request.prior);
      if (request.planned === null)
        return request.prior === null
          ? { state: null, diagnostics: [] }
          : deleteObject(timed(operation, request.prior, "delete"), request.prior);
      const applied =
        request.prior === null
          ? await createObject(timed(operation, request.planned, "create"), request.planned, request)
          : await updateObject(timed(operation, request.planned, "update"), request.prior, request.planned, request);
      return { ...applied, legacyTypeSystem: isLegacy(operation.schema) };
    },
    completeCreate: async (type, planned) => completeName(await operationFor(type, planned), planned),
    read: async (request: ReadRequest): Promise<ReadResponse> =>
      readObject(await operationFor(request.type, request.state), request),
    importState: async (type, id) => importObject((object) => operationFor(type, object), type, id, edition),
    upgradeState: async (type, version, state) =>
      upgradeObject(schemaOf("resource", type), await loadResource(type), version, state),
    async readData(type, config) {
      const schema = schemaOf("data", type);
      const dataSource = await loadDataSource(type, edition);
      const { context, region } = requireSession();
      return readDataSource(dataSource, schema, context(regionOf(config, schema) ?? region), config);
    },
    listFunctions: () => listFunctions(edition),
    callFunction: async (name, values) => callFunction(edition, name, values),
    listEphemeral: () => Object.keys(EPHEMERAL).filter((type) => schemas.has("ephemeral", type)),
    getEphemeralSchema: (type) => schemas.get("ephemeral", type),
    async openEphemeral(type, config) {
      const schema = schemas.get("ephemeral", type);
      const module = Object.hasOwn(EPHEMERAL, type) ? EPHEMERAL[type] : undefined;
      if (schema === undefined || module === undefined) throw new DiagnosticError(notNative("ephemeral", type, edition));
      const { ephemeral } = await module();
      const { context, region } = requireSession();
      const { state, diagnostics } = await readDataSource(ephemeral, schema, context(regionOf(config, schema) ?? region), config);
      return { result: hasErrors(diagnostics) ? null : state, diagnostics };
    },
    async recover(type, planned, held = []) {
      const operation = await operationFor(type, planned);
      const here = held.filter(
        (object) => (regionOf(object, operation.schema) ?? requireSession().region) === operation.aws.region,
      );
      return recoverObject(operation, planned, here);
    },
    owns(type, planned, comesFrom) {
      const thing = ownedThing(type, planned, comesFrom);
      const schema = schemas.get("resource", type);
      if (thing === undefined || schema === undefined) return undefined;
      // The same name in another region is another thing.
      return `${thing} in ${regionOf(planned, schema) ?? requireSession().region}`;
    },
    async close() {
      session?.close();
      session = undefined;
    },
  };
}

/** Types that the real provider makes with terraform-plugin-sdk: "" and null are not told apart there, so core must not either. */
function isLegacy(schema: ResourceSchema): boolean {
  return schema.plugin !== "framework";
}

function nativeTypes(kind: SchemaKind): readonly string[] {
  return Object.keys(tableOf(kind));
}

function isNative(kind: SchemaKind, type: string): boolean {
  return Object.hasOwn(tableOf(kind), type);
}

function tableOf(kind: SchemaKind): object {
  return kind === "resource" ? RESOURCES : kind === "data" ? DATA_SOURCES : {};
}

async function loadDataSource(type: string, edition: Edition): Promise<NativeDataSource> {
  const module = Object.hasOwn(DATA_SOURCES, type) ? DATA_SOURCES[type] : undefined;
  if (module === undefined) throw new DiagnosticError(notNative("data", type, edition));
  return (await module()).dataSource;
}

function notNative(kind: string, type: string, edition: Edition): Diagnostic {
  const what = { data: "data source", ephemeral: "ephemeral resource" }[kind] ?? "resource type";
  return errorDiagnostic("DVT3004", CODES.DVT3004, {
    detail: `The native AWS provider (edition ${edition}) has no ${what} "${type}".`,
    fix: "Check the spelling, or install the real provider binary, which serves every type.",
  });
}
