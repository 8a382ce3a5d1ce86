import { createHash, timingSafeEqual } from "node:crypto";
import { randomString, randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import type { Key } from "../../../core/store.ts";

/** What the hosted pages remember between two requests: signed-in browsers, authorization codes, sign-ins on their way through a provider. */

/** A browser that has signed in. Source: developer guide, "Managed login": the session cookie is valid for an hour. */
export interface BrowserSession {
  readonly poolId: string;
  readonly username: string;
  readonly authTimeMs: number;
  readonly expiresMs: number;
}

export interface AuthorizationCode {
  readonly poolId: string;
  readonly clientId: string;
  readonly username: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly nonce?: string;
  /** PKCE, S256. */
  readonly challenge?: string;
  readonly expiresMs: number;
}

/** A sign-in sent to an identity provider, or a sign-up waiting for its code. `query`: the authorization request as the browser sent it. */
export interface Pending {
  readonly kind: "federation" | "sign-up";
  readonly poolId: string;
  readonly query: string;
  readonly provider?: string;
  readonly nonce?: string;
  readonly redirectUri?: string;
  readonly username?: string;
  readonly expiresMs: number;
}

const MINUTE_MS = 60_000;
const SESSION_MS = 60 * MINUTE_MS;
const CODE_MS = 5 * MINUTE_MS;
const PENDING_MS = 15 * MINUTE_MS;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A secret is kept by its hash alone. */
const key = (kind: string, secret: string): Key => ["hosted", kind, createHash("sha256").update(secret).digest("base64")];

export const secretText = (ctx: Ctx, length = 43) => randomString(ctx.random, length, ALPHABET);

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function put(ctx: Ctx, kind: string, secret: string, record: { readonly expiresMs: number }): void {
  ctx.transact((store) => {
    store.put(key(kind, secret), record);
    ctx.schedule("hosted", `${kind} ${String(key(kind, secret)[2])}`, record.expiresMs, { key: key(kind, secret) });
  });
}

function find<T extends { readonly expiresMs: number }>(ctx: Ctx, kind: string, secret: string): T | undefined {
  const record = ctx.snapshot((store) => store.get<T>(key(kind, secret)));
  return record !== undefined && ctx.now() < record.expiresMs ? record : undefined;
}

function take<T extends { readonly expiresMs: number }>(ctx: Ctx, kind: string, secret: string): T | undefined {
  const record = find<T>(ctx, kind, secret);
  ctx.transact((store) => store.remove(key(kind, secret)));
  return record;
}

/** The cookie's value. */
export function openBrowserSession(ctx: Ctx, poolId: string, username: string): string {
  const id = secretText(ctx);
  const record: BrowserSession = { poolId, username, authTimeMs: ctx.now(), expiresMs: ctx.now() + SESSION_MS };
  put(ctx, "session", id, record);
  return id;
}

export const findBrowserSession = (ctx: Ctx, id: string) => find<BrowserSession>(ctx, "session", id);
export const closeBrowserSession = (ctx: Ctx, id: string) => void take<BrowserSession>(ctx, "session", id);

/** The code that the redirect carries; good once, for five minutes. */
export function newAuthorizationCode(ctx: Ctx, code: Omit<AuthorizationCode, "expiresMs">): string {
  const text = randomUuid(ctx.random);
  put(ctx, "code", text, { ...code, expiresMs: ctx.now() + CODE_MS });
  return text;
}

export const takeAuthorizationCode = (ctx: Ctx, code: string) => take<AuthorizationCode>(ctx, "code", code);

export function openPending(ctx: Ctx, pending: Omit<Pending, "expiresMs">): string {
  const id = secretText(ctx);
  put(ctx, "pending", id, { ...pending, expiresMs: ctx.now() + PENDING_MS });
  return id;
}

export const takePending = (ctx: Ctx, id: string) => take<Pending>(ctx, "pending", id);
export const findPending = (ctx: Ctx, id: string) => find<Pending>(ctx, "pending", id);

/** The timer's work: what has run out goes. */
export function removeExpired(ctx: Ctx, payload: unknown): void {
  const found = typeof payload === "object" && payload !== null && "key" in payload ? payload.key : undefined;
  if (Array.isArray(found) && found[0] === "hosted") ctx.store.remove(found as Key);
}
