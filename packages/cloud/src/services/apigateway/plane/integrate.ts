import type { Integration, IntegrationResponse } from "@aws-sdk/client-api-gateway";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { functionOfUri } from "../../apigatewayv2/operations/routes.ts";
import { isOnThisMachine, sendOn } from "../../apigatewayv2/plane/forward.ts";
import { callerOf, callFunction, type FunctionAnswer, functionName } from "../../apigatewayv2/plane/functions.ts";
import { type HttpAnswer, httpAnswer } from "../../lambda/http-event.ts";
import { askService, serviceOfUri } from "./aws-service.ts";
import { eventOf } from "./event.ts";
import { badIntegration, type Exchange, isBinary, misconfigured, Refused, resourceArn } from "./exchange.ts";
import { fill, filledUri, mapParameters, mapped, requestBody, responseOverride } from "./mapping.ts";

/** The integration behind a method: a function, a service of this cloud, another server of this machine, or none at all. */
export async function integrate(ctx: Ctx, exchange: Exchange): Promise<HttpAnswer> {
  const { integration } = exchange;
  if (integration === undefined) throw misconfigured();
  const began = performance.now();
  try {
    const answer = await withTimeout(workOf(ctx, exchange, integration), integration.timeoutInMillis ?? 29_000);
    exchange.integrationStatus ??= answer.status;
    return answer;
  } finally {
    exchange.integrationLatencyMs = performance.now() - began;
  }
}

function workOf(ctx: Ctx, exchange: Exchange, integration: Integration): Promise<HttpAnswer> {
  switch (integration.type) {
    case "AWS_PROXY":
      return proxyFunction(ctx, exchange, integration);
    case "HTTP_PROXY":
      return proxyServer(ctx, exchange, integration);
    case "HTTP":
      return throughTemplates(exchange, (body) => askServer(ctx, exchange, integration, body));
    case "AWS":
      return throughTemplates(exchange, (body) =>
        functionOfUri(integration.uri ?? "") === undefined && serviceOfUri(integration.uri ?? "") !== undefined
          ? ofService(ctx, exchange, body)
          : askFunction(ctx, exchange, integration, body),
      );
    default:
      return throughTemplates(exchange, mock);
  }
}

async function ofService(ctx: Ctx, exchange: Exchange, body: string): Promise<Asked> {
  const answer = await askService(ctx, exchange, body);
  return { answer, selector: String(answer.status) };
}

/** The machine's time: a moved clock must not fail what is under way. */
function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Refused("INTEGRATION_TIMEOUT", "Endpoint request timed out")), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Throws ServiceError as the function's own refusal; told in the log. */
async function invoke(ctx: Ctx, exchange: Exchange, integration: Integration, event: unknown): Promise<FunctionAnswer> {
  const as = callerOf(exchange, resourceArn(exchange), integration.credentials);
  const name = functionName(integration.uri, { StageVariables: exchange.stage.variables });
  try {
    return await callFunction(ctx, { name, event: event as object, as });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const text =
      error.status === 403
        ? `Invalid permissions on Lambda function (${error.message})`
        : `its function could not be invoked: ${error.message}`;
    ctx.hint(`API ${exchange.api.id}, ${exchange.method?.httpMethod} ${exchange.resource?.path}: ${text}`);
    exchange.lines.push(`Execution failed due to configuration error: ${text}`);
    throw misconfigured();
  }
}

const textOf = (answer: FunctionAnswer): string => Buffer.from(answer.Payload ?? []).toString("utf8");

async function proxyFunction(ctx: Ctx, exchange: Exchange, integration: Integration): Promise<HttpAnswer> {
  const output = await invoke(ctx, exchange, integration, eventOf(exchange));
  const text = textOf(output);
  exchange.integrationStatus = 200;
  if (output.FunctionError === undefined) {
    const answer = httpAnswer(forClient(exchange, text), "1.0", "application/json");
    if (answer !== undefined) return answer;
  }
  const reason =
    output.FunctionError === undefined ? "Malformed Lambda proxy response" : `Lambda invocation failed: ${text.slice(0, 1000)}`;
  exchange.lines.push(`Execution failed due to configuration error: ${reason}`);
  ctx.hint(`API ${exchange.api.id}, ${exchange.method?.httpMethod} ${exchange.resource?.path}: ${reason}`);
  throw badIntegration();
}

