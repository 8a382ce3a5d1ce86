import type {
  DeleteIdentitiesCommandInput,
  DescribeIdentityCommandInput,
  GetIdCommandInput,
  GetOpenIdTokenForDeveloperIdentityCommandInput,
  ListIdentitiesCommandInput,
  LookupDeveloperIdentityCommandInput,
  MergeDeveloperIdentitiesCommandInput,
  UnlinkDeveloperIdentityCommandInput,
  UnlinkIdentityCommandInput,
} from "@aws-sdk/client-cognito-identity";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import type { StoreWrite } from "../../../core/store.ts";
import { conflict, developerUserAlreadyRegistered, invalidParameter, notAuthorized, notFound } from "../errors.ts";
import { type Login, verifiedLogins } from "../logins.ts";
import { type IdentityPoolRecord, type IdentityRecord, keys, needAnyPool, needIdentity, needPool } from "../store.ts";
import { issueOpenIdToken } from "../tokens.ts";
import { shownIdentity } from "./pools.ts";

/** Identities of a pool: guests, and people known by one or more logins. */

export async function getId(ctx: Ctx, input: GetIdCommandInput) {
  const pool = ctx.snapshot((store) => needAnyPool(store, input.IdentityPoolId));
  const logins = await verifiedLogins(ctx, pool, input.Logins);
  if (logins.length === 0 && !pool.allowsGuests)
    throw notAuthorized("Unauthenticated access is not supported for this identity pool.");
  return { IdentityId: ctx.transact((store) => identityOf(ctx, store, pool, logins)).id };
}

function newIdentity(ctx: Ctx, store: StoreWrite, pool: IdentityPoolRecord): IdentityRecord {
  const nowMs = ctx.now();
  const made: IdentityRecord = {
    id: `${pool.region}:${randomUuid(ctx.random)}`,
    poolId: pool.id,
    createdMs: nowMs,
    modifiedMs: nowMs,
    logins: {},
  };
  store.put(keys.identity(made.id), made);
  store.put(keys.identityOf(pool.id, made.id), true);
  return made;
}

/** The identity that these logins lead to, made when there is none. Throws ResourceConflictException when they lead to several. */
function identityOf(ctx: Ctx, store: StoreWrite, pool: IdentityPoolRecord, logins: readonly Login[]): IdentityRecord {
  const known = new Set(logins.flatMap(({ provider, user }) => store.get<string>(keys.login(pool.id, provider, user)) ?? []));
  if (known.size > 1) throw conflict("The logins belong to different identities.");
  const [id] = known;
  const identity = id === undefined ? newIdentity(ctx, store, pool) : needIdentity(store, id);
  return linked(ctx, store, identity, logins);
}

/** Links logins to an identity. Throws ResourceConflictException for a login that is another's. */
export function linked(ctx: Ctx, store: StoreWrite, identity: IdentityRecord, logins: readonly Login[]): IdentityRecord {
  const all: Record<string, string> = { ...identity.logins };
  for (const { provider, user } of logins) {
    const key = keys.login(identity.poolId, provider, user);
    const owner = store.get<string>(key);
    if (owner !== undefined && owner !== identity.id) throw conflict("Login is already linked to another account.");
    store.put(key, identity.id);
    all[provider] = user;
  }
  if (Object.keys(all).length === Object.keys(identity.logins).length) return identity;
  const changed: IdentityRecord = { ...identity, logins: all, modifiedMs: ctx.now() };
  store.put(keys.identity(identity.id), changed);
  return changed;
}

export function describeIdentity(ctx: Ctx, input: DescribeIdentityCommandInput) {
  const identity = needIdentity(ctx.store, input.IdentityId);
  needPool(ctx, ctx.store, identity.poolId);
  return shownIdentity(identity);
}

export function listIdentities(ctx: Ctx, input: ListIdentitiesCommandInput) {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  const prefix = ["identity-of", pool.id];
  const Identities: ReturnType<typeof shownIdentity>[] = [];
  const start = input.NextToken === undefined ? {} : { start: [...prefix, input.NextToken] };
  for (const key of ctx.store.keys({ prefix, ...start })) {
    const id = String(key[2]);
    if (Identities.length === (input.MaxResults ?? 60)) return { IdentityPoolId: pool.id, Identities, NextToken: id };
    Identities.push(shownIdentity(needIdentity(ctx.store, id)));
  }
  return { IdentityPoolId: pool.id, Identities };
}

function remove(store: StoreWrite, identity: IdentityRecord): void {
  for (const [provider, user] of Object.entries(identity.logins)) store.remove(keys.login(identity.poolId, provider, user));
  for (const key of [...store.keys({ prefix: ["login", identity.poolId] })])
    if (store.get<string>(key) === identity.id) store.remove(key);
  store.remove(keys.identityOf(identity.poolId, identity.id));
  store.remove(keys.identity(identity.id));
}

export function deleteIdentities(ctx: Ctx, input: DeleteIdentitiesCommandInput) {
  for (const id of input.IdentityIdsToDelete ?? []) {
    const identity = ctx.store.get<IdentityRecord>(keys.identity(id));
    if (identity !== undefined) remove(ctx.store, identity);
  }
  return { UnprocessedIdentityIds: [] };
}

