import { createHash } from "node:crypto";
import { randomUuid } from "@dovetail/model";
import { ServiceError } from "../../../core/service.ts";
import { refresh } from "../auth/start.ts";
import { type ClientRecord, keys, type UserRecord } from "../store.ts";
import { checkAccessToken, issueClientToken, issueTokens, refreshRecord, revokeRefreshToken, scopeOpens } from "../tokens.ts";
import { attributeList } from "../users.ts";
import { sendJson } from "./answers.ts";
import { basicCredentials, type HostedRequest } from "./place.ts";
import { sameText, takeAuthorizationCode } from "./records.ts";

/** `/oauth2/token`, `/oauth2/revoke`, `/oauth2/userInfo`. Source: developer guide, "Token endpoint", "Revoke endpoint", "userInfo endpoint". */

class OAuthError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, description = "", status = 400) {
    super(description);
    this.code = code;
    this.status = status;
  }
}

function answerError(request: HostedRequest, error: unknown): void {
  if (!(error instanceof OAuthError)) throw error;
  const description = error.message === "" ? {} : { error_description: error.message };
  sendJson(request.response, error.status, { error: error.code, ...description });
}

/** The client, proved by its secret where it has one: Basic credentials or members of the form. */
function provedClient(request: HostedRequest): ClientRecord {
  const basic = basicCredentials(request.headers);
  const { form, ctx, pool } = request;
  const id = basic?.id ?? form.get("client_id");
  if (id === null || id === "") throw new OAuthError("invalid_request", "client_id is missing");
  const client = ctx.snapshot((store) => store.get<ClientRecord>(keys.client(id)));
  if (client === undefined || client.poolId !== pool.id) throw new OAuthError("invalid_client");
  if (basic !== undefined && form.has("client_id") && form.get("client_id") !== basic.id) throw new OAuthError("invalid_client");
  const given = basic?.secret ?? form.get("client_secret") ?? undefined;
  if (client.secret === undefined) {
    if (given !== undefined && given !== "") throw new OAuthError("invalid_client", "invalid_client_secret");
    return client;
  }
  const known = [client.secret, ...(client.moreSecrets ?? []).map((row) => row.secret)];
  if (given === undefined || !known.some((secret) => sameText(given, secret)))
    throw new OAuthError("invalid_client", given === undefined ? "" : "invalid_client_secret");
  return client;
}

export async function tokenEndpoint(request: HostedRequest): Promise<void> {
  try {
    if (request.method !== "POST") throw new OAuthError("invalid_request", "Request method must be POST", 405);
    const grantType = request.form.get("grant_type");
    if (grantType === null) throw new OAuthError("invalid_request", "grant_type is missing");
    const client = provedClient(request);
    sendJson(request.response, 200, await granted(request, client, grantType));
  } catch (error) {
    answerError(request, error);
  }
}

function granted(request: HostedRequest, client: ClientRecord, grantType: string): Promise<object> {
  switch (grantType) {
    case "authorization_code":
      return byCode(request, client);
    case "refresh_token":
      return byRefreshToken(request, client);
    case "client_credentials":
      return byClient(request, client);
    default:
      throw new OAuthError("unsupported_grant_type");
  }
}

function needFlow(client: ClientRecord, ...flows: readonly string[]): void {
  const allowed: readonly string[] =
    client.settings.AllowedOAuthFlowsUserPoolClient === true ? (client.settings.AllowedOAuthFlows ?? []) : [];
  if (!flows.some((flow) => allowed.includes(flow))) throw new OAuthError("unauthorized_client");
}

async function byCode(request: HostedRequest, client: ClientRecord): Promise<object> {
  const { form, ctx, pool } = request;
  needFlow(client, "code");
  const text = form.get("code");
  if (text === null) throw new OAuthError("invalid_request", "code is missing");
  const code = takeAuthorizationCode(ctx, text);
  const redirectUri = form.get("redirect_uri");
  if (code === undefined || code.clientId !== client.id || code.poolId !== pool.id) throw new OAuthError("invalid_grant");
  if (code.redirectUri !== redirectUri) throw new OAuthError("invalid_grant");
  if (!provesKey(code.challenge, form.get("code_verifier"))) throw new OAuthError("invalid_grant");
  const user = ctx.snapshot((store) => store.get<UserRecord>(keys.user(pool.id, code.username)));
  if (user?.enabled !== true) throw new OAuthError("invalid_grant");
  const tokens = await issued(() =>
    issueTokens(ctx, {
      pool,
      client,
      user,
      source: "TokenGeneration_HostedAuth",
      withRefresh: true,
      eventId: randomUuid(ctx.random),
      scopes: code.scopes,
      ...(code.nonce === undefined ? {} : { nonce: code.nonce }),
    }),
  );
  return {
    ...(code.scopes.includes("openid") ? { id_token: tokens.IdToken } : {}),
    access_token: tokens.AccessToken,
    refresh_token: tokens.RefreshToken,
    expires_in: tokens.ExpiresIn,
    token_type: "Bearer",
  };
}

