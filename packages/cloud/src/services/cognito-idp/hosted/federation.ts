import type { IdentityProviderType } from "@aws-sdk/client-cognito-identity-provider";
import { ServiceError } from "../../../core/service.ts";
import {
  fetchLocalJson,
  isLoopback,
  readClaims,
  type TokenClaims,
  verifyWebToken,
  WebTokenError,
} from "../../../core/web-identity.ts";
import { federatedUser } from "../federated-user.ts";
import { tellOutcome } from "../request-metrics.ts";
import { type ClientRecord, keys } from "../store.ts";
import { redirect, sendPage } from "./answers.ts";
import { type Authorization, backToClient, parseAuthorization } from "./authorize.ts";
import { pageUrl, signIn } from "./browser.ts";
import { errorPage } from "./pages.ts";
import type { HostedRequest } from "./place.ts";
import { openPending, secretText, takePending } from "./records.ts";

/**
 * Sign-in through an OpenID Connect provider on this machine. Source: developer guide, "Using OIDC identity providers with a user pool".
 * Providers of other kinds, and those that are not on this machine, are refused by name: nothing here leaves it.
 */

/** The providers that the client may use, other than the pool itself. */
export function enabledProviders(request: HostedRequest, client: ClientRecord): IdentityProviderType[] {
  const names = (client.settings.SupportedIdentityProviders ?? []).filter((name) => name !== "COGNITO");
  return names.flatMap(
    (name) => request.ctx.snapshot((store) => store.get<IdentityProviderType>(keys.provider(request.pool.id, name))) ?? [],
  );
}

export function providerLinks(request: HostedRequest, client: ClientRecord): { label: string; href: string }[] {
  return enabledProviders(request, client).map(({ ProviderName = "" }) => {
    const query = new URLSearchParams(pageUrl(request, "").slice(1));
    query.set("identity_provider", ProviderName);
    return { label: ProviderName, href: `/oauth2/authorize?${query}` };
  });
}

interface Endpoints {
  readonly authorize: string;
  readonly token: string;
  readonly userInfo: string | undefined;
  readonly keys: string;
}

/** From the provider's details where they are given, else from its discovery document. Throws Error when it is out of reach. */
async function endpointsOf(details: Readonly<Record<string, string>>): Promise<Endpoints> {
  const given = details.authorize_url !== undefined && details.token_url !== undefined && details.jwks_uri !== undefined;
  const issuer = (details.oidc_issuer ?? "").replace(/\/$/, "");
  const found: Readonly<Record<string, unknown>> = given
    ? {}
    : await fetchLocalJson(`${issuer}/.well-known/openid-configuration`);
  const text = (name: string, published: string) =>
    details[name] ?? (typeof found[published] === "string" ? found[published] : undefined);
  const authorize = text("authorize_url", "authorization_endpoint");
  const token = text("token_url", "token_endpoint");
  const keysUrl = text("jwks_uri", "jwks_uri");
  if (authorize === undefined || token === undefined || keysUrl === undefined)
    throw new Error(`${issuer} publishes no endpoints`);
  return { authorize, token, keys: keysUrl, userInfo: text("attributes_url", "userinfo_endpoint") };
}

const callbackOf = (request: HostedRequest) => `${request.origin}/oauth2/idpresponse`;

