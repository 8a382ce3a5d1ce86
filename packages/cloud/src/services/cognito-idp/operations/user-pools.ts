import type {
  AddCustomAttributesCommandInput,
  CreateUserPoolCommandInput,
  CreateUserPoolCommandOutput,
  DeleteUserPoolCommandInput,
  DescribeUserPoolCommandInput,
  DescribeUserPoolCommandOutput,
  GetUserPoolMfaConfigCommandInput,
  ListTagsForResourceCommandInput,
  ListUserPoolsCommandInput,
  SetUserPoolMfaConfigCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  UpdateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { invalidParameter } from "../errors.ts";
import { schemaOf, withCustomAttributes } from "../schema-attributes.ts";
import { ensureSigningKey } from "../signing-key.ts";
import { keys, type MfaFactors, type PoolRecord, removePool } from "../store.ts";
import { checkMfa, describePool, findPool, newPoolId, poolArn, settingsOf } from "../user-pool.ts";

/** User pools themselves: create, describe, update, delete, list; their MFA settings and tags. */

const TAGS_MAX = 50;

type Answer<T> = Omit<T, "$metadata">;

export function createUserPool(ctx: Ctx, input: CreateUserPoolCommandInput): Answer<CreateUserPoolCommandOutput> {
  if (
    input.AliasAttributes !== undefined &&
    input.UsernameAttributes !== undefined &&
    input.AliasAttributes.length * input.UsernameAttributes.length > 0
  )
    throw invalidParameter("Only one of the aliasAttributes or usernameAttributes can be set in a user pool.");
  const settings = settingsOf(input);
  checkMfa(settings, false);
  const nowMs = ctx.now();
  const pool: PoolRecord = {
    id: newPoolId(ctx.random, ctx.region),
    account: ctx.account,
    region: ctx.region,
    name: input.PoolName ?? "",
    createdMs: nowMs,
    modifiedMs: nowMs,
    settings,
    factors: settings.MfaConfiguration === "OFF" ? {} : smsFactor(settings),
    schema: schemaOf(input.Schema ?? []),
    ...(input.AliasAttributes === undefined ? {} : { aliasAttributes: input.AliasAttributes }),
    ...(input.UsernameAttributes === undefined ? {} : { usernameAttributes: input.UsernameAttributes }),
    ...(input.UsernameConfiguration === undefined ? {} : { caseSensitive: input.UsernameConfiguration.CaseSensitive ?? true }),
    tags: checkedTags({ ...input.UserPoolTags }),
  };
  ctx.store.put(keys.pool(pool.id), pool);
  ctx.store.put(keys.poolByName(pool.account, pool.region, pool.id), pool.name);
  ctx.after(async (later) => {
    await ensureSigningKey(later, pool.id);
  });
  return { UserPool: describePool(pool, 0) };
}

function smsFactor(settings: PoolRecord["settings"]): MfaFactors {
  return settings.SmsConfiguration === undefined ? {} : { SmsMfaConfiguration: { SmsConfiguration: settings.SmsConfiguration } };
}

export function describeUserPool(ctx: Ctx, input: DescribeUserPoolCommandInput): Answer<DescribeUserPoolCommandOutput> {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  return { UserPool: describePool(pool, userCount(ctx.store, pool.id)) };
}

function userCount(store: StoreRead, poolId: string): number {
  return store.get<number>(keys.userCount(poolId)) ?? 0;
}

/** Sets every setting anew: what a request leaves out goes back to its default, as AWS's page on UpdateUserPool warns. */
export function updateUserPool(ctx: Ctx, input: UpdateUserPoolCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const settings = settingsOf(input);
  const otherFactor =
    pool.factors.SoftwareTokenMfaConfiguration?.Enabled === true || pool.factors.EmailMfaConfiguration !== undefined;
  checkMfa(settings, otherFactor);
  ctx.store.put(keys.pool(pool.id), {
    ...pool,
    ...(input.PoolName === undefined ? {} : { name: input.PoolName }),
    modifiedMs: ctx.now(),
    settings,
    tags: input.UserPoolTags === undefined ? pool.tags : checkedTags({ ...input.UserPoolTags }),
  } satisfies PoolRecord);
  return {};
}

export function deleteUserPool(ctx: Ctx, input: DeleteUserPoolCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  if (pool.settings.DeletionProtection === "ACTIVE")
    throw invalidParameter(
      "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
    );
  if (pool.domain !== undefined || pool.customDomain !== undefined)
    throw invalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.");
  removePool(ctx.store, pool);
  return {};
}

export function listUserPools(ctx: Ctx, input: ListUserPoolsCommandInput) {
  const prefix = ["pool-of", ctx.account, ctx.region];
  const ids: string[] = [];
  const limit = input.MaxResults ?? 60;
  let next: string | undefined;
  const start = input.NextToken === undefined ? {} : { start: [...prefix, input.NextToken] };
  for (const key of ctx.store.keys({ prefix, ...start })) {
    const id = String(key[3]);
    if (ids.length === limit) {
      next = id;
      break;
    }
    ids.push(id);
  }
  const pools = ids.map((id) => ctx.store.get<PoolRecord>(keys.pool(id))).filter((pool) => pool !== undefined);
  return {
    UserPools: pools.map((pool) => ({
      Id: pool.id,
      Name: pool.name,
      LambdaConfig: pool.settings.LambdaConfig ?? {},
      LastModifiedDate: new Date(pool.modifiedMs),
      CreationDate: new Date(pool.createdMs),
    })),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}

export function addCustomAttributes(ctx: Ctx, input: AddCustomAttributesCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const schema = withCustomAttributes(pool.schema, input.CustomAttributes ?? []);
  ctx.store.put(keys.pool(pool.id), { ...pool, schema, modifiedMs: ctx.now() });
  return {};
}

export function getUserPoolMfaConfig(ctx: Ctx, input: GetUserPoolMfaConfigCommandInput) {
  return mfaConfig(findPool(ctx, ctx.store, input.UserPoolId));
}

function mfaConfig(pool: PoolRecord) {
  return { ...pool.factors, MfaConfiguration: pool.settings.MfaConfiguration ?? "OFF" };
}

export function setUserPoolMfaConfig(ctx: Ctx, input: SetUserPoolMfaConfigCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const mode = input.MfaConfiguration ?? "OFF";
  const sms = input.SmsMfaConfiguration;
  const given =
    sms?.SmsConfiguration !== undefined ||
    input.SoftwareTokenMfaConfiguration?.Enabled === true ||
    input.EmailMfaConfiguration !== undefined;
  if (mode !== "OFF" && !given)
    throw invalidParameter("Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.");
  if (mode === "OFF" && given)
    throw invalidParameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.");
  const factors: MfaFactors = {
    ...(sms === undefined ? {} : { SmsMfaConfiguration: sms }),
    ...(input.SoftwareTokenMfaConfiguration === undefined
      ? {}
      : { SoftwareTokenMfaConfiguration: input.SoftwareTokenMfaConfiguration }),
    ...(input.EmailMfaConfiguration === undefined ? {} : { EmailMfaConfiguration: input.EmailMfaConfiguration }),
    ...(input.WebAuthnConfiguration === undefined ? {} : { WebAuthnConfiguration: input.WebAuthnConfiguration }),
  };
  const changed: PoolRecord = {
    ...pool,
    modifiedMs: ctx.now(),
    factors,
    settings: {
      ...pool.settings,
      MfaConfiguration: mode,
      ...(sms?.SmsConfiguration === undefined ? {} : { SmsConfiguration: sms.SmsConfiguration }),
      ...(sms?.SmsAuthenticationMessage === undefined ? {} : { SmsAuthenticationMessage: sms.SmsAuthenticationMessage }),
    },
  };
  ctx.store.put(keys.pool(pool.id), changed);
  return mfaConfig(changed);
}

function checkedTags(tags: Record<string, string>): Record<string, string> {
  const names = Object.keys(tags);
  if (names.length > TAGS_MAX) throw invalidParameter(`Too many tags, at most ${TAGS_MAX} are allowed.`);
  const reserved = names.find((name) => name.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) throw invalidParameter(`Tag key ${reserved} is reserved: keys can't begin with aws:.`);
  return tags;
}

function poolOfArn(ctx: Ctx, resourceArn: string | undefined): PoolRecord {
  const pool = findPool(ctx, ctx.store, resourceArn?.slice(resourceArn.indexOf("/") + 1));
  if (poolArn(pool) !== resourceArn) throw invalidParameter(`Invalid resource ARN: ${resourceArn}`);
  return pool;
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const pool = poolOfArn(ctx, input.ResourceArn);
  ctx.store.put(keys.pool(pool.id), { ...pool, tags: checkedTags({ ...pool.tags, ...input.Tags }) });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const pool = poolOfArn(ctx, input.ResourceArn);
  const tags = Object.fromEntries(Object.entries(pool.tags).filter(([name]) => !input.TagKeys?.includes(name)));
  ctx.store.put(keys.pool(pool.id), { ...pool, tags });
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ListTagsForResourceCommandInput) {
  return { Tags: { ...poolOfArn(ctx, input.ResourceArn).tags } };
}
