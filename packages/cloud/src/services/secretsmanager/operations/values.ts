/** CreateSecret, PutSecretValue, UpdateSecret, GetSecretValue, BatchGetSecretValue, UpdateSecretVersionStage, ListSecretVersionIds. */
import { randomString, randomUuid } from "@dovetail/model";
import { arn as arnOf } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type PlainValue, protect, reveal } from "../protect.ts";
import { replicationStatus } from "../replicas.ts";
import {
  anySecret,
  exists,
  invalidParameter,
  invalidRequest,
  liveSecret,
  type Named,
  notFound,
  notImplemented,
  type Tag,
  tagsFrom,
} from "../secret.ts";
import { CURRENT, dropDeprecated, moveStage } from "../stages.ts";
import { findSecret, getVersion, putSecret, putVersion, type SecretRecord, type VersionRecord, versionsOf } from "../store.ts";
import { type Filter, matching } from "./list.ts";
import { type ReplicaRegion, withReplicas } from "./replication.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

interface ValueInput {
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
  readonly ClientRequestToken?: string;
}

function plainOf(input: ValueInput): PlainValue | undefined {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined)
    throw invalidParameter("You can't specify both a binary secret value and a string secret value in the same secret.");
  if (input.SecretString !== undefined) return { kind: "string", bytes: Buffer.from(input.SecretString) };
  return input.SecretBinary === undefined ? undefined : { kind: "binary", bytes: input.SecretBinary };
}

function tokenOf(ctx: Ctx, input: ValueInput): string {
  return input.ClientRequestToken ?? randomUuid(ctx.random);
}

/** Adds a version, or fills the one a rotation has begun. The same token with the same value is the same request. */
async function addVersion(ctx: Ctx, secret: SecretRecord, id: string, value: PlainValue, stages: readonly string[]) {
  const known = getVersion(ctx, secret, id);
  if (known?.value !== undefined) {
    const before = await reveal(ctx, secret.arn, id, known.value);
    if (before.kind !== value.kind || !Buffer.from(before.bytes).equals(Buffer.from(value.bytes)))
      throw exists("You can't modify an existing version, you can only create a new version.");
    return;
  }
  const sealed = await protect(ctx, secret.arn, id, value, secret.kmsKeyId);
  ctx.transact(() => {
    const now = findSecret(ctx, secret.arn);
    if (now === undefined) throw notFound();
    putVersion(ctx, secret, { id, createdMs: ctx.now(), stages: getVersion(ctx, secret, id)?.stages ?? [], value: sealed });
    for (const stage of versionsOf(ctx, secret).length === 1 ? new Set([...stages, CURRENT]) : stages)
      moveStage(ctx, secret, stage, id);
    putSecret(ctx, { ...now, changedMs: ctx.now() });
    dropDeprecated(ctx, secret);
  });
}

interface CreateInput extends ValueInput {
  readonly Name: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly Tags?: readonly Tag[];
  readonly AddReplicaRegions?: readonly ReplicaRegion[];
  readonly ForceOverwriteReplicaSecret?: boolean;
  readonly Type?: string;
}

function freeName(ctx: Ctx, input: CreateInput): void {
  const found = findSecret(ctx, input.Name);
  if (found?.deletion !== undefined)
    throw invalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.");
  if (found !== undefined) throw exists(`The operation failed because the secret ${input.Name} already exists.`);
}

export async function createSecret(ctx: Ctx, input: CreateInput) {
  if (!/^[\w/+=.@!-]{1,512}$/.test(input.Name))
    throw new ServiceError(
      "ValidationException",
      400,
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  if (input.Type !== undefined) throw notImplemented("a secret managed by a partner");
  const value = plainOf(input);
  const id = tokenOf(ctx, input);
  const known = findSecret(ctx, input.Name);
  if (
    known !== undefined &&
    input.ClientRequestToken !== undefined &&
    getVersion(ctx, known, id) !== undefined &&
    value !== undefined
  ) {
    await addVersion(ctx, known, id, value, [CURRENT]);
    return { ARN: known.arn, Name: known.name, VersionId: id };
  }
  freeName(ctx, input);
  const nowMs = ctx.now();
  const made: SecretRecord = {
    name: input.Name,
    arn: arnOf("secretsmanager", ctx.region, ctx.account, `secret:${input.Name}-${randomString(ctx.random, 6, LETTERS)}`),
    createdMs: nowMs,
    changedMs: nowMs,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
    tags: tagsFrom(input.Tags ?? []),
  };
  const sealed = value === undefined ? undefined : await protect(ctx, made.arn, id, value, made.kmsKeyId);
  const secret = ctx.transact(() => {
    freeName(ctx, input);
    const replicated = withReplicas(ctx, made, input);
    putSecret(ctx, replicated);
    if (sealed !== undefined) putVersion(ctx, made, { id, createdMs: nowMs, stages: [CURRENT], value: sealed });
    return replicated;
  });
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(sealed === undefined ? {} : { VersionId: id }),
    ...(secret.replicas === undefined ? {} : { ReplicationStatus: replicationStatus(secret) }),
  };
}

export async function putSecretValue(ctx: Ctx, input: Named & ValueInput & { readonly VersionStages?: readonly string[] }) {
  const secret = liveSecret(ctx, input.SecretId);
  const value = plainOf(input);
  if (value === undefined) throw invalidRequest("You must provide either SecretString or SecretBinary.");
  const id = tokenOf(ctx, input);
  await addVersion(ctx, secret, id, value, input.VersionStages ?? [CURRENT]);
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: getVersion(ctx, secret, id)?.stages };
}

interface UpdateInput extends Named, ValueInput {
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly Type?: string;
}

