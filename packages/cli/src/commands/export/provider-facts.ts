import type { SchemaRequest } from "@dovetail/engine";
import type { ResourceSchema } from "@dovetail/model";
import type { ProviderFacts, RecordedResource, Recording } from "@dovetail/terraform";
import type { Session } from "../../session.ts";

/** `aws.west`, or the provider that a type's name begins with. */
function providerOf({ registration }: RecordedResource): string {
  return registration.provider ?? registration.type.replace(/_.*/s, "");
}

const UNWRITTEN: ReadonlySet<string> = new Set(["dovetail"]);

/** Source, version and own schema of each provider that the app uses, by its local name. */
export async function providersOf(recording: Recording, { providers }: Session): Promise<ReadonlyMap<string, ProviderFacts>> {
  const facts = new Map<string, ProviderFacts>();
  for (const resource of recording.real.resources.values()) {
    if (resource.registration.module !== undefined) continue;
    const name = providerOf(resource);
    const local = name.replace(/[.@].*/s, "");
    if (facts.has(local) || UNWRITTEN.has(local)) continue;
    const { provider } = await providers.provider(name);
    facts.set(local, { source: provider.source, version: provider.version, schema: provider.getSchema("provider", local) });
  }
  return facts;
}

/** Which region each configuration of the AWS provider comes to: asked of the provider itself. */
export async function regionsOf(recording: Recording, { providers }: Session): Promise<(provider: string) => string | undefined> {
  const regions = new Map<string, string>();
  const names = new Set([...recording.real.resources.values()].map(providerOf).filter((name) => /^aws(\.|$)/.test(name)));
  for (const name of names) {
    const { provider } = await providers.provider(name);
    const { state } = await provider.readData("aws_region", {
      id: null,
      name: null,
      region: null,
      endpoint: null,
      description: null,
    });
    const region = state.region ?? state.name;
    if (typeof region === "string") regions.set(name, region);
  }
  return (provider) => regions.get(provider);
}

/** Schemas, of providers that need not be configured for that. */
export function schemaOf({ providers }: Session): (request: SchemaRequest) => Promise<ResourceSchema> {
  return async ({ provider: name, kind, type, address }) => {
    const wanted = kind === "ephemeral" ? "resource" : kind;
    const provider = await (providers.unconfigured?.(name, wanted, type) ??
      providers.provider(name).then((handle) => handle.provider));
    const schema = provider.getSchema(wanted, type);
    if (schema === undefined) throw new Error(`no schema of ${address ?? type}`);
    return schema;
  };
}
