import type { ServerResponse } from "node:http";

/** Answers of the hosted pages: HTML, redirects, OAuth's JSON. */

const PAGE_HEADERS = {
  "content-type": "text/html;charset=UTF-8",
  "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
} as const;

/** Browsers call token, revocation and user info endpoints from other origins. */
const OPEN = { "access-control-allow-origin": "*" } as const;

export function sendPage(response: ServerResponse, status: number, html: string, cookies: readonly string[] = []): void {
  response.writeHead(status, { ...PAGE_HEADERS, ...(cookies.length === 0 ? {} : { "set-cookie": [...cookies] }) });
  response.end(html);
}

export function redirect(response: ServerResponse, location: string, cookies: readonly string[] = []): void {
  response.writeHead(302, {
    location,
    "cache-control": PAGE_HEADERS["cache-control"],
    "content-length": "0",
    ...(cookies.length === 0 ? {} : { "set-cookie": [...cookies] }),
  });
  response.end();
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object | undefined,
  headers: { readonly [name: string]: string } = {},
): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...OPEN,
    "content-type": "application/json;charset=UTF-8",
    "cache-control": "no-store",
    pragma: "no-cache",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}

export function sendPreflight(response: ServerResponse, wanted: string | undefined): void {
  response.writeHead(200, {
    ...OPEN,
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": wanted ?? "authorization, content-type",
    "access-control-max-age": "86400",
    "content-length": "0",
  });
  response.end();
}
