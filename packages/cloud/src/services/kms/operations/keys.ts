/** CreateKey, DescribeKey, ListKeys, EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion, UpdateKeyDescription, GetPublicKey. */
import { randomHex, randomUuid } from "@dovetail/model";
import { checkPolicy, MalformedPolicy } from "../../../core/policy/document.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalidState, notImplemented, unsupported, validation } from "../errors.ts";
import {
  requireCustomer,
  requireEnabled,
  requireKey,
  requireKeyById,
  requireLive,
  requireMaterial,
  stateOf,
} from "../find-key.ts";
import { specRow } from "../key-spec.ts";
import { currentMaterial, freshSecret, sealMaterial } from "../material.ts";
import { isPrimaryOfReplicas, multiRegionConfiguration, primaryOf } from "../multi-region.ts";
import { cut, markerOf, type Page } from "../page.ts";
import { defaultPolicy, locksOut } from "../policy.ts";
import { getKey, type KeyRecord, keyArn, keysOf, putKey, removeKey } from "../store.ts";

const DAY_MS = 86_400_000;

export interface Named {
  readonly KeyId: string;
}

interface Tag {
  readonly TagKey: string;
  readonly TagValue: string;
}

interface CreateInput extends Lockout {
  readonly Policy?: string;
  readonly Description?: string;
  readonly KeyUsage?: string;
  readonly KeySpec?: string;
  readonly CustomerMasterKeySpec?: string;
  readonly Origin?: string;
  readonly CustomKeyStoreId?: string;
  readonly MultiRegion?: boolean;
  readonly Tags?: readonly Tag[];
}

/** What AWS shows of a key. */
export function metadata(ctx: Ctx, key: KeyRecord) {
  const row = specRow(key.spec);
  const state = stateOf(key);
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: keyArn(key),
    CreationDate: new Date(key.createdMs),
    Enabled: state === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: state,
    Origin: key.origin ?? "AWS_KMS",
    ...expiry(key),
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...algorithms(key),
    ...(key.usage === "GENERATE_VERIFY_MAC" ? { MacAlgorithms: row?.mac } : {}),
    MultiRegion: key.multiRegion,
    ...(key.multiRegion ? { MultiRegionConfiguration: multiRegionConfiguration(ctx, key) } : {}),
    ...(key.deletion === undefined
      ? {}
      : key.deletion.atMs === undefined
        ? { PendingDeletionWindowInDays: key.deletion.days }
        : { DeletionDate: new Date(key.deletion.atMs) }),
    ...(key.spec === "SYMMETRIC_DEFAULT" && key.materials.length > 0 ? { CurrentKeyMaterialId: currentMaterial(key).id } : {}),
  };
}

/** Of imported material, while it is there. */
function expiry(key: KeyRecord) {
  const imported = key.materials.at(-1)?.imported;
  if (imported?.isLoaded !== true) return {};
  return imported.expiresMs === undefined
    ? { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }
    : { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo: new Date(imported.expiresMs) };
}

function algorithms(key: KeyRecord) {
  const row = specRow(key.spec);
  if (key.usage === "ENCRYPT_DECRYPT") return { EncryptionAlgorithms: row?.encryption };
  if (key.usage === "SIGN_VERIFY") return { SigningAlgorithms: row?.signing };
  return key.usage === "KEY_AGREEMENT" ? { KeyAgreementAlgorithms: row?.agreement } : {};
}

/** Throws MalformedPolicyDocumentException. */
export function checkKeyPolicy(policy: string): string {
  try {
    checkPolicy(policy, "resource");
  } catch (error) {
    if (error instanceof MalformedPolicy || error instanceof SyntaxError)
      throw new ServiceError("MalformedPolicyDocumentException", 400, "The new key policy is malformed.");
    throw error;
  }
  return policy;
}

interface Lockout {
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
}

/** Throws MalformedPolicyDocumentException for a policy that shuts the caller out. */
export function checkLockout(ctx: Ctx, key: KeyRecord, input: Lockout): void {
  if (input.BypassPolicyLockoutSafetyCheck === true || !locksOut(ctx, key, key.policy)) return;
  throw new ServiceError(
    "MalformedPolicyDocumentException",
    400,
    "The new key policy will not allow you to update the key policy in the future.",
  );
}

export function tagsOf(tags: readonly Tag[], before: KeyRecord["tags"] = {}): KeyRecord["tags"] {
  const out: Record<string, string> = { ...before };
  for (const { TagKey, TagValue } of tags) {
    if (TagKey.startsWith("aws:")) throw new ServiceError("TagException", 400, "Tag keys may not start with aws:");
    out[TagKey] = TagValue;
  }
  if (Object.keys(out).length > 50) throw new ServiceError("LimitExceededException", 400, "Too many tags");
  return out;
}

