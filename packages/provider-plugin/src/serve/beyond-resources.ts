/** What a provider of ours answers of functions and of ephemeral resources. */
import { DiagnosticError, errorDiagnostic, type ResourceSchema, type ValueObject } from "@dovetail/model";
import type { FunctionParameter, FunctionSchema, Provider } from "@dovetail/provider";
import { diagnosticsTo } from "../wire/diagnostics.ts";
import type { MethodName, Plain } from "../wire/messages.ts";
import { bytesOf, listOf, recordOf, schemaTo } from "../wire/schemas.ts";
import { decodeObject, decodeValue, encodeObject, encodeValue } from "../wire/values.ts";

/** Answers of a call's request; absent where the provider has no such call. */
export type Answers = { readonly [name in MethodName]?: (request: Plain) => Promise<Plain> };

/** Descriptions of every function, by name. */
export function functionsTo(provider: Provider): { readonly [name: string]: Plain } {
  const functions = Object.entries(provider.listFunctions?.() ?? {});
  return Object.fromEntries(functions.map(([name, schema]) => [name, functionTo(schema)]));
}

function functionTo({ parameters, variadicParameter, returns, summary }: FunctionSchema): Plain {
  return {
    parameters: parameters.map(parameterTo),
    ...(variadicParameter === undefined ? {} : { variadic_parameter: parameterTo(variadicParameter) }),
    return: { type: Buffer.from(JSON.stringify(returns)) },
    summary,
  };
}

function parameterTo({ name, type, isNullable, takesUnknown }: FunctionParameter): Plain {
  return {
    name,
    type: Buffer.from(JSON.stringify(type)),
    allow_null_value: isNullable,
    allow_unknown_values: takesUnknown,
  };
}

/** Schemas of every ephemeral resource type, by name. */
export function ephemeralSchemasTo(provider: Provider): { readonly [type: string]: Plain } {
  const types = provider.listEphemeral?.() ?? [];
  return Object.fromEntries(types.map((type) => [type, schemaTo(ephemeralSchema(provider, type))]));
}

/** Throws DVT3004 where there is no such type. */
function ephemeralSchema(provider: Provider, type: string): ResourceSchema {
  const schema = provider.getEphemeralSchema?.(type);
  if (schema !== undefined) return schema;
  throw new DiagnosticError(
    errorDiagnostic("DVT3004", "Unknown resource type", { detail: `${provider.source} has no ephemeral type "${type}".` }),
  );
}

/** The calls of functions and of ephemeral resources. */
export function beyondResources(provider: Provider): Answers {
  return {
    async getFunctions() {
      return { functions: functionsTo(provider) };
    },
    async callFunction({ name, arguments: given }) {
      return await called(provider, String(name), listOf(given));
    },
    async validateEphemeral() {
      return {};
    },
    async openEphemeral({ type_name, config }) {
      const type = String(type_name);
      const schema = ephemeralSchema(provider, type);
      const opened = await provider.openEphemeral?.(type, objectIn(schema, config));
      if (opened === undefined) return {};
      return {
        // Terraform reads the result before the diagnostics: a whole object of nothing stands for none.
        result: { msgpack: encodeObject(schema, opened.result) },
        private: Buffer.from(opened.private ?? ""),
        ...renewalTo(opened.renewAtMs),
        diagnostics: diagnosticsTo(opened.diagnostics),
      };
    },
    async renewEphemeral({ type_name, private: own }) {
      const renewed = await provider.renewEphemeral?.(String(type_name), textOf(own));
      return {
        private: Buffer.from(renewed?.private ?? ""),
        ...renewalTo(renewed?.renewAtMs),
        diagnostics: diagnosticsTo(renewed?.diagnostics ?? []),
      };
    },
    async closeEphemeral({ type_name, private: own }) {
      const said = await provider.closeEphemeral?.(String(type_name), textOf(own));
      return { diagnostics: diagnosticsTo(said ?? []) };
    },
  };
}

async function called(provider: Provider, name: string, given: readonly Plain[]): Promise<Plain> {
  const known = provider.listFunctions?.()[name];
  if (known === undefined || provider.callFunction === undefined)
    return { error: { text: `The provider has no function "${name}".` } };
  const { parameters, variadicParameter, returns } = known;
  const values = given.map(({ msgpack }, at) =>
    decodeValue((parameters[at] ?? variadicParameter)?.type ?? "dynamic", bytesOf(msgpack)),
  );
  const answer = await provider.callFunction(name, values);
  if (answer.error === undefined) return { result: { msgpack: encodeValue(returns, answer.value) } };
  const { text, argument } = answer.error;
  return { error: { text, ...(argument === undefined ? {} : { function_argument: argument }) } };
}

function objectIn(schema: ResourceSchema, value: unknown): ValueObject {
  const bytes = bytesOf(recordOf(value).msgpack);
  return (bytes.length === 0 ? undefined : decodeObject(schema, bytes)) ?? {};
}

function renewalTo(atMs: number | undefined): Plain {
  if (atMs === undefined) return {};
  return { renew_at: { seconds: Math.floor(atMs / 1000), nanos: Math.floor((atMs % 1000) * 1e6) } };
}

function textOf(value: unknown): string | undefined {
  const bytes = bytesOf(value);
  return bytes.length === 0 ? undefined : bytes.toString();
}
