import type { State, StateInstance } from "./state.ts";

/** `terraform state replace-provider`: a provider's address in the state becomes another. Pure. */

const HOST = "registry.terraform.io";
const PART = /^[0-9a-z-][0-9a-zA-Z-]*$/;

/** `aws`, `hashicorp/aws` -> `registry.terraform.io/hashicorp/aws`; undefined for what is no address of a provider. */
export function providerSource(text: string): string | undefined {
  const parts = text.split("/");
  const [type = "", namespace = "hashicorp", host = HOST] = parts.toReversed();
  const isAddress = parts.length <= 3 && PART.test(type) && PART.test(namespace) && /^[\w.-]+(:\d+)?$/.test(host);
  return isAddress ? `${host}/${namespace}/${type}` : undefined;
}

/** @param from @param to whole addresses, as `providerSource` gives them */
export function replaceProvider(
  state: State,
  from: string,
  to: string,
): { readonly state: State; readonly addresses: readonly string[] } {
  const addresses: string[] = [];
  const instances = [...state.instances].map(([address, instance]): [string, StateInstance] => {
    const provider = instance.provider.replace(`provider["${from}"]`, `provider["${to}"]`);
    if (provider === instance.provider) return [address, instance];
    addresses.push(address);
    return [address, { ...instance, provider }];
  });
  return { state: { ...state, instances: new Map(instances) }, addresses };
}
