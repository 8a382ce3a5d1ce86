/**
 * Tokens of OpenID Connect issuers, verified as STS, identity pools and federated sign-in do: signature against the issuer's published keys,
 * then its times. Issuers are this cloud's own pools, or providers on this machine; nothing else is ever reached.
 */
import type { Ctx } from "./service.ts";

export type TokenClaims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

/** Why a token is refused. `unreachable`: its issuer is not on this machine, or doesn't answer. */
export type TokenFault = "malformed" | "unreachable" | "signature" | "expired";

export class WebTokenError extends Error {
  readonly fault: TokenFault;
  readonly issuer: string;
  constructor(fault: TokenFault, issuer: string) {
    super(`web identity token of ${issuer || "nobody"}: ${fault}`);
    this.fault = fault;
    this.issuer = issuer;
  }
}

interface KeySet {
  readonly keys: Record<string, unknown>[];
}

const TOKEN_CHARS_MAX = 20_000;
const DOCUMENT_BYTES_MAX = 1_048_576;
const TIMEOUT_MS = 5_000;
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
/** Services whose pools sign tokens, each with an internal `jwks({ issuer })`. */
const OWN_ISSUERS = ["cognito-idp", "cognito-identity"];

/** True for URLs that stay on this machine. */
export function isLoopback(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return /^https?:$/.test(protocol) && (/^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname) || hostname.endsWith(".localhost"));
  } catch {
    return false;
  }
}

/** The claims as a token states them, unverified; undefined for what is no JWT with `iss` and `sub`. */
export function readClaims(token: string): TokenClaims | undefined {
  if (token.length > TOKEN_CHARS_MAX || token.split(".").length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    if (typeof claims !== "object" || claims === null || Array.isArray(claims)) return undefined;
    const { iss, sub } = claims as Record<string, unknown>;
    return typeof iss === "string" && typeof sub === "string" ? { ...claims, iss, sub } : undefined;
  } catch {
    return undefined;
  }
}

/** `aud` as a list. */
export function audiencesOf(claims: TokenClaims): string[] {
  const aud = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  return aud.filter((each) => typeof each === "string");
}

/** A JSON document of a provider on this machine. Throws Error for any other host, a slow or failing answer, one that is too long. */
export async function fetchLocalJson(url: string, init: RequestInit = {}): Promise<Readonly<Record<string, unknown>>> {
  if (!isLoopback(url)) throw new Error(`${url} is not on this machine`);
  const answer = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`);
  if (text.length > DOCUMENT_BYTES_MAX) throw new Error(`${url} answered too much`);
  const document: unknown = JSON.parse(text);
  if (typeof document !== "object" || document === null || Array.isArray(document)) throw new Error(`${url} is no JSON object`);
  return document as Record<string, unknown>;
}

const isKeySet = (value: unknown): value is KeySet =>
  typeof value === "object" && value !== null && Array.isArray((value as { keys?: unknown }).keys);

async function keysOf(ctx: Ctx, issuer: string): Promise<KeySet> {
  for (const service of OWN_ISSUERS) {
    const own = await ctx.internal(service, "jwks", { issuer }).catch(() => undefined);
    if (isKeySet(own)) return own;
  }
  try {
    const configuration = await fetchLocalJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const keys = await fetchLocalJson(String(configuration.jwks_uri));
    if (isKeySet(keys)) return keys;
  } catch {
    // Said below.
  }
  throw new WebTokenError("unreachable", issuer);
}

/** The claims of a token whose signature and times are good. Throws WebTokenError. `keys`: instead of the issuer's published ones. */
export async function verifyWebToken(ctx: Ctx, token: string, keys?: unknown): Promise<TokenClaims> {
  const claims = readClaims(token);
  if (claims === undefined) throw new WebTokenError("malformed", "");
  const { exp, nbf } = claims;
  if (typeof exp === "number" && exp * 1000 <= ctx.now()) throw new WebTokenError("expired", claims.iss);
  if (typeof nbf === "number" && nbf * 1000 > ctx.now() + TIMEOUT_MS) throw new WebTokenError("malformed", claims.iss);
  const { compactVerify, createLocalJWKSet } = await import("jose");
  const set = isKeySet(keys) ? keys : await keysOf(ctx, claims.iss);
  try {
    await compactVerify(token, createLocalJWKSet({ keys: [...set.keys] } as Parameters<typeof createLocalJWKSet>[0]), {
      algorithms: ALGORITHMS,
    });
  } catch {
    throw new WebTokenError("signature", claims.iss);
  }
  return claims;
}
