import { joinedQuery } from "../../lambda/http-event.ts";
import { type Exchange, routeKeyOf } from "./exchange.ts";

/** The values that `$request.header.Authorization`, `$request.querystring.x`, `$context.x`, `$stageVariables.x` stand for. Pure. */
export function identityValues(exchange: Exchange, sources: readonly string[]): (string | undefined)[] {
  return sources.map((source) => identityValue(exchange, source));
}

export function identityValue(exchange: Exchange, source: string): string | undefined {
  const match = /^\$(request\.header|request\.querystring|request\.path|context|stageVariables)\.(.+)$/.exec(source);
  if (match === null) return undefined;
  const [, kind, name = ""] = match;
  switch (kind) {
    case "request.header":
      return exchange.input.headers[name.toLowerCase()];
    case "request.querystring":
      return joinedQuery(exchange.input.rawQuery)?.[name];
    case "request.path":
      return exchange.parameters[name];
    case "stageVariables":
      return exchange.stage.StageVariables?.[name];
    default:
      return contextValue(exchange, name);
  }
}

function contextValue(exchange: Exchange, name: string): string | undefined {
  const { input } = exchange;
  const values: { readonly [name: string]: string | undefined } = {
    accountId: exchange.account,
    apiId: exchange.api.ApiId,
    stage: exchange.stage.StageName,
    routeKey: routeKeyOf(exchange),
    path: input.path,
    httpMethod: input.method,
    requestId: exchange.requestId,
    "identity.sourceIp": input.sourceIp,
    "identity.userAgent": input.headers["user-agent"],
    domainName: exchange.domainName,
  };
  return values[name];
}
