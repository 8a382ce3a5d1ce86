import type { Ctx } from "../../../core/service.ts";
import { liveState } from "../live.ts";
import { type Authorization, type Exchange, refuse } from "./exchange.ts";
import { identityValues } from "./identity-source.ts";

/**
 * JWT authorizers: signature against the issuer's keys, iss, aud or client_id, exp, nbf, iat, scopes.
 * Developer guide, "Control access to HTTP APIs with JWT authorizers" (read 2026-11-21).
 */
export type Claims = Readonly<Record<string, unknown>>;
/** Whose API asks. */
type Asked = Pick<Exchange, "account" | "region"> & { readonly api: { readonly ApiId?: string | undefined } };

const TOKENS_MAX = 1000;
export const TOKEN_CHARS_MAX = 16_384;
const SKEW_SECONDS = 0;

function unauthorized(description?: string) {
  const header =
    description === undefined ? "Bearer" : `Bearer scope="" error="invalid_token" error_description="${description}"`;
  return refuse(401, "Unauthorized", { "www-authenticate": header });
}

export async function authorizeJwt(ctx: Ctx, exchange: Exchange): Promise<Authorization> {
  const { authorizer, route } = exchange;
  const [source] = identityValues(exchange, authorizer?.IdentitySource ?? []);
  if (source === undefined || source === "") throw unauthorized();
  const token = source.replace(/^Bearer\s+/i, "").trim();
  if (token.length > TOKEN_CHARS_MAX) throw unauthorized("the token is too long");
  const issuer = authorizer?.JwtConfiguration?.Issuer ?? "";
  const claims = await verified(ctx, exchange, token, issuer);
  checkTimes(claims, Math.floor(ctx.now() / 1000));
  checkAudience(claims, authorizer?.JwtConfiguration?.Audience ?? []);
  const scopes = scopesOf(claims);
  const wanted = route?.AuthorizationScopes ?? [];
  if (wanted.length > 0 && !wanted.some((scope) => scopes?.includes(scope))) {
    throw refuse(403, "Forbidden", {
      "www-authenticate": `Bearer scope="${wanted.join(" ")}" error="insufficient_scope" error_description="the token does not have the required scope"`,
    });
  }
  return { kind: "jwt", claims: stringified(claims), scopes: wanted.length === 0 ? null : scopes };
}

/** The claims of a token whose signature is good. A token that was checked once is remembered; its times are checked every time. */
export async function verified(ctx: Ctx, exchange: Asked, token: string, issuer: string): Promise<Claims> {
  const { tokens } = liveState(ctx);
  const key = `${issuer} ${token}`;
  const known = tokens.get(key);
  if (known !== undefined) return known;
  const claims = await verifySignature(ctx, exchange, token, issuer);
  if (claims.iss !== issuer) throw unauthorized("the issuer is invalid");
  if (tokens.size >= TOKENS_MAX) tokens.clear();
  tokens.set(key, claims);
  return claims;
}

async function verifySignature(ctx: Ctx, exchange: Asked, token: string, issuer: string): Promise<Claims> {
  const keys = await keysOf(ctx, exchange, issuer);
  const { compactVerify, createLocalJWKSet } = await import("jose");
  try {
    const { payload } = await compactVerify(token, createLocalJWKSet(keys), { algorithms: ["RS256", "RS384", "RS512"] });
    const claims: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
    if (typeof claims !== "object" || claims === null || Array.isArray(claims)) throw unauthorized("the token is malformed");
    return claims as Claims;
  } catch (error) {
    if (error instanceof Error && error.name === "JWSInvalid") throw unauthorized("the token is malformed");
    throw unauthorized("the signature is invalid");
  }
}

type KeySet = { keys: Record<string, unknown>[] };

/** Pools of this cloud answer in process; an issuer on this machine is asked; nothing else is reached. */
async function keysOf(ctx: Ctx, exchange: Asked, issuer: string): Promise<KeySet> {
  const own = await ctx
    .with({ account: exchange.account, region: exchange.region })
    .internal<unknown>("cognito-idp", "jwks", { issuer })
    .catch(() => undefined);
  if (isKeySet(own)) return own;
  const url = parseUrl(issuer);
  if (url !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) {
    const configuration = (await (await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)).json()) as {
      jwks_uri?: string;
    };
    const target = parseUrl(configuration.jwks_uri ?? "");
    const keys: unknown = target?.hostname === url.hostname ? await (await fetch(target)).json() : undefined;
    if (isKeySet(keys)) return keys;
  }
  ctx.hint(
    `API ${exchange.api.ApiId}: the keys of issuer ${issuer} are not in this cloud and were not fetched (nothing leaves this machine); its tokens are refused`,
  );
  throw unauthorized("the issuer is unreachable");
}

const isKeySet = (value: unknown): value is KeySet =>
  typeof value === "object" && value !== null && Array.isArray((value as { keys?: unknown }).keys);

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Throws Refused unless the token holds now. */
export function checkTimes(claims: Claims, nowSeconds: number): void {
  if (typeof claims.exp !== "number" || claims.exp <= nowSeconds - SKEW_SECONDS) throw unauthorized("the token has expired");
  if (typeof claims.nbf === "number" && claims.nbf > nowSeconds + SKEW_SECONDS) throw unauthorized("the token is not yet valid");
  if (typeof claims.iat === "number" && claims.iat > nowSeconds + 60) throw unauthorized("the token was issued in the future");
}

function checkAudience(claims: Claims, audiences: readonly string[]): void {
  const own = claims.aud === undefined ? [claims.client_id] : Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!own.some((value) => typeof value === "string" && audiences.includes(value))) throw unauthorized("the audience is invalid");
}

/** What `scope` (or `scp`) says; null where it says nothing. */
export function scopesOf(claims: Claims): string[] | null {
  const text = claims.scope ?? claims.scp;
  if (Array.isArray(text)) return text.map(String);
  return typeof text === "string" ? text.split(" ").filter((scope) => scope !== "") : null;
}

/** Claims reach the function as text: lists as `[a b]`, objects as `map[k:v]`. */
export function stringified(claims: Claims): { [name: string]: string } {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(" ")}]`;
  if (value === null) return "<nil>";
  if (typeof value === "object")
    return `map[${Object.entries(value)
      .map(([key, inner]) => `${key}:${textOf(inner)}`)
      .join(" ")}]`;
  return String(value);
}
