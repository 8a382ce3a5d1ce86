/**
 * KMS's records:
 * `["key", account, region, id]` -> KeyRecord, `["alias", account, region, name]` -> AliasRecord,
 * `["multi-region", account, id]` -> MultiRegionRecord,
 * `["grant", account, region, keyId, grantId]` -> GrantRecord, `["wrapping", account, region, keyId]` -> what an import comes wrapped in, `["material", materialId]` -> where a ciphertext's material lies.
 */
import { arn } from "../../core/arn.ts";
import { type Sealing, sealingOf } from "../../core/sealing.ts";
import type { Ctx } from "../../core/service.ts";

/** One generation of a key's secret. Old ones stay, so that old ciphertext can be read. */
export interface Material {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Symmetric and HMAC keys: the raw bytes; asymmetric ones: PKCS#8. Sealed under the material's id. */
  readonly sealed: Uint8Array;
  readonly createdMs: number;
  /** How the key came to it; the first one has none. */
  readonly rotation?: "AUTOMATIC" | "ON_DEMAND";
  /** Imported material: SHA-256 of its bytes, which `sealed` holds only while it is loaded. */
  readonly imported?: { readonly digest: string; readonly isLoaded: boolean; readonly expiresMs?: number };
}

export interface KeyRecord {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly createdMs: number;
  readonly description: string;
  readonly usage: string;
  readonly spec: string;
  readonly manager: "AWS" | "CUSTOMER";
  readonly enabled: boolean;
  readonly multiRegion: boolean;
  readonly policy: string;
  readonly tags: { readonly [key: string]: string };
  readonly materials: readonly Material[];
  /** SubjectPublicKeyInfo of an asymmetric key. */
  readonly publicKey?: Uint8Array;
  /** Where the material comes from; absent: made here. */
  readonly origin?: "EXTERNAL";
  /** Without a time: a primary key that waits until its last replica is gone. */
  readonly deletion?: { readonly atMs?: number; readonly days: number };
  readonly rotation?: { readonly days: number; readonly nextMs: number };
}

/** Where the copies of a multi-Region key are. */
export interface MultiRegionRecord {
  readonly primary: string;
  readonly replicas: readonly string[];
}

