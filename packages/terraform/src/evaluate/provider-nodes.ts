import type { ProviderConfiguration } from "@dovetail/engine";
import { bodyReferences, decodeBody } from "@dovetail/hcl";
import { DiagnosticError, errorDiagnostic, hasErrors, isObject, type ResourceSchema } from "@dovetail/model";
import type { ModuleConfig, ProviderBlock, ProviderReference, ResourceConfig } from "../configuration/model.ts";
import { providerKey } from "../configuration/module-parts.ts";
import { impliedName, impliedSource, registryName } from "../configuration/provider-source.ts";
import { toPlain } from "../values/to-engine.ts";
import { scopeOf } from "./evaluate-expression.ts";
import type { ModuleScope, Providers, ProviderUse, Run, Sources } from "./nodes.ts";
import { reported } from "./reported.ts";
import { lazily, NO_SOURCES } from "./result.ts";

/** Which provider configuration a resource has, and the configurations' values. */

export class ProviderNodes implements Providers {
  readonly #nodes = new Map<string, ProviderUse>();
  readonly #found: (configuration: ProviderConfiguration) => void;

  /** @param found told each configuration once it is evaluated, before the first resource that uses it is registered */
  constructor(found: (configuration: ProviderConfiguration) => void) {
    this.#found = found;
  }

  /** The configuration that a resource of a module has. Throws DiagnosticError. */
  of(module: ModuleScope, resource: Pick<ResourceConfig, "provider" | "type" | "range">): ProviderUse {
    const named = resource.provider ?? { name: impliedName(resource.type), range: resource.range };
    return this.#resolve(module, named);
  }

  /** Every configuration that a root module has, used or not. Never rejects. */
  async evaluateAll(root: ModuleScope): Promise<void> {
    const uses = [...root.tree.config.providers.values()].map((block) =>
      this.#use(root, block, sourceOf(root.tree.config, block.name)),
    );
    await Promise.allSettled(uses.map((use) => use.configured()));
  }

  /** The schema of a provider's own configuration. */
  async schemaOf(run: Run, config: ModuleConfig, block: ProviderBlock): Promise<ResourceSchema> {
    const source = sourceOf(config, block.name);
    const type = source.split("/").at(-1) ?? block.name;
    return await run.schema({ kind: "provider", provider: registryName(source, block.name), type, range: block.range });
  }

  #resolve(module: ModuleScope, reference: ProviderReference): ProviderUse {
    const { config } = module.tree;
    const source = sourceOf(config, reference.name);
    const block = config.providers.get(providerKey(reference));
    if (block !== undefined) return this.#use(module, block, source);
    const { parent, madeBy } = module;
    if (parent === undefined || madeBy === undefined) return this.#undeclared(module, reference, source);
    const passed = madeBy.providers.find(({ inner }) => providerKey(inner) === providerKey(reference));
    if (passed !== undefined) return this.#resolve(parent, passed.outer);
    if (reference.alias !== undefined) throw notPassed(reference, module);
    return this.#resolve(parent, { name: nameOf(parent.tree.config, source), range: reference.range });
  }

  /** A default configuration without a block is an empty one. */
  #undeclared(module: ModuleScope, reference: ProviderReference, source: string): ProviderUse {
    if (reference.alias !== undefined) throw notPassed(reference, module);
    return { name: registryName(source, nameOf(module.tree.config, source)), source, configured: async () => NO_SOURCES };
  }

  #use(module: ModuleScope, block: ProviderBlock, source: string): ProviderUse {
    const local = registryName(source, block.name);
    const alias = block.alias === undefined ? local : `${local}.${block.alias}`;
    const name = module.address === "" ? alias : `${alias}@${module.address}`;
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const configured = lazily(() => reported(module.run, () => this.#configure(module, block, name)));
    const use = { name, source, configured };
    this.#nodes.set(name, use);
    return use;
  }

  async #configure(module: ModuleScope, block: ProviderBlock, name: string): Promise<Sources> {
    const schema = await this.schemaOf(module.run, module.tree.config, block);
    const { scope, from } = await scopeOf(bodyReferences(block.body, schema), module.place);
    const { providerFunctions } = module.run;
    const { value, diagnostics } = await providerFunctions.settled(() => decodeBody(block.body, schema, scope));
    if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
    module.run.report(diagnostics);
    const plain = toPlain(value).value;
    this.#found({ name, config: isObject(plain) ? plain : {}, range: block.range });
    return from;
  }
}

/** What a module means by a provider's local name. */
export function sourceOf(config: ModuleConfig, localName: string): string {
  return config.requiredProviders.get(localName)?.source ?? impliedSource(localName);
}

/** The local name that a module has for a provider. */
function nameOf(config: ModuleConfig, source: string): string {
  for (const required of config.requiredProviders.values()) if (required.source === source) return required.name;
  return source.split("/").at(-1) ?? source;
}

function notPassed(reference: ProviderReference, module: ModuleScope): DiagnosticError {
  const where = module.address === "" ? "the root module" : module.address;
  const detail = `The provider configuration ${providerKey(reference)} is not declared in ${where}${module.parent === undefined ? "" : ", and the module call passes none of that name"}.`;
  return new DiagnosticError(
    errorDiagnostic("DVT2023", "Provider configuration not present", { detail, range: reference.range }),
  );
}
