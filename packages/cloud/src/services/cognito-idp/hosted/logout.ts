import { type ClientRecord, keys } from "../store.ts";
import { redirect, sendPage } from "./answers.ts";
import { clearedCookie, pageUrl, sessionCookieOf } from "./browser.ts";
import { errorPage } from "./pages.ts";
import type { HostedRequest } from "./place.ts";
import { closeBrowserSession } from "./records.ts";

/** `/logout`: the browser is forgotten, then sent to a sign-out URL of the client or to its login. Source: developer guide, "Logout endpoint". */
export function logoutPage(request: HostedRequest) {
  const { query, ctx, pool, response } = request;
  const client = ctx.snapshot((store) => store.get<ClientRecord>(keys.client(query.get("client_id") ?? "")));
  if (client === undefined || client.poolId !== pool.id) return sendPage(response, 400, errorPage("invalid_request"));
  const logoutUri = query.get("logout_uri");
  const isKnown = logoutUri !== null && client.settings.LogoutURLs?.includes(logoutUri) === true;
  const redirectUri = query.get("redirect_uri");
  if (logoutUri === null && redirectUri === null)
    return sendPage(response, 400, errorPage("Required String parameter 'logout_uri' or 'redirect_uri' is not present"));
  if (logoutUri !== null && !isKnown) return sendPage(response, 400, errorPage("redirect_mismatch"));
  const session = sessionCookieOf(request);
  if (session !== undefined) closeBrowserSession(ctx, session);
  redirect(response, logoutUri ?? `${request.origin}${pageUrl(request, "/login")}`, [clearedCookie(request)]);
}
