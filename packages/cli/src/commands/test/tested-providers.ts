import type { ProviderConfiguration, ProviderRegistry } from "@dovetail/engine";
import { appRoot } from "../../cloud-folder.ts";
import type { Invocation } from "../../command.ts";
import { editionOfRoot } from "../../edition.ts";
import { findCloud } from "../../local-cloud.ts";
import { createRegistry } from "../../providers.ts";
import { parseTarget } from "../../target.ts";
import { lazily } from "./lazily.ts";

/** Providers that call nobody: the embedded cloud is not started for them. */
const OFFLINE = /^(random|archive|null|local|time|tls|external|cloudinit|terraform)(?![^.@])/;

/** Makes the real providers of a state under test; the embedded cloud is started for the first one that may call AWS. */
export function testedProviders(
  { options, env, terminal }: Invocation,
  root: string,
): (configurations: readonly ProviderConfiguration[]) => ProviderRegistry {
  const target = parseTarget(options.text("target"));
  const endpoint = lazily(async () => {
    if (target.kind !== "local") return target.kind === "url" ? target.endpoint : undefined;
    return await findCloud({ root: appRoot(root), env, start: true, note: terminal.note });
  });
  return (providerConfigurations) => {
    const made = { app: { providerConfigurations }, edition: () => editionOfRoot(root), root, target, env };
    const offline = createRegistry({ ...made, endpoint: undefined });
    const online = lazily(async () => createRegistry({ ...made, endpoint: await endpoint() }));
    const registryFor = async (name: string) => (OFFLINE.test(name) ? offline : await online());
    return {
      localNameFor: (type) => offline.localNameFor(type),
      provider: async (name) => await (await registryFor(name)).provider(name),
      async providerFor(name, kind, type) {
        const registry = await registryFor(name);
        return await (registry.providerFor?.(name, kind, type) ?? registry.provider(name));
      },
      async unconfigured(name, kind, type) {
        return (await offline.unconfigured?.(name, kind, type)) ?? (await offline.provider(name)).provider;
      },
      async close() {
        await offline.close();
        if (online.isBegun()) await (await online()).close();
      },
    };
  };
}
