import { NO_IDENTITY } from "../../apigatewayv2/plane/events.ts";
import { clfTime } from "../../lambda/http-event.ts";
import { type Exchange, fullPath } from "./exchange.ts";

/** `$context` of templates, gateway responses and access logs, and the `requestContext` of events. Pure. */

function identityOf(exchange: Exchange): Record<string, unknown> {
  const { caller, apiKey, input } = exchange;
  const signed = caller?.kind === "user" || caller?.kind === "role-session" || caller?.kind === "root" ? caller : undefined;
  const arn =
    signed?.kind === "user"
      ? signed.userArn
      : signed?.kind === "role-session"
        ? signed.roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/").concat(`/${signed.sessionName}`)
        : signed === undefined
          ? null
          : `arn:aws:iam::${signed.accountId}:root`;
  const user =
    signed?.kind === "user"
      ? signed.userId
      : signed?.kind === "role-session"
        ? `${signed.roleId}:${signed.sessionName}`
        : signed?.accountId;
  return {
    ...NO_IDENTITY,
    ...(signed === undefined
      ? {}
      : { accountId: signed.accountId, accessKey: signed.accessKeyId, caller: user ?? null, user: user ?? null, userArn: arn }),
    sourceIp: input.sourceIp,
    userAgent: input.headers["user-agent"] ?? null,
    ...(apiKey === undefined ? {} : { apiKey: apiKey.value, apiKeyId: apiKey.id }),
  };
}

function authorizerOf({ authorization }: Exchange): object {
  if (authorization === undefined) return {};
  const { context, principalId, claims } = authorization;
  return {
    authorizer: {
      ...(claims === undefined ? {} : { claims }),
      ...context,
      ...(principalId === undefined ? {} : { principalId }),
      ...(claims === undefined ? { integrationLatency: 0 } : {}),
    },
  };
}

export function requestContext(exchange: Exchange): Record<string, unknown> {
  const { api, stage, resource, method, input } = exchange;
  return {
    resourceId: resource?.id,
    ...authorizerOf(exchange),
    resourcePath: resource?.path,
    ...(method?.operationName === undefined ? {} : { operationName: method.operationName }),
    httpMethod: input.method,
    extendedRequestId: exchange.extendedRequestId,
    requestTime: clfTime(exchange.timeMs),
    path: fullPath(exchange),
    accountId: exchange.account,
    protocol: exchange.protocol,
    stage: stage.stageName,
    domainPrefix: exchange.domainName.split(".")[0],
    requestTimeEpoch: exchange.timeMs,
    requestId: exchange.requestId,
    identity: identityOf(exchange),
    domainName: exchange.domainName,
    deploymentId: stage.deploymentId,
    apiId: api.id,
  };
}

/** What templates and logs see beside that. */
export function contextVariables(exchange: Exchange): Record<string, unknown> {
  const { error, integrationStatus, integrationLatencyMs } = exchange;
  const latency = integrationLatencyMs === undefined ? undefined : Math.round(integrationLatencyMs);
  return {
    ...requestContext(exchange),
    ...(error === undefined
      ? {}
      : {
          error: {
            message: error.text,
            messageString: JSON.stringify(error.text),
            responseType: error.type,
            ...(error.validationError === undefined ? {} : { validationErrorString: error.validationError }),
          },
        }),
    ...(integrationStatus === undefined ? {} : { integrationStatus, integration: { status: integrationStatus, latency } }),
    ...(latency === undefined ? {} : { integrationLatency: latency }),
  };
}

/** `a.b.c` -> text, of everything in it. */
export function flattened(value: object, prefix = ""): { [name: string]: string } {
  const out: { [name: string]: string } = {};
  for (const [name, each] of Object.entries(value)) {
    if (each === null || each === undefined) continue;
    if (typeof each === "object") Object.assign(out, flattened(each, `${prefix}${name}.`));
    else out[`${prefix}${name}`] = String(each);
  }
  return out;
}
