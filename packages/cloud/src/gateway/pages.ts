/** Requests that are no AWS API: invoke URLs, hosted pages, S3's preflights and form uploads, everything on an endpoint's own port. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import type { EndpointRecord } from "../core/endpoints.ts";
import type { Ctx } from "../core/service.ts";
import type { ServiceRow } from "../core/services.ts";
import type { Span } from "../core/trace.ts";
import type { Exchange } from "./exchange.ts";
import { checkForeign } from "./foreign.ts";
import { foreignHost, isLocalHost } from "./guard.ts";
import { RequestView } from "./http-view.ts";
import { send } from "./respond.ts";
import * as routing from "./routing.ts";
import { hostOwner } from "./upgrade.ts";

type Paged = Pick<Exchange, "request" | "response" | "view" | "requestId">;

/** For work that comes before anybody is identified. */
export function pageContext(
  cloud: CloudCore,
  exchange: Paged,
  service: LoadedService,
  at: { readonly account: string; readonly region: string } = { account: cloud.accountId, region: cloud.region },
  span?: Span,
): Ctx {
  return cloud.context(service, {
    ...at,
    principal: { kind: "anonymous", accountId: at.account },
    requestId: exchange.requestId,
    http: exchange.view,
    ...(span === undefined ? {} : { span }),
  });
}

/** Hands the request to the service; `endpoint` when it came in on a port of its own. */
export async function servePage(
  cloud: CloudCore,
  exchange: Paged,
  service: LoadedService,
  endpoint: EndpointRecord | undefined,
): Promise<void> {
  const at = { account: endpoint?.account ?? cloud.accountId, region: endpoint?.region ?? cloud.region };
  const span = pageSpan(cloud, exchange, service, at.account, at.region);
  const ctx = pageContext(cloud, exchange, service, at, span);
  await service.definition.http?.handle(ctx, exchange.request, exchange.response, endpoint?.key);
}

function pageSpan(cloud: CloudCore, exchange: Paged, service: LoadedService, account: string, region: string): Span | undefined {
  // The cloud's own pages (code downloads, retrospection) are nobody's application.
  if (cloud.trace.limit === 0 || exchange.view.path.startsWith("/_dovetail/")) return undefined;
  const { view, response } = exchange;
  const header = view.request.headers["x-amzn-trace-id"];
  const span = cloud.trace.begin({
    kind: "page",
    service: service.row.name,
    operation: view.method,
    resource: `${view.host}${view.path}`,
    account,
    region,
    principal: { kind: "anonymous", accountId: account },
    requestId: exchange.requestId,
    parent: typeof header === "string" ? cloud.trace.parentOf(header) : undefined,
  });
  response.once("close", () => cloud.trace.end(span, response.statusCode));
  return span;
}

/** True when a service took it; false at once where none can. */
export function servedByPages(cloud: CloudCore, exchange: Exchange): false | Promise<boolean> {
  const { request, view } = exchange;
  const { host, path, method } = view;
  if (method === "OPTIONS" && path === "/" && routing.virtualBucket(host) === undefined) return false;
  const rows = routing.httpCandidates(host, path, request.headers, method);
  return rows.length === 0 ? false : servedByOne(cloud, exchange, rows);
}

async function servedByOne(cloud: CloudCore, exchange: Exchange, rows: readonly ServiceRow[]): Promise<boolean> {
  const { request, view } = exchange;
  const { host, path, method } = view;
  for (const row of rows) {
    const service = cloud.loaded(row.name) ?? (await cloud.load(row.name));
    const http = service?.definition.http;
    if (service === undefined || http === undefined) continue;
    if (http.matches !== undefined && !http.matches({ host, path, method, headers: request.headers })) continue;
    exchange.service = row.name;
    // Form uploads: the rest of S3's `http` (preflights, websites) is for everybody.
    if (exchange.isForeign && row.fallback === true && method === "POST")
      checkForeign(exchange, service.definition.cors?.(pageContext(cloud, exchange, service), view));
    await servePage(cloud, exchange, service, undefined);
    return true;
  }
  return false;
}

/** A request on an endpoint's own port; never throws. */
export async function servePort(
  cloud: CloudCore,
  endpoint: EndpointRecord,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const view = new RequestView(request);
  try {
    const service = cloud.loaded(endpoint.service) ?? (await cloud.load(endpoint.service));
    if (service === undefined) return void send(response, 503, {}, undefined);
    if (!isLocalHost(view.host) && (await hostOwner(cloud, view.host)) !== service)
      return void send(response, 403, { "Content-Type": "text/plain" }, foreignHost(view.host));
    await servePage(cloud, { request, response, view, requestId: cloud.requestId() }, service, endpoint);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    cloud.log(`${endpoint.service} endpoint ${endpoint.key}: ${text}`);
    void send(response, 500, { "Content-Type": "application/json" }, '{"message":"Internal Server Error"}');
  }
}