export async function goToProvider(request: HostedRequest, asked: Authorization, name: string): Promise<void> {
  const provider = enabledProviders(request, asked.client).find((each) => each.ProviderName === name);
  const refuse = (error_description: string) => backToClient(request, asked, { error: "invalid_request", error_description });
  if (provider === undefined) return refuse(`Identity provider ${name} is not enabled for the client`);
  const details = provider.ProviderDetails ?? {};
  if (provider.ProviderType !== "OIDC" || !isLoopback(details.authorize_url ?? details.oidc_issuer ?? ""))
    return refuse(`${provider.ProviderType} provider ${name} is not on this machine; this cloud doesn't reach it`);
  let endpoints: Endpoints;
  try {
    endpoints = await endpointsOf(details);
  } catch (error) {
    request.ctx.hint(`identity provider ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return refuse(`Identity provider ${name} doesn't answer`);
  }
  const nonce = secretText(request.ctx);
  const redirectUri = callbackOf(request);
  const query = pageUrl(request, "").slice(1);
  const state = openPending(request.ctx, {
    kind: "federation",
    poolId: request.pool.id,
    query,
    provider: name,
    nonce,
    redirectUri,
  });
  const url = new URL(endpoints.authorize);
  const members = {
    client_id: details.client_id ?? "",
    redirect_uri: redirectUri,
    response_type: "code",
    scope: details.authorize_scopes ?? "openid",
    state,
    nonce,
  };
  for (const [key, value] of Object.entries(members)) url.searchParams.set(key, value);
  redirect(request.response, url.href);
}

/** `/oauth2/idpresponse`: the provider sent the browser back. */
export async function providerAnswer(back: HostedRequest): Promise<void> {
  const { ctx, pool } = back;
  const pending = takePending(ctx, back.query.get("state") ?? "");
  if (pending === undefined || pending.kind !== "federation" || pending.poolId !== pool.id)
    return sendPage(back.response, 400, errorPage("Invalid state"));
  const request: HostedRequest = { ...back, query: new URLSearchParams(pending.query) };
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  const refuse = (error_description: string) => backToClient(request, asked, { error: "server_error", error_description });
  const failed = back.query.get("error");
  if (failed !== null) return refuse(back.query.get("error_description") ?? failed);
  const provider = enabledProviders(request, asked.client).find((each) => each.ProviderName === pending.provider);
  if (provider === undefined) return refuse("the identity provider is gone");
  let username: string;
  try {
    const claims = await claimsOf(request, provider, {
      code: back.query.get("code") ?? "",
      redirectUri: pending.redirectUri ?? "",
      nonce: pending.nonce ?? "",
    });
    username = (await federatedUser(ctx, pool, asked.client, provider, claims)).username;
    tellOutcome(ctx, pool, "Federation", { UserPoolClient: asked.client.id, IdentityProvider: pending.provider ?? "" }, true);
  } catch (error) {
    tellOutcome(ctx, pool, "Federation", { UserPoolClient: asked.client.id, IdentityProvider: pending.provider ?? "" }, false);
    if (error instanceof ServiceError) return refuse(error.message);
    request.ctx.hint(`identity provider ${provider.ProviderName}: ${error instanceof Error ? error.message : String(error)}`);
    return refuse(error instanceof WebTokenError ? `Bad id_token: ${error.fault}` : "Exception processing authorization code");
  }
  await signIn(request, asked, username);
}

interface ProviderCode {
  readonly code: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

/** Redeems the provider's code; the claims of its ID token and user info together. Throws Error, WebTokenError. */
async function claimsOf(request: HostedRequest, provider: IdentityProviderType, given: ProviderCode): Promise<TokenClaims> {
  const details = provider.ProviderDetails ?? {};
  const endpoints = await endpointsOf(details);
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code: given.code,
    redirect_uri: given.redirectUri,
    client_id: details.client_id ?? "",
  });
  if (details.client_secret !== undefined) form.set("client_secret", details.client_secret);
  const tokens = await fetchLocalJson(endpoints.token, { method: "POST", body: form });
  const idToken = String(tokens.id_token ?? "");
  if (readClaims(idToken)?.iss.replace(/\/$/, "") !== (details.oidc_issuer ?? "").replace(/\/$/, ""))
    throw new WebTokenError("malformed", details.oidc_issuer ?? "");
  const claims = await verifyWebToken(request.ctx, idToken, await fetchLocalJson(endpoints.keys));
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audience.includes(details.client_id)) throw new Error("the ID token is for another client");
  if (claims.nonce !== undefined && claims.nonce !== given.nonce) throw new Error("the ID token's nonce is another's");
  if (endpoints.userInfo === undefined || typeof tokens.access_token !== "string") return claims;
  const info = await fetchLocalJson(endpoints.userInfo, {
    method: details.attributes_request_method === "POST" ? "POST" : "GET",
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  if (info.sub !== claims.sub) throw new Error("user info is about another subject");
  return { ...claims, ...info, iss: claims.iss, sub: claims.sub };
}
