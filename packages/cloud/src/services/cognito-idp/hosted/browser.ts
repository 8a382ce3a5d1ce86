import { ServiceError } from "../../../core/service.ts";
import { type ClientRecord, keys, type UserRecord } from "../store.ts";
import { secretHash } from "../tokens.ts";
import { sendPage } from "./answers.ts";
import { type Authorization, carried, grant } from "./authorize.ts";
import { type Form, formPage } from "./pages.ts";
import type { HostedRequest } from "./place.ts";
import { findBrowserSession, openBrowserSession, sameText, secretText } from "./records.ts";

/** The browser's side of hosted pages: cookies, the token against forged forms, who is signed in. */

const CSRF_COOKIE = "XSRF-TOKEN";

const cookieName = (request: HostedRequest) => `cognito-${request.pool.id}`;

function cookie(request: HostedRequest, name: string, value: string, more = ""): string {
  const secure = request.origin.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${more}`;
}

/** Who this browser is signed in as in this pool. */
export function signedInUser(request: HostedRequest): UserRecord | undefined {
  const id = request.cookies[cookieName(request)];
  const session = id === undefined ? undefined : findBrowserSession(request.ctx, id);
  if (session === undefined || session.poolId !== request.pool.id) return undefined;
  const user = request.ctx.snapshot((store) => store.get<UserRecord>(keys.user(session.poolId, session.username)));
  const isOut = user?.signedOutMs !== undefined && session.authTimeMs <= user.signedOutMs;
  return user?.enabled === true && !isOut ? user : undefined;
}

export const sessionCookieOf = (request: HostedRequest) => request.cookies[cookieName(request)];

export const clearedCookie = (request: HostedRequest) => cookie(request, cookieName(request), "", "; Max-Age=0");

/** A form page with its token; the token's other half is a cookie. */
export function showForm(request: HostedRequest, form: Omit<Form, "csrf">, status = 200): void {
  const known = request.cookies[CSRF_COOKIE];
  const csrf = known !== undefined && /^[A-Za-z0-9]{20,100}$/.test(known) ? known : secretText(request.ctx);
  sendPage(request.response, status, formPage({ ...form, csrf }), [cookie(request, CSRF_COOKIE, csrf)]);
}

/** Whether a posted form came from one of our own pages in this browser. */
export function isOwnForm(request: HostedRequest): boolean {
  const kept = request.cookies[CSRF_COOKIE];
  return kept !== undefined && kept !== "" && sameText(kept, request.form.get("_csrf") ?? "");
}

/** `/login?client_id=…`: the address of another page of the same authorization request. */
export function pageUrl(request: HostedRequest, path: string): string {
  return `${path}?${carried(request.query)}`;
}

/** The end of every sign-in on these pages: the browser is known from now on, the client gets its code or tokens. */
export async function signIn(request: HostedRequest, asked: Authorization, username: string): Promise<void> {
  const user = request.ctx.snapshot((store) => store.get<UserRecord>(keys.user(request.pool.id, username)));
  if (user === undefined) throw new Error(`user ${username} is gone`);
  const id = openBrowserSession(request.ctx, request.pool.id, username);
  await grant(request, asked, user, [cookie(request, cookieName(request), id)]);
}

/** What a failed step says on its page; anything but a service's own refusal is thrown on. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ServiceError)) throw error;
  return error.message;
}

/** SecretHash for operations that are called on behalf of a client, which proves itself at the token endpoint. */
export function secretHashFor(client: ClientRecord | undefined, username: string): { SecretHash?: string } {
  return client?.secret === undefined ? {} : { SecretHash: secretHash(client.secret, username, client.id) };
}
