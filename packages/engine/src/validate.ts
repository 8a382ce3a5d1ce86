import { type Diagnostic, DiagnosticError, hasErrors, type ResourceSchema } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import type { EngineOptions } from "./engine-api.ts";
import type {
  DataRegistration,
  EphemeralRegistration,
  EvaluationHost,
  FrontEnd,
  FunctionsOfProvider,
  RegisteredObject,
  ResourceRegistration,
  SchemaRequest,
} from "./front-end.ts";
import { placeOf } from "./plan/change-parts.ts";
import { registeredParts } from "./plan/identity.ts";
import { wellFormed } from "./plan/prepare-config.ts";
import { Types } from "./plan/typed.ts";
import { unknownObject } from "./plan/unknown-object.ts";
import { conform } from "./values/conform.ts";
import { diagnosticsOf, placed, sortDiagnostics } from "./walk/diagnostics.ts";

/**
 * Evaluates a program with everything unknown that a provider would tell, and has the providers validate what it declares: no state is
 * read, no provider is configured. Answers with all that was found; throws nothing but bugs.
 */
export async function validateProgram(options: EngineOptions, frontEnd: FrontEnd): Promise<readonly Diagnostic[]> {
  const host = new ValidatingHost(options);
  try {
    await frontEnd.evaluate(host);
  } catch (error) {
    host.found.push(...diagnosticsOf(error, "validating the program", {}));
  }
  return sortDiagnostics(host.found);
}

class ValidatingHost implements EvaluationHost {
  readonly pass = "plan";
  readonly isDiscovery = true;
  readonly found: Diagnostic[] = [];
  readonly #options: EngineOptions;
  readonly #types: Types;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#types = new Types(options.providers);
  }

  get plannedAtMs(): number {
    return this.#options.clock.now();
  }

  functionsOf(provider: string): Promise<FunctionsOfProvider> {
    return this.#types.functionsOf(provider);
  }

  schema(request: SchemaRequest): Promise<ResourceSchema> {
    return this.#types.schema(request);
  }

  report(diagnostic: Diagnostic): void {
    this.found.push(diagnostic);
  }

  register(registration: ResourceRegistration): Promise<RegisteredObject> {
    return this.#validated("resource", registration);
  }

  readData(registration: DataRegistration): Promise<RegisteredObject> {
    return this.#validated("data", registration);
  }

  async openEphemeral({ type, provider, config, sensitive, ...rest }: EphemeralRegistration): Promise<RegisteredObject> {
    const { address, range } = rest;
    const place = { address, ...(range === undefined ? {} : { range }) };
    try {
      const name = provider ?? this.#options.providers.localNameFor(type) ?? "";
      const schema = await this.#types.schema({ kind: "ephemeral", provider: name, type, ...place });
      return { value: unknownObject(schema, wellFormed(schema, config, place)), sensitive };
    } catch (error) {
      const diagnostics = diagnosticsOf(error, `validating ${address}`, place);
      this.found.push(...diagnostics);
      throw new DiagnosticError(diagnostics);
    }
  }

  async #validated(kind: "resource" | "data", registration: ResourceRegistration | DataRegistration): Promise<RegisteredObject> {
    const { address } = registeredParts(registration, kind === "data" ? "data" : "managed");
    const place = placeOf(registration, address);
    const name = registration.provider ?? this.#options.providers.localNameFor(registration.type) ?? "";
    try {
      const schema = await this.#types.schema({ kind, provider: name, type: registration.type, ...place, address });
      const config = conform(schema, registration.config).value;
      const provider = await this.#provider(name, kind, registration.type);
      const said =
        (await provider.checkConfig?.(kind, registration.type, config)) ??
        provider.validateConfig(kind, registration.type, config);
      const problems = placed(said, place);
      this.found.push(...problems);
      if (hasErrors(problems)) throw new DiagnosticError([]);
      return { value: unknownObject(schema, config), sensitive: registration.sensitive };
    } catch (error) {
      const diagnostics = diagnosticsOf(error, `validating ${address}`, place);
      this.found.push(...diagnostics);
      throw new DiagnosticError(diagnostics);
    }
  }

  async #provider(name: string, kind: "resource" | "data", type: string): Promise<Provider> {
    const { providers } = this.#options;
    return (await providers.unconfigured?.(name, kind, type)) ?? (await providers.provider(name)).provider;
  }
}
