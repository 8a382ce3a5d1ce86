import { refuseUpgrade } from "../../core/refuse-upgrade.ts";
import type { Ctx, HttpRoutes } from "../../core/service.ts";
import { jsonAnswer, sendAnswer } from "../lambda/http-event.ts";
import { addressByDomain, ownsHost } from "./plane/custom-domains.ts";
import { serveApi } from "./plane/serve.ts";
import type { Addressed } from "./plane/stages.ts";
import { restOwnerKey } from "./store.ts";
import { openConnection } from "./websocket/handshake.ts";
import { managedConnection, serveManagement } from "./websocket/management.ts";

/** The addresses under which an API is reached: its own port, its host names, two path forms of the main port, and custom domain names. */
const HOST = /^([a-z0-9]{10})\.execute-api\./;
const AWS_PATH = /^\/_aws\/execute-api\/([a-z0-9]{10})(?:\/([^/?]+))?(\/[^?]*)?(\?.*)?$/;
const REST_PATH = /^\/restapis\/([a-z0-9]{10})\/([^/?]+)\/_user_request_(\/[^?]*)?(\?.*)?$/;

export function addressOf(ctx: Ctx, host: string, url: string, endpointKey: string | undefined): Addressed | undefined {
  if (endpointKey !== undefined) return { apiId: endpointKey.replace(/^api:/, ""), url };
  const byHost = HOST.exec(host);
  if (byHost !== null) return { apiId: byHost[1] ?? "", url };
  const byPath = AWS_PATH.exec(url) ?? REST_PATH.exec(url);
  if (byPath === null) return addressByDomain(ctx, host, url);
  const [, apiId = "", stage, path = "/", query = ""] = byPath;
  return { apiId, url: `${path}${query}`, ...(stage === undefined ? {} : { stage: decodeURIComponent(stage) }) };
}

export const apiHttp: HttpRoutes = {
  matches: ({ host, path }) => HOST.test(host) || AWS_PATH.test(path) || REST_PATH.test(path),
  async handle(ctx, request, response, endpointKey) {
    const addressed = addressOf(ctx, request.headers.host ?? "", request.url ?? "/", endpointKey);
    const connectionId = managedConnection(request.url ?? "/");
    if (addressed === undefined) sendAnswer(response, jsonAnswer(404, { message: "Not Found" }));
    else if (ctx.store.has(restOwnerKey(addressed.apiId)))
      await ctx.internal("apigateway", "serve", { edge: ctx, addressed, request, response });
    else if (connectionId !== undefined) await serveManagement(ctx, addressed.apiId, connectionId, request, response);
    else await serveApi(ctx, addressed, request, response);
  },
  ownsHost,
  async upgrade(ctx, request, socket, head, endpointKey) {
    const addressed = addressOf(ctx, request.headers.host ?? "", request.url ?? "/", endpointKey);
    if (addressed === undefined) refuseUpgrade(socket, 403, '{"message":"Forbidden"}');
    else await openConnection(ctx, addressed, { request, socket, head });
  },
};
