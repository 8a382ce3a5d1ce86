import type {
  CreateGroupCommandInput,
  CreateIdentityProviderCommandInput,
  CreateResourceServerCommandInput,
  CreateUserPoolDomainCommandInput,
  DeleteGroupCommandInput,
  DeleteIdentityProviderCommandInput,
  DeleteResourceServerCommandInput,
  DeleteUserPoolDomainCommandInput,
  DescribeIdentityProviderCommandInput,
  DescribeResourceServerCommandInput,
  DescribeUserPoolDomainCommandInput,
  GetGroupCommandInput,
  IdentityProviderType,
  ListGroupsCommandInput,
  ListIdentityProvidersCommandInput,
  ListResourceServersCommandInput,
  ResourceServerType,
  UpdateGroupCommandInput,
  UpdateIdentityProviderCommandInput,
  UpdateResourceServerCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { duplicateProvider, groupExists, invalidParameter, resourceNotFound } from "../errors.ts";
import { domainEndpoint, localLogin } from "../hosted/place.ts";
import { type GroupRecord, keys, type PoolRecord, page } from "../store.ts";
import { findPool } from "../user-pool.ts";

/** What hangs on a user pool and has a name: groups, domains, resource servers, identity providers. */

export function describeGroup(pool: PoolRecord, group: GroupRecord) {
  return {
    GroupName: group.name,
    UserPoolId: pool.id,
    ...(group.description === undefined ? {} : { Description: group.description }),
    ...(group.roleArn === undefined ? {} : { RoleArn: group.roleArn }),
    ...(group.precedence === undefined ? {} : { Precedence: group.precedence }),
    LastModifiedDate: new Date(group.modifiedMs),
    CreationDate: new Date(group.createdMs),
  };
}

/** Throws ResourceNotFoundException. */
export function findGroup(store: StoreRead, pool: PoolRecord, name: string | undefined): GroupRecord {
  const group = store.get<GroupRecord>(keys.group(pool.id, name ?? ""));
  if (group === undefined) throw resourceNotFound("Group not found.");
  return group;
}

function groupSettings(input: CreateGroupCommandInput | UpdateGroupCommandInput): Partial<GroupRecord> {
  return {
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.RoleArn === undefined ? {} : { roleArn: input.RoleArn }),
    ...(input.Precedence === undefined ? {} : { precedence: input.Precedence }),
  };
}

export function createGroup(ctx: Ctx, input: CreateGroupCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const name = input.GroupName ?? "";
  if (ctx.store.has(keys.group(pool.id, name))) throw groupExists("A group with the name already exists.");
  const group: GroupRecord = { name, ...groupSettings(input), createdMs: ctx.now(), modifiedMs: ctx.now() };
  ctx.store.put(keys.group(pool.id, name), group);
  return { Group: describeGroup(pool, group) };
}

export function getGroup(ctx: Ctx, input: GetGroupCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  return { Group: describeGroup(pool, findGroup(ctx.store, pool, input.GroupName)) };
}

export function updateGroup(ctx: Ctx, input: UpdateGroupCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const group = { ...findGroup(ctx.store, pool, input.GroupName), ...groupSettings(input), modifiedMs: ctx.now() };
  ctx.store.put(keys.group(pool.id, group.name), group);
  return { Group: describeGroup(pool, group) };
}

export function deleteGroup(ctx: Ctx, input: DeleteGroupCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const group = findGroup(ctx.store, pool, input.GroupName);
  for (const key of [...ctx.store.keys({ prefix: ["member", pool.id, group.name] })])
    ctx.store.remove(keys.memberOf(pool.id, String(key[3]), group.name));
  ctx.store.removeRange({ prefix: ["member", pool.id, group.name] });
  ctx.store.remove(keys.group(pool.id, group.name));
  return {};
}

export function listGroups(ctx: Ctx, input: ListGroupsCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const { values, next } = page<GroupRecord>(ctx.store, ["group", pool.id], input.Limit ?? 60, input.NextToken);
  return { Groups: values.map((group) => describeGroup(pool, group)), ...(next === undefined ? {} : { NextToken: next }) };
}

interface DomainRecord {
  readonly domain: string;
  readonly poolId: string;
  readonly certificateArn?: string;
  readonly managedLoginVersion: number;
  readonly distribution: string;
}

const CLOUDFRONT_ID_LENGTH = 13;

