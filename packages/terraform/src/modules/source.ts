/** Module sources (Terraform: "Module Sources"): which kind an address is, and its parts. Pure. */

export type ModuleSource =
  /** A folder, from the calling module's. */
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "registry"; readonly host: string; readonly path: string; readonly subfolder: string }
  | { readonly kind: "git"; readonly url: string; readonly ref?: string; readonly depth?: number; readonly subfolder: string }
  /** Anything else that Terraform's installer fetches: an archive, a bucket. */
  | { readonly kind: "remote"; readonly url: string; readonly subfolder: string };

const REGISTRY =
  /^(?:([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)\/)?([0-9A-Za-z](?:[0-9A-Za-z-_]{0,62}[0-9A-Za-z])?)\/([0-9A-Za-z](?:[0-9A-Za-z-_]{0,62}[0-9A-Za-z])?)\/([0-9a-z]{1,64})$/;

/** undefined: the address cannot be understood, or leads out of what it names. */
export function parseModuleSource(text: string): ModuleSource | undefined {
  if (/^\.\.?([\\/]|$)/.test(text)) return { kind: "local", path: text };
  const { address, subfolder } = splitSubfolder(text);
  if (subfolder.split(/[\\/]/).includes("..")) return undefined;
  const [, host, namespace, name, system] = REGISTRY.exec(address) ?? [];
  if (namespace !== undefined && name !== undefined && system !== undefined && !isWellKnownHost(host, text)) {
    return { kind: "registry", host: host ?? "registry.terraform.io", path: `${namespace}/${name}/${system}`, subfolder };
  }
  return gitSource(address, subfolder) ?? remoteSource(address, subfolder);
}

/** `github.com/a/b/c` is a repository, though it looks like a registry's address. */
function isWellKnownHost(host: string | undefined, text: string): boolean {
  return host === "github.com" || host === "bitbucket.org" || /^(github\.com|bitbucket\.org)\//.test(text);
}

/** `…//modules/x?ref=v1` -> the address with its query, and `modules/x`. */
function splitSubfolder(text: string): { address: string; subfolder: string } {
  const [main = "", query] = text.split(/\?(.*)/s);
  const afterScheme = main.search(/:\/\//) + 1;
  const at = main.indexOf("//", afterScheme === 0 ? 0 : afterScheme + 2);
  const ending = query === undefined ? "" : `?${query}`;
  if (at < 0) return { address: `${main}${ending}`, subfolder: "" };
  return { address: `${main.slice(0, at)}${ending}`, subfolder: main.slice(at + 2) };
}

function gitSource(address: string, subfolder: string): ModuleSource | undefined {
  const [main = "", query = ""] = address.split(/\?(.*)/s);
  const url = gitUrl(main);
  if (url === undefined) return undefined;
  const parameters = new URLSearchParams(query);
  const ref = parameters.get("ref") ?? undefined;
  const depth = Number(parameters.get("depth") ?? Number.NaN);
  return {
    kind: "git",
    url,
    subfolder,
    ...(ref === undefined ? {} : { ref }),
    ...(Number.isInteger(depth) && depth > 0 ? { depth } : {}),
  };
}

function gitUrl(main: string): string | undefined {
  if (main.startsWith("git::")) return main.slice("git::".length);
  if (/^(github\.com|bitbucket\.org|gitlab\.com)\//.test(main)) return `https://${main.endsWith(".git") ? main : `${main}.git`}`;
  if (/^[\w.-]+@[\w.-]+:/.test(main)) return main;
  return undefined;
}

function remoteSource(address: string, subfolder: string): ModuleSource | undefined {
  const isRemote = /^(?:[a-z0-9]+::|https?:\/\/|s3::|gcs::|hg::|oci:\/\/|file:\/\/|\/)/.test(address);
  return isRemote ? { kind: "remote", url: address, subfolder } : undefined;
}

/** Whether a source is a folder, relative to who names it. */
export function isLocalModule(source: string): boolean {
  return parseModuleSource(source)?.kind === "local";
}
