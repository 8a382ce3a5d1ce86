import { parseArn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { fillContext } from "../plane/access-log.ts";
import { type Occasion, requestContext } from "./events.ts";

/** Access log lines and metrics of WebSocket APIs. Developer guide, "Monitor WebSocket API execution with CloudWatch metrics" (read 2026-11-21). */
export interface Happened {
  readonly status: number;
  readonly integrationLatencyMs?: number;
  readonly error?: string;
}

const COUNTS = { CONNECT: "ConnectCount", MESSAGE: "MessageCount", DISCONNECT: undefined } as const;

function flat(value: object, prefix = ""): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === "object" && inner !== null) Object.assign(out, flat(inner, `${prefix}${name}.`));
    else out[prefix + name] = String(inner);
  }
  return out;
}

export function logOccasion(ctx: Ctx, occasion: Occasion, happened: Happened): void {
  const { stage, caller, atMs } = occasion;
  const { DestinationArn, Format } = stage.AccessLogSettings ?? {};
  const group = /^log-group:([^:]+)/.exec(parseArn(DestinationArn ?? "")?.resource ?? "")?.[1];
  const latency =
    happened.integrationLatencyMs === undefined ? {} : { integrationLatency: String(Math.round(happened.integrationLatencyMs)) };
  if (group !== undefined && Format !== undefined) {
    const values = {
      ...flat(requestContext(occasion)),
      ...latency,
      accountId: caller.account,
      status: String(happened.status),
      ...(happened.error === undefined
        ? {}
        : { "error.message": "Internal server error", integrationErrorMessage: happened.error }),
    };
    const day = new Date(atMs).toISOString().slice(0, 10);
    ctx.log(group, `${caller.api.ApiId}-${caller.stageName}-${day}`, [fillContext(Format, values)]);
  }
  const ApiId = caller.api.ApiId ?? "";
  const all: { readonly [name: string]: string }[] = [{ ApiId }, { ApiId, Stage: caller.stageName, Route: occasion.routeKey }];
  for (const dimensions of all) {
    const count = COUNTS[occasion.type];
    if (count !== undefined) ctx.metric("AWS/ApiGateway", count, dimensions, 1, "Count");
    ctx.metric("AWS/ApiGateway", "IntegrationError", dimensions, happened.error === undefined ? 0 : 1, "Count");
    ctx.metric("AWS/ApiGateway", "ClientError", dimensions, happened.status >= 400 && happened.status < 500 ? 1 : 0, "Count");
    if (happened.integrationLatencyMs !== undefined)
      ctx.metric("AWS/ApiGateway", "IntegrationLatency", dimensions, happened.integrationLatencyMs, "Milliseconds");
  }
}
