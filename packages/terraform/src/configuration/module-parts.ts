import type { Block } from "@dovetail/hcl";
import type { SourceRange } from "@dovetail/model";
import type {
  BackendBlock,
  CheckConfig,
  EncryptionBlock,
  ImportBlock,
  LocalConfig,
  ModuleCallConfig,
  ModuleConfig,
  MovedBlock,
  OutputConfig,
  ProviderBlock,
  RemovedBlock,
  RequiredProvider,
  ResourceConfig,
  VariableConfig,
  VersionRequirement,
} from "./model.ts";
import type { Problems } from "./problems.ts";

/** A module while its files are read: what each adds, and what is there twice. */
export class ModuleParts {
  readonly variables = new Map<string, VariableConfig>();
  readonly locals = new Map<string, LocalConfig>();
  readonly outputs = new Map<string, OutputConfig>();
  readonly resources = new Map<string, ResourceConfig>();
  readonly calls = new Map<string, ModuleCallConfig>();
  readonly providers = new Map<string, ProviderBlock>();
  readonly checks = new Map<string, CheckConfig>();
  readonly requiredVersions: VersionRequirement[] = [];
  readonly moved: MovedBlock[] = [];
  readonly removed: RemovedBlock[] = [];
  readonly imports: ImportBlock[] = [];
  requiredProviders: { readonly entries: ReadonlyMap<string, RequiredProvider>; readonly range: SourceRange } | undefined;
  backend: BackendBlock | undefined;
  encryption: EncryptionBlock | undefined;
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  variable(variable: VariableConfig): void {
    this.#put(
      this.variables,
      variable.name,
      variable,
      "Duplicate variable declaration",
      (at) => `A variable named "${variable.name}" was already declared at ${at}. Variable names must be unique within a module.`,
    );
  }

  local(local: LocalConfig): void {
    this.#put(
      this.locals,
      local.name,
      local,
      "Duplicate local value definition",
      (at) =>
        `A local value named "${local.name}" was already defined at ${at}. Local value names must be unique within a module.`,
    );
  }

  output(output: OutputConfig): void {
    this.#put(
      this.outputs,
      output.name,
      output,
      "Duplicate output definition",
      (at) => `An output named "${output.name}" was already defined at ${at}. Output names must be unique within a module.`,
    );
  }

  call(call: ModuleCallConfig): void {
    this.#put(
      this.calls,
      call.name,
      call,
      "Duplicate module call",
      (at) =>
        `A module call named "${call.name}" was already defined at ${at}. Module calls must have unique names within a module.`,
    );
  }

  check(check: CheckConfig): void {
    this.#put(
      this.checks,
      check.name,
      check,
      `Duplicate check "${check.name}" configuration`,
      (at) =>
        `A check block named "${check.name}" was already declared at ${at}. Check blocks must be unique within each module.`,
    );
  }

  resource(resource: ResourceConfig): void {
    const { kind, type, name } = resource;
    const [what, noun] = RESOURCE_WORDS[kind];
    this.#put(
      this.resources,
      resource.key,
      resource,
      `Duplicate ${what} "${type}" configuration`,
      (at) =>
        `A ${type} ${noun} named "${name}" was already declared at ${at}. Resource names must be unique per type in each module.`,
    );
  }

  provider(provider: ProviderBlock): void {
    const { name, alias } = provider;
    this.#put(this.providers, providerKey(provider), provider, "Duplicate provider configuration", (at) =>
      alias === undefined
        ? `A default (non-aliased) provider configuration for "${name}" was already given at ${at}. If multiple configurations are required, set the "alias" argument for alternative configurations.`
        : `A provider configuration for "${name}" with alias "${alias}" was already given at ${at}. Each configuration for the same provider must have a distinct alias.`,
    );
  }

  required(entries: ReadonlyMap<string, RequiredProvider>, range: SourceRange): void {
    const first = this.requiredProviders;
    if (first === undefined) this.requiredProviders = { entries, range };
    else
      this.#problems.twice(
        "Duplicate required providers configuration",
        (at) =>
          `A module may have only one required providers configuration. The required providers were previously configured at ${at}.`,
        range,
        first.range,
      );
  }

  backendBlock(backend: BackendBlock): void {
    const first = this.backend;
    if (first === undefined) this.backend = backend;
    else
      this.#problems.twice(
        "Duplicate backend configuration",
        (at) => `A module may have only one backend configuration. The backend was previously configured at ${at}.`,
        backend.range,
        first.range,
      );
  }

  encryptionBlock({ body, defRange: range }: Block): void {
    const first = this.encryption;
    if (first === undefined) this.encryption = { body, range };
    else
      this.#problems.twice(
        "Duplicate encryption configuration",
        (at) => `A module may have only one encryption configuration. The encryption was previously configured at ${at}.`,
        range,
        first.range,
      );
  }

  /** What `terraform` blocks of override files say: providers one by one, all else as a whole. */
  override(over: ModuleParts): void {
    if (over.requiredVersions.length > 0) this.requiredVersions.splice(0, this.requiredVersions.length, ...over.requiredVersions);
    const { requiredProviders, backend, encryption } = over;
    if (requiredProviders !== undefined) {
      const entries = new Map([...(this.requiredProviders?.entries ?? []), ...requiredProviders.entries]);
      this.requiredProviders = { entries, range: this.requiredProviders?.range ?? requiredProviders.range };
    }
    if (backend !== undefined) this.backend = backend;
    if (encryption !== undefined) this.encryption = encryption;
    this.moved.push(...over.moved);
    this.removed.push(...over.removed);
    this.imports.push(...over.imports);
  }

  config(folder: string): ModuleConfig {
    const { requiredProviders, backend, encryption, ...parts } = this;
    return {
      folder,
      variables: parts.variables,
      locals: parts.locals,
      outputs: parts.outputs,
      resources: parts.resources,
      calls: parts.calls,
      providers: parts.providers,
      checks: parts.checks,
      requiredVersions: parts.requiredVersions,
      moved: parts.moved,
      removed: parts.removed,
      imports: parts.imports,
      requiredProviders: requiredProviders?.entries ?? new Map(),
      ...(backend === undefined ? {} : { backend }),
      ...(encryption === undefined ? {} : { encryption }),
    };
  }

  #put<T extends { readonly range: SourceRange }>(
    into: Map<string, T>,
    name: string,
    item: T,
    summary: string,
    detail: (first: string) => string,
  ): void {
    const first = into.get(name);
    if (first === undefined) into.set(name, item);
    else this.#problems.twice(summary, detail, item.range, first.range);
  }
}

const RESOURCE_WORDS = {
  managed: ["resource", "resource"],
  data: ["data", "data resource"],
  ephemeral: ["ephemeral", "ephemeral resource"],
} as const;

export function providerKey({ name, alias }: { readonly name: string; readonly alias?: string }): string {
  return alias === undefined ? name : `${name}.${alias}`;
}
