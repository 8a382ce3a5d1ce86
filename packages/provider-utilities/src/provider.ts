import {
  CODES,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  isObject,
  type Path,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import {
  type ApplyRequest,
  type ApplyResponse,
  type FunctionAnswer,
  type Provider,
  type ReadDataResponse,
  type ReadResponse,
  shapeObject,
  validateAgainstSchema,
} from "@dovetail/provider";
import { planUtility } from "./plan.ts";
import { schemaOf, type schemasOf } from "./schemas.ts";
import {
  ArgumentProblem,
  type UtilityDataSource,
  type UtilityModule,
  type UtilityOptions,
  type UtilityResource,
} from "./utility.ts";

type Schemas = NonNullable<ReturnType<typeof schemasOf>>;
type Load = () => Promise<{ readonly module: UtilityModule }>;

/** The contract of engine and providers over a utility provider's types. */
export function createProvider(name: string, schemas: Schemas, load: Load, options: UtilityOptions): Provider {
  const schema = (kind: "resource" | "data" | "ephemeral", type: string): ResourceSchema => {
    const found = schemaOf(schemas, kind, type);
    if (found === undefined) throw new DiagnosticError(unknownType(name, type));
    return found;
  };
  const resource = async (type: string): Promise<UtilityResource> => {
    const found = (await load()).module.resources.find((item) => item.type === type);
    if (found === undefined) throw new DiagnosticError(unknownType(name, type));
    return found;
  };
  return {
    source: schemas.source,
    version: schemas.provider_version,
    getSchema: (kind, type) => schemaOf(schemas, kind, type),
    listTypes: (kind) => Object.keys(kind === "resource" ? schemas.resources : kind === "data" ? schemas.data_sources : {}),
    configure: async (config) => unconfigurable(name, config),
    validateConfig(kind, type, config) {
      const found = schemaOf(schemas, kind, type);
      return found === undefined ? [unknownType(name, type)] : validateAgainstSchema(found, config);
    },
    planChange: async (request) => planUtility(schema("resource", request.type), await resource(request.type), request, options),
    applyChange: async (request) =>
      applyUtility(schema("resource", request.type), await resource(request.type), request, options),
    async read({ type, state }): Promise<ReadResponse> {
      const found = await resource(type);
      if (found.read === undefined) return { state, diagnostics: [] };
      return attempt(`reading ${type}`, state, async () => {
        const now = await found.read?.(options, state);
        return now === null || now === undefined ? null : shapeObject(schema("resource", type), { ...state, ...now });
      });
    },
    async importState(type, id) {
      const found = await resource(type);
      if (found.importState === undefined) {
        return {
          imported: [],
          diagnostics: [errorDiagnostic("DVT4006", CODES.DVT4006, { detail: `${type} cannot be imported.` })],
        };
      }
      const { state, diagnostics } = await attempt(
        `importing ${type}`,
        null,
        async () => (await found.importState?.(id, options)) ?? null,
      );
      return { imported: state === null ? [] : [{ type, state: shapeObject(schema("resource", type), state) }], diagnostics };
    },
    async upgradeState(type, version, state) {
      const found = await resource(type);
      const upgraded = await attempt(`upgrading the state of ${type}`, state, async () =>
        found.upgrade === undefined ? state : found.upgrade(options, version, state),
      );
      return { state: shapeObject(schema("resource", type), upgraded.state ?? state), diagnostics: upgraded.diagnostics };
    },
    async readData(type, config) {
      const found = (await load()).module.dataSources.find((item) => item.type === type);
      if (found === undefined) throw new DiagnosticError(unknownType(name, type));
      return readWith(found, schema("data", type), config, options);
    },
    listFunctions: () => schemas.functions ?? {},
    async callFunction(called, values): Promise<FunctionAnswer> {
      const { functions = {} } = (await load()).module;
      const known = Object.hasOwn(functions, called) ? functions[called] : undefined;
      if (known === undefined) return { error: { text: `The provider has no function "${called}".` } };
      try {
        return { value: known(options, ...values) };
      } catch (error) {
        if (!(error instanceof ArgumentProblem)) throw error;
        return { error: { text: error.message, argument: error.argument } };
      }
    },
    listEphemeral: () => Object.keys(schemas.ephemeral_resources ?? {}),
    getEphemeralSchema: (type) => schemaOf(schemas, "ephemeral", type),
    async openEphemeral(type, config) {
      const found = (await load()).module.ephemerals?.find((item) => item.type === type);
      if (found === undefined) throw new DiagnosticError(unknownType(name, type));
      const { state, diagnostics } = await readWith(found, schema("ephemeral", type), config, options);
      return { result: hasErrors(diagnostics) ? null : state, diagnostics };
    },
    close: async () => {},
  };
}

async function readWith(
  found: UtilityDataSource,
  schema: ResourceSchema,
  config: ValueObject,
  options: UtilityOptions,
): Promise<ReadDataResponse> {
  const shaped = shapeObject(schema, config);
  const problems = found.validate?.(shaped) ?? [];
  if (hasErrors(problems)) return { state: shaped, diagnostics: problems };
  const sensitive: Path[] = [];
  const { state, diagnostics } = await attempt(`reading ${found.type}`, shaped, async () =>
    found.read(options, shaped, (path) => sensitive.push(path)),
  );
  const warnings = hasErrors(diagnostics) || state === null ? [] : (found.warn?.(state) ?? []);
  return {
    state: shapeObject(schema, { ...shaped, ...state }),
    sensitive,
    diagnostics: [...problems, ...diagnostics, ...warnings],
  };
}

async function applyUtility(
  schema: ResourceSchema,
  resource: UtilityResource,
  request: ApplyRequest,
  options: UtilityOptions,
): Promise<ApplyResponse> {
  const { prior, planned, type } = request;
  if (planned === null) {
    if (prior === null) return { state: null, diagnostics: [] };
    return attempt(`deleting ${type}`, prior, async () => {
      await resource.delete?.(options, prior);
      return null;
    });
  }
  if (prior === null) {
    const made = await attempt(`creating ${type}`, null, async () =>
      finish(schema, planned, await resource.create(options, planned)),
    );
    if (made.state !== null) await request.onPartial?.(made.state, undefined);
    return made;
  }
  return attempt(`updating ${type}`, prior, async () =>
    finish(schema, planned, (await resource.update?.(options, prior, planned)) ?? {}),
  );
}

function finish(schema: ResourceSchema, planned: ValueObject, made: ValueObject): ValueObject {
  return shapeObject(schema, known({ ...planned, ...made }));
}

function known(value: ValueObject): ValueObject {
  const one = (inner: Value): Value => (inner === UNKNOWN ? null : isObject(inner) ? known(inner) : inner);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, one(inner)]));
}

async function attempt(
  doing: string,
  otherwise: ValueObject | null,
  work: () => Promise<ValueObject | null>,
): Promise<ApplyResponse> {
  try {
    return { state: await work(), diagnostics: [] };
  } catch (error) {
    if (error instanceof DiagnosticError) return { state: otherwise, diagnostics: error.diagnostics };
    const detail = `${doing}: ${error instanceof Error ? error.message : String(error)}`;
    return { state: otherwise, diagnostics: [errorDiagnostic("DVT4001", CODES.DVT4001, { detail })] };
  }
}

/** Nothing of these providers can be configured here: what is set is refused, not passed over. */
function unconfigurable(provider: string, config: ValueObject): readonly Diagnostic[] {
  const given = Object.entries(config).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  return given.map(([attribute]) => {
    const detail = `The provider ${provider} does not carry out "${attribute}" here.`;
    return errorDiagnostic("DVT3006", CODES.DVT3006, { detail, attribute });
  });
}

function unknownType(provider: string, type: string): Diagnostic {
  return errorDiagnostic("DVT3004", CODES.DVT3004, { detail: `The provider ${provider} has no type "${type}" here.` });
}
