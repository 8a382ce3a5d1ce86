import { parseArn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { clfTime, type HttpAnswer } from "../../lambda/http-event.ts";
import { type Exchange, pathWithStage, routeKeyOf } from "./exchange.ts";

/** Access logs and the metrics of an HTTP API. Developer guide, "Customize HTTP API access logs" (read 2026-11-21). */

function variables(exchange: Exchange, answer: HttpAnswer, latencyMs: number): { readonly [name: string]: string | undefined } {
  const { input, authorization } = exchange;
  const message = answer.status >= 400 ? messageOf(answer) : undefined;
  const claims = authorization?.kind === "jwt" ? authorization.claims : {};
  const context = authorization?.kind === "lambda" ? authorization.context : {};
  const rounded = exchange.integrationLatencyMs === undefined ? undefined : String(Math.round(exchange.integrationLatencyMs));
  return {
    accountId: exchange.account,
    apiId: exchange.api.ApiId,
    stage: exchange.stage.StageName,
    domainName: exchange.domainName,
    domainPrefix: exchange.domainName.split(".")[0],
    requestId: exchange.requestId,
    extendedRequestId: exchange.requestId,
    httpMethod: input.method,
    path: pathWithStage(exchange),
    protocol: exchange.protocol,
    routeKey: routeKeyOf(exchange),
    requestTime: clfTime(exchange.timeMs),
    requestTimeEpoch: String(exchange.timeMs),
    status: String(answer.status),
    responseLength: String(answer.body.length),
    responseLatency: String(Math.round(latencyMs)),
    dataProcessed: String(answer.body.length + input.body.length),
    "identity.sourceIp": input.sourceIp,
    "identity.userAgent": input.headers["user-agent"],
    integrationStatus: exchange.integrationStatus === undefined ? undefined : String(exchange.integrationStatus),
    integrationLatency: rounded,
    integrationErrorMessage: exchange.integrationError,
    "integration.error": exchange.integrationError,
    "integration.latency": rounded,
    "integration.status": exchange.integrationStatus === undefined ? undefined : String(exchange.integrationStatus),
    "integration.integrationStatus": exchange.integrationStatus === undefined ? undefined : String(exchange.integrationStatus),
    "error.message": message,
    "error.messageString": message === undefined ? undefined : JSON.stringify(message),
    "authorizer.error": exchange.authorizerError,
    "authorizer.principalId": authorization?.kind === "lambda" ? authorization.principalId : undefined,
    ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [`authorizer.claims.${name}`, value])),
    ...Object.fromEntries(Object.entries(context).map(([name, value]) => [`authorizer.${name}`, String(value)])),
  };
}

function messageOf(answer: HttpAnswer): string | undefined {
  try {
    const { message } = JSON.parse(answer.body.toString("utf8"));
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

export function formatAccessLog(format: string, exchange: Exchange, answer: HttpAnswer, latencyMs: number): string {
  return fillContext(format, variables(exchange, answer, latencyMs));
}

/** `$context.x` in an access log's format; a variable without a value is written as `-`. */
export function fillContext(format: string, values: { readonly [name: string]: string | undefined }): string {
  return format.replace(/\$context\.([A-Za-z0-9_]+(?:[.:][A-Za-z0-9_:]+)*)/g, (_all, name: string) => values[name] ?? "-");
}

export function record(ctx: Ctx, exchange: Exchange, answer: HttpAnswer, latencyMs: number): void {
  const { DestinationArn, Format } = exchange.stage.AccessLogSettings ?? {};
  const group = /^log-group:([^:]+)/.exec(parseArn(DestinationArn ?? "")?.resource ?? "")?.[1];
  if (group !== undefined && Format !== undefined) {
    const day = new Date(exchange.timeMs).toISOString().slice(0, 10);
    ctx.log(group, `${exchange.api.ApiId}-${exchange.stage.StageName}-${day}`, [
      formatAccessLog(Format, exchange, answer, latencyMs),
    ]);
  }
  const ApiId = exchange.api.ApiId ?? "";
  const Stage = exchange.stage.StageName ?? "";
  const all: { readonly [name: string]: string }[] = [{ ApiId }, { ApiId, Stage }];
  if (isDetailed(exchange)) all.push({ ApiId, Stage, Route: routeKeyOf(exchange) });
  for (const dimensions of all) {
    const metric = (name: string, value: number, unit: string) => ctx.metric("AWS/ApiGateway", name, dimensions, value, unit);
    metric("Count", 1, "Count");
    metric("4xx", answer.status >= 400 && answer.status < 500 ? 1 : 0, "Count");
    metric("5xx", answer.status >= 500 ? 1 : 0, "Count");
    metric("Latency", latencyMs, "Milliseconds");
    metric("DataProcessed", answer.body.length + exchange.input.body.length, "Bytes");
    if (exchange.integrationLatencyMs !== undefined) metric("IntegrationLatency", exchange.integrationLatencyMs, "Milliseconds");
  }
}

/** Whether the stage asks for metrics by route. */
function isDetailed(exchange: Exchange): boolean {
  const { RouteSettings, DefaultRouteSettings } = exchange.stage;
  const own = RouteSettings?.[routeKeyOf(exchange)]?.DetailedMetricsEnabled;
  return own ?? DefaultRouteSettings?.DetailedMetricsEnabled ?? false;
}