export function createUserPoolDomain(ctx: Ctx, input: CreateUserPoolDomainCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const domain = input.Domain ?? "";
  const certificateArn = input.CustomDomainConfig?.CertificateArn;
  if (/(^|-|\.)(aws|amazon|cognito)/i.test(domain) && certificateArn === undefined)
    throw invalidParameter(`Domain cannot contain reserved word: ${/(aws|amazon|cognito)/i.exec(domain)?.[0] ?? ""}`);
  if (domain.includes(".") && certificateArn === undefined) throw invalidParameter("Custom domain requires a certificate.");
  if (ctx.store.has(keys.domain(domain))) throw invalidParameter(`Domain already associated with another user pool.`);
  if ((certificateArn === undefined ? pool.domain : pool.customDomain) !== undefined)
    throw invalidParameter(`User pool already has a domain configured.`);
  const record: DomainRecord = {
    domain,
    poolId: pool.id,
    ...(certificateArn === undefined ? {} : { certificateArn }),
    managedLoginVersion: input.ManagedLoginVersion ?? 1,
    distribution: `d${Buffer.from(ctx.random.bytes(CLOUDFRONT_ID_LENGTH)).toString("hex").slice(0, CLOUDFRONT_ID_LENGTH)}.cloudfront.net`,
  };
  ctx.store.put(keys.domain(domain), record);
  ctx.store.put(keys.pool(pool.id), { ...pool, [certificateArn === undefined ? "domain" : "customDomain"]: domain });
  ctx.after(async (later) => later.hint(`user pool ${pool.name}: hosted login at ${await localLogin(later, domain)}`));
  return certificateArn === undefined
    ? {}
    : { CloudFrontDomain: record.distribution, ManagedLoginVersion: record.managedLoginVersion };
}

/** A domain nobody has is an empty description, not an error. */
export function describeUserPoolDomain(ctx: Ctx, input: DescribeUserPoolDomainCommandInput) {
  const record = ctx.store.get<DomainRecord>(keys.domain(input.Domain ?? ""));
  const pool = record === undefined ? undefined : ctx.store.get<PoolRecord>(keys.pool(record.poolId));
  if (record === undefined || pool === undefined || pool.account !== ctx.account) return { DomainDescription: {} };
  return {
    DomainDescription: {
      UserPoolId: pool.id,
      AWSAccountId: pool.account,
      Domain: record.domain,
      S3Bucket: `aws-cognito-prod-${pool.region}-assets`,
      CloudFrontDistribution: record.distribution,
      Version: String(pool.createdMs),
      Status: "ACTIVE",
      CustomDomainConfig: record.certificateArn === undefined ? {} : { CertificateArn: record.certificateArn },
      ManagedLoginVersion: record.managedLoginVersion,
    },
  };
}

export function updateUserPoolDomain(ctx: Ctx, input: CreateUserPoolDomainCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const record = ownDomain(ctx, pool, input.Domain);
  const changed: DomainRecord = {
    ...record,
    ...(input.CustomDomainConfig?.CertificateArn === undefined
      ? {}
      : { certificateArn: input.CustomDomainConfig.CertificateArn }),
    managedLoginVersion: input.ManagedLoginVersion ?? record.managedLoginVersion,
  };
  ctx.store.put(keys.domain(record.domain), changed);
  return { CloudFrontDomain: changed.distribution, ManagedLoginVersion: changed.managedLoginVersion };
}

function ownDomain(ctx: Ctx, pool: PoolRecord, domain: string | undefined): DomainRecord {
  const record = ctx.store.get<DomainRecord>(keys.domain(domain ?? ""));
  if (record === undefined || record.poolId !== pool.id) throw invalidParameter("No such domain or user pool exists.");
  return record;
}

export function deleteUserPoolDomain(ctx: Ctx, input: DeleteUserPoolDomainCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const record = ownDomain(ctx, pool, input.Domain);
  const { domain, customDomain, ...rest } = pool;
  ctx.store.remove(keys.domain(record.domain));
  ctx.after((later) => later.closeEndpointPort(domainEndpoint(record.domain)));
  ctx.store.put(keys.pool(pool.id), {
    ...rest,
    ...(domain === undefined || domain === record.domain ? {} : { domain }),
    ...(customDomain === undefined || customDomain === record.domain ? {} : { customDomain }),
  } satisfies PoolRecord);
  return {};
}

export function createResourceServer(ctx: Ctx, input: CreateResourceServerCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const identifier = input.Identifier ?? "";
  if (ctx.store.has(keys.server(pool.id, identifier)))
    throw invalidParameter(`${identifier} already exists in user pool ${pool.id}.`);
  return putServer(ctx, pool, input);
}

function putServer(ctx: Ctx, pool: PoolRecord, input: CreateResourceServerCommandInput | UpdateResourceServerCommandInput) {
  const server: ResourceServerType = {
    UserPoolId: pool.id,
    Identifier: input.Identifier,
    Name: input.Name,
    Scopes: input.Scopes ?? [],
  };
  ctx.store.put(keys.server(pool.id, input.Identifier ?? ""), server);
  return { ResourceServer: server };
}

function findServer(ctx: Ctx, pool: PoolRecord, identifier: string | undefined): ResourceServerType {
  const server = ctx.store.get<ResourceServerType>(keys.server(pool.id, identifier ?? ""));
  if (server === undefined) throw resourceNotFound(`Resource server ${identifier} does not exist.`);
  return server;
}

