/** Copies of one key in several regions of this cloud: same id, same material. Developer Guide, "Multi-Region keys in AWS KMS". */
import type { Ctx } from "../../core/service.ts";
import { getKey, getMultiRegion, type KeyRecord, keyArn } from "./store.ts";

/** The region of the primary key: the key's own where it was never replicated. */
function primaryRegion(ctx: Ctx, key: KeyRecord): string {
  return getMultiRegion(ctx, key)?.primary ?? key.region;
}

export function isReplica(ctx: Ctx, key: KeyRecord): boolean {
  return key.multiRegion && primaryRegion(ctx, key) !== key.region;
}

export function isPrimaryOfReplicas(ctx: Ctx, key: KeyRecord): boolean {
  return key.multiRegion && getMultiRegion(ctx, key)?.primary === key.region;
}

/** The primary key of a replica; undefined for any other key. */
export function primaryOf(ctx: Ctx, key: KeyRecord): KeyRecord | undefined {
  return isReplica(ctx, key) ? getKey(ctx, { account: key.account, region: primaryRegion(ctx, key) }, key.id) : undefined;
}

export function multiRegionConfiguration(ctx: Ctx, key: KeyRecord) {
  const { primary, replicas } = getMultiRegion(ctx, key) ?? { primary: key.region, replicas: [] };
  const at = (region: string) => ({ Arn: keyArn({ ...key, region }), Region: region });
  return {
    MultiRegionKeyType: primary === key.region ? "PRIMARY" : "REPLICA",
    PrimaryKey: at(primary),
    ReplicaKeys: replicas.map(at),
  };
}
