import { clfTime, eventBody, eventV2 } from "../../lambda/http-event.ts";
import { type Authorization, type Exchange, pathWithStage, routeKeyOf } from "./exchange.ts";

/** Events of HTTP APIs in payload formats 2.0 and 1.0. Pure. Developer guide, "Create AWS Lambda proxy integrations for HTTP APIs". */

const isEmpty = (value: object | undefined) => value === undefined || Object.keys(value).length === 0;

export function eventOf(exchange: Exchange, format: string): object {
  return format === "2.0" ? eventFormat2(exchange) : eventFormat1(exchange);
}

function identityOf(exchange: Exchange) {
  return {
    accountId: exchange.account,
    apiId: exchange.api.ApiId ?? "",
    domainName: exchange.domainName,
    requestId: exchange.requestId,
    routeKey: routeKeyOf(exchange),
    stage: exchange.stage.StageName ?? "$default",
    timeMs: exchange.timeMs,
  };
}

function authorizer2(authorization: Authorization | undefined): object {
  if (authorization === undefined) return {};
  if (authorization.kind === "jwt")
    return { authorizer: { jwt: { claims: authorization.claims, scopes: authorization.scopes } } };
  return { authorizer: { lambda: isEmpty(authorization.context) ? null : authorization.context } };
}

export function eventFormat2(exchange: Exchange): Record<string, unknown> {
  const base = eventV2(exchange.input, identityOf(exchange), pathWithStage(exchange));
  const { requestContext, body, isBase64Encoded, ...rest } = base as typeof base & { body?: string; isBase64Encoded: boolean };
  const { accountId, apiId, ...context } = requestContext;
  return {
    ...rest,
    requestContext: { accountId, apiId, ...authorizer2(exchange.authorization), ...context },
    ...(isEmpty(exchange.parameters) ? {} : { pathParameters: exchange.parameters }),
    ...(isEmpty(exchange.stage.StageVariables) ? {} : { stageVariables: exchange.stage.StageVariables }),
    ...(body === undefined ? {} : { body }),
    isBase64Encoded,
  };
}

/** Values by name: the last of repeated ones, and all of them; null where there are none. */
export function multi(pairs: Iterable<readonly [string, string]>): {
  single: Record<string, string> | null;
  all: Record<string, string[]> | null;
} {
  const all: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    const values = all[name] ?? [];
    values.push(value);
    all[name] = values;
  }
  if (Object.keys(all).length === 0) return { single: null, all: null };
  // Of repeated ones the last counts.
  return { single: Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.at(-1) ?? ""])), all };
}

/** Headers as the client spelled them, and those that the gateway adds. */
export function* headerPairs(exchange: Pick<Exchange, "rawHeaders" | "input">): Iterable<readonly [string, string]> {
  for (let i = 0; i + 1 < exchange.rawHeaders.length; i += 2)
    yield [exchange.rawHeaders[i] ?? "", exchange.rawHeaders[i + 1] ?? ""];
  const {
    "x-forwarded-for": forwardedFor = "",
    "x-forwarded-port": port = "",
    "x-forwarded-proto": protocol = "",
  } = exchange.input.headers;
  yield ["X-Forwarded-For", forwardedFor];
  yield ["X-Forwarded-Port", port];
  yield ["X-Forwarded-Proto", protocol];
}

function authorizer1(authorization: Authorization | undefined): object {
  if (authorization === undefined) return {};
  if (authorization.kind === "jwt") return { authorizer: { claims: authorization.claims, scopes: authorization.scopes } };
  const principal = authorization.principalId === undefined ? {} : { principalId: authorization.principalId };
  return { authorizer: { ...authorization.context, ...principal, integrationLatency: 0 } };
}

/** `requestContext.identity` of payload format 1.0 for a caller that nobody knows. */
export const NO_IDENTITY = {
  accessKey: null,
  accountId: null,
  caller: null,
  cognitoAmr: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

function requestContext1(exchange: Exchange): object {
  const { input } = exchange;
  const key = routeKeyOf(exchange);
  return {
    accountId: exchange.account,
    apiId: exchange.api.ApiId,
    ...authorizer1(exchange.authorization),
    domainName: exchange.domainName,
    domainPrefix: exchange.domainName.split(".")[0],
    extendedRequestId: exchange.requestId,
    httpMethod: input.method,
    identity: { ...NO_IDENTITY, sourceIp: input.sourceIp, userAgent: input.headers["user-agent"] ?? "" },
    path: pathWithStage(exchange),
    protocol: exchange.protocol,
    requestId: exchange.requestId,
    requestTime: clfTime(exchange.timeMs),
    requestTimeEpoch: exchange.timeMs,
    resourceId: key,
    resourcePath: key === "$default" ? "$default" : key.split(" ")[1],
    stage: exchange.stage.StageName,
  };
}

export function eventFormat1(exchange: Exchange): Record<string, unknown> {
  const { input } = exchange;
  const headers = multi(headerPairs(exchange));
  const query = multi(new URLSearchParams(input.rawQuery));
  const key = routeKeyOf(exchange);
  const { body, isBase64Encoded } = eventBody(input.body, input.headers["content-type"]);
  return {
    version: "1.0",
    resource: key === "$default" ? "$default" : key.split(" ")[1],
    path: pathWithStage(exchange),
    httpMethod: input.method,
    headers: headers.single,
    multiValueHeaders: headers.all,
    queryStringParameters: query.single,
    multiValueQueryStringParameters: query.all,
    requestContext: requestContext1(exchange),
    pathParameters: isEmpty(exchange.parameters) ? null : exchange.parameters,
    stageVariables: isEmpty(exchange.stage.StageVariables) ? null : exchange.stage.StageVariables,
    body: body ?? null,
    isBase64Encoded,
  };
}
