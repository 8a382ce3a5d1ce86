import { UNKNOWN, type ValueObject, valuesEqual } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import type { EvaluationResult, FrontEnd, ProviderRegistry, ResourceRegistration } from "../../src/index.ts";

/** `terraform_data` as the real terraform has it built in, so that both can be given the same configuration. */
export function terraformData(): Provider {
  let made = 0;
  const schema = {
    version: 0,
    attributes: {
      id: { type: "string", computed: true },
      input: { type: "dynamic", optional: true },
      output: { type: "dynamic", computed: true },
      triggers_replace: { type: "dynamic", optional: true },
    },
  } as const;
  return {
    source: "terraform.io/builtin/terraform",
    version: "1.11.4",
    getSchema: (kind, type) => (kind === "resource" && type === "terraform_data" ? schema : undefined),
    listTypes: () => ["terraform_data"],
    configure: async () => [],
    validateConfig: () => [],
    planChange: async ({ prior, proposed }) => {
      if (proposed === null) return { planned: null, requiresReplace: [], diagnostics: [] };
      const isSame = prior !== null && valuesEqual(prior.input ?? null, proposed.input ?? null);
      const output = isSame ? (prior.output ?? null) : proposed.input === null ? null : UNKNOWN;
      const planned: ValueObject = { ...proposed, id: prior?.id ?? UNKNOWN, output };
      return { planned, requiresReplace: [["triggers_replace"]], diagnostics: [] };
    },
    applyChange: async ({ planned }) => {
      if (planned === null) return { state: null, diagnostics: [] };
      const id = planned.id === UNKNOWN ? `00000000-0000-4000-8000-${String(++made).padStart(12, "0")}` : (planned.id ?? null);
      return { state: { ...planned, id, output: planned.input ?? null }, diagnostics: [] };
    },
    read: async ({ state }) => ({ state, diagnostics: [] }),
    importState: async (type, id) => ({ imported: [{ type, state: { id } }], diagnostics: [] }),
    upgradeState: async (_type, _version, state) => ({ state, diagnostics: [] }),
    readData: async (_type, config) => ({ state: config, diagnostics: [] }),
    close: async () => undefined,
  };
}

export function builtinRegistry(): ProviderRegistry {
  const provider = terraformData();
  return {
    localNameFor: (type) => (type === "terraform_data" ? "terraform" : undefined),
    provider: async () => ({ provider, diagnostics: [] }),
    close: async () => undefined,
  };
}

type Register = (name: string, config: ValueObject, rest?: Partial<ResourceRegistration>) => Promise<ValueObject>;

/** A program of `terraform_data` resources. */
export function dataProgram(write: (register: Register) => Promise<EvaluationResult["outputs"]>): FrontEnd {
  return {
    evaluate: async (host) => ({
      outputs: await write(async (name, config, rest = {}) => {
        const registered = await host.register({
          type: "terraform_data",
          name,
          config,
          sensitive: [],
          dependencies: [],
          ...rest,
        });
        return registered.value;
      }),
    }),
  };
}