/** Base64 becomes bytes only where the API knows the accepted media type as binary. */
function forClient(exchange: Exchange, text: string): Buffer {
  if (!text.includes('"isBase64Encoded"') || isBinary(exchange.api, exchange.input.headers.accept)) return Buffer.from(text);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return Buffer.from(JSON.stringify({ ...value, isBase64Encoded: false }));
  } catch {
    // Malformed: told by the reader.
  }
  return Buffer.from(text);
}

async function askFunction(ctx: Ctx, exchange: Exchange, integration: Integration, body: string): Promise<Asked> {
  let event: unknown;
  try {
    event = body.trim() === "" ? {} : JSON.parse(body);
  } catch {
    exchange.lines.push("Execution failed due to configuration error: the function's input is no JSON");
    throw misconfigured();
  }
  const isAsync = mapParameters(exchange).headers["x-amz-invocation-type"]?.replaceAll("'", "") === "Event";
  if (isAsync) {
    ctx.after(async (after) => void (await invoke(after, exchange, integration, event)));
    return { answer: { status: 202, headers: {}, body: Buffer.alloc(0) }, selector: "202" };
  }
  const output = await invoke(ctx, exchange, integration, event);
  const answer = { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(output.Payload ?? []) };
  return { answer, selector: output.FunctionError === undefined ? undefined : errorMessage(textOf(output)) };
}

function errorMessage(text: string): string {
  try {
    const { errorMessage: message } = JSON.parse(text);
    return typeof message === "string" ? message : text;
  } catch {
    return text;
  }
}

function urlOf(ctx: Ctx, exchange: Exchange, text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    exchange.lines.push("Execution failed due to configuration error: Invalid endpoint address");
    throw misconfigured();
  }
  if (isOnThisMachine(url)) return url;
  ctx.hint(`API ${exchange.api.id}, ${exchange.resource?.path}: ${url.host} was not asked: nothing leaves this machine`);
  exchange.lines.push(`Execution failed due to a network error communicating with endpoint ${url.host}`);
  throw new Refused("INTEGRATION_FAILURE", "Internal server error", { status: 504 });
}

async function sent(exchange: Exchange, url: URL, request: Parameters<typeof sendOn>[1]): Promise<HttpAnswer> {
  const answer = await sendOn(url, request);
  if (answer !== undefined) return answer;
  exchange.lines.push(`Execution failed due to a network error communicating with endpoint ${url.host}`);
  throw new Refused("INTEGRATION_FAILURE", "Internal server error", { status: 504 });
}

const verb = (exchange: Exchange, integration: Integration): string =>
  integration.httpMethod === undefined || integration.httpMethod === "ANY" ? exchange.input.method : integration.httpMethod;

const searchOf = (url: URL, query: URLSearchParams): string => {
  const all = new URLSearchParams([...url.searchParams, ...query]).toString();
  return all === "" ? "" : `?${all}`;
};

/** Headers, query and body as they came, mapped ones over them. */
async function proxyServer(ctx: Ctx, exchange: Exchange, integration: Integration): Promise<HttpAnswer> {
  const mappings = mapParameters(exchange);
  const url = urlOf(ctx, exchange, filledUri(exchange, mappings.path));
  const query = new URLSearchParams(exchange.input.rawQuery);
  for (const [name, value] of mappings.query) query.set(name, value);
  return sent(exchange, url, {
    method: verb(exchange, integration),
    query: searchOf(url, query),
    headers: { ...exchange.input.headers, ...mappings.headers },
    body: exchange.input.body,
  });
}

