import type {
  CreateIdentityPoolCommandInput,
  DeleteIdentityPoolCommandInput,
  DescribeIdentityPoolCommandInput,
  GetIdentityPoolRolesCommandInput,
  GetPrincipalTagAttributeMapCommandInput,
  IdentityPool,
  ListIdentityPoolsCommandInput,
  ListTagsForResourceCommandInput,
  SetIdentityPoolRolesCommandInput,
  SetPrincipalTagAttributeMapCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  UpdateIdentityPoolCommandInput,
} from "@aws-sdk/client-cognito-identity";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { invalidParameter, notFound } from "../errors.ts";
import { type IdentityPoolRecord, type IdentityRecord, keys, needPool, poolArn } from "../store.ts";

/** Identity pools, their roles, principal tags and tags. */

function settingsOf(input: CreateIdentityPoolCommandInput | UpdateIdentityPoolCommandInput) {
  return {
    name: input.IdentityPoolName ?? "",
    allowsGuests: input.AllowUnauthenticatedIdentities === true,
    ...(input.AllowClassicFlow === undefined ? {} : { allowsClassic: input.AllowClassicFlow }),
    ...(input.SupportedLoginProviders === undefined ? {} : { loginProviders: input.SupportedLoginProviders }),
    ...(input.DeveloperProviderName === undefined ? {} : { developerProvider: input.DeveloperProviderName }),
    ...(input.OpenIdConnectProviderARNs === undefined ? {} : { openIdProviders: input.OpenIdConnectProviderARNs }),
    ...(input.SamlProviderARNs === undefined ? {} : { samlProviders: input.SamlProviderARNs }),
    ...(input.CognitoIdentityProviders === undefined
      ? {}
      : {
          userPools: input.CognitoIdentityProviders.map((each) => ({
            ...each,
            ServerSideTokenCheck: each.ServerSideTokenCheck ?? false,
          })),
        }),
  };
}

function put(ctx: Ctx, pool: IdentityPoolRecord): void {
  ctx.store.put(keys.pool(pool.id), pool);
  ctx.store.put(keys.poolOf(pool.account, pool.region, pool.id), pool.name);
}

export function describe(pool: IdentityPoolRecord): IdentityPool {
  return {
    IdentityPoolId: pool.id,
    IdentityPoolName: pool.name,
    AllowUnauthenticatedIdentities: pool.allowsGuests,
    ...(pool.allowsClassic === undefined ? {} : { AllowClassicFlow: pool.allowsClassic }),
    ...(pool.loginProviders === undefined ? {} : { SupportedLoginProviders: { ...pool.loginProviders } }),
    ...(pool.developerProvider === undefined ? {} : { DeveloperProviderName: pool.developerProvider }),
    ...(pool.openIdProviders === undefined ? {} : { OpenIdConnectProviderARNs: [...pool.openIdProviders] }),
    ...(pool.userPools === undefined ? {} : { CognitoIdentityProviders: [...pool.userPools] }),
    ...(pool.samlProviders === undefined ? {} : { SamlProviderARNs: [...pool.samlProviders] }),
    IdentityPoolTags: { ...pool.tags },
  };
}

export function createIdentityPool(ctx: Ctx, input: CreateIdentityPoolCommandInput) {
  const pool: IdentityPoolRecord = {
    ...settingsOf(input),
    id: `${ctx.region}:${randomUuid(ctx.random)}`,
    account: ctx.account,
    region: ctx.region,
    tags: { ...input.IdentityPoolTags },
    roles: {},
  };
  put(ctx, pool);
  return describe(pool);
}

export const describeIdentityPool = (ctx: Ctx, input: DescribeIdentityPoolCommandInput) =>
  describe(needPool(ctx, ctx.store, input.IdentityPoolId));

/** Sets every setting anew: what a request leaves out is gone. A developer provider's name stays as it is. */
export function updateIdentityPool(ctx: Ctx, input: UpdateIdentityPoolCommandInput) {
  const before = needPool(ctx, ctx.store, input.IdentityPoolId);
  if (before.developerProvider !== undefined && input.DeveloperProviderName !== before.developerProvider)
    throw invalidParameter("DeveloperProviderName cannot be changed once set.");
  const pool: IdentityPoolRecord = {
    ...settingsOf(input),
    id: before.id,
    account: before.account,
    region: before.region,
    tags: input.IdentityPoolTags ?? before.tags,
    roles: before.roles,
    ...(before.mappings === undefined ? {} : { mappings: before.mappings }),
    ...(before.tagMaps === undefined ? {} : { tagMaps: before.tagMaps }),
  };
  put(ctx, pool);
  return describe(pool);
}

