import { randomUuid } from "@dovetail/model";
import { type ClientRecord, keys, type PoolRecord, type UserRecord } from "../store.ts";
import { issueTokens } from "../tokens.ts";
import { redirect, sendPage } from "./answers.ts";
import { errorPage } from "./pages.ts";
import type { HostedRequest } from "./place.ts";
import { newAuthorizationCode } from "./records.ts";

/** Authorization requests: what is checked before anybody signs in, and how the answer goes back. Source: developer guide, "Authorize endpoint". */

export interface Authorization {
  readonly client: ClientRecord;
  readonly redirectUri: string;
  readonly responseType: "code" | "token";
  readonly scopes: readonly string[];
  readonly state?: string;
  readonly nonce?: string;
  readonly challenge?: string;
}

/** The members of an authorization request; forms carry them on in their address. */
const CARRIED =
  "client_id response_type redirect_uri scope state nonce code_challenge code_challenge_method identity_provider idp_identifier login_hint lang ui_locales prompt".split(
    " ",
  );

export function carried(query: URLSearchParams): string {
  const out = new URLSearchParams();
  for (const name of CARRIED) {
    const value = query.get(name);
    if (value !== null) out.set(name, value);
  }
  return out.toString();
}

/** Everything that an error can be told before a redirect is safe goes to the domain's own error page. */
function fail(request: HostedRequest, error: string): undefined {
  const clientId = request.query.get("client_id");
  const query = new URLSearchParams({ error, ...(clientId === null ? {} : { client_id: clientId }) });
  redirect(request.response, `${request.origin}/error?${query}`);
}

export function showError(request: HostedRequest): void {
  sendPage(request.response, 400, errorPage(request.query.get("error") ?? "invalid_request"));
}

/** To the client, in the query for a code, in the fragment for tokens. */
export function backToClient(
  request: HostedRequest,
  to: Pick<Authorization, "redirectUri" | "responseType" | "state">,
  members: { readonly [name: string]: string },
  cookies: readonly string[] = [],
): void {
  const more = new URLSearchParams({ ...members, ...(to.state === undefined ? {} : { state: to.state }) });
  const { redirectUri } = to;
  const location =
    to.responseType === "token" ? `${redirectUri}#${more}` : `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${more}`;
  redirect(request.response, location, cookies);
}

/** The authorization request in the address, or undefined when its error has been answered. */
export function parseAuthorization(request: HostedRequest): Authorization | undefined {
  const { query, pool, ctx } = request;
  const client = ctx.snapshot((store) => store.get<ClientRecord>(keys.client(query.get("client_id") ?? "")));
  if (client === undefined || client.poolId !== pool.id) return fail(request, "invalid_request");
  const { settings } = client;
  const redirectUri = query.get("redirect_uri") ?? settings.DefaultRedirectURI ?? settings.CallbackURLs?.[0];
  if (redirectUri === undefined || settings.CallbackURLs?.includes(redirectUri) !== true)
    return fail(request, "redirect_mismatch");
  const state = query.get("state");
  const type = query.get("response_type");
  const to = {
    redirectUri,
    responseType: type === "token" ? ("token" as const) : ("code" as const),
    ...(state === null ? {} : { state }),
  };
  const refused = refusal(pool, client, query);
  if (refused !== undefined) {
    backToClient(request, to, refused);
    return undefined;
  }
  const nonce = query.get("nonce");
  const challenge = query.get("code_challenge");
  return {
    client,
    ...to,
    scopes: scopesOf(client, query),
    ...(nonce === null ? {} : { nonce }),
    ...(challenge === null ? {} : { challenge }),
  };
}

function scopesOf(client: ClientRecord, query: URLSearchParams): string[] {
  const asked = (query.get("scope") ?? "").split(/[ +]/).filter((scope) => scope !== "");
  return [...new Set(asked.length === 0 ? (client.settings.AllowedOAuthScopes ?? []) : asked)];
}

function refusal(_pool: PoolRecord, client: ClientRecord, query: URLSearchParams): { [name: string]: string } | undefined {
  const { settings } = client;
  const type = query.get("response_type");
  const invalid = (error_description: string) => ({ error: "invalid_request", error_description });
  if (type === null) return invalid("response_type is missing");
  if (type !== "code" && type !== "token") return { error: "unsupported_response_type" };
  const flows: readonly string[] = settings.AllowedOAuthFlowsUserPoolClient === true ? (settings.AllowedOAuthFlows ?? []) : [];
  if (!flows.includes(type === "code" ? "code" : "implicit")) return { error: "unauthorized_client" };
  const allowed = settings.AllowedOAuthScopes ?? [];
  if (!scopesOf(client, query).every((scope) => allowed.includes(scope))) return { error: "invalid_scope" };
  const method = query.get("code_challenge_method");
  const challenge = query.get("code_challenge");
  if (challenge !== null && method === null) return invalid("code_challenge_method is required when code_challenge is given");
  if (method !== null && method !== "S256") return invalid("code_challenge_method is not supported, must be S256");
  if (method !== null && (challenge === null || !/^[A-Za-z0-9_-]{43,128}$/.test(challenge)))
    return invalid("code_challenge is invalid");
  return undefined;
}

/** Somebody has signed in: a code or the tokens go to the client. */
export async function grant(
  request: HostedRequest,
  asked: Authorization,
  user: UserRecord,
  cookies: readonly string[],
): Promise<void> {
  const { ctx, pool } = request;
  const { client, scopes, redirectUri, nonce, challenge } = asked;
  if (asked.responseType === "code") {
    const code = newAuthorizationCode(ctx, {
      poolId: pool.id,
      clientId: client.id,
      username: user.username,
      redirectUri,
      scopes,
      ...(nonce === undefined ? {} : { nonce }),
      ...(challenge === undefined ? {} : { challenge }),
    });
    return backToClient(request, asked, { code }, cookies);
  }
  const tokens = await issueTokens(ctx, {
    pool,
    client,
    user,
    source: "TokenGeneration_HostedAuth",
    withRefresh: false,
    eventId: randomUuid(ctx.random),
    scopes,
    ...(nonce === undefined ? {} : { nonce }),
  });
  backToClient(
    request,
    asked,
    {
      ...(scopes.includes("openid") ? { id_token: tokens.IdToken } : {}),
      access_token: tokens.AccessToken,
      expires_in: String(tokens.ExpiresIn),
      token_type: "Bearer",
    },
    cookies,
  );
}