function shapeOf(input: CreateInput): { spec: string; usage: string } {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined)
    throw validation(
      "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
    );
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  const row = specRow(spec);
  if (row === undefined) throw spec === "SM2" ? unsupported() : notImplemented(`the key spec ${spec}`);
  const isClear = spec === "SYMMETRIC_DEFAULT";
  if (input.KeyUsage === undefined && !isClear)
    throw validation("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
  const usage = input.KeyUsage ?? "ENCRYPT_DECRYPT";
  if (!row.usages.includes(usage)) throw validation(`KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
  return { spec, usage };
}

export async function createKey(ctx: Ctx, input: CreateInput) {
  const { spec, usage } = shapeOf(input);
  const isExternal = input.Origin === "EXTERNAL";
  if (input.CustomKeyStoreId !== undefined || (input.Origin !== undefined && input.Origin !== "AWS_KMS" && !isExternal))
    throw notImplemented(`key material from ${input.Origin ?? "a custom key store"}`);
  const policy = input.Policy === undefined ? defaultPolicy(ctx.account) : checkKeyPolicy(input.Policy);
  const tags = tagsOf(input.Tags ?? []);
  const make = specRow(spec)?.make ?? { kind: "bytes", length: 32 };
  const fresh = isExternal ? undefined : await freshSecret(ctx, make);
  const key: KeyRecord = {
    id: input.MultiRegion === true ? `mrk-${randomHex(ctx.random, 32)}` : randomUuid(ctx.random),
    account: ctx.account,
    region: ctx.region,
    createdMs: ctx.now(),
    description: input.Description ?? "",
    usage,
    spec,
    manager: "CUSTOMER",
    enabled: true,
    multiRegion: input.MultiRegion === true,
    policy,
    tags,
    materials: fresh === undefined ? [] : [sealMaterial(ctx, fresh.secret)],
    ...(fresh?.publicKey === undefined ? {} : { publicKey: fresh.publicKey }),
    ...(isExternal ? { origin: "EXTERNAL" as const } : {}),
  };
  checkLockout(ctx, key, input);
  ctx.transact(() => putKey(ctx, key));
  return { KeyMetadata: metadata(ctx, key) };
}

export function describeKey(ctx: Ctx, input: Named) {
  return { KeyMetadata: metadata(ctx, requireKey(ctx, input.KeyId)) };
}

export function listKeys(ctx: Ctx, input: Page) {
  const { shown, more } = cut(input, keysOf(ctx, markerOf(input)), (key) => key.id, 100);
  return { Keys: shown.map((key) => ({ KeyId: key.id, KeyArn: keyArn(key) })), ...more };
}

function own(ctx: Ctx, input: Named): KeyRecord {
  return requireCustomer(requireKeyById(ctx, input.KeyId));
}

export function enableKey(ctx: Ctx, input: Named): void {
  putKey(ctx, { ...requireMaterial(own(ctx, input)), enabled: true });
}

export function disableKey(ctx: Ctx, input: Named): void {
  putKey(ctx, { ...requireMaterial(own(ctx, input)), enabled: false });
}

export function updateKeyDescription(ctx: Ctx, input: Named & { readonly Description: string }): void {
  putKey(ctx, { ...requireLive(own(ctx, input)), description: input.Description });
}

export function scheduleKeyDeletion(ctx: Ctx, input: Named & { readonly PendingWindowInDays?: number }) {
  const days = input.PendingWindowInDays ?? 30;
  if (days < 7 || days > 30) throw validation(`PendingWindowInDays must be between 7 and 30 (inclusive), not ${days}`);
  const key = requireLive(own(ctx, input));
  if (isPrimaryOfReplicas(ctx, key)) {
    putKey(ctx, { ...key, deletion: { days } });
    return { KeyId: keyArn(key), KeyState: "PendingReplicaDeletion", PendingWindowInDays: days };
  }
  const atMs = startDeletion(ctx, key, days);
  return { KeyId: keyArn(key), DeletionDate: new Date(atMs), KeyState: "PendingDeletion", PendingWindowInDays: days };
}

/** The waiting period begins. */
function startDeletion(ctx: Ctx, key: KeyRecord, days: number): number {
  const atMs = ctx.now() + days * DAY_MS;
  putKey(ctx, { ...key, deletion: { atMs, days } });
  ctx.schedule("delete-key", key.id, atMs, { id: key.id });
  return atMs;
}

/** The timer's end: the key and all that hangs on it are gone. */
export function deleteDueKey(ctx: Ctx, payload: unknown): void {
  const { id } = payload as { readonly id: string };
  const key = getKey(ctx, ctx, id);
  if (key?.deletion === undefined) return;
  ctx.unschedule("rotate-key", id);
  ctx.unschedule("expire-material", id);
  const primary = primaryOf(ctx, key);
  removeKey(ctx, key);
  // A primary key that waited for this, its last replica, begins its own waiting period.
  if (primary === undefined || primary.deletion === undefined || isPrimaryOfReplicas(ctx, primary)) return;
  startDeletion(ctx.with({ region: primary.region }), primary, primary.deletion.days);
}

export function cancelKeyDeletion(ctx: Ctx, input: Named) {
  const { deletion, ...key } = own(ctx, input);
  if (deletion === undefined) throw invalidState(`${keyArn(key)} is not pending deletion.`);
  ctx.unschedule("delete-key", key.id);
  putKey(ctx, { ...key, enabled: false });
  return { KeyId: keyArn(key) };
}

export function getPublicKey(ctx: Ctx, input: Named) {
  const key = requireEnabled(requireKey(ctx, input.KeyId));
  if (key.publicKey === undefined) throw unsupported(`${keyArn(key)} key spec is ${key.spec} which has no public key.`);
  return {
    KeyId: keyArn(key),
    PublicKey: key.publicKey,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    KeyUsage: key.usage,
    ...algorithms(key),
  };
}
