/** ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica. */
import type { Ctx } from "../../../core/service.ts";
import { regionOf, replicationStatus, requirePrimary, syncReplicas } from "../replicas.ts";
import { anySecret, invalidParameter, invalidRequest, liveSecret, type Named } from "../secret.ts";
import { findSecret, putSecret, type ReplicaRecord, removeSecret, type SecretRecord } from "../store.ts";

const REGION = /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/;

export interface ReplicaRegion {
  readonly Region?: string;
  readonly KmsKeyId?: string;
}

interface AddInput {
  readonly AddReplicaRegions?: readonly ReplicaRegion[];
  readonly ForceOverwriteReplicaSecret?: boolean;
}

function readRegion(secret: SecretRecord, { Region: region = "", KmsKeyId }: ReplicaRegion): ReplicaRecord {
  if (!REGION.test(region)) throw invalidParameter(`Invalid replica region: ${region}.`);
  if (region === regionOf(secret))
    throw invalidParameter("Invalid replica region. A secret can't be replicated to its own region.");
  return { region, ...(KmsKeyId === undefined ? {} : { kmsKeyId: KmsKeyId }), status: "InProgress" };
}

/** The secret with the replicas that the request adds; they are made once the transaction is kept. */
export function withReplicas(ctx: Ctx, secret: SecretRecord, input: AddInput): SecretRecord {
  const added = (input.AddReplicaRegions ?? []).map((row) => readRegion(secret, row));
  if (added.length === 0) return secret;
  if (new Set(added.map(({ region }) => region)).size < added.length)
    throw invalidParameter("You can't specify a region more than once.");
  const before = (secret.replicas ?? []).filter(({ status }) => status !== "Failed");
  const twice = added.find(({ region }) => before.some((row) => row.region === region));
  if (twice !== undefined) throw invalidParameter(`The secret is already replicated to ${twice.region}.`);
  if (input.ForceOverwriteReplicaSecret === true)
    for (const { region } of added) {
      const there = ctx.with({ region });
      const found = findSecret(there, secret.name);
      if (found !== undefined) removeSecret(there, found);
    }
  ctx.after((later) => syncReplicas(later, secret.arn));
  return { ...secret, replicas: [...before, ...added] };
}

export function replicateSecretToRegions(ctx: Ctx, input: Named & AddInput) {
  const secret = liveSecret(ctx, input.SecretId);
  requirePrimary(secret);
  const replicated = withReplicas(ctx, secret, input);
  putSecret(ctx, replicated);
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(replicated) };
}

/** Deletes the replicas in these regions. */
export function removeRegionsFromReplication(ctx: Ctx, input: Named & { readonly RemoveReplicaRegions: readonly string[] }) {
  const secret = liveSecret(ctx, input.SecretId);
  requirePrimary(secret);
  const before = secret.replicas ?? [];
  for (const region of input.RemoveReplicaRegions) {
    if (!before.some((row) => row.region === region)) throw invalidParameter(`The secret is not replicated to ${region}.`);
    const there = ctx.with({ region });
    const replica = findSecret(there, secret.name);
    if (replica?.primaryRegion === regionOf(secret)) removeSecret(there, replica);
  }
  const left = { ...secret, replicas: before.filter(({ region }) => !input.RemoveReplicaRegions.includes(region)) };
  putSecret(ctx, left);
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(left) };
}

/** The replica in this region becomes a secret of its own. */
export function stopReplicationToReplica(ctx: Ctx, input: Named) {
  const { primaryRegion, ...secret } = anySecret(ctx, input.SecretId);
  if (primaryRegion === undefined)
    throw invalidRequest("Operation not permitted on a primary secret. Call must be made in the replica secret's region.");
  putSecret(ctx, secret);
  const home = ctx.with({ region: primaryRegion });
  const primary = findSecret(home, secret.name);
  if (primary?.replicas !== undefined)
    putSecret(home, { ...primary, replicas: primary.replicas.filter(({ region }) => region !== regionOf(secret)) });
  return { ARN: secret.arn };
}
