import { type Diagnostic, DiagnosticError, errorDiagnostic, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type {
  ApplyRequest,
  ApplyResponse,
  PlanRequest,
  PlanResponse,
  Provider,
  ReadRequest,
  ReadResponse,
} from "@dovetail/provider";
import { DYNAMIC_SCHEMA, DYNAMIC_TYPE } from "../core/dynamic-schema.ts";
import { addressName } from "../evaluate/name-table.ts";

type Json = { readonly [name: string]: unknown };

/** What a program gives to `new pulumi.dynamic.Resource`. */
export interface DynamicFunctions {
  check?(
    olds: Json,
    news: Json,
  ): Promise<{ readonly inputs?: Json; readonly failures?: readonly { readonly property: string; readonly reason: string }[] }>;
  diff?(id: string, olds: Json, news: Json): Promise<{ readonly changes?: boolean; readonly replaces?: readonly string[] }>;
  create?(inputs: Json): Promise<{ readonly id: string; readonly outs?: Json }>;
  read?(id: string, props: Json): Promise<{ readonly id?: string; readonly props?: Json }>;
  update?(id: string, olds: Json, news: Json): Promise<{ readonly outs?: Json }>;
  delete?(id: string, props: Json): Promise<void>;
}

/** Finds a dynamic resource's functions by its logical name; undefined when the program has no such resource. */
export type FindFunctions = (name: string) => Promise<DynamicFunctions | undefined>;

/** Serves `dovetail_dynamic_resource` by calling the program's own functions, in this process. */
export function dynamicProvider(
  find: FindFunctions,
  forget: (name: string) => void,
  inProgram: <T>(run: () => Promise<T>) => Promise<T>,
): Provider {
  return {
    source: "registry.terraform.io/dovetail/dovetail",
    version: "1.0.0",
    getSchema: (kind, type) => (kind === "resource" && type === DYNAMIC_TYPE ? DYNAMIC_SCHEMA : undefined),
    listTypes: (kind) => (kind === "resource" ? [DYNAMIC_TYPE] : []),
    configure: async () => [],
    validateConfig: () => [],
    planChange: (request) => inProgram(() => plan(find, request)),
    applyChange: async (request) => {
      const answer = await inProgram(() => apply(find, request));
      if (request.planned === null && answer.state === null) forget(String(request.prior?.resource));
      return answer;
    },
    read: (request) => inProgram(() => read(find, request)),
    importState: async () => ({
      imported: [],
      diagnostics: [failure("A dynamic resource cannot be imported: it has no schema to read it by.")],
    }),
    upgradeState: async (_type, _version, state) => ({ state, diagnostics: [] }),
    readData: async () => ({ state: {}, diagnostics: [failure("There are no dynamic data sources.")] }),
    close: async () => {},
  };
}

async function plan(find: FindFunctions, { prior, proposed }: PlanRequest): Promise<PlanResponse> {
  if (proposed === null) return { planned: null, requiresReplace: [], diagnostics: [] };
  const changed: ValueObject = { ...proposed, outputs: UNKNOWN };
  if (prior === null) return { planned: { ...changed, id: UNKNOWN }, requiresReplace: [], diagnostics: [] };
  if (prior.inputs === proposed.inputs)
    return {
      planned: { ...proposed, id: prior.id ?? null, outputs: prior.outputs ?? null },
      requiresReplace: [],
      diagnostics: [],
    };
  const same: PlanResponse = { planned: { ...changed, id: prior.id ?? null }, requiresReplace: [], diagnostics: [] };
  if (typeof proposed.inputs !== "string") return same;
  return attempt(same, async () => {
    const functions = await required(find, proposed);
    const answer = await functions.diff?.(String(prior.id), parsed(prior.outputs), parsed(proposed.inputs));
    if (answer?.changes === false)
      return {
        planned: { ...proposed, id: prior.id ?? null, outputs: prior.outputs ?? null },
        requiresReplace: [],
        diagnostics: [],
      };
    return { ...same, requiresReplace: (answer?.replaces ?? []).length > 0 ? [["inputs"]] : [] };
  });
}

async function apply(find: FindFunctions, { prior, planned, onPartial }: ApplyRequest): Promise<ApplyResponse> {
  return attempt({ state: prior, diagnostics: [] }, async () => {
    const functions = await required(find, planned ?? prior ?? {});
    if (planned === null) {
      await functions.delete?.(String(prior?.id), parsed(prior?.outputs));
      return { state: null, diagnostics: [] };
    }
    const inputs = await checked(functions, prior, planned);
    if (prior === null) {
      const { id, outs } = await created(functions, inputs);
      const state = { ...planned, id, outputs: JSON.stringify(outs ?? {}) };
      await onPartial?.(state, undefined);
      return { state, diagnostics: [] };
    }
    const updated = await functions.update?.(String(prior.id), parsed(prior.outputs), inputs);
    return { state: { ...planned, id: prior.id ?? null, outputs: JSON.stringify(updated?.outs ?? inputs) }, diagnostics: [] };
  });
}

async function created(functions: DynamicFunctions, inputs: Json): Promise<{ readonly id: string; readonly outs?: Json }> {
  const answer = await functions.create?.(inputs);
  if (typeof answer?.id === "string" && answer.id !== "") return answer;
  throw new DiagnosticError(failure("Its create function did not return an id.", "Return { id, outs } from create."));
}

async function checked(functions: DynamicFunctions, prior: ValueObject | null, planned: ValueObject): Promise<Json> {
  const news = parsed(planned.inputs);
  const answer = await functions.check?.(parsed(prior?.inputs), news);
  const failures = answer?.failures ?? [];
  if (failures.length > 0) throw new DiagnosticError(failures.map(({ property, reason }) => failure(`"${property}": ${reason}`)));
  return answer?.inputs ?? news;
}

async function read(find: FindFunctions, { state }: ReadRequest): Promise<ReadResponse> {
  return attempt({ state, diagnostics: [] }, async () => {
    const functions = await find(String(state.resource));
    const answer = await functions?.read?.(String(state.id), parsed(state.outputs));
    if (answer === undefined) return { state, diagnostics: [] };
    if (answer.id === undefined || answer.id === "") return { state: null, diagnostics: [] };
    return { state: { ...state, id: answer.id, outputs: JSON.stringify(answer.props ?? {}) }, diagnostics: [] };
  });
}

async function attempt<T extends { readonly diagnostics: readonly Diagnostic[] }>(
  otherwise: T,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const found =
      error instanceof DiagnosticError ? error.diagnostics : [failure(error instanceof Error ? error.message : String(error))];
    return { ...otherwise, diagnostics: found };
  }
}

async function required(find: FindFunctions, object: ValueObject): Promise<DynamicFunctions> {
  const functions = await find(String(object.resource));
  if (functions !== undefined) return functions;
  throw new DiagnosticError(
    failure(
      `The program no longer has the dynamic resource "${String(object.resource)}", and with it the function that would delete it is gone.`,
      `Put it back and remove it with \`dovetail remove\`, or forget it:\n    dovetail state rm ${DYNAMIC_TYPE}.${addressName(String(object.resource))}`,
    ),
  );
}

function parsed(text: Value | undefined): Json {
  return typeof text === "string" ? (JSON.parse(text) as Json) : {};
}

function failure(detail: string, fix?: string): Diagnostic {
  return errorDiagnostic("DVT4001", "Provider operation failed", { detail, ...(fix === undefined ? {} : { fix }) });
}
