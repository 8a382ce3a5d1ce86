/**
 * Calls of API destinations: the connection's authorization, its and the target's parameters, the rate. EventBridge user guide, "API
 * destinations as targets" and "Connections for API targets".
 */
import type { Target } from "@aws-sdk/client-eventbridge";
import { type Ctx, ServiceError } from "../../core/service.ts";
import {
  type AuthParameters,
  connectionByArn,
  type DestinationRecord,
  destinationArn,
  destinationByArn,
  type Parameter,
  readSecret,
} from "./connection.ts";
import { call, type HttpAnswer } from "./http.ts";
import { memoryOf, type Token } from "./memory.ts";

const TOKEN_MS = 3_600_000;

function merged(into: URLSearchParams | Map<string, string>, list: readonly Parameter[] | undefined): void {
  for (const { Key = "", Value = "" } of list ?? []) into.set(Key, Value);
}

/** Client credentials in the form that token endpoints read; the connection's own parameters beside them. */
async function freshToken(ctx: Ctx, oauth: NonNullable<AuthParameters["OAuthParameters"]>): Promise<Token> {
  const url = new URL(oauth.AuthorizationEndpoint ?? "");
  const { HeaderParameters, QueryStringParameters, BodyParameters } = oauth.OAuthHttpParameters ?? {};
  merged(url.searchParams, QueryStringParameters);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: oauth.ClientParameters?.ClientID ?? "",
    client_secret: oauth.ClientParameters?.ClientSecret ?? "",
  });
  merged(form, BodyParameters);
  const headers = new Map([["Content-Type", "application/x-www-form-urlencoded"]]);
  merged(headers, HeaderParameters);
  const method = oauth.HttpMethod ?? "POST";
  if (method === "GET") for (const [name, value] of form) url.searchParams.set(name, value);
  const answer = await call({
    url,
    method,
    headers: Object.fromEntries(headers),
    ...(method === "GET" ? {} : { body: form.toString() }),
  });
  return tokenOf(ctx, answer, url);
}

function tokenOf(ctx: Ctx, answer: HttpAnswer, url: URL): Token {
  try {
    const {
      access_token: token,
      token_type: type = "Bearer",
      expires_in: seconds,
    } = JSON.parse(answer.body) as {
      access_token?: unknown;
      token_type?: string;
      expires_in?: unknown;
    };
    if (answer.status < 300 && typeof token === "string") {
      const untilMs = ctx.now() + (typeof seconds === "number" ? seconds * 1000 : TOKEN_MS);
      return { header: `${/^bearer$/i.test(type) ? "Bearer" : type} ${token}`, untilMs };
    }
  } catch {
    // Said below.
  }
  throw new ServiceError(
    "AuthorizationFailure",
    answer.status >= 500 ? 503 : 401,
    `${url.origin} gave no access token: ${answer.status}`,
  );
}

async function authorization(ctx: Ctx, connection: string, auth: AuthParameters): Promise<{ [name: string]: string }> {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: key, OAuthParameters: oauth } = auth;
  if (basic !== undefined)
    return { Authorization: `Basic ${Buffer.from(`${basic.Username}:${basic.Password}`).toString("base64")}` };
  if (key !== undefined) return { [key.ApiKeyName ?? ""]: key.ApiKeyValue ?? "" };
  if (oauth === undefined) return {};
  const { tokens } = memoryOf(ctx);
  let token = tokens.get(connection);
  if (token === undefined || token.untilMs <= ctx.now()) {
    token = await freshToken(ctx, oauth);
    tokens.set(connection, token);
  }
  return { Authorization: token.header };
}

/** `*` in the endpoint stands for the target's path parameters, in order. */
function urlOf(destination: DestinationRecord, target: Target): URL {
  const values = [...(target.HttpParameters?.PathParameterValues ?? [])];
  const url = new URL(destination.endpoint.replace(/\*/g, () => encodeURIComponent(values.shift() ?? "")));
  for (const [name, value] of Object.entries(target.HttpParameters?.QueryStringParameters ?? {}))
    url.searchParams.set(name, value);
  return url;
}

function bodyWith(input: string, parameters: readonly Parameter[] | undefined): string {
  if ((parameters ?? []).length === 0) return input;
  const value: unknown = JSON.parse(input);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return input;
  return JSON.stringify({ ...value, ...Object.fromEntries((parameters ?? []).map(({ Key = "", Value = "" }) => [Key, Value])) });
}

/** Milliseconds until the destination may be called again by its rate; counts this call when it is 0. */
export function waitForRate(ctx: Ctx, destination: DestinationRecord): number {
  const { calls } = memoryOf(ctx);
  const key = destinationArn(ctx, destination);
  const second = Math.floor(ctx.now() / 1000);
  const before = calls.get(key);
  const count = before?.second === second ? before.count : 0;
  if (count >= destination.rate) return (second + 1) * 1000 - ctx.now();
  calls.set(key, { second, count: count + 1 });
  return 0;
}

async function ask(ctx: Ctx, destination: DestinationRecord, target: Target, input: string): Promise<HttpAnswer> {
  const connection = connectionByArn(ctx, destination.connectionArn);
  if (connection === undefined || connection.state !== "AUTHORIZED")
    throw new ServiceError(
      "ConnectionNotAuthorized",
      400,
      `the connection of API destination ${destination.name} is not authorized`,
    );
  const auth = await readSecret(ctx, connection.secretArn);
  const own = auth.InvocationHttpParameters;
  const url = urlOf(destination, target);
  merged(url.searchParams, own?.QueryStringParameters);
  const headers = new Map(Object.entries(target.HttpParameters?.HeaderParameters ?? {}));
  merged(headers, own?.HeaderParameters);
  const hasBody = !["GET", "HEAD", "OPTIONS"].includes(destination.method);
  const body = bodyWith(input, own?.BodyParameters);
  return await call({
    url,
    method: destination.method,
    headers: {
      "User-Agent": "Amazon/EventBridge/ApiDestinations",
      Range: "bytes=0-1048575",
      ...(hasBody
        ? { "Content-Type": "application/json; charset=utf-8", "Content-Length": String(Buffer.byteLength(body)) }
        : {}),
      ...Object.fromEntries(headers),
      ...(await authorization(ctx, destination.connectionArn, auth)),
    },
    ...(hasBody ? { body } : {}),
  });
}

/** Throws what delivery tries again (5xx, 429, 409, refused tokens) or gives up on; `retryAfterMs` where the endpoint said it. */
export async function callDestination(ctx: Ctx, target: Target, input: string): Promise<void> {
  const destination = destinationByArn(ctx, target.Arn ?? "");
  if (destination === undefined)
    throw new ServiceError("ResourceNotFoundException", 400, `API destination ${target.Arn} does not exist.`);
  const answer = await ask(ctx, destination, target, input);
  if (answer.status < 300) return;
  // A token may have been taken back before its time: the next try asks for another one.
  const isRefused = answer.status === 401 || answer.status === 407;
  const hadToken = isRefused && memoryOf(ctx).tokens.delete(destination.connectionArn);
  const isRetried = answer.status >= 500 || hadToken || answer.status === 409 || answer.status === 429;
  const seconds = Number(answer.headers["retry-after"]);
  throw new ServiceError(
    isRetried ? "ErrorFromTarget" : "SdkClientError",
    isRetried ? 503 : 400,
    `API destination ${destination.name} answered ${answer.status}`,
    Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {},
  );
}
