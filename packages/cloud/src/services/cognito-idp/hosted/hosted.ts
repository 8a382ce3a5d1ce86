import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx } from "../../../core/service.ts";
import { sendJson, sendPreflight } from "./answers.ts";
import { showError } from "./authorize.ts";
import { providerAnswer } from "./federation.ts";
import { authorizePage, challengePage, loginPage } from "./login.ts";
import { logoutPage } from "./logout.ts";
import { type HostedRequest, hostedRequest } from "./place.ts";
import { confirmLink, confirmPage, forgotPage, resetPage, signUpPage } from "./registration.ts";
import { revokeEndpoint, tokenEndpoint, userInfoEndpoint } from "./token.ts";

/** Hosted pages and OAuth endpoints of a pool's domain: the table of paths. */
const PAGES: { readonly [path: string]: (request: HostedRequest) => void | Promise<void> } = {
  "/oauth2/authorize": authorizePage,
  "/oauth2/token": tokenEndpoint,
  "/oauth2/revoke": revokeEndpoint,
  "/oauth2/userInfo": userInfoEndpoint,
  "/oauth2/idpresponse": providerAnswer,
  "/login": loginPage,
  "/mfa": challengePage,
  "/newpassword": challengePage,
  "/signup": signUpPage,
  "/confirm": confirmPage,
  "/resendcode": confirmPage,
  "/confirmUser": confirmLink,
  "/forgotPassword": forgotPage,
  "/confirmForgotPassword": resetPage,
  "/logout": logoutPage,
  "/error": showError,
};

export const isHostedPath = (path: string) => Object.hasOwn(PAGES, path);

export async function serveHosted(
  here: Ctx,
  request: IncomingMessage,
  response: ServerResponse,
  endpointKey: string | undefined,
): Promise<void> {
  if (request.method === "OPTIONS") return sendPreflight(response, wantedHeaders(request));
  const hosted = await hostedRequest(here, request, response, endpointKey);
  if (hosted === undefined)
    return sendJson(response, 400, { error: "invalid_request", error_description: "no user pool has this domain or client" });
  const page = PAGES[hosted.path];
  if (page === undefined || !/^(GET|HEAD|POST)$/.test(hosted.method)) {
    if (hosted.path.startsWith("/saml2/"))
      return sendJson(response, 501, {
        error: "server_error",
        error_description: "SAML providers are not emulated by this cloud",
      });
    return sendJson(response, 404, { error: "not_found" });
  }
  await page(hosted);
}

function wantedHeaders(request: IncomingMessage): string | undefined {
  const wanted = request.headers["access-control-request-headers"];
  return typeof wanted === "string" ? wanted : undefined;
}
