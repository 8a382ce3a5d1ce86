/** Provider source addresses. Pure. */

export const DEFAULT_HOST = "registry.terraform.io";
/** The same provider has an address in each. */
export const PUBLIC_HOSTS = [DEFAULT_HOST, "registry.opentofu.org"] as const;

/** `aws`, `hashicorp/aws`, `registry.terraform.io/hashicorp/aws` as the last; undefined for anything else. */
export function parseSource(text: string): string | undefined {
  const parts = text.toLowerCase().split("/");
  if (parts.length > 3 || !parts.every((part) => /^[a-z0-9][a-z0-9._:-]*$/.test(part))) return undefined;
  const [type = "", namespace = "hashicorp", host = DEFAULT_HOST] = [...parts].reverse();
  return `${host}/${namespace}/${type}`;
}

/** The last part: what its types begin with. */
export function typeOf(source: string): string {
  return source.split("/").at(-1) ?? source;
}

/** The addresses that mean the same provider. */
export function sameSources(source: string): readonly string[] {
  const [host = "", ...rest] = source.split("/");
  if (!PUBLIC_HOSTS.some((each) => each === host)) return [source];
  return [source, ...PUBLIC_HOSTS.filter((each) => each !== host).map((each) => [each, ...rest].join("/"))];
}
