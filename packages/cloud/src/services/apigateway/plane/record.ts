import { parseArn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { fillContext } from "../../apigatewayv2/plane/access-log.ts";
import type { HttpAnswer } from "../../lambda/http-event.ts";
import { find } from "../store.ts";
import { contextVariables, flattened } from "./context.ts";
import { type Exchange, fullPath } from "./exchange.ts";

/** Access log, execution log and metrics of a request. Developer guide, "Set up CloudWatch logging for REST APIs", "Amazon API Gateway dimensions and metrics" (read 2026-11-21). */
export function record(ctx: Ctx, exchange: Exchange, answer: HttpAnswer, latencyMs: number): void {
  metrics(ctx, exchange, answer, latencyMs);
  const mayLog = find(ctx.store, exchange, "rest-account")?.value.cloudwatchRoleArn !== undefined;
  if (!mayLog) return;
  accessLog(ctx, exchange, answer, latencyMs);
  executionLog(ctx, exchange, answer);
}

function metrics(ctx: Ctx, exchange: Exchange, answer: HttpAnswer, latencyMs: number): void {
  const ApiName = exchange.api.name ?? "";
  const Stage = exchange.stage.stageName ?? "";
  const all: { readonly [name: string]: string }[] = [{ ApiName }, { ApiName, Stage }];
  if (exchange.settings.metricsEnabled === true && exchange.resource !== undefined)
    all.push({ ApiName, Stage, Resource: exchange.resource.path ?? "/", Method: exchange.method?.httpMethod ?? "" });
  for (const dimensions of all) {
    const metric = (name: string, value: number, unit: string) => ctx.metric("AWS/ApiGateway", name, dimensions, value, unit);
    metric("Count", 1, "Count");
    metric("4XXError", answer.status >= 400 && answer.status < 500 ? 1 : 0, "Count");
    metric("5XXError", answer.status >= 500 ? 1 : 0, "Count");
    metric("Latency", latencyMs, "Milliseconds");
    if (exchange.integrationLatencyMs !== undefined) metric("IntegrationLatency", exchange.integrationLatencyMs, "Milliseconds");
  }
}

function accessLog(ctx: Ctx, exchange: Exchange, answer: HttpAnswer, latencyMs: number): void {
  const { destinationArn, format } = exchange.stage.accessLogSettings ?? {};
  const group = /^log-group:([^:]+)/.exec(parseArn(destinationArn ?? "")?.resource ?? "")?.[1];
  if (group === undefined || format === undefined) return;
  const values = {
    ...flattened(contextVariables(exchange)),
    status: String(answer.status),
    responseLength: String(answer.body.length),
    responseLatency: String(Math.round(latencyMs)),
  };
  ctx.log(group, `${exchange.api.id}-${exchange.stage.stageName}`, [fillContext(format, values)]);
}

const TRACE_CHARS_MAX = 1024;
const cut = (text: string) => (text.length > TRACE_CHARS_MAX ? `${text.slice(0, TRACE_CHARS_MAX)} [TRUNCATED]` : text);

/** `ERROR` writes failed requests only. */
function executionLog(ctx: Ctx, exchange: Exchange, answer: HttpAnswer): void {
  const { loggingLevel = "OFF", dataTraceEnabled = false } = exchange.settings;
  if (loggingLevel === "OFF" || (loggingLevel === "ERROR" && answer.status < 400)) return;
  const { input } = exchange;
  const lines = [
    `Extended Request Id: ${exchange.extendedRequestId}`,
    `Starting execution for request: ${exchange.requestId}`,
    `HTTP Method: ${input.method}, Resource Path: ${fullPath(exchange)}`,
    ...(dataTraceEnabled
      ? [
          `Method request path: ${JSON.stringify(exchange.parameters)}`,
          `Method request query string: ${JSON.stringify(Object.fromEntries(new URLSearchParams(input.rawQuery)))}`,
          `Method request headers: ${cut(JSON.stringify(input.headers))}`,
          `Method request body before transformations: ${cut(input.body.toString("utf8"))}`,
        ]
      : []),
    ...exchange.lines,
    ...(dataTraceEnabled ? [`Method response body after transformations: ${cut(answer.body.toString("utf8"))}`] : []),
    answer.status >= 500 && exchange.error !== undefined
      ? `Execution failed due to ${exchange.error.text ?? "an internal error"}`
      : "Successfully completed execution",
    `Method completed with status: ${answer.status}`,
  ];
  const group = `API-Gateway-Execution-Logs_${exchange.api.id}/${exchange.stage.stageName}`;
  ctx.log(
    group,
    exchange.requestId.replaceAll("-", ""),
    lines.map((line) => `(${exchange.requestId}) ${line}`),
  );
}
