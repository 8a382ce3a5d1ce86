/**
 * AWS's managed policies: their documents lie in `data/managed-policies.jsonl` (written by scripts/import-managed-policies.ts) and are
 * read one by one when they are asked for; the index of their names is read with the first of them.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  /** The default version's id: `v3`. */
  readonly version: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

interface Placed extends ManagedPolicy {
  readonly offset: number;
  readonly bytes: number;
}

interface IndexFile {
  readonly policies: Readonly<
    Record<string, readonly [version: string, createdMs: number, updatedMs: number, offset: number, bytes: number]>
  >;
}

const PREFIX = "arn:aws:iam::aws:policy/";

/** In the sources beside the package; in a build all data lies in `data/` beside the bundle. */
function dataFile(name: string): string {
  const source = join(import.meta.dirname, "..", "..", "data", name);
  return existsSync(source) ? source : join(import.meta.dirname, "data", "cloud", name);
}

let placed: ReadonlyMap<string, Placed> | undefined;

/** Immutable, hence shared by all clouds of the process. */
function allPlaced(): ReadonlyMap<string, Placed> {
  if (placed === undefined) {
    const index: IndexFile = JSON.parse(readFileSync(dataFile("managed-policies.index.json"), "utf8"));
    placed = new Map(
      Object.entries(index.policies).map(([full, [version, createdMs, updatedMs, offset, bytes]]) => {
        const slash = full.lastIndexOf("/") + 1;
        const arn = PREFIX + full;
        return [
          arn,
          { arn, name: full.slice(slash), path: `/${full.slice(0, slash)}`, version, createdMs, updatedMs, offset, bytes },
        ];
      }),
    );
  }
  return placed;
}

const documents = new Map<string, string>();

/** The text of the default version; undefined for an ARN that AWS has no policy of. */
export function managedPolicyDocument(arn: string): string | undefined {
  const policy = allPlaced().get(arn);
  if (policy === undefined) return undefined;
  const known = documents.get(arn);
  if (known !== undefined) return known;
  const file = openSync(dataFile("managed-policies.jsonl"), "r");
  try {
    const bytes = Buffer.alloc(policy.bytes);
    readSync(file, bytes, 0, policy.bytes, policy.offset);
    const text = bytes.toString("utf8");
    documents.set(arn, text);
    return text;
  } finally {
    closeSync(file);
  }
}

/** undefined for an ARN that AWS has no policy of. */
export function managedPolicy(arn: string): ManagedPolicy | undefined {
  return allPlaced().get(arn);
}

/** All of them, by name. */
export function managedPolicies(): readonly ManagedPolicy[] {
  return [...allPlaced().values()];
}
