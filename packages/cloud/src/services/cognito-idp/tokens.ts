import { createHash, createHmac, sign, timingSafeEqual, verify } from "node:crypto";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import type { StoreRead, StoreWrite } from "../../core/store.ts";
import { notAuthorized } from "./errors.ts";
import { type Claims, customized, customizedForClient, preferredRole } from "./pre-token-generation.ts";
import { ensureSigningKey, privateKeyOf, publicKeyOf, type SigningKey } from "./signing-key.ts";
import { type ClientRecord, type GroupRecord, keys, type PoolRecord, type RefreshRecord, type UserRecord } from "./store.ts";
import type { Issue } from "./token-issue.ts";
import { isRecord } from "./triggers.ts";
import { poolIssuer } from "./user-pool.ts";
import { tokenLifetimes } from "./user-pool-client.ts";

/** Tokens of a user pool: what is in them, how they are signed, what makes them void. Source: developer guide, "Using tokens with user pools". */

export const USER_SCOPE = "aws.cognito.signin.user.admin";
/** Header of AWS's refresh tokens (JWE); ours is as opaque to clients as theirs. */
const REFRESH_HEADER = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').toString("base64url");

export interface IssuedTokens {
  readonly AccessToken: string;
  readonly ExpiresIn: number;
  readonly TokenType: "Bearer";
  readonly RefreshToken?: string;
  readonly IdToken: string;
}

/** ID, access and (unless asked otherwise) refresh token of a sign-in, after the PreTokenGeneration trigger had its say. */
export async function issueTokens(ctx: Ctx, issue: Issue): Promise<IssuedTokens> {
  const { pool, client, user } = issue;
  const key = await ensureSigningKey(ctx, pool.id);
  const groups = ctx.snapshot((store) => groupsOf(store, pool, user));
  const nowS = Math.floor(ctx.now() / 1000);
  const lifetimes = tokenLifetimes(client.settings);
  const originJti = issue.from?.originJti ?? randomUuid(ctx.random);
  const scopes = issue.scopes ?? issue.from?.scopes;
  const deviceKey = issue.deviceKey ?? issue.from?.deviceKey;
  const base = {
    sub: user.sub,
    ...(groups.length === 0 ? {} : { "cognito:groups": groups.map((group) => group.name) }),
    iss: poolIssuer(pool),
    ...(client.settings.EnableTokenRevocation === false ? {} : { origin_jti: originJti }),
    event_id: issue.eventId,
    auth_time: Math.floor((issue.from?.authTimeMs ?? ctx.now()) / 1000),
    iat: nowS,
    ...(deviceKey === undefined ? {} : { device_key: deviceKey }),
  };
  const id = {
    ...base,
    ...profileClaims(client, user, scopes),
    ...roleClaims(groups),
    "cognito:username": user.username,
    aud: client.id,
    token_use: "id",
    ...(issue.nonce === undefined ? {} : { nonce: issue.nonce }),
  };
  const access = {
    ...base,
    ...(scopes === undefined ? {} : { version: 2 }),
    client_id: client.id,
    token_use: "access",
    scope: scopes === undefined ? USER_SCOPE : scopes.join(" "),
    username: user.username,
  };
  const changed = await customized(ctx, issue, groups, id, access);
  const finish = (claims: object, seconds: number) => jwt(key, { ...claims, exp: nowS + seconds, jti: randomUuid(ctx.random) });
  const refresh = issue.withRefresh ? newRefreshToken(ctx, issue, originJti, lifetimes.refreshSeconds) : undefined;
  const accessToken = finish(changed.access, lifetimes.accessSeconds);
  const hash = scopes === undefined ? {} : { at_hash: halfHash(accessToken) };
  return {
    AccessToken: accessToken,
    ExpiresIn: lifetimes.accessSeconds,
    TokenType: "Bearer",
    ...(refresh === undefined ? {} : { RefreshToken: refresh }),
    IdToken: finish({ ...changed.id, ...hash }, lifetimes.idSeconds),
  };
}

/** The user's groups, the most important (lowest precedence) first. */
export function groupsOf(store: StoreRead, pool: PoolRecord, user: UserRecord): GroupRecord[] {
  const names = [...store.keys({ prefix: ["member-of", pool.id, user.username] })].map((key) => String(key[3]));
  const groups = names.map((name) => store.get<GroupRecord>(keys.group(pool.id, name))).filter((group) => group !== undefined);
  return groups.sort((a, b) => (a.precedence ?? Number.MAX_SAFE_INTEGER) - (b.precedence ?? Number.MAX_SAFE_INTEGER));
}

