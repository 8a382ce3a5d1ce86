/**
 * Copies of a secret in other regions of this cloud: same name, value, tags, description and policy, under a KMS key of that region. User
 * guide, "Replicate secrets across Regions". They follow their primary secret once its change is kept.
 */
import { type Ctx, ServiceError } from "../../core/service.ts";
import { protect, reveal } from "./protect.ts";
import { invalidRequest } from "./secret.ts";
import {
  findSecret,
  getVersion,
  putSecret,
  putVersion,
  type ReplicaRecord,
  removeVersion,
  type SecretRecord,
  versionsOf,
} from "./store.ts";

/** What is changed is changed in the primary secret. Throws InvalidRequestException for a replica. */
export function requirePrimary(secret: SecretRecord | undefined): void {
  if (secret?.primaryRegion !== undefined)
    throw invalidRequest("Operation not permitted on a replica secret. Call must be made in primary secret's region.");
}

/** The same secret's ARN in another region. */
export function arnIn(secret: Pick<SecretRecord, "arn">, region: string): string {
  const parts = secret.arn.split(":");
  parts[3] = region;
  return parts.join(":");
}

export function regionOf(secret: SecretRecord): string {
  return secret.arn.split(":")[3] ?? "";
}

export function replicationStatus(secret: SecretRecord): object[] {
  return (secret.replicas ?? []).map(({ region, kmsKeyId, status, message }) => ({
    Region: region,
    KmsKeyId: kmsKeyId ?? "alias/aws/secretsmanager",
    Status: status,
    ...(message === undefined ? {} : { StatusMessage: message }),
  }));
}

async function copyVersions(from: Ctx, to: Ctx, primary: SecretRecord, replica: SecretRecord): Promise<void> {
  const versions = versionsOf(from, primary);
  for (const version of versions) {
    const known = getVersion(to, replica, version.id);
    const { value, stages, id, createdMs } = version;
    const isNew = known?.value === undefined || known.createdMs !== createdMs;
    const sealed =
      value === undefined || !isNew
        ? known?.value
        : await protect(to, replica.arn, id, await reveal(from, primary.arn, id, value), replica.kmsKeyId);
    to.transact(() => putVersion(to, replica, { id, createdMs, stages, ...(sealed === undefined ? {} : { value: sealed }) }));
  }
  const wanted = new Set(versions.map(({ id }) => id));
  for (const { id } of versionsOf(to, replica)) if (!wanted.has(id)) to.transact(() => removeVersion(to, replica, id));
}

async function syncOne(ctx: Ctx, primary: SecretRecord, { region, kmsKeyId }: ReplicaRecord): Promise<ReplicaRecord> {
  const to = ctx.with({ region });
  const found = findSecret(to, primary.name);
  const { replicas: _, rotation: __, deletion: ___, kmsKeyId: ____, ...shared } = primary;
  const replica: SecretRecord = {
    ...shared,
    arn: arnIn(primary, region),
    primaryRegion: regionOf(primary),
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
  };
  const row = { region, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) };
  if (found !== undefined && found.primaryRegion !== regionOf(primary))
    return {
      ...row,
      status: "Failed",
      message: `Replication failed: Secret name ${primary.name} already exists in region ${region}.`,
    };
  try {
    to.transact(() => putSecret(to, replica));
    await copyVersions(ctx, to, primary, replica);
    return { ...row, status: "InSync" };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { ...row, status: "Failed", message: `Replication failed: ${error.message}` };
  }
}

/** Brings every replica of the secret to what its primary says now. Work for after a transaction. */
export async function syncReplicas(ctx: Ctx, arn: string): Promise<void> {
  const primary = findSecret(ctx, arn);
  if (primary?.replicas === undefined || primary.replicas.length === 0) return;
  const home = ctx.with({ region: regionOf(primary) });
  const rows = new Map<string, ReplicaRecord>();
  for (const row of primary.replicas) rows.set(row.region, await syncOne(home, primary, row));
  home.transact(() => {
    const now = findSecret(home, arn);
    if (now?.replicas !== undefined)
      putSecret(home, { ...now, replicas: now.replicas.map((row) => rows.get(row.region) ?? row) });
  });
}
