import type { Plan, ProviderRegistry } from "@dovetail/engine";
import { jsonOfValue, parseJsonText, valueOfJson } from "@dovetail/hcl";
import { isWhollyKnown, type ValueObject } from "@dovetail/model";
import { shapeObject } from "@dovetail/provider";
import { localName, type RecordedResource, type Recording } from "./record-program.ts";

/**
 * Where `jsonencode` spells a JSON text otherwise than the program did, that is a change, unless the provider says that both mean the
 * same (policies and their like). It is asked: what would it plan for the other spelling?
 */
export async function jsonByMeaning(
  recording: Recording,
  plan: Plan,
  providers: ProviderRegistry,
): Promise<(resource: RecordedResource, argument: string) => boolean> {
  const known = new Set<string>();
  for (const resource of recording.real.resources.values()) {
    if (resource.registration.module !== undefined) continue;
    for (const [name, value] of Object.entries(resource.registration.config)) {
      const respelled = typeof value === "string" ? encoded(value) : undefined;
      if (respelled === undefined || resource.schema.attributes?.[name] === undefined) continue;
      if (respelled === value || (await isKept(resource, name, respelled, plan, providers)))
        known.add(`${resource.address} ${name}`);
    }
  }
  return (resource, argument) => known.has(`${resource.address} ${argument}`);
}

/** As `jsonencode` writes it; undefined where it is no object or list in JSON. */
function encoded(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return jsonOfValue(valueOfJson(parseJsonText(text)));
  } catch {
    return undefined;
  }
}

async function isKept(
  { registration, address, mode, schema }: RecordedResource,
  name: string,
  text: string,
  plan: Plan,
  providers: ProviderRegistry,
): Promise<boolean> {
  // A data source's answer is not kept: how its question is spelled does not matter.
  if (mode === "data") return true;
  const change = plan.changes.find((each) => each.address === address && each.deposed === undefined);
  // What is still to be made has no spelling yet.
  if (change?.action === "create") return true;
  const prior = change?.after;
  if (prior === undefined || prior === null || !isWhollyKnown(prior) || change === undefined) return false;
  const config = shapeObject(schema, { ...registration.config, [name]: text });
  const proposed: ValueObject = { ...prior, [name]: text };
  const provider = registration.provider ?? localName(registration.type);
  const { type } = registration;
  const handle = await (providers.providerFor?.(provider, "resource", type) ?? providers.provider(provider));
  const { planned, diagnostics } = await handle.provider.planChange({
    type,
    prior,
    proposed,
    config,
    ...(change.beforePrivate === undefined ? {} : { priorPrivate: change.beforePrivate }),
  });
  return diagnostics.every(({ severity }) => severity !== "error") && planned?.[name] === prior[name];
}