/** OpenID Connect core 1.0, section 3.1.3.6: the left half of the access token's hash. */
const halfHash = (token: string) => createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");

const SCOPE_OF: { readonly [attribute: string]: string } = {
  email: "email",
  email_verified: "email",
  phone_number: "phone",
  phone_number_verified: "phone",
};

/** Whether these scopes open an attribute: `openid` alone opens all, beside others only what they name. */
export function scopeOpens(scopes: readonly string[] | undefined, attribute: string): boolean {
  if (scopes === undefined || !scopes.some((scope) => /^(profile|email|phone)$/.test(scope))) return true;
  return scopes.includes(SCOPE_OF[attribute] ?? "profile");
}

/** The user's attributes that the client may read, as claims. */
function profileClaims(client: ClientRecord, user: UserRecord, scopes: readonly string[] | undefined): Record<string, unknown> {
  const readable = client.settings.ReadAttributes;
  const claims: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(user.attributes)) {
    if (
      value === "" ||
      name.startsWith("dev:") ||
      (readable !== undefined && readable.length > 0 && name !== "identities" && !readable.includes(name))
    )
      continue;
    if (!scopeOpens(scopes, name)) continue;
    if (name === "identities") {
      claims[name] = JSON.parse(value);
      continue;
    }
    claims[name] = /^(email|phone_number)_verified$/.test(name)
      ? value === "true"
      : name === "address"
        ? { formatted: value }
        : value;
  }
  return claims;
}

function roleClaims(groups: readonly GroupRecord[]): Record<string, unknown> {
  const roles = groups.map((group) => group.roleArn).filter((role) => role !== undefined);
  const preferred = preferredRole(groups);
  return {
    ...(roles.length === 0 ? {} : { "cognito:roles": roles }),
    ...(preferred === undefined ? {} : { "cognito:preferred_role": preferred }),
  };
}

/** An access token for a client itself (client_credentials): nobody's user. */
export async function issueClientToken(ctx: Ctx, pool: PoolRecord, client: ClientRecord, scopes: readonly string[]) {
  const key = await ensureSigningKey(ctx, pool.id);
  const nowS = Math.floor(ctx.now() / 1000);
  const { accessSeconds } = tokenLifetimes(client.settings);
  const claims: Claims = {
    sub: client.id,
    token_use: "access",
    scope: scopes.join(" "),
    auth_time: nowS,
    iss: poolIssuer(pool),
    exp: nowS + accessSeconds,
    iat: nowS,
    version: 2,
    jti: randomUuid(ctx.random),
    client_id: client.id,
  };
  return { AccessToken: jwt(key, await customizedForClient(ctx, pool, client.id, scopes, claims)), ExpiresIn: accessSeconds };
}

