import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cors } from "@aws-sdk/client-lambda";
import { type Ctx, type Principal, ServiceError } from "../../core/service.ts";
import { BodyTooLarge, eventV2, headersOf, httpAnswer, jsonAnswer, readBody, sendAnswer, splitCookies } from "./http-event.ts";
import { CollectedStream } from "./invoke/stream-sinks.ts";
import { functionArn } from "./names.ts";
import { invokeStreaming } from "./operations/invoke.ts";
import { resourcePolicyOf } from "./operations/permissions.ts";
import type { StreamSink } from "./runtime/sandbox.ts";
import type { UrlRecord } from "./store.ts";

/** A function URL at work. AWS developer guide, "Invoking Lambda function URLs" (read 2026-11-21). */
const BODY_BYTES_MAX = 6_291_456;

/** `edge` knows the HTTP request, `ctx` is in the function's account and region. */
export async function serveFunctionUrl(
  edge: Ctx,
  ctx: Ctx,
  record: UrlRecord,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const began = performance.now();
  await serve(edge, ctx, record, request, response);
  tellUrl(ctx, record, response.statusCode, Math.round(performance.now() - began));
}

/** Developer guide, "Monitoring Lambda function URLs" (read 2026-11-21). */
function tellUrl(ctx: Ctx, { name, qualifier }: UrlRecord, status: number, latencyMs: number): void {
  const resource = qualifier === undefined ? [] : [{ FunctionName: name, Resource: `${name}:${qualifier}` }];
  for (const dimensions of [{ FunctionName: name }, ...resource]) {
    const metric = (metricName: string, value: number, unit: string) =>
      ctx.metric("AWS/Lambda", metricName, dimensions, value, unit);
    metric("UrlRequestCount", 1, "Count");
    metric("Url4xxCount", status >= 400 && status < 500 ? 1 : 0, "Count");
    metric("Url5xxCount", status >= 500 ? 1 : 0, "Count");
    metric("UrlRequestLatency", latencyMs, "Milliseconds");
  }
}