export async function updateSecret(ctx: Ctx, input: UpdateInput) {
  if (input.Type !== undefined) throw notImplemented("a secret managed by a partner");
  const before = liveSecret(ctx, input.SecretId);
  const value = plainOf(input);
  const secret: SecretRecord = {
    ...before,
    changedMs: ctx.now(),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
  };
  const id = tokenOf(ctx, input);
  if (value !== undefined) await addVersion(ctx, secret, id, value, [CURRENT]);
  ctx.transact(() => putSecret(ctx, { ...liveSecret(ctx, input.SecretId), ...secret }));
  return { ARN: secret.arn, Name: secret.name, ...(value === undefined ? {} : { VersionId: id }) };
}

interface GetInput extends Named {
  readonly VersionId?: string;
  readonly VersionStage?: string;
}

function chosen(ctx: Ctx, secret: SecretRecord, input: GetInput): VersionRecord {
  const stage = input.VersionStage ?? (input.VersionId === undefined ? CURRENT : undefined);
  const found = versionsOf(ctx, secret).find(
    (version) =>
      (input.VersionId === undefined || version.id === input.VersionId) &&
      (stage === undefined || version.stages.includes(stage)),
  );
  if (found?.value !== undefined) return found;
  throw notFound(
    `Secrets Manager can't find the specified secret value for ${input.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${input.VersionId}`}`,
  );
}

export async function getSecretValue(ctx: Ctx, input: GetInput) {
  const secret = liveSecret(ctx, input.SecretId);
  const version = chosen(ctx, secret, input);
  if (version.value === undefined) throw notFound();
  const { kind, bytes } = await reveal(ctx, secret.arn, version.id, version.value);
  const DAY_MS = 86_400_000;
  const accessedMs = Math.floor(ctx.now() / DAY_MS) * DAY_MS;
  if (version.accessedMs !== accessedMs || secret.accessedMs !== accessedMs)
    ctx.transact(() => {
      const [now, same] = [findSecret(ctx, secret.arn), getVersion(ctx, secret, version.id)];
      if (now !== undefined) putSecret(ctx, { ...now, accessedMs });
      if (same !== undefined) putVersion(ctx, secret, { ...same, accessedMs });
    });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(kind === "string" ? { SecretString: Buffer.from(bytes).toString("utf8") } : { SecretBinary: bytes }),
    VersionStages: version.stages,
    CreatedDate: new Date(version.createdMs),
  };
}

interface BatchInput {
  readonly SecretIdList?: readonly string[];
  readonly Filters?: readonly Filter[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Needs GetSecretValue on each secret; what may not be read is among the errors. */
export async function batchGetSecretValue(ctx: Ctx, input: BatchInput) {
  if ((input.SecretIdList === undefined) === (input.Filters === undefined))
    throw invalidParameter("You must include Filters or SecretIdList, but not both.");
  if (input.SecretIdList !== undefined && input.MaxResults !== undefined)
    throw invalidParameter("MaxResults can't be used with SecretIdList.");
  const found = input.SecretIdList === undefined ? matching(ctx, { ...input, MaxResults: input.MaxResults ?? 20 }) : undefined;
  const SecretValues: object[] = [];
  const Errors: object[] = [];
  for (const SecretId of found?.shown.map((secret) => secret.arn) ?? input.SecretIdList ?? []) {
    try {
      SecretValues.push(await ctx.call("secretsmanager", "GetSecretValue", { SecretId }, { as: ctx.principal }));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues, Errors, ...found?.more };
}

interface StageInput extends Named {
  readonly VersionStage: string;
  readonly RemoveFromVersionId?: string;
  readonly MoveToVersionId?: string;
}

export function updateSecretVersionStage(ctx: Ctx, input: StageInput) {
  const secret = liveSecret(ctx, input.SecretId);
  const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = input;
  const holder = versionsOf(ctx, secret).find((version) => version.stages.includes(stage));
  for (const id of [from, to])
    if (id !== undefined && getVersion(ctx, secret, id) === undefined)
      throw notFound(`Secrets Manager can't find the specified secret version: ${id}.`);
  if (from !== undefined && holder?.id !== from)
    throw invalidParameter(`The staging label ${stage} is not currently attached to version ${from}.`);
  if (to !== undefined && from === undefined && holder !== undefined && holder.id !== to)
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  if (to !== undefined) moveStage(ctx, secret, stage, to);
  else if (holder !== undefined) {
    if (stage === CURRENT) throw invalidParameter("You can't remove the staging label AWSCURRENT, only move it.");
    putVersion(ctx, secret, { ...holder, stages: holder.stages.filter((each) => each !== stage) });
  }
  putSecret(ctx, { ...secret, changedMs: ctx.now() });
  return { ARN: secret.arn, Name: secret.name };
}

export function listSecretVersionIds(
  ctx: Ctx,
  input: Named & { readonly IncludeDeprecated?: boolean; readonly MaxResults?: number; readonly NextToken?: string },
) {
  const secret = anySecret(ctx, input.SecretId);
  const all = versionsOf(ctx, secret).filter((version) => input.IncludeDeprecated === true || version.stages.length > 0);
  const start = input.NextToken === undefined ? 0 : all.findIndex((version) => version.id === input.NextToken);
  if (start < 0) throw new ServiceError("InvalidNextTokenException", 400, "The NextToken value is invalid.");
  const end = start + (input.MaxResults ?? 100);
  const next = all[end];
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: all.slice(start, end).map((version) => ({
      VersionId: version.id,
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdMs),
      ...(version.accessedMs === undefined ? {} : { LastAccessedDate: new Date(version.accessedMs) }),
      KmsKeyIds: [version.value?.kmsKeyId ?? "DefaultEncryptionKey"],
    })),
    ...(next === undefined ? {} : { NextToken: next.id }),
  };
}
