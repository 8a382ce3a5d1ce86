/** From a KeyId (id, key ARN, alias name, alias ARN) to a key, and what its state allows. KMS developer guide, "Key states". */
import { randomUuid } from "@dovetail/model";
import { arn, parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalidState, invalidUsage, notFound, validation } from "./errors.ts";
import { isPendingImport } from "./import.ts";
import { sealMaterial } from "./material.ts";
import { awsManagedPolicy } from "./policy.ts";
import { getAlias, getKey, type KeyRecord, keyArn, type Owner, putAlias, putKey } from "./store.ts";

const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** Services that have a key of their own in an account, `alias/aws/<service>`. */
const MANAGED =
  /^alias\/aws\/(acm|backup|cloud9|codecommit|connect|dms|dynamodb|ebs|elasticfilesystem|es|fsx|glue|kinesis|kinesisvideo|lambda|lex|lightsail|rds|redshift|s3|secretsmanager|ses|sns|sqs|ssm|workspaces|xray|events|logs)$/;

function aliasArn(owner: Owner, name: string): string {
  return arn("kms", owner.region, owner.account, name);
}

/** An AWS managed key begins to exist when it is first asked for. Only where the transaction can write. */
function makeManagedKey(ctx: Ctx, name: string): KeyRecord {
  const service = name.slice("alias/aws/".length);
  const nowMs = ctx.now();
  const key: KeyRecord = {
    id: randomUuid(ctx.random),
    account: ctx.account,
    region: ctx.region,
    createdMs: nowMs,
    description: `Default key that protects my ${service === "ssm" ? "SSM parameters" : `${service} data`} when no other key is defined`,
    usage: "ENCRYPT_DECRYPT",
    spec: "SYMMETRIC_DEFAULT",
    manager: "AWS",
    enabled: true,
    multiRegion: false,
    policy: awsManagedPolicy(ctx, service),
    tags: {},
    materials: [sealMaterial(ctx, ctx.random.bytes(32))],
  };
  putKey(ctx, key);
  putAlias(ctx, { name, keyId: key.id, createdMs: nowMs, updatedMs: nowMs });
  return key;
}

function findAlias(ctx: Ctx, owner: Owner, name: string): KeyRecord | undefined {
  const alias = getAlias(ctx, owner, name);
  if (alias !== undefined) return getKey(ctx, owner, alias.keyId);
  const isOwn = owner.account === ctx.account && owner.region === ctx.region;
  return isOwn && MANAGED.test(name) ? ctx.transact(() => makeManagedKey(ctx, name)) : undefined;
}

/** Like `requireKey`, but undefined for what is not there. */
export function findKey(ctx: Ctx, reference: string): KeyRecord | undefined {
  const parts = parseArn(reference);
  const owner = parts ?? { account: ctx.account, region: ctx.region };
  const name = parts === undefined ? reference : parts.resource;
  if (name.startsWith("alias/")) return findAlias(ctx, owner, name);
  return getKey(ctx, owner, name.startsWith("key/") ? name.slice(4) : name);
}

/** Throws NotFoundException in AWS's words for each form of reference. */
export function requireKey(ctx: Ctx, reference: string): KeyRecord {
  const found = findKey(ctx, reference);
  if (found !== undefined) return found;
  const parts = parseArn(reference);
  const owner = parts ?? { account: ctx.account, region: ctx.region };
  const name = parts === undefined ? reference : parts.resource;
  if (parts !== undefined && (parts.service !== "kms" || parts.region !== ctx.region))
    throw notFound(`Invalid arn ${parts.region}`);
  if (name.startsWith("alias/")) throw notFound(`Alias ${aliasArn(owner, name)} is not found.`);
  const id = name.startsWith("key/") ? name.slice(4) : name;
  if (!KEY_ID.test(id)) throw notFound(`Invalid keyId '${id}'`);
  throw notFound(`Key '${arn("kms", owner.region, owner.account, `key/${id}`)}' does not exist`);
}

/** Operations on the key itself take no alias. */
export function requireKeyById(ctx: Ctx, reference: string): KeyRecord {
  const name = parseArn(reference)?.resource ?? reference;
  if (name.startsWith("alias/")) {
    findKey(ctx, reference);
    throw validation(`Invalid keyId ${reference}`);
  }
  const key = requireKey(ctx, reference);
  if (key.account !== ctx.account) throw new ServiceError("AccessDeniedException", 400, "The key belongs to another account.");
  return key;
}

export type KeyState = "Enabled" | "Disabled" | "PendingDeletion" | "PendingReplicaDeletion" | "PendingImport";

export function stateOf(key: KeyRecord): KeyState {
  if (key.deletion !== undefined) return key.deletion.atMs === undefined ? "PendingReplicaDeletion" : "PendingDeletion";
  if (isPendingImport(key)) return "PendingImport";
  return key.enabled ? "Enabled" : "Disabled";
}

/** For operations that a disabled key allows but one that waits for its deletion does not. */
export function requireLive(key: KeyRecord): KeyRecord {
  if (key.deletion !== undefined) throw invalidState(`${keyArn(key)} is pending deletion.`);
  return key;
}

/** For operations that need the key's material to be there. */
export function requireMaterial(key: KeyRecord): KeyRecord {
  requireLive(key);
  if (isPendingImport(key)) throw invalidState(`${keyArn(key)} is pending import.`);
  return key;
}

export function requireEnabled(key: KeyRecord): KeyRecord {
  requireMaterial(key);
  if (!key.enabled) throw new ServiceError("DisabledException", 400, `${keyArn(key)} is disabled.`);
  return key;
}

/** AWS's own keys are looked at, never changed. */
export function requireCustomer(key: KeyRecord): KeyRecord {
  if (key.manager === "AWS")
    throw new ServiceError("AccessDeniedException", 400, `The operation is not permitted for AWS managed keys: ${keyArn(key)}`);
  return key;
}

/** A usable key for a cryptographic operation. */
export function requireUsable(ctx: Ctx, reference: string, usage: string, operation: string): KeyRecord {
  const key = requireEnabled(requireKey(ctx, reference));
  if (key.usage !== usage) throw invalidUsage(`${keyArn(key)} key usage is ${key.usage} which is not valid for ${operation}.`);
  return key;
}

export function requireDryRunOff(input: { readonly DryRun?: boolean }): void {
  if (input.DryRun === true)
    throw new ServiceError("DryRunOperationException", 412, "The request would have succeeded, but the DryRun option is set.");
}
