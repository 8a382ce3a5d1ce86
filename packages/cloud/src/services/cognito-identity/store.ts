import type { CognitoIdentityProvider, RoleMapping } from "@aws-sdk/client-cognito-identity";
import type { Ctx } from "../../core/service.ts";
import type { Key, StoreRead } from "../../core/store.ts";
import { notFound } from "./errors.ts";

/** Records of identity pools and their keys. Identity and pool IDs are unique in a cloud: unsigned calls have nothing else. */

export interface IdentityPoolRecord {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly allowsGuests: boolean;
  readonly allowsClassic?: boolean;
  readonly loginProviders?: Readonly<Record<string, string>>;
  readonly developerProvider?: string;
  readonly openIdProviders?: readonly string[];
  readonly samlProviders?: readonly string[];
  readonly userPools?: readonly CognitoIdentityProvider[];
  readonly tags: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, string>>;
  readonly mappings?: Readonly<Record<string, RoleMapping>>;
  /** By provider: which claims become principal tags. */
  readonly tagMaps?: Readonly<
    Record<string, { readonly usesDefaults: boolean; readonly tags: Readonly<Record<string, string>> }>
  >;
}

export interface IdentityRecord {
  readonly id: string;
  readonly poolId: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Provider -> the user's name there. */
  readonly logins: Readonly<Record<string, string>>;
  /** Developer user identifiers. */
  readonly developerUsers?: readonly string[];
}

export const keys = {
  pool: (id: string): Key => ["pool", id],
  poolOf: (account: string, region: string, id: string): Key => ["pool-of", account, region, id],
  identity: (id: string): Key => ["identity", id],
  identityOf: (poolId: string, id: string): Key => ["identity-of", poolId, id],
  login: (poolId: string, provider: string, user: string): Key => ["login", poolId, provider, user],
};

export const poolArn = (pool: IdentityPoolRecord) =>
  `arn:aws:cognito-identity:${pool.region}:${pool.account}:identitypool/${pool.id}`;

/** The pool in the caller's account and region. Throws ResourceNotFoundException. */
export function needPool(ctx: Ctx, store: StoreRead, id: string | undefined): IdentityPoolRecord {
  const pool = store.get<IdentityPoolRecord>(keys.pool(id ?? ""));
  if (pool === undefined || pool.account !== ctx.account || pool.region !== ctx.region)
    throw notFound(`IdentityPool '${id}' not found.`);
  return pool;
}

/** The pool that an unsigned call names. Throws ResourceNotFoundException. */
export function needAnyPool(store: StoreRead, id: string | undefined): IdentityPoolRecord {
  const pool = store.get<IdentityPoolRecord>(keys.pool(id ?? ""));
  if (pool === undefined) throw notFound(`IdentityPool '${id}' not found.`);
  return pool;
}

/** Throws ResourceNotFoundException. */
export function needIdentity(store: StoreRead, id: string | undefined): IdentityRecord {
  const identity = store.get<IdentityRecord>(keys.identity(id ?? ""));
  if (identity === undefined) throw notFound(`Identity '${id}' not found.`);
  return identity;
}
