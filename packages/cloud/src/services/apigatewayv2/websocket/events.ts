import type { Stage } from "@aws-sdk/client-apigatewayv2";
import { clfTime } from "../../lambda/http-event.ts";
import type { Caller } from "./connection.ts";

/** Events of WebSocket APIs. Pure. Developer guide, "Lambda proxy integrations for WebSocket APIs", and events as AWS sends them (read 2026-11-21). */
export type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

export interface Occasion {
  readonly type: EventType;
  readonly routeKey: string;
  readonly requestId: string;
  readonly atMs: number;
  readonly stage: Stage;
  readonly caller: Caller;
  readonly body?: { readonly text: string; readonly isBase64: boolean };
  /** The handshake's, on $connect. */
  readonly rawHeaders?: readonly string[];
  readonly rawQuery?: string;
  readonly end?: { readonly code: number; readonly reason: string };
  readonly authorizer?: { readonly [name: string]: unknown };
}

export function requestContext(occasion: Occasion): Record<string, unknown> {
  const { caller, atMs, requestId } = occasion;
  const authorizer = occasion.authorizer ?? caller.authorizer;
  return {
    routeKey: occasion.routeKey,
    ...(authorizer === undefined ? {} : { authorizer }),
    ...(occasion.type === "MESSAGE" ? { messageId: requestId } : {}),
    ...(occasion.end === undefined ? {} : { disconnectStatusCode: occasion.end.code, disconnectReason: occasion.end.reason }),
    eventType: occasion.type,
    extendedRequestId: requestId,
    requestTime: clfTime(atMs),
    messageDirection: "IN",
    stage: caller.stageName,
    connectedAt: caller.connectedMs,
    requestTimeEpoch: atMs,
    identity: { ...(caller.userAgent === "" ? {} : { userAgent: caller.userAgent }), sourceIp: caller.sourceIp },
    requestId,
    domainName: caller.domainName,
    connectionId: caller.id,
    apiId: caller.api.ApiId,
  };
}

function grouped(pairs: Iterable<readonly [string, string]>): { single: Record<string, string>; all: Record<string, string[]> } {
  const all: Record<string, string[]> = {};
  for (const [name, value] of pairs) all[name] = [...(all[name] ?? []), value];
  return { single: Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.at(-1) ?? ""])), all };
}

function* headerPairs(raw: readonly string[]): Iterable<readonly [string, string]> {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? "";
    if (!/^(connection|upgrade)$/i.test(name)) yield [name, raw[i + 1] ?? ""];
  }
}

/** Headers and query of the handshake; $disconnect has the few that AWS gives it. */
function transport(occasion: Occasion): object {
  if (occasion.type === "DISCONNECT") {
    const few = { Host: occasion.caller.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
    return { headers: few, multiValueHeaders: grouped(Object.entries(few)).all };
  }
  if (occasion.rawHeaders === undefined) return {};
  const forwarded: [string, string][] = [
    ["X-Forwarded-For", occasion.caller.sourceIp],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ];
  const headers = grouped([...headerPairs(occasion.rawHeaders), ...forwarded]);
  const query = grouped(new URLSearchParams(occasion.rawQuery ?? ""));
  return {
    headers: headers.single,
    multiValueHeaders: headers.all,
    ...(Object.keys(query.all).length === 0
      ? {}
      : { queryStringParameters: query.single, multiValueQueryStringParameters: query.all }),
  };
}

export function proxyEvent(occasion: Occasion): object {
  const variables = occasion.stage.StageVariables ?? {};
  return {
    ...transport(occasion),
    ...(Object.keys(variables).length === 0 ? {} : { stageVariables: variables }),
    requestContext: requestContext(occasion),
    ...(occasion.body === undefined ? {} : { body: occasion.body.text }),
    isBase64Encoded: occasion.body?.isBase64 ?? false,
  };
}

/** What a REQUEST authorizer of $connect is given. */
export function authorizerEvent(occasion: Occasion, methodArn: string): object {
  return {
    type: "REQUEST",
    methodArn,
    ...transport(occasion),
    stageVariables: occasion.stage.StageVariables ?? {},
    requestContext: requestContext(occasion),
  };
}
