/**
 * Writes AWS's managed policies as the cloud's checked-in data: one document a line, and an index of where each lies. The
 * facts (what IAM's ListPolicies and GetPolicyVersion answer) are taken from the newest moto that pip can install.
 *
 * Usage: pip install --upgrade moto && node scripts/import-managed-policies.ts
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Listed {
  readonly Path: string;
  readonly DefaultVersionId: string;
  readonly CreateDate: string;
  readonly UpdateDate: string;
  readonly Document: unknown;
}

const PRINT =
  "import moto, moto.iam.aws_managed_policies as m; print('{\"version\":\"' + moto.__version__ + '\",\"policies\":' + m.aws_managed_policies_data + '}')";
const printed = execFileSync("python3", ["-c", PRINT], { encoding: "utf8", maxBuffer: 64 << 20 });
const { version, policies }: { version: string; policies: Record<string, Listed> } = JSON.parse(printed);

const lines: string[] = [];
const index: Record<string, readonly [version: string, createdMs: number, updatedMs: number, offset: number, bytes: number]> = {};
let offset = 0;
for (const [name, policy] of Object.entries(policies).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const line = JSON.stringify(policy.Document);
  const bytes = Buffer.byteLength(line);
  index[policy.Path.slice(1) + name] = [
    policy.DefaultVersionId,
    Date.parse(policy.CreateDate),
    Date.parse(policy.UpdateDate),
    offset,
    bytes,
  ];
  lines.push(line);
  offset += bytes + 1;
}

const folder = join(import.meta.dirname, "..", "packages", "cloud", "data");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "managed-policies.jsonl"), `${lines.join("\n")}\n`);
writeFileSync(join(folder, "managed-policies.index.json"), `${JSON.stringify({ source: `moto ${version}`, policies: index })}\n`);
console.log(`${lines.length} policies, ${offset} bytes`);
