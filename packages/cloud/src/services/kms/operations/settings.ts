/** Key policies, tags, and rotation. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { notFound, notImplemented, unsupported, validation } from "../errors.ts";
import { requireCustomer, requireEnabled, requireKeyById, requireLive } from "../find-key.ts";
import { sealMaterial } from "../material.ts";
import { isReplica } from "../multi-region.ts";
import { cut, markerOf, type Page } from "../page.ts";
import { getKey, type KeyRecord, keyArn, type Material, putKey } from "../store.ts";
import { checkKeyPolicy, checkLockout, type Named, tagsOf } from "./keys.ts";

const DAY_MS = 86_400_000;
const ON_DEMAND_ROTATIONS_MAX = 25;

interface PolicyName {
  readonly PolicyName?: string;
}

function checkPolicyName(input: PolicyName): void {
  if (input.PolicyName !== undefined && input.PolicyName !== "default") throw notFound("No such policy exists");
}

export function getKeyPolicy(ctx: Ctx, input: Named & PolicyName) {
  const key = requireKeyById(ctx, input.KeyId);
  checkPolicyName(input);
  return { Policy: key.policy, PolicyName: "default" };
}

interface PutInput extends Named, PolicyName {
  readonly Policy: string;
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
}

export function putKeyPolicy(ctx: Ctx, input: PutInput): void {
  const key = requireCustomer(requireKeyById(ctx, input.KeyId));
  checkPolicyName(input);
  const changed = { ...key, policy: checkKeyPolicy(input.Policy) };
  checkLockout(ctx, changed, input);
  putKey(ctx, changed);
}

export function listKeyPolicies(ctx: Ctx, input: Named) {
  requireKeyById(ctx, input.KeyId);
  return { PolicyNames: ["default"], Truncated: false };
}

export function tagResource(
  ctx: Ctx,
  input: Named & { readonly Tags: readonly { readonly TagKey: string; readonly TagValue: string }[] },
): void {
  const key = requireLive(requireCustomer(requireKeyById(ctx, input.KeyId)));
  putKey(ctx, { ...key, tags: tagsOf(input.Tags, key.tags) });
}

export function untagResource(ctx: Ctx, input: Named & { readonly TagKeys: readonly string[] }): void {
  const key = requireLive(requireCustomer(requireKeyById(ctx, input.KeyId)));
  putKey(ctx, { ...key, tags: Object.fromEntries(Object.entries(key.tags).filter(([name]) => !input.TagKeys.includes(name))) });
}

export function listResourceTags(ctx: Ctx, input: Named & Page) {
  const { tags } = requireKeyById(ctx, input.KeyId);
  const after = markerOf(input);
  const rest = Object.keys(tags)
    .filter((name) => after === "" || name > after)
    .sort();
  const { shown, more } = cut(input, rest, (name) => name, 50);
  return { Tags: shown.map((name) => ({ TagKey: name, TagValue: tags[name] })), ...more };
}

function rotatable(ctx: Ctx, input: Named): KeyRecord {
  const key = requireKeyById(ctx, input.KeyId);
  if (key.spec !== "SYMMETRIC_DEFAULT") throw unsupported();
  return key;
}

/** Replicas rotate with their primary key, where rotation is set. */
function rotatablePrimary(ctx: Ctx, input: Named): KeyRecord {
  const key = requireEnabled(requireCustomer(rotatable(ctx, input)));
  if (isReplica(ctx, key)) throw unsupported(`${keyArn(key)} is a replica key: rotation is set on its primary key.`);
  return key;
}

export function enableKeyRotation(ctx: Ctx, input: Named & { readonly RotationPeriodInDays?: number }): void {
  const key = rotatablePrimary(ctx, input);
  if (key.origin === "EXTERNAL") throw unsupported(`${keyArn(key)} origin is EXTERNAL which is not valid for this operation.`);
  const days = input.RotationPeriodInDays ?? key.rotation?.days ?? 365;
  if (days < 90 || days > 2560) throw validation("RotationPeriodInDays must be between 90 and 2560 (inclusive)");
  const nextMs = key.rotation?.days === days ? key.rotation.nextMs : ctx.now() + days * DAY_MS;
  putKey(ctx, { ...key, rotation: { days, nextMs } });
  ctx.schedule("rotate-key", key.id, nextMs, { id: key.id });
}

export function disableKeyRotation(ctx: Ctx, input: Named): void {
  const { rotation: _off, ...key } = rotatablePrimary(ctx, input);
  ctx.unschedule("rotate-key", key.id);
  putKey(ctx, key);
}

export function getKeyRotationStatus(ctx: Ctx, input: Named) {
  // Of keys that cannot rotate the status is always false (KMS API Reference, GetKeyRotationStatus).
  const key = requireKeyById(ctx, input.KeyId);
  return {
    KeyId: keyArn(key),
    KeyRotationEnabled: key.rotation !== undefined && key.deletion === undefined,
    ...(key.rotation === undefined || key.deletion !== undefined
      ? {}
      : { RotationPeriodInDays: key.rotation.days, NextRotationDate: new Date(key.rotation.nextMs) }),
  };
}

function rotated(ctx: Ctx, key: KeyRecord, how: NonNullable<Material["rotation"]>): KeyRecord {
  return { ...key, materials: [...key.materials, sealMaterial(ctx, ctx.random.bytes(32), how)] };
}

export function rotateKeyOnDemand(ctx: Ctx, input: Named) {
  const key = rotatablePrimary(ctx, input);
  if (key.origin === "EXTERNAL") throw notImplemented("rotation of imported key material");
  if (key.materials.filter((each) => each.rotation === "ON_DEMAND").length >= ON_DEMAND_ROTATIONS_MAX)
    throw new ServiceError("LimitExceededException", 400, "The on-demand rotation limit for this key is reached.");
  putKey(ctx, rotated(ctx, key, "ON_DEMAND"));
  return { KeyId: keyArn(key) };
}

/** The timer's end. A key that is disabled or waits for its deletion is not rotated, but keeps its dates. */
export function rotateDueKey(ctx: Ctx, payload: unknown): void {
  const { id } = payload as { readonly id: string };
  const key = getKey(ctx, ctx, id);
  if (key?.rotation === undefined) return;
  const nextMs = key.rotation.nextMs + key.rotation.days * DAY_MS;
  const rotates = key.enabled && key.deletion === undefined;
  putKey(ctx, { ...(rotates ? rotated(ctx, key, "AUTOMATIC") : key), rotation: { days: key.rotation.days, nextMs } });
  ctx.schedule("rotate-key", id, nextMs, { id });
}

export function listKeyRotations(ctx: Ctx, input: Named & Page & { readonly IncludeKeyMaterial?: string }) {
  const key = rotatable(ctx, input);
  const rows = key.materials.map((each, index) => ({ each, order: String(index).padStart(6, "0") }));
  const wanted = rows.filter(({ each }) => input.IncludeKeyMaterial === "ALL_KEY_MATERIAL" || each.rotation !== undefined);
  const after = markerOf(input);
  const { shown, more } = cut(
    input,
    wanted.filter(({ order }) => order > after),
    ({ order }) => order,
    100,
  );
  return {
    Rotations: shown.map(({ each }) => ({
      KeyId: keyArn(key),
      KeyMaterialId: each.id,
      KeyMaterialState: each === key.materials.at(-1) ? "CURRENT" : "NON_CURRENT",
      ...(each.rotation === undefined ? {} : { RotationDate: new Date(each.createdMs), RotationType: each.rotation }),
    })),
    ...more,
  };
}
