import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx } from "../../../core/service.ts";
import { placed } from "../auth/request.ts";
import { type ClientRecord, keys, type PoolRecord } from "../store.ts";

/** Where a request to hosted pages arrived: which pool is meant, how the browser reaches it, and the small tools of answering. */

export interface HostedRequest {
  /** Of the pool's account and region. */
  readonly ctx: Ctx;
  readonly pool: PoolRecord;
  /** `http://127.0.0.1:41234`, without a slash at the end. */
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Fields of a posted form; empty otherwise. */
  readonly form: URLSearchParams;
  readonly cookies: { readonly [name: string]: string };
  readonly headers: IncomingMessage["headers"];
  readonly response: ServerResponse;
}

const DOMAIN_KEY = "domain:";
const BODY_BYTES_MAX = 65_536;

/** Key of the port that a domain's pages have. */
export const domainEndpoint = (domain: string) => `${DOMAIN_KEY}${domain}`;

/** How people reach a pool's hosted pages on this machine. */
export async function localLogin(ctx: Ctx, domain: string): Promise<string> {
  return (await ctx.endpointPort(domainEndpoint(domain))).url;
}

/** `app.auth.us-east-1.amazoncognito.com`, `app.auth.localhost:4566` -> `app`. */
function domainOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const suffix = /^([a-z0-9-]+)\.auth\.(?:[a-z0-9-]+\.)?(?:amazoncognito\.com|localhost|localhost\.localstack\.cloud)$/;
  return suffix.exec(name)?.[1] ?? (/^[a-z0-9.-]+\.[a-z]+$/.test(name) ? name : undefined);
}

/** The client's name in Basic credentials. */
export function basicCredentials(headers: IncomingMessage["headers"]): { id: string; secret: string } | undefined {
  const found = /^Basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(headers.authorization ?? "");
  if (found === null) return undefined;
  const [id = "", ...secret] = Buffer.from(found[1] ?? "", "base64")
    .toString("utf8")
    .split(":");
  return { id: decoded(id), secret: decoded(secret.join(":")) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The pool by its port, its host name, or the client that the request names: on the main port there is nothing else to go by. */
export function poolOf(
  ctx: Ctx,
  about: Pick<HostedRequest, "query" | "form" | "headers">,
  endpointKey: string | undefined,
): PoolRecord | undefined {
  const { store } = ctx;
  const domain = endpointKey?.startsWith(DOMAIN_KEY)
    ? endpointKey.slice(DOMAIN_KEY.length)
    : domainOfHost(about.headers.host ?? "");
  const byDomain = domain === undefined ? undefined : store.get<{ poolId: string }>(keys.domain(domain))?.poolId;
  if (byDomain !== undefined) return store.get<PoolRecord>(keys.pool(byDomain));
  const clientId =
    about.query.get("client_id") ??
    about.form.get("client_id") ??
    basicCredentials(about.headers)?.id ??
    bearerClient(about.headers);
  const client = clientId === undefined ? undefined : store.get<ClientRecord>(keys.client(clientId));
  return client === undefined ? undefined : store.get<PoolRecord>(keys.pool(client.poolId));
}

/** UserInfo on the main port: the token names its client. Only which pool is asked hangs on it. */
function bearerClient(headers: IncomingMessage["headers"]): string | undefined {
  const part = /^Bearer\s+[^.]+\.([^.]+)\./i.exec(headers.authorization ?? "")?.[1];
  if (part === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    const id = typeof claims === "object" && claims !== null && "client_id" in claims ? claims.client_id : undefined;
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  if (request.method !== "POST") return new URLSearchParams();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return new URLSearchParams();
    chunks.push(chunk);
  }
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return new URLSearchParams(isForm ? Buffer.concat(chunks).toString("utf8") : "");
}

function cookiesOf(header: string | undefined): { [name: string]: string } {
  const out: { [name: string]: string } = {};
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0) out[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return out;
}

/** undefined: no pool is meant. */
export async function hostedRequest(
  here: Ctx,
  request: IncomingMessage,
  response: ServerResponse,
  endpointKey: string | undefined,
): Promise<HostedRequest | undefined> {
  const host = request.headers.host ?? "";
  const url = new URL(request.url ?? "/", "http://localhost");
  const form = await formOf(request);
  const { headers } = request;
  const pool = poolOf(here, { query: url.searchParams, form, headers }, endpointKey);
  if (pool === undefined) return undefined;
  return {
    ctx: placed(here, pool),
    pool,
    origin: `${/\.amazoncognito\.com$/.test(host) ? "https" : "http"}://${host}`,
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    form,
    cookies: cookiesOf(headers.cookie),
    headers,
    response,
  };
}