export function deleteIdentityPool(ctx: Ctx, input: DeleteIdentityPoolCommandInput): object {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  for (const key of [...ctx.store.keys({ prefix: ["identity-of", pool.id] })]) ctx.store.remove(keys.identity(String(key[2])));
  for (const collection of ["identity-of", "login"]) ctx.store.removeRange({ prefix: [collection, pool.id] });
  ctx.store.remove(keys.poolOf(pool.account, pool.region, pool.id));
  ctx.store.remove(keys.pool(pool.id));
  return {};
}

export function listIdentityPools(ctx: Ctx, input: ListIdentityPoolsCommandInput) {
  const prefix = ["pool-of", ctx.account, ctx.region];
  const limit = input.MaxResults ?? 60;
  const IdentityPools: { IdentityPoolId: string; IdentityPoolName: string }[] = [];
  const start = input.NextToken === undefined ? {} : { start: [...prefix, input.NextToken] };
  for (const { key, value } of ctx.store.range<string>({ prefix, ...start })) {
    const id = String(key[3]);
    if (IdentityPools.length === limit) return { IdentityPools, NextToken: id };
    IdentityPools.push({ IdentityPoolId: id, IdentityPoolName: value });
  }
  return { IdentityPools };
}

export function setIdentityPoolRoles(ctx: Ctx, input: SetIdentityPoolRolesCommandInput): object {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  for (const name of Object.keys(input.Roles ?? {}))
    if (name !== "authenticated" && name !== "unauthenticated") throw invalidParameter(`Invalid role name: ${name}`);
  for (const [provider, mapping] of Object.entries(input.RoleMappings ?? {})) {
    if (mapping.AmbiguousRoleResolution === undefined)
      throw invalidParameter(`AmbiguousRoleResolution is required for the role mapping of ${provider}.`);
    if (mapping.Type === "Rules" && (mapping.RulesConfiguration?.Rules ?? []).length === 0)
      throw invalidParameter(`RulesConfiguration is required for the role mapping of ${provider}.`);
  }
  const { mappings: _old, ...rest } = pool;
  put(ctx, { ...rest, roles: { ...input.Roles }, ...(input.RoleMappings === undefined ? {} : { mappings: input.RoleMappings }) });
  return {};
}

export function getIdentityPoolRoles(ctx: Ctx, input: GetIdentityPoolRolesCommandInput) {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  return {
    IdentityPoolId: pool.id,
    Roles: { ...pool.roles },
    ...(pool.mappings === undefined ? {} : { RoleMappings: { ...pool.mappings } }),
  };
}

export function setPrincipalTagAttributeMap(ctx: Ctx, input: SetPrincipalTagAttributeMapCommandInput) {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  const map = { usesDefaults: input.UseDefaults === true, tags: { ...input.PrincipalTags } };
  put(ctx, { ...pool, tagMaps: { ...pool.tagMaps, [input.IdentityProviderName ?? ""]: map } });
  return shownMap(pool, input.IdentityProviderName, map);
}

function shownMap(
  pool: IdentityPoolRecord,
  provider: string | undefined,
  map: { usesDefaults: boolean; tags: Readonly<Record<string, string>> },
) {
  return {
    IdentityPoolId: pool.id,
    IdentityProviderName: provider,
    UseDefaults: map.usesDefaults,
    PrincipalTags: map.usesDefaults ? { username: "sub", client: "aud" } : { ...map.tags },
  };
}

export function getPrincipalTagAttributeMap(ctx: Ctx, input: GetPrincipalTagAttributeMapCommandInput) {
  const pool = needPool(ctx, ctx.store, input.IdentityPoolId);
  const map = pool.tagMaps?.[input.IdentityProviderName ?? ""];
  if (map === undefined) throw notFound(`PrincipalTagAttributeMap of '${input.IdentityProviderName}' not found.`);
  return shownMap(pool, input.IdentityProviderName, map);
}

function poolOfArn(ctx: Ctx, arn: string | undefined): IdentityPoolRecord {
  const pool = needPool(ctx, ctx.store, arn?.slice(arn.indexOf("/") + 1));
  if (poolArn(pool) !== arn) throw notFound(`Resource '${arn}' not found.`);
  return pool;
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const pool = poolOfArn(ctx, input.ResourceArn);
  put(ctx, { ...pool, tags: { ...pool.tags, ...input.Tags } });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const pool = poolOfArn(ctx, input.ResourceArn);
  put(ctx, { ...pool, tags: Object.fromEntries(Object.entries(pool.tags).filter(([key]) => !input.TagKeys?.includes(key))) });
  return {};
}

export const listTagsForResource = (ctx: Ctx, input: ListTagsForResourceCommandInput) => ({
  Tags: { ...poolOfArn(ctx, input.ResourceArn).tags },
});

/** As lists of a pool's identities show one. */
export const shownIdentity = (identity: IdentityRecord) => ({
  IdentityId: identity.id,
  ...(Object.keys(identity.logins).length === 0 ? {} : { Logins: Object.keys(identity.logins) }),
  CreationDate: new Date(identity.createdMs),
  LastModifiedDate: new Date(identity.modifiedMs),
});