export interface AliasRecord {
  readonly name: string;
  readonly keyId: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface GrantRecord {
  readonly id: string;
  readonly token: string;
  readonly keyId: string;
  readonly account: string;
  readonly region: string;
  readonly name?: string;
  readonly grantee: string;
  readonly retiring?: string;
  readonly operations: readonly string[];
  readonly constraints?: GrantConstraints;
  readonly createdMs: number;
}

export interface GrantConstraints {
  readonly EncryptionContextSubset?: { readonly [key: string]: string };
  readonly EncryptionContextEquals?: { readonly [key: string]: string };
}

/** Whose records: a key's own coordinates, which may be another account's than the caller's. */
export interface Owner {
  readonly account: string;
  readonly region: string;
}

export function sealing(ctx: Ctx): Sealing {
  return ctx.memory(() => sealingOf(ctx));
}

export function keyArn(key: Pick<KeyRecord, "account" | "region" | "id">): string {
  return arn("kms", key.region, key.account, `key/${key.id}`);
}

export function getKey(ctx: Ctx, owner: Owner, id: string): KeyRecord | undefined {
  return ctx.store.get<KeyRecord>(["key", owner.account, owner.region, id]);
}

export function getMultiRegion(ctx: Ctx, key: Pick<KeyRecord, "account" | "id">): MultiRegionRecord | undefined {
  return ctx.store.get<MultiRegionRecord>(["multi-region", key.account, key.id]);
}

export function putMultiRegion(ctx: Ctx, key: Pick<KeyRecord, "account" | "id">, record: MultiRegionRecord): void {
  if (record.replicas.length === 0) ctx.store.remove(["multi-region", key.account, key.id]);
  else ctx.store.put(["multi-region", key.account, key.id], record);
}

/** What a primary key's replicas share with it: material and its rotation (Developer Guide, "Multi-Region keys", shared properties). */
function share(ctx: Ctx, key: KeyRecord): void {
  const where = getMultiRegion(ctx, key);
  if (where?.primary !== key.region || key.origin !== undefined) return;
  for (const region of where.replicas) {
    const replica = getKey(ctx, { account: key.account, region }, key.id);
    if (replica === undefined) continue;
    const { rotation: _, ...own } = replica;
    const shared = { materials: key.materials, ...(key.rotation === undefined ? {} : { rotation: key.rotation }) };
    ctx.store.put(["key", key.account, region, key.id], { ...own, ...shared });
  }
}

export function putKey(ctx: Ctx, key: KeyRecord): void {
  ctx.store.put(["key", key.account, key.region, key.id], key);
  const newest = key.materials.at(-1);
  if (newest !== undefined) ctx.store.put(["material", newest.id], { account: key.account, region: key.region, keyId: key.id });
  if (key.multiRegion) share(ctx, key);
}

/** A copy that is left leads to the material from then on. */
export function removeKey(ctx: Ctx, key: KeyRecord): void {
  const where = getMultiRegion(ctx, key);
  const left = where === undefined ? [] : [where.primary, ...where.replicas].filter((region) => region !== key.region);
  if (where !== undefined) putMultiRegion(ctx, key, { ...where, replicas: left.filter((region) => region !== where.primary) });
  ctx.store.remove(["key", key.account, key.region, key.id]);
  ctx.store.remove(["wrapping", key.account, key.region, key.id]);
  ctx.store.removeRange({ prefix: ["grant", key.account, key.region, key.id] });
  for (const material of key.materials) {
    if (left[0] === undefined) ctx.store.remove(["material", material.id]);
    else ctx.store.put(["material", material.id], { account: key.account, region: left[0], keyId: key.id });
  }
  for (const alias of [...aliasesOf(ctx, key)]) if (alias.keyId === key.id) removeAlias(ctx, alias.name);
}

/** The key whose material a ciphertext names: of a multi-Region key the copy that is in the caller's region. */
export function keyOfMaterial(ctx: Ctx, materialId: string): KeyRecord | undefined {
  const where = ctx.store.get<Owner & { readonly keyId: string }>(["material", materialId]);
  if (where === undefined) return undefined;
  const key = getKey(ctx, where, where.keyId);
  if (key?.multiRegion !== true || key.region === ctx.region) return key;
  return getKey(ctx, { account: where.account, region: ctx.region }, where.keyId) ?? key;
}

/** In order of id, past `after`. */
export function* keysOf(ctx: Ctx, after = ""): Generator<KeyRecord> {
  const base = ["key", ctx.account, ctx.region];
  for (const { value } of ctx.store.range<KeyRecord>({ prefix: base, start: [...base, after] }))
    if (value.id > after) yield value;
}

export function getAlias(ctx: Ctx, owner: Owner, name: string): AliasRecord | undefined {
  return ctx.store.get<AliasRecord>(["alias", owner.account, owner.region, name]);
}

export function putAlias(ctx: Ctx, alias: AliasRecord): void {
  ctx.store.put(["alias", ctx.account, ctx.region, alias.name], alias);
}

export function removeAlias(ctx: Ctx, name: string): void {
  ctx.store.remove(["alias", ctx.account, ctx.region, name]);
}

/** In order of name, past `after`. */
export function* aliasesOf(ctx: Ctx, owner: Owner, after = ""): Generator<AliasRecord> {
  const base = ["alias", owner.account, owner.region];
  for (const { value } of ctx.store.range<AliasRecord>({ prefix: base, start: [...base, after] }))
    if (value.name > after) yield value;
}

export function putGrant(ctx: Ctx, grant: GrantRecord): void {
  ctx.store.put(["grant", grant.account, grant.region, grant.keyId, grant.id], grant);
}

export function removeGrant(ctx: Ctx, grant: GrantRecord): void {
  ctx.store.remove(["grant", grant.account, grant.region, grant.keyId, grant.id]);
}

/** A key's grants in order of id, or with no id every grant of the account and region. */
export function grantsOf(ctx: Ctx, owner: Owner, keyId?: string): GrantRecord[] {
  const prefix = ["grant", owner.account, owner.region, ...(keyId === undefined ? [] : [keyId])];
  return [...ctx.store.range<GrantRecord>({ prefix })].map(({ value }) => value);
}