async function serve(edge: Ctx, ctx: Ctx, record: UrlRecord, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = headersOf(request);
  const cors = corsAnswer(record.config.Cors, headers.origin);
  if (
    request.method === "OPTIONS" &&
    record.config.Cors !== undefined &&
    headers["access-control-request-method"] !== undefined
  ) {
    return sendAnswer(response, { status: 200, headers: { ...cors, ...preflight(record.config.Cors) }, body: Buffer.alloc(0) });
  }
  let body: Buffer;
  try {
    body = await readBody(request, BODY_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    sendAnswer(response, jsonAnswer(413, { Message: "Request Too Long" }), cors);
    return;
  }
  const refused = refusal(edge, ctx, record, body);
  if (refused !== undefined) {
    sendAnswer(response, refused, cors);
    return;
  }
  const payload = Buffer.from(JSON.stringify(urlEvent(ctx, record, request, headers, body)));
  try {
    if (record.config.InvokeMode === "RESPONSE_STREAM") await streamAnswer(ctx, record, payload, response, cors);
    else await bufferedAnswer(ctx, record, payload, response, cors);
  } catch (error) {
    const status = error instanceof ServiceError ? error.status : 502;
    if (response.headersSent) response.destroy();
    else
      sendAnswer(
        response,
        jsonAnswer(status, {
          Message: status === 429 ? "Too Many Requests" : status === 403 ? "Forbidden" : "Internal Server Error",
        }),
        cors,
      );
  }
}

/** AuthType NONE still needs the function's policy to let everybody in; AWS_IAM needs a signature and a policy for who signed. */
function refusal(ctx: Ctx, own: Ctx, record: UrlRecord, body: Buffer) {
  const { AuthType = "AWS_IAM" } = record.config;
  const ref = {
    account: record.account,
    region: record.region,
    name: record.name,
    ...(record.qualifier === undefined ? {} : { qualifier: record.qualifier }),
  };
  const resourcePolicy = own.snapshot((store) => resourcePolicyOf(store, ref));
  try {
    const caller: Principal = AuthType === "NONE" ? { kind: "anonymous", accountId: record.account } : ctx.identify(body);
    own.authorize(caller, {
      action: "lambda:InvokeFunctionUrl",
      resource: functionArn(ref),
      conditions: { "lambda:FunctionUrlAuthType": AuthType },
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    own.hint(`the URL of function ${record.name} refused a request: ${error.message}`);
    return jsonAnswer(403, { Message: "Forbidden" });
  }
}

function urlEvent(
  ctx: Ctx,
  record: UrlRecord,
  request: IncomingMessage,
  headers: { readonly [name: string]: string },
  body: Buffer,
): object {
  const [path = "/", query = ""] = splitOnce(request.url ?? "/");
  const input = {
    method: request.method ?? "GET",
    path,
    rawQuery: query,
    headers: {
      ...headers,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": (headers.host ?? "").split(":")[1] ?? "80",
    },
    cookies: splitCookies(headers),
    body,
    sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
  };
  const identity = {
    accountId: "anonymous",
    apiId: record.urlId,
    domainName: headers.host ?? `${record.urlId}.lambda-url.${record.region}.on.aws`,
    requestId: ctx.requestId,
    routeKey: "$default",
    stage: "$default",
    timeMs: ctx.now(),
  };
  return eventV2(input, identity, decodePath(path));
}

const splitOnce = (url: string): [string, string] => {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
};

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** A streaming handler behind a buffered URL: its prelude and body make the answer when it has ended. */
async function bufferedAnswer(
  ctx: Ctx,
  record: UrlRecord,
  payload: Buffer,
  response: ServerResponse,
  cors: { readonly [name: string]: string },
): Promise<void> {
  const sink = new CollectedStream();
  const result = await invokeStreaming(ctx, { FunctionName: record.config.FunctionArn ?? "", Payload: payload, sink });
  if (sink.head !== undefined && result.functionError === undefined) {
    startAnswer(response, sink.head, cors);
    response.end(sink.body);
    return;
  }
  answerWhole(result, response, cors);
}

async function streamAnswer(
  ctx: Ctx,
  record: UrlRecord,
  payload: Buffer,
  response: ServerResponse,
  cors: { readonly [name: string]: string },
): Promise<void> {
  const sink: StreamSink = {
    start(head) {
      startAnswer(response, head, cors);
      response.flushHeaders();
    },
    chunk: (bytes) => void response.write(bytes),
  };
  const result = await invokeStreaming(ctx, { FunctionName: record.config.FunctionArn ?? "", Payload: payload, sink });
  if (!response.headersSent) answerWhole(result, response, cors);
  else if (result.functionError === undefined) response.end();
  // Too late for a status: the client sees that the body is not whole.
  else response.destroy();
}

function answerWhole(
  result: { readonly functionError?: string; readonly payload: Buffer },
  response: ServerResponse,
  cors: { readonly [name: string]: string },
): void {
  const answer = result.functionError === undefined ? httpAnswer(result.payload, "2.0", "application/json") : undefined;
  sendAnswer(response, answer ?? jsonAnswer(502, { Message: "Internal Server Error" }), cors);
}

/** Status and headers of a streamed answer; without a prelude the status is 200. */
function startAnswer(
  response: ServerResponse,
  { contentType, prelude }: Parameters<StreamSink["start"]>[0],
  cors: { readonly [name: string]: string },
): void {
  const { statusCode, headers, cookies } = (prelude ?? {}) as {
    statusCode?: number;
    headers?: Record<string, string>;
    cookies?: string[];
  };
  response.statusCode = statusCode ?? 200;
  const given = { ...headers, ...cors };
  const isTyped = Object.keys(given).some((name) => name.toLowerCase() === "content-type");
  if (!isTyped) response.setHeader("content-type", prelude === undefined ? (contentType ?? DEFAULT_TYPE) : DEFAULT_TYPE);
  for (const [name, value] of Object.entries(given)) response.setHeader(name, String(value));
  if (cookies !== undefined) response.setHeader("set-cookie", cookies);
}

const DEFAULT_TYPE = "application/octet-stream";

function corsAnswer(cors: Cors | undefined, origin: string | undefined): { [name: string]: string } {
  if (cors === undefined || origin === undefined) return {};
  const allowed = cors.AllowOrigins ?? [];
  const isAny = allowed.includes("*");
  if (!isAny && !allowed.includes(origin)) return {};
  return {
    "access-control-allow-origin": isAny && cors.AllowCredentials !== true ? "*" : origin,
    ...(isAny && cors.AllowCredentials !== true ? {} : { vary: "Origin" }),
    ...(cors.AllowCredentials === true ? { "access-control-allow-credentials": "true" } : {}),
    ...(cors.ExposeHeaders === undefined || cors.ExposeHeaders.length === 0
      ? {}
      : { "access-control-expose-headers": cors.ExposeHeaders.join(",") }),
  };
}

function preflight(cors: Cors): { [name: string]: string } {
  return {
    ...(cors.AllowMethods === undefined ? {} : { "access-control-allow-methods": cors.AllowMethods.join(",") }),
    ...(cors.AllowHeaders === undefined ? {} : { "access-control-allow-headers": cors.AllowHeaders.join(",") }),
    ...(cors.MaxAge === undefined ? {} : { "access-control-max-age": String(cors.MaxAge) }),
  };
}