function jwt(key: SigningKey, claims: object): string {
  const header = Buffer.from(JSON.stringify({ kid: key.kid, alg: "RS256" })).toString("base64url");
  const body = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${body}.${sign("RSA-SHA256", Buffer.from(body), privateKeyOf(key)).toString("base64url")}`;
}

function present<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  const out: { [P in K]?: V } = {};
  if (value !== undefined) out[name] = value;
  return out;
}

const digest = (token: string) => createHash("sha256").update(token).digest("base64");

function newRefreshToken(ctx: Ctx, issue: Issue, originJti: string, seconds: number): string {
  const part = (bytes: number) => Buffer.from(ctx.random.bytes(bytes)).toString("base64url");
  const token = [REFRESH_HEADER, part(256), part(12), part(512), part(16)].join(".");
  const record: RefreshRecord = {
    poolId: issue.pool.id,
    clientId: issue.client.id,
    username: issue.user.username,
    originJti,
    authTimeMs: issue.from?.authTimeMs ?? ctx.now(),
    // A rotated token ends when the first one would have.
    expiresMs: issue.from?.expiresMs ?? ctx.now() + seconds * 1000,
    ...present("scopes", issue.scopes ?? issue.from?.scopes),
    ...present("deviceKey", issue.deviceKey ?? issue.from?.deviceKey),
  };
  ctx.transact((store) => {
    store.put(keys.refresh(digest(token)), record);
    store.put(keys.origin(issue.pool.id, issue.user.username, originJti), record.expiresMs);
  });
  return token;
}

export function refreshRecord(store: StoreRead, token: string | undefined): RefreshRecord | undefined {
  return token === undefined ? undefined : store.get<RefreshRecord>(keys.refresh(digest(token)));
}

export function putRefreshRecord(store: StoreWrite, token: string, record: RefreshRecord): void {
  store.put(keys.refresh(digest(token)), record);
}

export interface AccessClaims {
  readonly scopes: readonly string[];
  readonly pool: PoolRecord;
  readonly user: UserRecord;
  readonly clientId: string;
  readonly originJti?: string;
}

/** Who an access token speaks for. Throws NotAuthorizedException: not ours, expired, revoked, signed out. */
export function checkAccessToken(ctx: Ctx, store: StoreRead, token: string | undefined, scope = USER_SCOPE): AccessClaims {
  const invalid = () => notAuthorized("Invalid Access Token");
  const parts = (token ?? "").split(".");
  const claims = decode(parts[1]);
  const poolId = typeof claims?.iss === "string" ? claims.iss.slice(claims.iss.lastIndexOf("/") + 1) : "";
  const pool = store.get<PoolRecord>(keys.pool(poolId));
  const key = store.get<SigningKey>(keys.signingKey(poolId));
  if (parts.length !== 3 || claims === undefined || pool === undefined || key === undefined) throw invalid();
  if (claims.token_use !== "access" || !signed(key, parts)) throw invalid();
  if (Number(claims.exp) * 1000 <= ctx.now()) throw notAuthorized("Access Token has expired");
  const user = store.get<UserRecord>(keys.user(poolId, String(claims.username)));
  if (user === undefined) throw notAuthorized("Access Token has been revoked");
  if (!user.enabled) throw notAuthorized("User is disabled.");
  const originJti = typeof claims.origin_jti === "string" ? claims.origin_jti : undefined;
  // Tokens without origin_jti (revocation off) are told apart by time alone.
  const signedOut =
    originJti === undefined && user.signedOutMs !== undefined && Number(claims.auth_time) * 1000 < user.signedOutMs;
  if (signedOut || (originJti !== undefined && store.has(keys.revokedOrigin(poolId, originJti))))
    throw notAuthorized("Access Token has been revoked");
  const scopes = String(claims.scope).split(" ");
  if (!scopes.includes(scope)) throw notAuthorized("Access Token does not have required scopes");
  return { pool, user, scopes, clientId: String(claims.client_id), ...(originJti === undefined ? {} : { originJti }) };
}

function decode(part: string | undefined): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
    return isRecord(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

function signed(key: SigningKey, parts: readonly string[]): boolean {
  const header = decode(parts[0]);
  if (header?.alg !== "RS256" || header.kid !== key.kid) return false;
  return verify("RSA-SHA256", Buffer.from(`${parts[0]}.${parts[1]}`), publicKeyOf(key), Buffer.from(parts[2] ?? "", "base64url"));
}

/** Makes every token of the user void (GlobalSignOut). */
export function revokeAll(ctx: Ctx, store: StoreWrite, pool: PoolRecord, user: UserRecord): void {
  for (const key of [...store.keys({ prefix: ["origin", pool.id, user.username] })]) {
    store.put(keys.revokedOrigin(pool.id, String(key[3])), true);
    store.remove(key);
  }
  store.put(keys.user(pool.id, user.username), { ...user, signedOutMs: ctx.now() });
}

/** Ends a refresh token and every token that came of the same sign-in. */
export function revokeRefreshToken(store: StoreWrite, token: string, record: RefreshRecord): void {
  putRefreshRecord(store, token, { ...record, revoked: true });
  store.put(keys.revokedOrigin(record.poolId, record.originJti), true);
}

/** HMAC-SHA256 of name and client ID, base64. */
export const secretHash = (secret: string, name: string, clientId: string) =>
  createHmac("sha256", secret).update(`${name}${clientId}`).digest("base64");

/** SECRET_HASH of a user name: HMAC-SHA256 of name and client ID under the client's secret. Throws NotAuthorizedException. */
export function checkSecretHash(client: ClientRecord, names: readonly (string | undefined)[], given: string | undefined): void {
  if (client.secret === undefined) return;
  if (given === undefined) throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  const actual = Buffer.from(given, "base64");
  for (const secret of [client.secret, ...(client.moreSecrets ?? []).map((row) => row.secret)])
    for (const name of names) {
      const wanted = Buffer.from(secretHash(secret, name ?? "", client.id), "base64");
      if (actual.length === wanted.length && timingSafeEqual(actual, wanted)) return;
    }
  throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
}
