import {
  type BlockSchema,
  type Diagnostic,
  errorDiagnostic,
  type Random,
  type SchemaKind,
  type ValueObject,
} from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { filledObject, type Making } from "./mock-values.ts";
import type { Mocked } from "./test-file.ts";

export interface MockOptions {
  /** The provider that it stands for: it is asked for schemas and whether a config is valid, and never configured. */
  readonly real: Provider;
  readonly random: Random;
  mocked(kind: "resource" | "data", type: string): Mocked | undefined;
}

/** A provider whose objects are nowhere: what a real one computes is made up (Terraform: "Test mocking"). */
export function createMockProvider({ real, random, mocked }: MockOptions): Provider {
  const schemaOf = (kind: SchemaKind, type: string): BlockSchema => real.getSchema(kind, type) ?? {};
  const fill = (kind: "resource" | "data", type: string, object: ValueObject, during: Making["during"]) =>
    reporting(type, object, () => filledObject(schemaOf(kind, type), object, { during, mocked: mocked(kind, type), random }));
  const { hasType } = real;
  const serves = (kind: SchemaKind, type: string) => real.hasType?.(kind, type) ?? real.listTypes(kind).includes(type);
  return {
    source: real.source,
    version: real.version,
    getSchema: (kind, type) => real.getSchema(kind, type),
    listTypes: (kind) => real.listTypes(kind),
    ...(hasType === undefined ? {} : { hasType: (kind, type) => hasType.call(real, kind, type) }),
    configure: async () => [],
    // One that only knows a type's schema has nothing to add to what the schema says.
    validateConfig: (kind, type, config) => (serves(kind, type) ? real.validateConfig(kind, type, config) : []),
    async planChange({ type, prior, proposed, config }) {
      if (proposed === null || prior !== null || config === null)
        return { planned: proposed, requiresReplace: [], diagnostics: [], legacyTypeSystem: true };
      const { object, diagnostics } = fill("resource", type, config, "plan");
      return { planned: object, requiresReplace: [], diagnostics, legacyTypeSystem: true };
    },
    async applyChange({ type, planned }) {
      if (planned === null) return { state: null, diagnostics: [] };
      const { object, diagnostics } = fill("resource", type, planned, "apply");
      return { state: object, diagnostics, legacyTypeSystem: true };
    },
    read: async ({ state, private: kept }) => ({
      state,
      diagnostics: [],
      ...(kept === undefined ? {} : { private: kept }),
    }),
    importState: async (type) => ({ imported: [], diagnostics: [notImported(type)] }),
    upgradeState: async (_type, _version, state) => ({ state, diagnostics: [] }),
    async readData(type, config) {
      const { object, diagnostics } = fill("data", type, config, "apply");
      return { state: object, diagnostics };
    },
    // The provider that it stands for belongs to the registry, which ends it.
    close: async () => undefined,
  };
}

function reporting(
  type: string,
  object: ValueObject,
  make: () => ValueObject,
): { readonly object: ValueObject; readonly diagnostics: readonly Diagnostic[] } {
  try {
    return { object: make(), diagnostics: [] };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const detail = `Values that the test gives ${type} do not fit its attributes: ${text}.`;
    return { object, diagnostics: [errorDiagnostic("DVT2020", "Incompatible override value", { detail })] };
  }
}

function notImported(type: string): Diagnostic {
  const detail = `Objects of a mocked provider are nowhere: ${type} has none that could be imported. An override_resource block gives one.`;
  return errorDiagnostic("DVT2020", "Unsupported operation in a test", { detail });
}
