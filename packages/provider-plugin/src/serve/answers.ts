/** What each call of the protocol does with a provider of ours. */
import { DiagnosticError, errorDiagnostic, type ResourceSchema, type SchemaKind, type ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { diagnosticsTo, pathTo } from "../wire/diagnostics.ts";
import type { MethodName, Plain } from "../wire/messages.ts";
import { bytesOf, numberOf, recordOf, schemaTo } from "../wire/schemas.ts";
import { decodeObject, encodeObject } from "../wire/values.ts";
import { type Answers, beyondResources, ephemeralSchemasTo, functionsTo } from "./beyond-resources.ts";

const CAPABILITIES = { plan_destroy: false, get_provider_schema_optional: true, move_resource_state: false };

/** The calls that a provider of ours answers; moves between providers it has none of. */
export function answersOf(provider: Provider): Answers {
  const localName = provider.source.split("/").at(-1) ?? "";
  const schemaOf = (kind: SchemaKind, type: string): ResourceSchema => {
    const schema = provider.getSchema(kind, type);
    if (schema !== undefined) return schema;
    // A provider without settings has no schema of them.
    if (kind === "provider") return {};
    throw new DiagnosticError(
      errorDiagnostic("DVT3004", "Unknown resource type", { detail: `${provider.source} has no ${kind} type "${type}".` }),
    );
  };
  const into = (kind: SchemaKind, type: string, value: unknown): ValueObject | null => {
    const bytes = bytesOf(recordOf(value).msgpack);
    return bytes.length === 0 ? null : decodeObject(schemaOf(kind, type), bytes);
  };
  const checked = async (kind: "resource" | "data", type: string, config: ValueObject) =>
    (await provider.checkConfig?.(kind, type, config)) ?? provider.validateConfig(kind, type, config);
  const outOf = (kind: SchemaKind, type: string, value: ValueObject | null): Plain => ({
    msgpack: encodeObject(schemaOf(kind, type), value),
  });
  return {
    ...beyondResources(provider),
    async getMetadata() {
      return {
        server_capabilities: CAPABILITIES,
        resources: provider.listTypes("resource").map((type_name) => ({ type_name })),
        data_sources: provider.listTypes("data").map((type_name) => ({ type_name })),
        functions: Object.keys(provider.listFunctions?.() ?? {}).map((name) => ({ name })),
        ephemeral_resources: (provider.listEphemeral?.() ?? []).map((type_name) => ({ type_name })),
      };
    },
    async getSchema() {
      const all = (kind: "resource" | "data") =>
        Object.fromEntries(provider.listTypes(kind).map((type) => [type, schemaTo(schemaOf(kind, type))]));
      return {
        provider: schemaTo(schemaOf("provider", localName)),
        resource_schemas: all("resource"),
        data_source_schemas: all("data"),
        functions: functionsTo(provider),
        ephemeral_resource_schemas: ephemeralSchemasTo(provider),
        server_capabilities: CAPABILITIES,
      };
    },
    async validateProvider() {
      return {};
    },
    async validateResource({ type_name, config }) {
      const type = String(type_name);
      return { diagnostics: diagnosticsTo(await checked("resource", type, into("resource", type, config) ?? {})) };
    },
    async validateData({ type_name, config }) {
      const type = String(type_name);
      return { diagnostics: diagnosticsTo(await checked("data", type, into("data", type, config) ?? {})) };
    },
    async configure({ config }) {
      return { diagnostics: diagnosticsTo(await provider.configure(into("provider", localName, config) ?? {})) };
    },
    async upgrade({ type_name, version, raw_state }) {
      const type = String(type_name);
      const raw = JSON.parse(bytesOf(recordOf(raw_state).json).toString() || "{}") as ValueObject;
      const { state, diagnostics } = await provider.upgradeState(type, numberOf(version), raw);
      return {
        upgraded_state: outOf("resource", type, shapeObject(schemaOf("resource", type), state)),
        diagnostics: diagnosticsTo(diagnostics),
      };
    },
    async read({ type_name, current_state, private: own }) {
      const type = String(type_name);
      const state = into("resource", type, current_state);
      if (state === null) return { new_state: outOf("resource", type, null) };
      const read = await provider.read({ type, state, ...privateIn("private", own) });
      return {
        new_state: outOf("resource", type, read.state),
        private: privateOut(read.private),
        diagnostics: diagnosticsTo(read.diagnostics),
      };
    },
    async plan({ type_name, prior_state, proposed_new_state, config, prior_private }) {
      const type = String(type_name);
      const plan = await provider.planChange({
        type,
        prior: into("resource", type, prior_state),
        proposed: into("resource", type, proposed_new_state),
        config: into("resource", type, config),
        written: null,
        ...privateIn("priorPrivate", prior_private),
      });
      return {
        planned_state: outOf("resource", type, plan.planned),
        requires_replace: plan.requiresReplace.map(pathTo),
        planned_private: privateOut(plan.plannedPrivate),
        diagnostics: diagnosticsTo(plan.diagnostics),
        legacy_type_system: plan.legacyTypeSystem === true,
      };
    },
    async apply({ type_name, prior_state, planned_state, config, planned_private }) {
      const type = String(type_name);
      const applied = await provider.applyChange({
        type,
        prior: into("resource", type, prior_state),
        planned: into("resource", type, planned_state),
        config: into("resource", type, config),
        ...privateIn("plannedPrivate", planned_private),
      });
      return {
        new_state: outOf("resource", type, applied.state),
        private: privateOut(applied.private),
        diagnostics: diagnosticsTo(applied.diagnostics),
        legacy_type_system: applied.legacyTypeSystem === true,
      };
    },
    async import({ type_name, id }) {
      const { imported, diagnostics } = await provider.importState(String(type_name), String(id));
      return {
        imported_resources: imported.map(({ type, state, private: own }) => ({
          type_name: type,
          state: outOf("resource", type, state),
          private: privateOut(own),
        })),
        diagnostics: diagnosticsTo(diagnostics),
      };
    },
    async readData({ type_name, config }) {
      const type = String(type_name);
      const { state, diagnostics } = await provider.readData(type, into("data", type, config) ?? {});
      return { state: outOf("data", type, state), diagnostics: diagnosticsTo(diagnostics) };
    },
    async stop() {
      return {};
    },
  };
}

function privateOut(value: string | undefined): Buffer {
  return Buffer.from(value ?? "");
}

function privateIn<Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } {
  const bytes = bytesOf(value);
  return (bytes.length === 0 ? {} : { [name]: bytes.toString() }) as { readonly [key in Name]?: string };
}
