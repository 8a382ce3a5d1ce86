import type { EvaluationHost, FunctionsOfProvider } from "@dovetail/engine";
import {
  DYNAMIC_UNKNOWN,
  FunctionError,
  type LanguageFunction,
  type Parameter,
  type Type,
  typeFromJson,
  type UnknownFunction,
} from "@dovetail/hcl";
import { UNKNOWN, type Value } from "@dovetail/model";
import type { FunctionAnswer, FunctionParameter, FunctionSchema } from "@dovetail/provider";
import type { ModuleConfig } from "../configuration/model.ts";
import { BUILTIN_SOURCE, registryName } from "../configuration/provider-source.ts";
import { fromPlain } from "../values/from-engine.ts";
import { plainValue } from "../values/to-engine.ts";
import { TERRAFORM_FUNCTIONS } from "./terraform-functions.ts";

/**
 * Functions of providers (`provider::aws::arn_parse`). Expressions are evaluated at once, providers answer later: a call whose answer
 * is not there yet is unknown and asked for, and what was evaluated is evaluated again when all answers are there.
 */
export class ProviderFunctions {
  readonly #host: EvaluationHost;
  readonly #providers = new Map<string, FunctionsOfProvider>();
  readonly #answers = new Map<string, FunctionAnswer>();
  readonly #awaited = new Map<string, Promise<void>>();

  constructor(host: EvaluationHost) {
    this.#host = host;
  }

  /** What `work` comes to once every answer that it needs is there. `work` evaluates at once and may be called more than once. */
  async settled<T>(work: () => T): Promise<T> {
    for (;;) {
      const result = work();
      if (this.#awaited.size === 0) return result;
      const all = [...this.#awaited.values()];
      this.#awaited.clear();
      await Promise.all(all);
    }
  }

  /** A function by its name in a module; undefined where there is none, or `name` is none of a provider's. */
  find(name: string, config: ModuleConfig): LanguageFunction | undefined {
    const { local, own } = partsOf(name);
    const required = local === undefined ? undefined : config.requiredProviders.get(local);
    if (required === undefined || own === undefined) return undefined;
    if (required.source === BUILTIN_SOURCE) return TERRAFORM_FUNCTIONS.get(own);
    const provider = registryName(required.source, required.name);
    const known = this.#providers.get(provider);
    if (known === undefined) {
      this.#await(provider, async () => {
        this.#providers.set(provider, (await this.#host.functionsOf?.(provider)) ?? NO_FUNCTIONS);
      });
      return LATER;
    }
    const schema = Object.hasOwn(known.functions, own) ? known.functions[own] : undefined;
    return schema === undefined ? undefined : this.#languageFunction(provider, own, schema, known);
  }

  #languageFunction(provider: string, name: string, schema: FunctionSchema, from: FunctionsOfProvider): LanguageFunction {
    const { parameters, variadicParameter, returns, summary } = schema;
    const result = typeOf(returns);
    return {
      description: summary,
      parameters: parameters.map(parameterOf),
      ...(variadicParameter === undefined ? {} : { variadic: parameterOf(variadicParameter) }),
      returns: result,
      implementation: (given) => {
        const values = given.map(plainValue);
        const key = keyOf([provider, name, ...values]);
        const answer = this.#answers.get(key);
        if (answer === undefined) {
          this.#await(key, async () => void this.#answers.set(key, await from.call(name, values)));
          return DYNAMIC_UNKNOWN;
        }
        if (answer.error === undefined) return fromPlain(answer.value, result);
        throw new FunctionError(answer.error.text, answer.error.argument);
      },
    };
  }

  #await(key: string, ask: () => Promise<void>): void {
    if (!this.#awaited.has(key)) this.#awaited.set(key, ask());
  }
}

/** Terraform's words for a function with a namespace that there is not. */
export function unknownFunction(name: string, config: ModuleConfig): UnknownFunction | undefined {
  const [namespace = "", local, own] = name.split("::");
  if (local === undefined) return undefined;
  const summary = "Unknown provider function";
  if (namespace !== "provider") {
    const detail = `The function namespace "${namespace}" is not valid. Provider function calls must use the "provider::" namespace prefix.`;
    return { summary, detail };
  }
  if (own === undefined)
    return { summary, detail: `The function call must include the provider name after the "provider::" prefix.` };
  const last = name.split("::").at(-1) ?? own;
  const detail = config.requiredProviders.has(local)
    ? `The function "${own}" is not available from the provider "${local}".`
    : `There is no function named "${name}". Ensure that provider name "${local}" is declared in this module's required_providers block, and that this provider offers a function named "${last}".`;
  return { summary, detail };
}

const NO_FUNCTIONS: FunctionsOfProvider = {
  functions: {},
  call: async (name) => ({ error: { text: `There is no function "${name}".` } }),
};

/** Stands for a function of a provider that is still to be asked which it has. */
const LATER: LanguageFunction = {
  parameters: [],
  returns: { kind: "dynamic" },
  implementation: () => DYNAMIC_UNKNOWN,
  callLazily: () => DYNAMIC_UNKNOWN,
};

function partsOf(name: string): { readonly local?: string; readonly own?: string } {
  const [namespace, local, own, ...more] = name.split("::");
  return namespace !== "provider" || local === undefined || own === undefined || more.length > 0 ? {} : { local, own };
}

function parameterOf({ name, type, isNullable, takesUnknown }: FunctionParameter): Parameter {
  return {
    name,
    type: typeOf(type),
    allowsDynamic: true,
    ...(isNullable ? { allowsNull: true } : {}),
    ...(takesUnknown ? { allowsUnknown: true } : {}),
  };
}

function typeOf(json: FunctionSchema["returns"]): Type {
  return typeFromJson(JSON.parse(JSON.stringify(json))) ?? { kind: "dynamic" };
}

function keyOf(parts: readonly Value[]): string {
  return JSON.stringify(parts, (_, part: Value) => (part === UNKNOWN ? { "(unknown)": true } : part));
}