async function askServer(ctx: Ctx, exchange: Exchange, integration: Integration, body: string): Promise<Asked> {
  const mappings = mapParameters(exchange);
  const url = urlOf(ctx, exchange, filledUri(exchange, mappings.path));
  const answer = await sent(exchange, url, {
    method: verb(exchange, integration),
    query: searchOf(url, mappings.query),
    headers: { "content-type": exchange.input.headers["content-type"] ?? "application/json", ...mappings.headers },
    body: Buffer.from(body),
  });
  return { answer, selector: String(answer.status) };
}

/** Without a server: the template's `statusCode` selects the response. */
async function mock(body: string): Promise<Asked> {
  let status: unknown;
  try {
    status = JSON.parse(body).statusCode;
  } catch {
    status = undefined;
  }
  const code = Number(status);
  if (!Number.isInteger(code) || code < 100 || code > 599) throw new Refused("API_CONFIGURATION_ERROR", "Internal server error");
  return { answer: { status: code, headers: {}, body: Buffer.alloc(0) }, selector: String(code) };
}

/** What an integration answered, and what selection patterns are held against; undefined takes the default response. */
interface Asked {
  readonly answer: HttpAnswer;
  readonly selector: string | undefined;
}

async function throughTemplates(exchange: Exchange, ask: (body: string) => Promise<Asked>): Promise<HttpAnswer> {
  const { answer, selector } = await ask(requestBody(exchange));
  exchange.integrationStatus = answer.status;
  const response = select(exchange.integration?.integrationResponses, selector);
  if (response === undefined) {
    exchange.lines.push(
      "Execution failed due to configuration error: No match for output mapping and no default output mapping configured",
    );
    throw misconfigured();
  }
  return shaped(exchange, response, answer);
}

/** The first response whose pattern fits; the one without a pattern is the default. */
function select(
  responses: { readonly [status: string]: IntegrationResponse } | undefined,
  selector: string | undefined,
): IntegrationResponse | undefined {
  const all = Object.values(responses ?? {});
  const fitting = all.find(
    ({ selectionPattern = "" }) =>
      selectionPattern !== "" && selector !== undefined && new RegExp(`^(?:${selectionPattern})$`, "s").test(selector),
  );
  return fitting ?? all.find(({ selectionPattern = "" }) => selectionPattern === "");
}

function shaped(exchange: Exchange, response: IntegrationResponse, answer: HttpAnswer): HttpAnswer {
  const templates = Object.entries(response.responseTemplates ?? {});
  const accepted = exchange.input.headers.accept?.split(",")[0]?.trim();
  const [type = "application/json", template] =
    templates.find(([each]) => each === accepted) ??
    templates.find(([each]) => each === "application/json") ??
    templates[0] ??
    [];
  const isFilled = template !== undefined && template !== "";
  const headers: { [name: string]: string } = { "content-type": template === undefined ? contentType(answer) : type };
  for (const [target, source] of Object.entries(response.responseParameters ?? {})) {
    const name = /^method\.response\.(?:multivalue)?header\.(.+)$/.exec(target)?.[1]?.toLowerCase();
    const value = mapped(exchange, source, answer);
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  const body = isFilled
    ? Buffer.from(fill(exchange, template, answer.body.toString("utf8")).text)
    : bytesOf(response, answer.body);
  const override = responseOverride(exchange);
  return { status: override.status ?? Number(response.statusCode), headers: { ...headers, ...override.headers }, body };
}

function contentType(answer: HttpAnswer): string {
  const own = answer.headers["content-type"];
  return typeof own === "string" ? own : "application/json";
}

function bytesOf(response: IntegrationResponse, body: Buffer): Buffer {
  if (response.contentHandling === "CONVERT_TO_BINARY") return Buffer.from(body.toString("utf8"), "base64");
  return response.contentHandling === "CONVERT_TO_TEXT" ? Buffer.from(body.toString("base64")) : body;
}
