import type { Authorizer } from "@aws-sdk/client-api-gateway";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { liveState } from "../../apigatewayv2/live.ts";
import { Refused as RefusedV2 } from "../../apigatewayv2/plane/exchange.ts";
import { callAuthorizer } from "../../apigatewayv2/plane/functions.ts";
import { checkTimes, scopesOf, stringified, TOKEN_CHARS_MAX, verified } from "../../apigatewayv2/plane/jwt.ts";
import { policyAllows } from "../../apigatewayv2/plane/lambda-authorizer.ts";
import { policyOf } from "../operations/rest-apis.ts";
import { contextVariables, flattened } from "./context.ts";
import { eventOf } from "./event.ts";
import { type Authorization, type Exchange, misconfigured, Refused, requestArn } from "./exchange.ts";

/** Who may call: the API's own policy, IAM, Lambda authorizers (TOKEN, REQUEST) and Cognito user pools. */
const CACHE_MAX = 10_000;
const ACTION = "execute-api:Invoke";

/** The API's policy with resources written out: `execute-api:/stage/GET/x` means this API. */
function fullPolicy({ api, region, account }: Exchange): string | undefined {
  const prefix = `arn:aws:execute-api:${region}:${account}:${api.id}/`;
  return policyOf(api)?.replace(/"execute-api:\/([^"]*)"/g, (_all, rest: string) => JSON.stringify(prefix + rest));
}

/** Methods without IAM authorization: the API's policy decides about whoever comes. */
export function checkResourcePolicy(ctx: Ctx, exchange: Exchange): void {
  const resourcePolicy = fullPolicy(exchange);
  if (resourcePolicy === undefined || exchange.method?.authorizationType === "AWS_IAM") return;
  const conditions = { "aws:SourceIp": exchange.input.sourceIp };
  try {
    ctx.authorize(
      { kind: "anonymous", accountId: exchange.account },
      { action: ACTION, resource: requestArn(exchange), resourcePolicy, conditions },
    );
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const how = /explicit deny/.test(error.message) ? " with an explicit deny" : "";
    throw new Refused(
      "ACCESS_DENIED",
      `User: anonymous is not authorized to perform: ${ACTION} on resource: ${hidden(exchange)}${how}`,
    );
  }
}

/** AWS hides all but the last digits of the account. */
function hidden(exchange: Exchange): string {
  return requestArn(exchange).replace(exchange.account, `********${exchange.account.slice(-4)}`);
}

export async function authorize(ctx: Ctx, exchange: Exchange): Promise<void> {
  const type = exchange.method?.authorizationType ?? "NONE";
  if (type === "NONE") return;
  if (type === "AWS_IAM") return authorizeBySignature(ctx, exchange);
  const authorizer = exchange.frozen.authorizers.find(({ id }) => id === exchange.method?.authorizerId);
  if (authorizer === undefined) throw misconfigured();
  exchange.authorizer = authorizer;
  exchange.authorization =
    authorizer.type === "COGNITO_USER_POOLS"
      ? await byUserPool(ctx, exchange, authorizer)
      : await byFunction(ctx, exchange, authorizer);
}

function authorizeBySignature(ctx: Ctx, exchange: Exchange): void {
  const { headers, rawQuery } = exchange.input;
  if (headers.authorization === undefined && !/(^|&)X-Amz-Signature=/i.test(rawQuery))
    throw new Refused("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  try {
    exchange.caller = exchange.identify();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new Refused("INVALID_SIGNATURE", error.message);
  }
  const resourcePolicy = fullPolicy(exchange);
  try {
    const request = {
      action: ACTION,
      resource: requestArn(exchange),
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    };
    ctx.authorize(exchange.caller, request);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new Refused("ACCESS_DENIED", error.message);
  }
}

const unauthorized = () => new Refused("UNAUTHORIZED", "Unauthorized");

/** The header that a TOKEN or user pool authorizer looks at. */
function tokenOf(exchange: Exchange, authorizer: Authorizer): string | undefined {
  const name = (authorizer.identitySource ?? "method.request.header.Authorization").replace(/^method\.request\.header\./, "");
  return exchange.input.headers[name.toLowerCase()];
}

/** Without scopes on the method an ID token is meant, with scopes an access token. */
async function byUserPool(ctx: Ctx, exchange: Exchange, authorizer: Authorizer): Promise<Authorization> {
  const token = tokenOf(exchange, authorizer)
    ?.replace(/^Bearer\s+/i, "")
    .trim();
  if (token === undefined || token === "" || token.length > TOKEN_CHARS_MAX) throw unauthorized();
  const pools = (authorizer.providerARNs ?? []).map((arn) => {
    const [, , , region = "", , pool = ""] = arn.split(":");
    return `https://cognito-idp.${region}.amazonaws.com/${pool.replace(/^userpool\//, "")}`;
  });
  const issuer = pools.find((each) => each === issuerOf(token));
  if (issuer === undefined) throw unauthorized();
  const asked = { account: exchange.account, region: exchange.region, api: { ApiId: exchange.api.id } };
  try {
    const claims = await verified(ctx, asked, token, issuer);
    checkTimes(claims, Math.floor(ctx.now() / 1000));
    const wanted = exchange.method?.authorizationScopes ?? [];
    const isFitting =
      wanted.length === 0 ? claims.token_use !== "access" : wanted.some((scope) => scopesOf(claims)?.includes(scope) === true);
    if (!isFitting) throw unauthorized();
    return { context: {}, claims: stringified(claims) };
  } catch (error) {
    if (!(error instanceof RefusedV2)) throw error;
    throw /expired/.test(String(error.answer.headers["www-authenticate"]))
      ? new Refused("UNAUTHORIZED", "The incoming token has expired")
      : unauthorized();
  }
}

function issuerOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")).iss;
  } catch {
    return undefined;
  }
}

/** `method.request.header.x, context.identity.sourceIp, stageVariables.y`. */
function identityValues(exchange: Exchange, authorizer: Authorizer): (string | undefined)[] {
  const sources = (authorizer.identitySource ?? "").split(",").map((each) => each.trim());
  return sources.filter((source) => source !== "").map((source) => sourceValue(exchange, source));
}

function sourceValue(exchange: Exchange, source: string): string | undefined {
  const [, kind, name = ""] = /^(method\.request\.(?:header|querystring)|context|stageVariables)\.(.+)$/.exec(source) ?? [];
  if (kind === "method.request.header") return exchange.input.headers[name.toLowerCase()];
  if (kind === "method.request.querystring") return new URLSearchParams(exchange.input.rawQuery).get(name) ?? undefined;
  if (kind === "stageVariables") return exchange.stage.variables?.[name];
  return kind === "context" ? flattened(contextVariables(exchange))[name] : undefined;
}

interface Answer extends Authorization {
  readonly policy: Record<string, unknown>;
}

async function byFunction(ctx: Ctx, exchange: Exchange, authorizer: Authorizer): Promise<Authorization> {
  const isToken = authorizer.type === "TOKEN";
  const ttlSeconds = authorizer.authorizerResultTtlInSeconds ?? 300;
  const values = isToken ? [tokenOf(exchange, authorizer)] : identityValues(exchange, authorizer);
  // Without a cache a REQUEST authorizer is asked whatever is missing.
  const isNeeded = isToken || ttlSeconds > 0;
  if (isNeeded && values.some((value) => value === undefined || value === "")) throw unauthorized();
  if (isToken && !fitsValidation(authorizer.identityValidationExpression, values[0] ?? "")) throw unauthorized();
  const { authorizations } = liveState(ctx);
  const key = `${exchange.api.id}/${exchange.stage.stageName}/${authorizer.id}/${JSON.stringify(values)}`;
  const known = ttlSeconds > 0 ? authorizations.get(key) : undefined;
  const answer =
    known !== undefined && known.untilMs > ctx.now() ? (known.result as Answer) : await ask(ctx, exchange, authorizer, values[0]);
  if (ttlSeconds > 0 && known?.result !== answer) {
    if (authorizations.size >= CACHE_MAX) authorizations.clear();
    authorizations.set(key, { untilMs: ctx.now() + ttlSeconds * 1000, result: answer });
  }
  if (!policyAllows(answer.policy, requestArn(exchange))) throw new Refused("ACCESS_DENIED", denial(answer.policy));
  return answer;
}

function denial(policy: Record<string, unknown>): string {
  const isExplicit = JSON.stringify(policy).includes('"Deny"');
  return `User is not authorized to access this resource${isExplicit ? " with an explicit deny" : ""}`;
}

function fitsValidation(expression: string | undefined, token: string): boolean {
  if (expression === undefined || expression === "") return true;
  return token.length <= TOKEN_CHARS_MAX && new RegExp(expression).test(token);
}

async function ask(ctx: Ctx, exchange: Exchange, authorizer: Authorizer, token: string | undefined): Promise<Answer> {
  const methodArn = requestArn(exchange);
  const { body: _body, isBase64Encoded: _flag, ...event } = eventOf(exchange);
  const asked =
    authorizer.type === "TOKEN"
      ? { type: "TOKEN", authorizationToken: token, methodArn }
      : { type: "REQUEST", methodArn, ...event };
  const placed = {
    account: exchange.account,
    region: exchange.region,
    api: { ApiId: exchange.api.id },
    stage: { StageVariables: exchange.stage.variables },
  };
  const called = {
    AuthorizerId: authorizer.id,
    Name: authorizer.name,
    AuthorizerUri: authorizer.authorizerUri,
    AuthorizerCredentialsArn: authorizer.authorizerCredentials,
  };
  const outcome = await callAuthorizer(ctx, placed, called, asked);
  if (outcome.kind === "unauthorized") throw unauthorized();
  const answer = outcome.kind === "answer" ? readAnswer(outcome.text) : undefined;
  if (answer !== undefined) return answer;
  const reason =
    outcome.kind === "answer" ? "its answer has no principalId or policyDocument, or nests in its context" : outcome.reason;
  ctx.hint(`API ${exchange.api.id}: authorizer ${authorizer.name}: ${reason}`);
  exchange.lines.push(`Execution failed due to configuration error: ${reason}`);
  throw new Refused("AUTHORIZER_CONFIGURATION_ERROR", null);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Values of the context are texts, numbers and booleans; they reach the integration as texts. */
function readAnswer(text: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value.principalId !== "string" || !isObject(value.policyDocument)) return undefined;
  const context = isObject(value.context) ? value.context : {};
  if (Object.values(context).some((each) => typeof each === "object" && each !== null)) return undefined;
  return {
    principalId: value.principalId,
    policy: value.policyDocument,
    context: Object.fromEntries(Object.entries(context).map(([name, each]) => [name, String(each)])),
    ...(typeof value.usageIdentifierKey === "string" ? { usageIdentifierKey: value.usageIdentifierKey } : {}),
  };
}
