import { request as httpRequest } from "node:http";
import type { Integration, IntegrationResponse } from "@aws-sdk/client-apigatewayv2";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { collected } from "../plane/forward.ts";
import { callerOf, callFunction, functionName } from "../plane/functions.ts";
import { list } from "../store.ts";
import { type Occasion, proxyEvent } from "./events.ts";
import { fillTemplate, isPlainTemplate, mapped } from "./expressions.ts";

/** What a route's integration answers: a status, and the body that a route response hands back. */
export interface IntegrationAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: { readonly [name: string]: string };
}

/** The integration failed: the client is told "Internal server error", the log why. */
export class IntegrationFailed extends Error {
  readonly status: number;
  constructor(message: string, status = 502) {
    super(message);
    this.status = status;
  }
}

const ANSWER_BYTES_MAX = 128 * 1024;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** `arn:aws:execute-api:R:A:API/STAGE/ROUTE`: what policies are asked about. */
export function routeArn({ caller, routeKey }: Pick<Occasion, "caller" | "routeKey">): string {
  return `arn:aws:execute-api:${caller.region}:${caller.account}:${caller.api.ApiId}/${caller.stageName}/${routeKey}`;
}

export async function integrate(ctx: Ctx, integration: Integration, occasion: Occasion): Promise<IntegrationAnswer> {
  const work = run(ctx, integration, occasion);
  return withTimeout(work, integration.TimeoutInMillis ?? 29_000);
}

/** The machine's time: a moved clock must not fail what is under way. */
function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new IntegrationFailed("Endpoint request timed out", 504)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function run(ctx: Ctx, integration: Integration, occasion: Occasion): Promise<IntegrationAnswer> {
  switch (integration.IntegrationType) {
    case "AWS_PROXY":
      return invoke(ctx, integration, occasion, proxyEvent(occasion), proxyAnswer);
    case "AWS":
      return invoke(ctx, integration, occasion, requestBody(ctx, integration, occasion), (text) =>
        responseOf(ctx, integration, occasion, { status: 200, body: text, headers: {} }),
      );
    case "MOCK":
      return mock(ctx, integration, occasion);
    default:
      return forward(ctx, integration, occasion);
  }
}

async function invoke(
  ctx: Ctx,
  integration: Integration,
  occasion: Occasion,
  event: unknown,
  read: (text: string) => IntegrationAnswer,
): Promise<IntegrationAnswer> {
  const { caller, stage } = occasion;
  const as = callerOf(caller, routeArn(occasion), integration.CredentialsArn);
  const name = functionName(integration.IntegrationUri, stage);
  try {
    const output = await callFunction(ctx, { name, event: event as object, as });
    const text = Buffer.from(output.Payload ?? []).toString("utf8");
    if (output.FunctionError !== undefined) throw new IntegrationFailed(text.slice(0, 1000));
    return read(text);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    ctx.hint(`API ${caller.api.ApiId}, route ${occasion.routeKey}: its function could not be invoked: ${error.message}`);
    throw new IntegrationFailed(error.message, error.status === 429 ? 429 : 500);
  }
}

/** `{ statusCode, body, headers }`; an answer of another form fails. */
function proxyAnswer(text: string): IntegrationAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new IntegrationFailed("The function's answer is no JSON");
  }
  const { statusCode, body, headers, isBase64Encoded } = (value ?? {}) as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new IntegrationFailed("The function's answer has no statusCode");
  const plain = body === undefined || body === null ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const given = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  return {
    status,
    body: isBase64Encoded === true ? Buffer.from(plain, "base64").toString("utf8") : plain,
    headers: Object.fromEntries(given.map(([name, content]) => [name.toLowerCase(), String(content)])),
  };
}

function filled(ctx: Ctx, template: string, occasion: Occasion, input: string): string {
  if (isPlainTemplate(template)) return fillTemplate(template, occasion, input);
  ctx.hint(
    `API ${occasion.caller.api.ApiId}, route ${occasion.routeKey}: mapping templates with #set, #if, #foreach are not emulated`,
  );
  throw new IntegrationFailed("NotImplemented: directives in mapping templates", 500);
}

/** The request template that the expression chooses, else the message as it came. */
function requestText(ctx: Ctx, integration: Integration, occasion: Occasion): string {
  const body = occasion.body?.text ?? "";
  const templates = integration.RequestTemplates ?? {};
  const template =
    templates[integration.TemplateSelectionExpression ?? "$default"] ?? templates.$default ?? Object.values(templates)[0];
  return template === undefined ? body : filled(ctx, template, occasion, body);
}

