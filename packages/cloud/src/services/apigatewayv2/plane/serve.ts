import type { IncomingMessage, ServerResponse } from "node:http";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { BodyTooLarge, type HttpAnswer, headersOf, readBody, sendAnswer, splitCookies } from "../../lambda/http-event.ts";
import { liveState } from "../live.ts";
import { type Collections, type Frozen, keyOf, type Owner, ownerKey } from "../store.ts";
import { record } from "./access-log.ts";
import { isPreflight, preflightAnswer, withCors } from "./cors.ts";
import { isDisabled } from "./custom-domains.ts";
import { type Exchange, Refused, refuse, requestArn, routeKeyOf } from "./exchange.ts";
import { integrate } from "./integrate.ts";
import { authorizeJwt } from "./jwt.ts";
import { authorizeByLambda } from "./lambda-authorizer.ts";
import { decode, routeTable } from "./route-table.ts";
import { type Addressed, findStage, served, splitOnce } from "./stages.ts";
import { takeAccountToken, takeToken } from "./throttle.ts";

/** An HTTP API at work: stage, CORS, route, throttle, authorizer, integration, access log. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

export async function serveApi(
  ctx: Ctx,
  addressed: Addressed,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const owner = ctx.snapshot((store) => store.get<Owner>(ownerKey(addressed.apiId)));
  if (owner === undefined) return sendAnswer(response, refuse(404, "Not Found").answer);
  const own = ctx.with(owner);
  const began = performance.now();
  let exchange: Exchange | undefined;
  let answer: HttpAnswer;
  try {
    exchange = await begin(ctx, own, addressed, owner, request);
    answer = exchange === undefined ? refuse(404, "Not Found").answer : await answerOf(own, exchange);
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof BodyTooLarge))
      own.hint(`API ${addressed.apiId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    answer =
      error instanceof Refused
        ? error.answer
        : error instanceof BodyTooLarge
          ? refuse(413, "Request Entity Too Large").answer
          : refuse(500, "Internal Server Error").answer;
  }
  if (exchange !== undefined && !isPreflight(exchange.input.method, exchange.input.headers))
    answer = withCors(answer, exchange.api.CorsConfiguration, exchange.input.headers.origin);
  sendAnswer(response, answer, { "apigw-requestid": ctx.requestId });
  if (exchange !== undefined) record(own, exchange, answer, performance.now() - began);
}

/** undefined when the path leads to no stage. */
async function begin(
  edge: Ctx,
  ctx: Ctx,
  addressed: Addressed,
  owner: Owner,
  request: IncomingMessage,
): Promise<Exchange | undefined> {
  const api = ctx.store.get<Collections["api"]>(keyOf(owner, "api", addressed.apiId))?.value;
  if (api === undefined || isDisabled(ctx, owner, addressed)) return undefined;
  // A WebSocket API takes handshakes only.
  if (api.ProtocolType !== "HTTP") throw refuse(403, "Forbidden");
  const headers = headersOf(request);
  const [encoded = "/", rawQuery = ""] = splitOnce(addressed.url);
  const found = findStage(ctx, addressed, owner, encoded);
  if (found === undefined) return undefined;
  const body = await readBody(request, BODY_BYTES_MAX);
  const remote = request.socket.remoteAddress ?? "127.0.0.1";
  const forwarded = {
    "x-forwarded-for": headers["x-forwarded-for"] === undefined ? remote : `${headers["x-forwarded-for"]}, ${remote}`,
    "x-forwarded-port": (headers.host ?? "").split(":")[1] ?? "80",
    "x-forwarded-proto": "http",
  };
  return {
    api,
    stage: found.stage.value,
    ...owner,
    input: {
      method: request.method ?? "GET",
      path: decode(found.path),
      rawQuery,
      headers: { ...headers, ...forwarded },
      cookies: splitCookies(headers),
      body,
      sourceIp: remote.replace(/^::ffff:/, ""),
    },
    rawHeaders: request.rawHeaders,
    protocol: `HTTP/${request.httpVersion}`,
    requestId: ctx.requestId,
    timeMs: ctx.now(),
    domainName: headers.host ?? "",
    ...(addressed.domainPath === undefined ? {} : { domainPath: addressed.domainPath }),
    identify: () => edge.identify(body),
    parameters: {},
  };
}

async function answerOf(ctx: Ctx, exchange: Exchange): Promise<HttpAnswer> {
  const { input, api } = exchange;
  if (api.CorsConfiguration !== undefined && isPreflight(input.method, input.headers))
    return preflightAnswer(api.CorsConfiguration, input.headers);
  await route(ctx, exchange);
  const bucket = `${api.ApiId}/${exchange.stage.StageName}/${routeKeyOf(exchange)}`;
  const { buckets } = liveState(ctx);
  const isLetIn =
    takeToken(buckets, bucket, exchange.stage, routeKeyOf(exchange), ctx.now()) &&
    takeAccountToken(buckets, exchange.account, exchange.region, ctx.now());
  if (!isLetIn) throw refuse(429, "Too Many Requests");
  await authorize(ctx, exchange);
  return integrate(ctx, exchange);
}

interface Compiled extends ReturnType<typeof routeTable> {
  readonly served: Frozen;
}

async function route(ctx: Ctx, exchange: Exchange): Promise<void> {
  const { tables } = liveState(ctx);
  const key = `${exchange.api.ApiId}/${exchange.stage.StageName}`;
  let table = tables.get(key) as Compiled | undefined;
  if (table === undefined) {
    const all = served(ctx, exchange, exchange.api, exchange.stage);
    table = { ...routeTable(all.routes), served: all };
    tables.set(key, table);
  }
  const found = table.match(exchange.input.method, exchange.input.path);
  if (found === undefined) throw refuse(404, "Not Found");
  exchange.route = found.route;
  exchange.parameters = found.parameters;
  const integrationId = (found.route.Target ?? "").replace(/^integrations\//, "");
  const integration = table.served.integrations.find((item) => item.IntegrationId === integrationId);
  const authorizer = table.served.authorizers.find((item) => item.AuthorizerId === found.route.AuthorizerId);
  if (integration === undefined) {
    ctx.hint(`API ${exchange.api.ApiId}: route ${found.route.RouteKey} has no integration`);
    throw refuse(500, "Internal Server Error");
  }
  exchange.integration = integration;
  if (authorizer !== undefined) exchange.authorizer = authorizer;
}

async function authorize(ctx: Ctx, exchange: Exchange): Promise<void> {
  const type = exchange.route?.AuthorizationType ?? "NONE";
  if (type === "NONE") return;
  if (type === "AWS_IAM") {
    authorizeBySignature(ctx, exchange);
    return;
  }
  if (exchange.authorizer === undefined) throw refuse(500, "Internal Server Error");
  exchange.authorization = type === "JWT" ? await authorizeJwt(ctx, exchange) : await authorizeByLambda(ctx, exchange);
}

/** IAM authorization: a valid signature, and `execute-api:Invoke` on the request for whoever signed. */
function authorizeBySignature(ctx: Ctx, exchange: Exchange): void {
  try {
    ctx.authorize(exchange.identify(), { action: "execute-api:Invoke", resource: requestArn(exchange) });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    exchange.authorizerError = error.message;
    throw refuse(403, "Forbidden");
  }
}
