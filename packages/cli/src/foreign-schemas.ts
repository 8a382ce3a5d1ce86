/** Schemas of providers that are not ours, for the classes that programs make of them. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceSchema } from "@dovetail/model";
import type { FindForeign } from "@dovetail/program";
import type { Provider } from "@dovetail/provider";
import { HostedProviders, type Missing } from "./hosted-providers.ts";

/** What a process needs to start; a schema depends on nothing else. */
const KEPT = ["PATH", "HOME", "TMPDIR", "TMP", "TEMP", "SystemRoot", "USERPROFILE"];

interface Schemas {
  readonly provider: ResourceSchema | undefined;
  readonly resource: { readonly [type: string]: ResourceSchema };
  readonly data: { readonly [type: string]: ResourceSchema };
}

/**
 * Finds providers' binaries and reads their schemas: by starting them once, and from `.dovetail/cache` while the binary stays the same.
 * @param missing what is said where there is none
 */
export function foreignFinder(root: string, env: NodeJS.ProcessEnv, missing: Missing): FindForeign {
  const hosted = new HostedProviders({ root, env, endpoint: undefined });
  return async (localName) => {
    const binary = await hosted.binaryOf(await hosted.wanted(localName), missing);
    const schemas = await kept(root, localName, binary, () => schemasOf(binary, env));
    const own = (kind: "resource" | "data", type: string) =>
      Object.hasOwn(schemas[kind], type) ? schemas[kind][type] : undefined;
    return {
      localName,
      listTypes: (kind) => Object.keys(schemas[kind]),
      schema: (kind, type) => (kind === "provider" ? schemas.provider : own(kind, type)),
    };
  };
}

async function schemasOf({ file, source, version }: Binary, env: NodeJS.ProcessEnv): Promise<Schemas> {
  const { hostProvider } = await import("@dovetail/provider-plugin");
  const bare = Object.fromEntries(KEPT.map((name) => [name, env[name]]));
  const provider = await hostProvider({ source, version, binary: file, env: bare });
  try {
    return { provider: provider.getSchema("provider", ""), resource: allOf(provider, "resource"), data: allOf(provider, "data") };
  } finally {
    await provider.close();
  }
}

function allOf(provider: Provider, kind: "resource" | "data"): { [type: string]: ResourceSchema } {
  return Object.fromEntries(provider.listTypes(kind).map((type) => [type, provider.getSchema(kind, type) ?? {}]));
}

type Binary = Awaited<ReturnType<HostedProviders["binaryOf"]>>;

async function kept(root: string, localName: string, binary: Binary, read: () => Promise<Schemas>): Promise<Schemas> {
  const folder = join(root, ".dovetail", "cache", "schemas");
  const { size, mtimeMs } = statSync(binary.file);
  const stamp = createHash("sha256").update(`${binary.file}|${size}|${mtimeMs}`).digest("hex").slice(0, 16);
  const file = join(folder, `${localName}-${stamp}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Schemas;
  } catch {
    const schemas = await read();
    mkdirSync(folder, { recursive: true });
    for (const old of readdirSync(folder)) if (old.startsWith(`${localName}-`)) rmSync(join(folder, old), { force: true });
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(schemas));
    renameSync(temporary, file);
    return schemas;
  }
}