function requestBody(ctx: Ctx, integration: Integration, occasion: Occasion): unknown {
  const text = requestText(ctx, integration, occasion);
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw new IntegrationFailed("The message is no JSON", 500);
  }
}

async function mock(ctx: Ctx, integration: Integration, occasion: Occasion): Promise<IntegrationAnswer> {
  let status = 200;
  const text = requestText(ctx, integration, occasion);
  try {
    status = Number((JSON.parse(text) as { statusCode?: unknown }).statusCode ?? 200);
  } catch {
    // Without a template a message needs no form.
    if (Object.keys(integration.RequestTemplates ?? {}).length > 0)
      throw new IntegrationFailed("The mock's template makes no JSON", 500);
  }
  return responseOf(ctx, integration, occasion, { status, body: "", headers: {} });
}

/** The integration response whose key is the status (`/200/`, `/4\d\d/`), else $default. */
function responseOf(ctx: Ctx, integration: Integration, occasion: Occasion, answer: IntegrationAnswer): IntegrationAnswer {
  const { api } = occasion.caller;
  const all = list(ctx.store, occasion.caller, "integration-response", api.ApiId ?? "", integration.IntegrationId ?? "");
  const chosen =
    all.find(({ value }) => fits(value, answer.status)) ?? all.find(({ value }) => value.IntegrationResponseKey === "$default");
  const templates = chosen?.value.ResponseTemplates ?? {};
  const template =
    templates[chosen?.value.TemplateSelectionExpression ?? "$default"] ?? templates.$default ?? Object.values(templates)[0];
  return template === undefined ? answer : { ...answer, body: filled(ctx, template, occasion, answer.body) };
}

function fits(response: IntegrationResponse, status: number): boolean {
  const pattern = /^\/(.{1,64})\/$/.exec(response.IntegrationResponseKey ?? "")?.[1];
  // Keys are a status or one with \d, x or . in places: no other pattern is compared.
  if (pattern === undefined || !/^(\d|\\d|x|\.)+$/i.test(pattern)) return false;
  return new RegExp(`^${pattern.replaceAll("x", ".")}$`).test(String(status));
}

/** The message as an HTTP request to another server of this machine. */
function forward(ctx: Ctx, integration: Integration, occasion: Occasion): Promise<IntegrationAnswer> {
  let url: URL;
  try {
    url = new URL(integration.IntegrationUri ?? "");
  } catch {
    throw new IntegrationFailed("Invalid endpoint address", 500);
  }
  if (!LOOPBACK.has(url.hostname) || url.protocol !== "http:") {
    ctx.hint(
      `API ${occasion.caller.api.ApiId}, route ${occasion.routeKey}: ${url.host} was refused: nothing leaves this machine`,
    );
    throw new IntegrationFailed(`${url.host} is not on this machine`, 503);
  }
  const headers: Record<string, string> = { "content-type": "application/json" };
  for (const [target, expression] of Object.entries(integration.RequestParameters ?? {})) {
    const match = /^integration\.request\.(header|querystring)\.(.+)$/.exec(target);
    const value = mapped(occasion, expression);
    if (match === null || value === undefined) continue;
    if (match[1] === "header") headers[(match[2] ?? "").toLowerCase()] = value;
    else url.searchParams.set(match[2] ?? "", value);
  }
  const body = Buffer.from(requestText(ctx, integration, occasion));
  return send(url, integration.IntegrationMethod ?? "POST", headers, body).then((answer) =>
    integration.IntegrationType === "HTTP_PROXY" ? answer : responseOf(ctx, integration, occasion, answer),
  );
}

function send(url: URL, method: string, headers: Record<string, string>, body: Buffer): Promise<IntegrationAnswer> {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new IntegrationFailed(`${url.host} can't be reached`, 503));
    const options = { method: method === "ANY" ? "POST" : method, headers: { ...headers, "content-length": body.length } };
    const sent = httpRequest(url, options, (response) => {
      collected(response, ANSWER_BYTES_MAX).then(
        (body) => resolve({ status: response.statusCode ?? 502, body: body.toString("utf8"), headers: {} }),
        failed,
      );
    });
    sent.on("error", failed);
    sent.end(body);
  });
}