/** RFC 7636, section 4.6. */
function provesKey(challenge: string | undefined, verifier: string | null): boolean {
  if (challenge === undefined) return verifier === null || verifier === "";
  if (verifier === null || !/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false;
  return sameText(createHash("sha256").update(verifier).digest("base64url"), challenge);
}

/** A trigger's failure is the grant's. */
async function issued<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ServiceError) throw new OAuthError("invalid_grant", error.message);
    throw error;
  }
}

async function byRefreshToken(request: HostedRequest, client: ClientRecord): Promise<object> {
  const { ctx, pool, form } = request;
  const token = form.get("refresh_token");
  if (token === null) throw new OAuthError("invalid_request", "refresh_token is missing");
  const record = ctx.snapshot((store) => refreshRecord(store, token));
  const { secret: _proved, ...open } = client;
  const rotate = client.settings.RefreshTokenRotation?.Feature === "ENABLED";
  const answer = await issued(() => refresh({ ctx, pool, client: open, parameters: {}, admin: false }, token, rotate));
  const tokens = answer.AuthenticationResult as {
    AccessToken: string;
    IdToken: string;
    ExpiresIn: number;
    RefreshToken?: string;
  };
  return {
    ...(record?.scopes?.includes("openid") === false ? {} : { id_token: tokens.IdToken }),
    access_token: tokens.AccessToken,
    ...(tokens.RefreshToken === undefined ? {} : { refresh_token: tokens.RefreshToken }),
    expires_in: tokens.ExpiresIn,
    token_type: "Bearer",
  };
}

async function byClient(request: HostedRequest, client: ClientRecord): Promise<object> {
  needFlow(client, "client_credentials");
  if (client.secret === undefined) throw new OAuthError("invalid_client");
  const allowed = (client.settings.AllowedOAuthScopes ?? []).filter((scope) => scope.includes("/"));
  const asked = (request.form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  if (!asked.every((scope) => allowed.includes(scope))) throw new OAuthError("invalid_scope");
  const scopes = asked.length === 0 ? allowed : [...new Set(asked)];
  if (scopes.length === 0) throw new OAuthError("invalid_grant");
  const token = await issued(() => issueClientToken(request.ctx, request.pool, client, scopes));
  return { access_token: token.AccessToken, expires_in: token.ExpiresIn, token_type: "Bearer" };
}

/** Revokes a refresh token and what was issued with it. An unknown one is as good as revoked (RFC 7009, section 2.2). */
export function revokeEndpoint(request: HostedRequest) {
  const { ctx, form } = request;
  try {
    if (request.method !== "POST") throw new OAuthError("invalid_request", "Request method must be POST", 405);
    const token = form.get("token");
    if (token === null || token === "") throw new OAuthError("invalid_request", "token is missing");
    const client = provedClient(request);
    if (client.settings.EnableTokenRevocation === false) throw new OAuthError("invalid_request", "Token revocation is disabled");
    const record = ctx.snapshot((store) => refreshRecord(store, token));
    if (record === undefined && token.split(".").length === 3) throw new OAuthError("unsupported_token_type");
    if (record !== undefined && record.clientId !== client.id) throw new OAuthError("unauthorized_client");
    if (record !== undefined) ctx.transact((store) => revokeRefreshToken(store, token, record));
    sendJson(request.response, 200, undefined);
  } catch (error) {
    if (error instanceof OAuthError && error.code === "invalid_client")
      return sendJson(request.response, 401, { error: "invalid_client" });
    answerError(request, error);
  }
}

export function userInfoEndpoint(request: HostedRequest) {
  const { ctx, response } = request;
  const token =
    /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? request.form.get("access_token") ?? undefined;
  const refuse = (status: number, error: string, description: string) =>
    sendJson(
      response,
      status,
      { error, error_description: description },
      { "www-authenticate": `Bearer error="${error}", error_description="${description}"` },
    );
  if (token === undefined) return refuse(400, "invalid_request", "The OAuth2.0 request does not contain an access token");
  let claims: ReturnType<typeof checkAccessToken>;
  try {
    claims = ctx.snapshot((store) => checkAccessToken(ctx, store, token, "openid"));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return refuse(401, "invalid_token", "Access token is expired, disabled, or deleted, or the user has globally signed out.");
  }
  if (claims.pool.id !== request.pool.id) return refuse(401, "invalid_token", "Access token is not this user pool's.");
  const client = ctx.snapshot((store) => store.get<ClientRecord>(keys.client(claims.clientId)));
  const readable: readonly string[] = client?.settings.ReadAttributes ?? [];
  const info: Record<string, string> = {};
  for (const { Name = "", Value = "" } of attributeList(claims.user))
    if (Name === "sub" || (scopeOpens(claims.scopes, Name) && (readable.length === 0 || readable.includes(Name))))
      info[Name] = Value;
  sendJson(response, 200, { ...info, username: claims.user.username });
}