export function describeResourceServer(ctx: Ctx, input: DescribeResourceServerCommandInput) {
  return { ResourceServer: findServer(ctx, findPool(ctx, ctx.store, input.UserPoolId), input.Identifier) };
}

export function updateResourceServer(ctx: Ctx, input: UpdateResourceServerCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  findServer(ctx, pool, input.Identifier);
  return putServer(ctx, pool, input);
}

export function deleteResourceServer(ctx: Ctx, input: DeleteResourceServerCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  findServer(ctx, pool, input.Identifier);
  ctx.store.remove(keys.server(pool.id, input.Identifier ?? ""));
  return {};
}

export function listResourceServers(ctx: Ctx, input: ListResourceServersCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const { values, next } = page<ResourceServerType>(ctx.store, ["server", pool.id], input.MaxResults ?? 50, input.NextToken);
  return { ResourceServers: values, ...(next === undefined ? {} : { NextToken: next }) };
}

type ProviderRecord = Omit<IdentityProviderType, "CreationDate" | "LastModifiedDate"> & { createdMs: number; modifiedMs: number };

function describeProvider({ createdMs, modifiedMs, ...provider }: ProviderRecord): IdentityProviderType {
  return { ...provider, LastModifiedDate: new Date(modifiedMs), CreationDate: new Date(createdMs) };
}

export function createIdentityProvider(ctx: Ctx, input: CreateIdentityProviderCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const name = input.ProviderName ?? "";
  if (ctx.store.has(keys.provider(pool.id, name)))
    throw duplicateProvider(`A provider with the name ${name} already exists in this user pool.`);
  const record: ProviderRecord = {
    UserPoolId: pool.id,
    ProviderName: name,
    ProviderType: input.ProviderType,
    ProviderDetails: input.ProviderDetails ?? {},
    AttributeMapping: input.AttributeMapping ?? { username: "sub" },
    IdpIdentifiers: input.IdpIdentifiers ?? [],
    createdMs: ctx.now(),
    modifiedMs: ctx.now(),
  };
  ctx.store.put(keys.provider(pool.id, name), record);
  return { IdentityProvider: describeProvider(record) };
}

/** The provider that has an identifier (an e-mail domain, say). */
export function findProviderByIdentifier(ctx: Ctx, pool: PoolRecord, identifier: string): IdentityProviderType | undefined {
  for (const { value } of ctx.store.range<ProviderRecord>({ prefix: ["provider", pool.id] }))
    if (value.IdpIdentifiers?.includes(identifier) === true) return describeProvider(value);
  return undefined;
}

/** Throws ResourceNotFoundException. */
export const needProvider = (ctx: Ctx, pool: PoolRecord, name: string) => describeProvider(findProvider(ctx, pool, name));

function findProvider(ctx: Ctx, pool: PoolRecord, name: string | undefined): ProviderRecord {
  const record = ctx.store.get<ProviderRecord>(keys.provider(pool.id, name ?? ""));
  if (record === undefined) throw resourceNotFound(`Identity provider ${name} does not exist.`);
  return record;
}

export function describeIdentityProvider(ctx: Ctx, input: DescribeIdentityProviderCommandInput) {
  return {
    IdentityProvider: describeProvider(findProvider(ctx, findPool(ctx, ctx.store, input.UserPoolId), input.ProviderName)),
  };
}

export function updateIdentityProvider(ctx: Ctx, input: UpdateIdentityProviderCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const record = findProvider(ctx, pool, input.ProviderName);
  const changed: ProviderRecord = {
    ...record,
    ...(input.ProviderDetails === undefined ? {} : { ProviderDetails: input.ProviderDetails }),
    ...(input.AttributeMapping === undefined ? {} : { AttributeMapping: input.AttributeMapping }),
    ...(input.IdpIdentifiers === undefined ? {} : { IdpIdentifiers: input.IdpIdentifiers }),
    modifiedMs: ctx.now(),
  };
  ctx.store.put(keys.provider(pool.id, input.ProviderName ?? ""), changed);
  return { IdentityProvider: describeProvider(changed) };
}

export function deleteIdentityProvider(ctx: Ctx, input: DeleteIdentityProviderCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  findProvider(ctx, pool, input.ProviderName);
  ctx.store.remove(keys.provider(pool.id, input.ProviderName ?? ""));
  return {};
}

export function listIdentityProviders(ctx: Ctx, input: ListIdentityProvidersCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const { values, next } = page<ProviderRecord>(ctx.store, ["provider", pool.id], input.MaxResults ?? 60, input.NextToken);
  const providers = values.map((record) => ({
    ProviderName: record.ProviderName,
    ProviderType: record.ProviderType,
    LastModifiedDate: new Date(record.modifiedMs),
    CreationDate: new Date(record.createdMs),
  }));
  return { Providers: providers, ...(next === undefined ? {} : { NextToken: next }) };
}
