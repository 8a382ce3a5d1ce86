/** Providers that are not ours: found on this machine, started at the first resource that needs one, ended with the run. */
import { join } from "node:path";
import type { ProviderHandle } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import type { FindOptions, FoundProvider, Requirement, Wanted } from "@dovetail/provider-plugin";
import { hostedEnvironment, localAwsConfig } from "./hosted-environment.ts";

export interface HostedOptions {
  /** The app's folder. */
  readonly root: string;
  /** The embedded cloud's; undefined where the target is AWS. */
  readonly endpoint: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export const AWS_SOURCE = "registry.terraform.io/hashicorp/aws";

export class HostedProviders {
  readonly #options: HostedOptions;
  readonly #started = new Map<string, Promise<Provider>>();
  #requirements: readonly Requirement[] | undefined;

  constructor(options: HostedOptions) {
    this.#options = options;
  }

  /** What the root asks for under a local name (`cloudflare`), else whatever this machine has of that name. */
  async wanted(localName: string): Promise<Wanted> {
    const { findSources, providerType, readRequirements } = await import("@dovetail/provider-plugin");
    const find = await this.#find();
    this.#requirements ??= readRequirements(find.files, this.#options.root);
    const all = this.#requirements;
    const asked =
      all.find((each) => each.localName === localName) ?? all.find(({ source }) => providerType(source) === localName);
    if (asked !== undefined) return asked;
    const there = findSources(find, localName);
    const source =
      there.find((each) => each.includes("/hashicorp/")) ?? there[0] ?? `registry.terraform.io/hashicorp/${localName}`;
    return { source };
  }

  /** The real AWS provider of an edition's major version. */
  async wantedAws(edition: string): Promise<Wanted> {
    const { locked } = await this.wanted("aws");
    const major = Number(edition.split(".")[0]);
    return {
      source: AWS_SOURCE,
      constraint: `>= ${major}.0.0, < ${major + 1}.0.0`,
      ...(locked === undefined || !locked.startsWith(`${major}.`) ? {} : { locked }),
    };
  }

  /**
   * A configured provider under a name of its own (`aws.west`); started once. `missing` begins what is said when there is none.
   * Throws DiagnosticError: what `missing` makes where it is not on this machine, DVT4011 where it does not start.
   */
  async handle(name: string, wanted: Wanted, config: ValueObject, missing: Missing): Promise<ProviderHandle> {
    const found = await this.#located(wanted, missing);
    const provider = await this.start(name, found);
    const isAws = wanted.source === AWS_SOURCE && this.#options.endpoint !== undefined;
    const schema = provider.getSchema("provider", "");
    const own = isAws ? localAwsConfig(config, schema, this.#options.endpoint ?? "", regionOf(this.#options.env)) : config;
    const diagnostics = await provider.configure(own);
    // The endpoints are ours, and that some of them have two names too.
    return { provider, diagnostics: isAws ? diagnostics.filter((each) => !isOfEndpoints(each)) : diagnostics };
  }

  /** A provider to ask for schemas, under a name of its own. Throws as `handle` does. */
  async unconfigured(name: string, wanted: Wanted, missing: Missing): Promise<Provider> {
    return await this.start(name, await this.#located(wanted, missing));
  }

  /** Starts a found binary; once a name. */
  start(name: string, found: FoundProvider): Promise<Provider> {
    let started = this.#started.get(name);
    if (started === undefined) {
      started = this.#start(found);
      this.#started.set(name, started);
    }
    return started;
  }

  /** The file of a provider's binary, and what it is. Throws what `missing` makes where it is not on this machine. */
  async binaryOf(wanted: Wanted, missing: Missing) {
    const found = await this.#located(wanted, missing);
    return await this.#unpacked(found);
  }

  async #unpacked(found: FoundProvider) {
    const { unpackedBinary } = await import("@dovetail/provider-plugin");
    return {
      // Its address in the state, whichever registry's folder it was found in.
      source: found.source.replace(/^registry\.opentofu\.org\//, "registry.terraform.io/"),
      version: found.version,
      file: unpackedBinary(found, join(this.#options.root, ".dovetail", "plugins")),
    };
  }

  async #start(found: FoundProvider): Promise<Provider> {
    const { hostProvider } = await import("@dovetail/provider-plugin");
    const { endpoint, env } = this.#options;
    const { file, ...address } = await this.#unpacked(found);
    return await hostProvider({
      ...address,
      binary: file,
      env: endpoint === undefined ? env : hostedEnvironment(found.source, endpoint, env),
    });
  }

  async #located(wanted: Wanted, missing: Missing): Promise<FoundProvider> {
    const { findProvider, notFoundText } = await import("@dovetail/provider-plugin");
    const search = findProvider(await this.#find(), wanted);
    if (search.found !== undefined) return search.found;
    const { detail, fix } = notFoundText(search, wanted);
    const { code, summary, begins } = missing;
    throw new DiagnosticError(errorDiagnostic(code, summary, { detail: `${begins}${detail}`, fix }));
  }

  async #find(): Promise<FindOptions> {
    const { nodeFileReader } = await import("@dovetail/provider-plugin");
    const { root, env } = this.#options;
    return { files: nodeFileReader(), root, env, platform: process.platform, arch: process.arch };
  }

  /** Those under way are asked to end soon. */
  async interrupt(): Promise<void> {
    for (const each of await this.#running()) await each.interrupt?.();
  }

  async close(): Promise<void> {
    await Promise.all((await this.#running()).map((each) => each.close()));
  }

  async #running(): Promise<readonly Provider[]> {
    const all = await Promise.allSettled(this.#started.values());
    return all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  }
}

/** What is said where a binary is not on this machine. */
export interface Missing {
  readonly code: "DVT3004" | "DVT3005";
  readonly summary: string;
  /** Sentences before the places, with a space at their end. */
  readonly begins: string;
}

function isOfEndpoints({ severity, attribute, detail }: { severity: string; attribute?: string; detail?: string }): boolean {
  return severity === "warning" && /\bendpoints\b/.test(`${attribute ?? ""} ${detail ?? ""}`);
}

/** As the native provider takes it where the program names none. */
function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: NodeJS.ProcessEnv): string {
  return AWS_REGION || AWS_DEFAULT_REGION || "us-east-1";
}
