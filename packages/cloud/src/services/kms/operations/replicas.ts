/** ReplicateKey, UpdatePrimaryRegion. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { notFound, unsupported, validation } from "../errors.ts";
import { requireCustomer, requireEnabled, requireKeyById } from "../find-key.ts";
import { isReplica } from "../multi-region.ts";
import { defaultPolicy } from "../policy.ts";
import { getKey, getMultiRegion, type KeyRecord, keyArn, putKey, putMultiRegion } from "../store.ts";
import { checkKeyPolicy, checkLockout, metadata, type Named, tagsOf } from "./keys.ts";

const REGION = /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/;

interface ReplicateInput extends Named {
  readonly ReplicaRegion: string;
  readonly Policy?: string;
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
  readonly Description?: string;
  readonly Tags?: Parameters<typeof tagsOf>[0];
}

function requirePrimary(ctx: Ctx, input: Named): KeyRecord {
  const key = requireEnabled(requireCustomer(requireKeyById(ctx, input.KeyId)));
  if (!key.multiRegion) throw unsupported(`${keyArn(key)} is not a multi-Region key.`);
  if (isReplica(ctx, key)) throw unsupported(`${keyArn(key)} is not a multi-Region primary key.`);
  return key;
}

function checkRegion(region: string): string {
  if (!REGION.test(region)) throw validation(`Invalid region: ${region}`);
  return region;
}

/** A copy with the same id and material; policy, tags, description, aliases and grants are its own. */
export function replicateKey(ctx: Ctx, input: ReplicateInput) {
  const key = requirePrimary(ctx, input);
  const region = checkRegion(input.ReplicaRegion);
  if (getKey(ctx, { account: key.account, region }, key.id) !== undefined)
    throw new ServiceError("AlreadyExistsException", 400, `${keyArn({ ...key, region })} already exists.`);
  const policy = input.Policy === undefined ? defaultPolicy(ctx.account) : checkKeyPolicy(input.Policy);
  const replica: KeyRecord = {
    ...key,
    region,
    createdMs: ctx.now(),
    description: input.Description ?? "",
    policy,
    tags: tagsOf(input.Tags ?? []),
    // Imported material is imported into each copy by itself.
    materials: key.origin === undefined ? key.materials : [],
  };
  checkLockout(ctx, replica, input);
  const { replicas } = getMultiRegion(ctx, key) ?? { replicas: [] };
  putKey(ctx, replica);
  putMultiRegion(ctx, key, { primary: key.region, replicas: [...replicas, region] });
  return {
    ReplicaKeyMetadata: { ...metadata(ctx, replica), Enabled: false, KeyState: "Creating" },
    ReplicaPolicy: replica.policy,
    ReplicaTags: Object.entries(replica.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  };
}

/** The replica there becomes the primary key, this one its replica; rotation goes on there. */
export function updatePrimaryRegion(ctx: Ctx, input: Named & { readonly PrimaryRegion: string }): void {
  const key = requirePrimary(ctx, input);
  const region = checkRegion(input.PrimaryRegion);
  if (region === key.region) return;
  const where = getMultiRegion(ctx, key);
  const next = getKey(ctx, { account: key.account, region }, key.id);
  if (where === undefined || next === undefined) throw notFound(`Key '${keyArn({ ...key, region })}' does not exist`);
  requireEnabled(next);
  const replicas = [key.region, ...where.replicas.filter((each) => each !== region)];
  putMultiRegion(ctx, key, { primary: region, replicas });
  ctx.unschedule("rotate-key", key.id);
  if (key.rotation !== undefined) ctx.with({ region }).schedule("rotate-key", key.id, key.rotation.nextMs, { id: key.id });
}
