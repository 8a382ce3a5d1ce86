import type { ProviderHandle, ProviderRegistry } from "@dovetail/engine";
import { systemClock, systemRandom, type ValueObject, valuesEqual } from "@dovetail/model";
import type { LoadedApp } from "@dovetail/program";
import type { Provider } from "@dovetail/provider";
import type { AwsTarget } from "@dovetail/provider-aws";
import type { Edition } from "./edition.ts";
import { HostedProviders, type Missing } from "./hosted-providers.ts";
import type { Opened } from "./opened.ts";
import type { Target } from "./target.ts";

export interface RegistryOptions {
  /** `providerConfigurations` is live: a configuration is in it before the first resource that has it is registered. */
  readonly app: Pick<Opened, "providerConfigurations" | "ciphers">;
  /** Whose dynamic resources are served; undefined where the app is no program. */
  readonly program?: LoadedApp;
  /** The edition of the AWS provider that is presented. */
  readonly edition: () => Promise<Edition>;
  /** The app's folder. */
  readonly root: string;
  readonly target: Target;
  readonly endpoint: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Which provider serves types that begin so; `aws_sqs_queue` -> `aws`. */
function localName(type: string): string {
  const end = type.indexOf("_");
  return end < 0 ? type : type.slice(0, end);
}

/** Providers of a run: each is loaded, made and configured at the first resource that needs it, one per configuration. */
export function createRegistry(options: RegistryOptions): ProviderRegistry {
  const { root, target, endpoint, env } = options;
  const handles = new Map<string, { readonly config: ValueObject; readonly handle: Promise<ProviderHandle> }>();
  const made = new Map<string, Promise<Provider>>();
  const hosted = new HostedProviders({ root, env, endpoint: target.kind === "aws" ? undefined : (endpoint ?? "") });
  /** Configured once, and anew where its configuration has become another (known, where it was not in the plan). */
  const once = (key: string, name: string, make: () => Promise<ProviderHandle>) => {
    const configuration = configurationOf(options, name);
    const config = configuration?.config ?? {};
    const known = handles.get(key);
    if (known !== undefined && valuesEqual(known.config, config)) return known.handle;
    const handle = make().then((each) => placedAt(each, configuration));
    handles.set(key, { config, handle });
    return handle;
  };
  const provider = (name: string) =>
    once(name, name, () => (isNative(name) ? native(name, options) : foreign(name, options, hosted)));
  return {
    localNameFor: (type) => (type.includes("_") || isNative(type) ? localName(type) : undefined),
    provider,
    async providerFor(name, kind, type) {
      const handle = await provider(name);
      const served = handle.provider;
      const isServed =
        kind === "ephemeral"
          ? served.listEphemeral?.().includes(type) === true
          : (served.hasType?.(kind, type) ?? served.listTypes(kind).includes(type));
      const isOurs = isServed && !isHosted(type, env);
      const lacks = baseName(name) === "aws" && !isOurs;
      // A type that this edition has not, the real provider of the edition has not either.
      const schema = kind === "ephemeral" ? served.getEphemeralSchema?.(type) : served.getSchema(kind, type);
      if (!lacks || schema === undefined) return handle;
      return await once(`${name} hosted`, name, () => hostedAws(name, handle.provider.version, options, hosted));
    },
    unconfigured(name) {
      const local = baseName(name);
      const known = made.get(local);
      if (known !== undefined) return known;
      const make = PROVIDERS.get(local);
      const provider = make === undefined ? unconfiguredForeign(name, hosted) : make(options);
      made.set(local, provider);
      return provider;
    },
    interrupt: () => hosted.interrupt(),
    async close() {
      const started = await Promise.allSettled([...handles.values()].map(({ handle }) => handle));
      await Promise.all(started.map((result) => (result.status === "fulfilled" ? result.value.provider.close() : undefined)));
      await hosted.close();
    },
  };
}

/** `aws.west`, `aws@module.a` -> `aws`. */
function baseName(name: string): string {
  return /^[^.@]*/.exec(name)?.[0] ?? name;
}

function isNative(name: string): boolean {
  return PROVIDERS.has(baseName(name));
}

/** `DOVETAIL_HOSTED_TYPES=aws_cloudwatch_*,aws_sqs_queue`: types that the real provider shall serve though ours could. */
function isHosted(type: string, { DOVETAIL_HOSTED_TYPES = "" }: NodeJS.ProcessEnv): boolean {
  const fits = (pattern: string) => (pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern);
  return DOVETAIL_HOSTED_TYPES.split(",").some((pattern) => pattern !== "" && fits(pattern.trim()));
}

function configurationOf({ app }: RegistryOptions, name: string) {
  return app.providerConfigurations.find((each) => each.name === name);
}

function placedAt(handle: ProviderHandle, configuration: ReturnType<typeof configurationOf>): ProviderHandle {
  const range = configuration?.range;
  if (range === undefined) return handle;
  return { ...handle, diagnostics: handle.diagnostics.map((each) => (each.range === undefined ? { ...each, range } : each)) };
}

async function native(name: string, options: RegistryOptions): Promise<ProviderHandle> {
  const make = PROVIDERS.get(baseName(name));
  if (make === undefined) throw new Error(`no provider is called ${name}`);
  const provider = await make(options);
  const diagnostics = await provider.configure(configurationOf(options, name)?.config ?? {});
  return { provider, diagnostics };
}

/** The real AWS provider, for the types that ours has not. */
async function hostedAws(
  name: string,
  edition: string,
  options: RegistryOptions,
  hosted: HostedProviders,
): Promise<ProviderHandle> {
  const config = configurationOf(options, name)?.config ?? {};
  return await hosted.handle(name, await hosted.wantedAws(edition), config, {
    code: "DVT3004",
    summary: "Unknown resource type",
    begins: `Dovetail's own AWS provider (edition ${edition}) does not serve this type, or is told not to; the real one does, and is hosted where there is one. `,
  });
}

/** A provider that Dovetail does not bring. */
async function foreign(name: string, options: RegistryOptions, hosted: HostedProviders): Promise<ProviderHandle> {
  const config = configurationOf(options, name)?.config ?? {};
  return await hosted.handle(name, await hosted.wanted(baseName(name)), config, notBrought());
}

async function unconfiguredForeign(name: string, hosted: HostedProviders): Promise<Provider> {
  return await hosted.unconfigured(`${name} schemas`, await hosted.wanted(baseName(name)), notBrought());
}

/** What is said of a provider that is neither ours nor on this machine. */
export function notBrought(): Missing {
  return {
    code: "DVT3005",
    summary: "Unknown provider",
    begins: `Dovetail brings ${[...PROVIDERS.keys()].join(", ")} itself, and hosts the binary of any other provider. `,
  };
}

type Make = (options: RegistryOptions) => Promise<Provider>;

const UTILITIES: readonly string[] = [
  "random",
  "archive",
  "null",
  "local",
  "time",
  "terraform",
  "tls",
  "http",
  "external",
  "cloudinit",
];

async function utility(name: string, { app, target, endpoint, env }: RegistryOptions): Promise<Provider> {
  const { createUtilityProvider } = await import("@dovetail/provider-utilities");
  const network = target.kind === "aws" ? "any" : "loopback";
  const settings = { target: awsTarget(target, endpoint), env, clock: systemClock(), random: systemRandom() };
  const cipher = app.ciphers?.remoteStates;
  const decryptState = cipher === undefined ? undefined : async (stored: Uint8Array) => (await cipher.decrypt(stored)).plain;
  return createUtilityProvider(name, {
    clock: settings.clock,
    random: settings.random,
    network,
    ...(decryptState === undefined ? {} : { decryptState }),
    async readStateObject(access, object) {
      const { readStateObject } = await import("@dovetail/provider-aws");
      return await readStateObject(access, object, settings);
    },
  });
}

function awsTarget(target: Target, endpoint: string | undefined): AwsTarget {
  return target.kind === "aws" ? target : { kind: "local", endpoint: endpoint ?? "", isEmbedded: target.kind === "local" };
}

const PROVIDERS: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    "aws",
    async ({ edition, target, endpoint, env }) => {
      const { createAwsProvider } = await import("@dovetail/provider-aws");
      return createAwsProvider({
        edition: await edition(),
        target: awsTarget(target, endpoint),
        env,
        clock: systemClock(),
        random: systemRandom(),
      });
    },
  ],
  [
    "dovetail",
    async ({ program }) => {
      if (program === undefined) throw new Error("only programs have dynamic resources");
      const { createDynamicProvider } = await import("@dovetail/program");
      return createDynamicProvider(program);
    },
  ],
  ...UTILITIES.map((name): [string, Make] => [name, (options) => utility(name, options)]),
]);