export async function unlinkIdentity(ctx: Ctx, input: UnlinkIdentityCommandInput): Promise<object> {
  const identity = ctx.snapshot((store) => needIdentity(store, input.IdentityId));
  const pool = ctx.snapshot((store) => needAnyPool(store, identity.poolId));
  const logins = await verifiedLogins(ctx, pool, input.Logins);
  if (!logins.some(({ provider, user }) => identity.logins[provider] === user))
    throw notAuthorized("Logins don't match. Please include at least one valid login for this identity or identity pool.");
  ctx.transact((store) => {
    const latest = needIdentity(store, identity.id);
    const gone = new Set(input.LoginsToRemove ?? []);
    for (const [provider, user] of Object.entries(latest.logins))
      if (gone.has(provider)) store.remove(keys.login(latest.poolId, provider, user));
    const rest = Object.fromEntries(Object.entries(latest.logins).filter(([provider]) => !gone.has(provider)));
    store.put(keys.identity(latest.id), { ...latest, logins: rest, modifiedMs: ctx.now() });
  });
  return {};
}

const DEFAULT_SECONDS = 900;

/** An identity for a user whom the caller's own backend has authenticated, and a token for it. */
export async function getOpenIdTokenForDeveloperIdentity(ctx: Ctx, input: GetOpenIdTokenForDeveloperIdentityCommandInput) {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  const entries = Object.entries(input.Logins ?? {});
  const own = entries.find(([provider]) => provider === pool.developerProvider);
  if (pool.developerProvider === undefined || own === undefined || entries.length > 1)
    throw invalidParameter("Please provide a valid developer provider: exactly one login of the pool's DeveloperProviderName.");
  const [provider, user] = own;
  const identity = ctx.transact((store) => {
    const key = keys.login(pool.id, provider, user);
    const owner = store.get<string>(key);
    if (input.IdentityId === undefined && owner !== undefined) return needIdentity(store, owner);
    if (owner !== undefined && owner !== input.IdentityId)
      throw developerUserAlreadyRegistered(`Developer user identifier '${user}' is already registered with another identity.`);
    const base = input.IdentityId === undefined ? newIdentity(ctx, store, pool) : needIdentity(store, input.IdentityId);
    const changed: IdentityRecord = {
      ...base,
      logins: { ...base.logins, [provider]: user },
      developerUsers: [...new Set([...(base.developerUsers ?? []), user])],
      modifiedMs: ctx.now(),
    };
    store.put(key, base.id);
    store.put(keys.identity(base.id), changed);
    return changed;
  });
  const Token = await issueOpenIdToken(ctx, pool, identity, {
    authenticatedBy: [provider],
    seconds: input.TokenDuration ?? DEFAULT_SECONDS,
    tags: input.PrincipalTags ?? {},
  });
  return { IdentityId: identity.id, Token };
}

export function lookupDeveloperIdentity(ctx: Ctx, input: LookupDeveloperIdentityCommandInput) {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  const { DeveloperUserIdentifier: user, IdentityId: id } = input;
  if (user === undefined && id === undefined)
    throw invalidParameter("Either IdentityId or DeveloperUserIdentifier must be given.");
  const owner = user === undefined ? id : ctx.store.get<string>(keys.login(pool.id, pool.developerProvider ?? "", user));
  if (owner === undefined) throw notFound("Developer user identifier not found.");
  if (id !== undefined && id !== owner) throw conflict("The developer user identifier belongs to another identity.");
  const users = needIdentity(ctx.store, owner).developerUsers ?? [];
  return { IdentityId: owner, DeveloperUserIdentifierList: users.slice(0, input.MaxResults ?? 60) };
}

export function mergeDeveloperIdentities(ctx: Ctx, input: MergeDeveloperIdentitiesCommandInput) {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  if (input.DeveloperProviderName !== pool.developerProvider) throw invalidParameter("Unknown developer provider.");
  const provider = input.DeveloperProviderName ?? "";
  const find = (user: string | undefined) => {
    const id = ctx.store.get<string>(keys.login(pool.id, provider, user ?? ""));
    if (id === undefined) throw notFound(`Developer user identifier '${user}' not found.`);
    return needIdentity(ctx.store, id);
  };
  const source = find(input.SourceUserIdentifier);
  const target = find(input.DestinationUserIdentifier);
  if (source.id === target.id) throw invalidParameter("Source and destination are the same identity.");
  remove(ctx.store, source);
  const developerUsers = [...new Set([...(target.developerUsers ?? []), ...(source.developerUsers ?? [])])];
  const merged: IdentityRecord = {
    ...target,
    logins: { ...source.logins, ...target.logins },
    developerUsers,
    modifiedMs: ctx.now(),
  };
  for (const user of developerUsers) ctx.store.put(keys.login(pool.id, provider, user), target.id);
  for (const [each, user] of Object.entries(merged.logins)) ctx.store.put(keys.login(pool.id, each, user), target.id);
  ctx.store.put(keys.identity(target.id), merged);
  return { IdentityId: target.id };
}

export function unlinkDeveloperIdentity(ctx: Ctx, input: UnlinkDeveloperIdentityCommandInput): object {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  const identity = needIdentity(ctx.store, input.IdentityId);
  const { DeveloperProviderName: provider = "", DeveloperUserIdentifier: user = "" } = input;
  if (ctx.store.get<string>(keys.login(pool.id, provider, user)) !== identity.id)
    throw notFound(`Developer user identifier '${user}' not found.`);
  ctx.store.remove(keys.login(pool.id, provider, user));
  const developerUsers = (identity.developerUsers ?? []).filter((each) => each !== user);
  const { [provider]: _gone, ...rest } = identity.logins;
  const last = developerUsers.at(-1);
  const logins = last === undefined ? rest : { ...rest, [provider]: last };
  ctx.store.put(keys.identity(identity.id), { ...identity, logins, developerUsers, modifiedMs: ctx.now() });
  return {};
}
