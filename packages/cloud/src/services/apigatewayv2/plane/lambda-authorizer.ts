import type { Ctx } from "../../../core/service.ts";
import { liveState } from "../live.ts";
import { eventFormat1, eventFormat2 } from "./events.ts";
import { type Authorization, type Exchange, refuse, requestArn } from "./exchange.ts";
import { callAuthorizer } from "./functions.ts";
import { identityValues } from "./identity-source.ts";

/** Lambda authorizers: simple and IAM answers, identity sources, caching. Developer guide, "Control access to HTTP APIs with Lambda authorizers". */
const CACHE_MAX = 10_000;

interface Answer {
  readonly context: { readonly [name: string]: unknown };
  readonly principalId?: string;
  /** IAM answers decide by request: a cached one is asked anew. */
  allows(arn: string): boolean;
}

export async function authorizeByLambda(ctx: Ctx, exchange: Exchange): Promise<Authorization> {
  const { authorizer } = exchange;
  const sources = authorizer?.IdentitySource ?? [];
  const values = identityValues(exchange, sources);
  if (values.some((value) => value === undefined || value === "")) throw refuse(401, "Unauthorized");
  const ttlSeconds = authorizer?.AuthorizerResultTtlInSeconds ?? 0;
  const key = `${exchange.api.ApiId}/${authorizer?.AuthorizerId}/${JSON.stringify(values)}`;
  const answer = (ttlSeconds > 0 ? cached(ctx, key) : undefined) ?? (await ask(ctx, exchange, values as string[]));
  if (ttlSeconds > 0) remember(ctx, key, answer, ctx.now() + ttlSeconds * 1000);
  if (!answer.allows(requestArn(exchange))) throw refuse(403, "Forbidden");
  return {
    kind: "lambda",
    context: answer.context,
    ...(answer.principalId === undefined ? {} : { principalId: answer.principalId }),
  };
}

function cached(ctx: Ctx, key: string): Answer | undefined {
  const entry = liveState(ctx).authorizations.get(key);
  return entry !== undefined && entry.untilMs > ctx.now() ? (entry.result as Answer) : undefined;
}

/** A cached answer keeps its first deadline. */
function remember(ctx: Ctx, key: string, answer: Answer, untilMs: number): void {
  const { authorizations } = liveState(ctx);
  const entry = authorizations.get(key);
  if (entry?.result === answer) return;
  if (authorizations.size >= CACHE_MAX) authorizations.clear();
  authorizations.set(key, { untilMs, result: answer });
}

function authorizerEvent(exchange: Exchange, values: readonly string[]): object {
  if (exchange.authorizer?.AuthorizerPayloadFormatVersion === "1.0") {
    const { body: _body, isBase64Encoded: _flag, version: _version, ...event } = eventFormat1(exchange);
    const joined = values.join(",");
    return {
      version: "1.0",
      type: "REQUEST",
      methodArn: requestArn(exchange),
      identitySource: joined,
      authorizationToken: joined,
      ...event,
    };
  }
  const { body: _body, isBase64Encoded: _flag, version: _version, ...event } = eventFormat2(exchange);
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: requestArn(exchange),
    identitySource: values.length === 0 ? null : values,
    ...event,
  };
}

async function ask(ctx: Ctx, exchange: Exchange, values: readonly string[]): Promise<Answer> {
  const outcome = await callAuthorizer(ctx, exchange, exchange.authorizer, authorizerEvent(exchange, values));
  if (outcome.kind !== "answer") {
    exchange.authorizerError = outcome.reason;
    throw outcome.kind === "unauthorized" ? refuse(401, "Unauthorized") : refuse(500, "Internal Server Error");
  }
  const answer = readAnswer(outcome.text, exchange.authorizer?.EnableSimpleResponses === true);
  if (answer !== undefined) return answer;
  ctx.hint(
    `API ${exchange.api.ApiId}: the answer of authorizer ${exchange.authorizer?.Name} is not of the form that its settings name`,
  );
  exchange.authorizerError = "Invalid authorizer response";
  throw refuse(500, "Internal Server Error");
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function readAnswer(text: string, isSimple: boolean): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const context = isObject(value.context) ? value.context : {};
  if (isSimple) {
    if (typeof value.isAuthorized !== "boolean") return undefined;
    const { isAuthorized } = value;
    return { context, allows: () => isAuthorized };
  }
  const policy = value.policyDocument;
  if (typeof value.principalId !== "string" || !isObject(policy)) return undefined;
  return { context, principalId: value.principalId, allows: (arn) => policyAllows(policy, arn) };
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** `execute-api:Invoke` on the request's ARN: a denial wins, nothing said is a denial. */
export function policyAllows(policy: Record<string, unknown>, arn: string): boolean {
  const fitting = listOf(policy.Statement).filter(
    (statement): statement is Record<string, unknown> =>
      isObject(statement) &&
      listOf(statement.Action).some((action) => glob(String(action), "execute-api:Invoke")) &&
      listOf(statement.Resource).some((resource) => glob(String(resource), arn)),
  );
  return fitting.some((statement) => statement.Effect === "Allow") && !fitting.some((statement) => statement.Effect === "Deny");
}

function glob(pattern: string, text: string): boolean {
  if (pattern.length > 2048) return false;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "is").test(text);
}
