/** WebSocket handshakes: refused for foreign hosts and pages, else handed to the service whose address it is. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import type { EndpointRecord } from "../core/endpoints.ts";
import { refuseUpgrade } from "../core/refuse-upgrade.ts";
import type { Ctx } from "../core/service.ts";
import { SERVICES } from "../core/services.ts";
import { foreignHost, foreignOrigin, hostName, isLocalHost, isLocalOrigin } from "./guard.ts";
import { RequestView } from "./http-view.ts";
import * as routing from "./routing.ts";

export interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** On an endpoint's own port. */
  readonly endpoint: EndpointRecord | undefined;
}

const TEXT = { "Content-Type": "text/plain" };

function contextFor(cloud: CloudCore, service: LoadedService, view: RequestView | undefined, at?: EndpointRecord): Ctx {
  const account = at?.account ?? cloud.accountId;
  return cloud.context(service, {
    account,
    region: at?.region ?? cloud.region,
    principal: { kind: "anonymous", accountId: account },
    ...(view === undefined ? {} : { http: view }),
  });
}

/** The service that a host which is no loopback name belongs to: the user registered it there as a domain. */
export async function hostOwner(cloud: CloudCore, host: string): Promise<LoadedService | undefined> {
  for (const row of SERVICES) {
    if (row.customHosts !== true) continue;
    const service = cloud.loaded(row.name) ?? (await cloud.load(row.name));
    const owns = service?.definition.http?.ownsHost;
    if (service !== undefined && owns?.(contextFor(cloud, service, undefined), hostName(host)) === true) return service;
  }
  return undefined;
}

/** Whose address the main port's request names. */
async function addressee(cloud: CloudCore, view: RequestView): Promise<LoadedService | undefined> {
  const { host, path, method, request } = view;
  for (const row of routing.httpCandidates(host, path, request.headers, method)) {
    const service = cloud.loaded(row.name) ?? (await cloud.load(row.name));
    const http = service?.definition.http;
    if (http?.upgrade === undefined) continue;
    if (http.matches === undefined || http.matches({ host, path, method, headers: request.headers })) return service;
  }
  return undefined;
}

async function serve(cloud: CloudCore, handshake: Handshake): Promise<void> {
  const { request, socket, head, endpoint } = handshake;
  const view = new RequestView(request);
  const { origin } = request.headers;
  if (origin !== undefined && !isLocalOrigin(origin)) return refuseUpgrade(socket, 403, foreignOrigin(origin), TEXT);
  const owner = isLocalHost(view.host) ? undefined : await hostOwner(cloud, view.host);
  if (owner === undefined && !isLocalHost(view.host)) return refuseUpgrade(socket, 403, foreignHost(view.host), TEXT);
  const service =
    endpoint === undefined
      ? (owner ?? (await addressee(cloud, view)))
      : (cloud.loaded(endpoint.service) ?? (await cloud.load(endpoint.service)));
  const upgrade = service?.definition.http?.upgrade;
  if (service === undefined || upgrade === undefined)
    return refuseUpgrade(socket, 400, '{"message":"Nothing here speaks WebSocket"}');
  await upgrade(contextFor(cloud, service, view, endpoint), request, socket, head, endpoint?.key);
}

/** Serves one handshake; never throws, and never leaves a socket open that nobody owns. */
export async function serveUpgrade(cloud: CloudCore, handshake: Handshake): Promise<void> {
  try {
    await serve(cloud, handshake);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    cloud.log(`WebSocket handshake at ${handshake.request.url ?? "/"}: ${text}`);
    refuseUpgrade(handshake.socket, 500, '{"message":"Internal server error"}');
  }
}
