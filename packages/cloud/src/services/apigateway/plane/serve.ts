import type { IncomingMessage, ServerResponse } from "node:http";
import type { MethodSetting, Stage } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { liveState } from "../../apigatewayv2/live.ts";
import { decode } from "../../apigatewayv2/plane/route-table.ts";
import { type Addressed, splitOnce } from "../../apigatewayv2/plane/stages.ts";
import { take, takeAccountToken } from "../../apigatewayv2/plane/throttle.ts";
import { type Owner, restOwnerKey } from "../../apigatewayv2/store.ts";
import { BodyTooLarge, type HttpAnswer, headersOf, jsonAnswer, readBody, sendAnswer } from "../../lambda/http-event.ts";
import { metBy } from "../canary.ts";
import { unescaped } from "../patch.ts";
import { find } from "../store.ts";
import { authorize, checkResourcePolicy } from "./authorize.ts";
import { type Compiled, compiledStage } from "./compiled.ts";
import { type Exchange, misconfigured, Refused } from "./exchange.ts";
import { gatewayAnswer } from "./gateway-response.ts";
import { integrate } from "./integrate.ts";
import { record } from "./record.ts";
import { admitKey } from "./usage.ts";
import { validateRequest } from "./validate.ts";

/** A REST API at work: stage, resource, throttle, authorization, API key, validation, integration, logs. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

/** A request with the address that it came by. `edge`: the context that knows its signature. */
export interface Arrived {
  readonly edge: Ctx;
  readonly addressed: Addressed;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const forbidden = (): HttpAnswer => jsonAnswer(403, { message: "Forbidden" }, { "x-amzn-errortype": "ForbiddenException" });

/** Answers a request to a REST API. */
export async function serve(ctx: Ctx, arrived: Arrived): Promise<void> {
  const { addressed, response } = arrived;
  const owner = ctx.store.get<Owner>(restOwnerKey(addressed.apiId));
  if (owner === undefined) return sendAnswer(response, forbidden());
  const own = ctx.with(owner);
  const began = performance.now();
  const begun = await begin(own, owner, arrived);
  if (!("compiled" in begun)) return sendAnswer(response, begun);
  const { exchange, compiled } = begun;
  const answer = await answerOf(own, exchange, compiled);
  const ids = { "x-amzn-requestid": exchange.requestId, "x-amz-apigw-id": exchange.extendedRequestId };
  sendAnswer(response, answer, ids);
  record(own, exchange, answer, performance.now() - began);
}

/** The stage that the path's first segment names, or the address itself. */
function stageOf(ctx: Ctx, owner: Owner, addressed: Addressed, path: string): { stage: Stage; path: string } | undefined {
  const [, first = "", rest = "/"] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const name = addressed.stage ?? decode(first);
  const stage = find(ctx.store, owner, "rest-stage", addressed.apiId, name)?.value;
  return stage === undefined ? undefined : { stage, path: addressed.stage === undefined ? rest : path };
}

/** An answer when the request leads nowhere. */
async function begin(ctx: Ctx, owner: Owner, arrived: Arrived): Promise<HttpAnswer | { exchange: Exchange; compiled: Compiled }> {
  const { addressed, request, edge } = arrived;
  const api = find(ctx.store, owner, "rest-api", addressed.apiId)?.value;
  const [encoded = "/", rawQuery = ""] = splitOnce(addressed.url);
  const found = stageOf(ctx, owner, addressed, encoded);
  const isClosed = api?.disableExecuteApiEndpoint === true && addressed.domainPath === undefined;
  if (api === undefined || found === undefined || isClosed) return forbidden();
  const stage = metBy(found.stage, ctx.random);
  const compiled = compiledStage(ctx, owner, addressed.apiId, stage.stageName ?? "", stage.deploymentId ?? "");
  if (compiled === undefined) return forbidden();
  let body: Buffer;
  try {
    body = await readBody(request, BODY_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    return jsonAnswer(413, { message: "Request Entity Too Large" });
  }
  const headers = headersOf(request);
  const remote = (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
  const forwarded = {
    "x-forwarded-for": headers["x-forwarded-for"] === undefined ? remote : `${headers["x-forwarded-for"]}, ${remote}`,
    "x-forwarded-port": (headers.host ?? "").split(":")[1] ?? "80",
    "x-forwarded-proto": "http",
  };
  const exchange: Exchange = {
    api: compiled.frozen.api,
    stage,
    frozen: compiled.frozen,
    ...owner,
    input: {
      method: request.method ?? "GET",
      path: found.path,
      rawQuery,
      headers: { ...headers, ...forwarded },
      cookies: [],
      body,
      sourceIp: remote,
    },
    rawHeaders: request.rawHeaders,
    protocol: `HTTP/${request.httpVersion}`,
    requestId: edge.requestId,
    extendedRequestId: Buffer.from(edge.requestId.replaceAll("-", "").slice(0, 22), "hex").toString("base64"),
    timeMs: ctx.now(),
    domainName: headers.host ?? "",
    ...(addressed.domainPath === undefined ? {} : { domainPath: addressed.domainPath }),
    identify: () => edge.identify(body),
    parameters: {},
    settings: {},
    overrides: {},
    lines: [],
  };
  return { exchange, compiled };
}

async function answerOf(ctx: Ctx, exchange: Exchange, compiled: Compiled): Promise<HttpAnswer> {
  try {
    route(exchange, compiled);
    checkResourcePolicy(ctx, exchange);
    await authorize(ctx, exchange);
    await admitKey(ctx, exchange);
    throttle(ctx, exchange);
    validateRequest(exchange);
    return await integrate(ctx, exchange);
  } catch (error) {
    if (!(error instanceof Refused))
      ctx.hint(`API ${exchange.api.id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const refused = error instanceof Refused ? error : misconfigured();
    exchange.error = refused;
    return gatewayAnswer(exchange, refused);
  }
}

function route(exchange: Exchange, compiled: Compiled): void {
  const { input, stage } = exchange;
  // A slash at the end changes nothing.
  const path = input.path.length > 1 ? input.path.replace(/\/+$/, "") : input.path;
  const found = compiled.table.match(input.method, path);
  const resource = compiled.byId.get(found?.route.Target ?? "");
  const methods = resource?.resourceMethods ?? {};
  const method = methods[input.method] ?? methods.ANY;
  if (found === undefined || resource === undefined || method === undefined)
    throw new Refused("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  exchange.resource = resource;
  exchange.method = method;
  exchange.parameters = encodedParameters(resource.path ?? "/", path);
  exchange.settings = settingsOf(stage, resource.path ?? "/", method.httpMethod ?? "");
  if (method.methodIntegration === undefined) throw misconfigured();
  exchange.integration = method.methodIntegration;
}

/** REST APIs hand parameters on as they were sent, percent signs and all. */
function encodedParameters(pattern: string, path: string): { [name: string]: string } {
  const segments = path.split("/");
  const out: { [name: string]: string } = {};
  pattern.split("/").forEach((part, index) => {
    const name = /^\{([^}+]+)(\+?)\}$/.exec(part);
    if (name !== null) out[name[1] ?? ""] = name[2] === "+" ? segments.slice(index).join("/") : (segments[index] ?? "");
  });
  return out;
}

/** The method's own settings over those of all methods. */
export function settingsOf(stage: Stage, path: string, method: string): MethodSetting {
  const all = stage.methodSettings ?? {};
  const own = Object.entries(all).find(([key]) => unescaped(key).replace(/^\/+/, "") === `${path}/${method}`.replace(/^\/+/, ""));
  return own?.[1] ?? all["*/*"] ?? {};
}

function throttle(ctx: Ctx, exchange: Exchange): void {
  const { buckets } = liveState(ctx);
  const { settings, api, stage, resource, method } = exchange;
  const { throttlingRateLimit: rate = -1, throttlingBurstLimit: burst = -1 } = settings;
  const key = `${api.id}/${stage.stageName}/${method?.httpMethod}${resource?.path}`;
  const isLetIn =
    (rate < 0 || burst < 0 || take(buckets, key, { rate, burst }, ctx.now())) &&
    takeAccountToken(buckets, exchange.account, exchange.region, ctx.now());
  if (!isLetIn) throw new Refused("THROTTLED", "Too Many Requests");
}
