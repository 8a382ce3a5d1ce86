import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type HttpAnswer, httpAnswer } from "../../lambda/http-event.ts";
import { callService } from "./aws-service.ts";
import { eventOf } from "./events.ts";
import { type Exchange, refuse, routeArn } from "./exchange.ts";
import { isOnThisMachine, sendOn } from "./forward.ts";
import { callerOf, callFunction, type FunctionAnswer, functionName } from "./functions.ts";
import { mapRequest, mapResponse } from "./parameter-mapping.ts";

/** The integration behind a route: a function, a service of this cloud, or another server of this machine. */

export async function integrate(ctx: Ctx, exchange: Exchange): Promise<HttpAnswer> {
  const { integration } = exchange;
  const began = performance.now();
  try {
    const work = workOf(ctx, exchange);
    const answer = await withTimeout(work, integration?.TimeoutInMillis ?? 30_000, exchange);
    exchange.integrationStatus = answer.status;
    return mapResponse(exchange, answer);
  } finally {
    exchange.integrationLatencyMs = performance.now() - began;
  }
}

function workOf(ctx: Ctx, exchange: Exchange): Promise<HttpAnswer> {
  const { integration } = exchange;
  if (integration?.IntegrationSubtype !== undefined) return callService(ctx, exchange);
  return integration?.IntegrationType === "AWS_PROXY" ? invokeFunction(ctx, exchange) : forward(ctx, exchange);
}

/** The machine's time: a moved clock must not fail what is under way. */
function withTimeout<T>(work: Promise<T>, ms: number, exchange: Exchange): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      exchange.integrationError = "The integration timed out";
      reject(refuse(503, "Service Unavailable"));
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function invokeFunction(ctx: Ctx, exchange: Exchange): Promise<HttpAnswer> {
  const format = exchange.integration?.PayloadFormatVersion === "2.0" ? "2.0" : "1.0";
  const event = eventOf({ ...exchange, input: mapRequest(exchange) }, format);
  const as = callerOf(exchange, routeArn(exchange), exchange.integration?.CredentialsArn);
  const name = functionName(exchange.integration?.IntegrationUri, exchange.stage);
  let output: FunctionAnswer;
  try {
    output = await callFunction(ctx, { name, event, as });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    exchange.integrationError = error.message;
    ctx.hint(`API ${exchange.api.ApiId}, route ${exchange.route?.RouteKey}: its function could not be invoked: ${error.message}`);
    throw error.status === 429 ? refuse(503, "Service Unavailable") : refuse(500, "Internal Server Error");
  }
  if (output.FunctionError !== undefined) {
    exchange.integrationError = Buffer.from(output.Payload ?? [])
      .toString("utf8")
      .slice(0, 1000);
    hintFormat(ctx, exchange, format);
    throw refuse(500, "Internal Server Error");
  }
  const answer = httpAnswer(output.Payload ?? Buffer.alloc(0), format, "text/plain;charset=UTF-8");
  if (answer !== undefined) return answer;
  exchange.integrationError = "The response from the Lambda function doesn't match the format that API Gateway expects";
  ctx.hint(
    `API ${exchange.api.ApiId}, route ${exchange.route?.RouteKey}: ${exchange.integrationError} (payload format ${format})`,
  );
  throw refuse(500, "Internal Server Error");
}

/** A TypeError about something that only the other payload format has is worth a word. */
function hintFormat(ctx: Ctx, exchange: Exchange, format: string): void {
  const other = format === "1.0" ? /reading '(method|path)'|rawPath|'http'/ : /httpMethod|multiValueHeaders|reading 'sourceIp'/;
  if (!other.test(exchange.integrationError ?? "")) return;
  ctx.hint(
    `route ${exchange.route?.RouteKey} sends payload format ${format}; its function seems to expect ${format === "1.0" ? "2.0" : "1.0"} (payload_format_version of the integration)`,
  );
}

async function forward(ctx: Ctx, exchange: Exchange): Promise<HttpAnswer> {
  const input = mapRequest(exchange);
  const text = (exchange.integration?.IntegrationUri ?? "").replace(/\{([^}+]+)\+?\}/g, (_all, name: string) =>
    encodeURI(exchange.parameters[name] ?? ""),
  );
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse(500, "Internal Server Error");
  }
  if (!isOnThisMachine(url)) {
    exchange.integrationError = `${url.host} is not on this machine`;
    ctx.hint(
      `API ${exchange.api.ApiId}, route ${exchange.route?.RouteKey}: HTTP_PROXY to ${url.host} was refused: nothing leaves this machine`,
    );
    throw refuse(503, "Service Unavailable");
  }
  const query = input.rawQuery === "" ? url.search : url.search === "" ? `?${input.rawQuery}` : `${url.search}&${input.rawQuery}`;
  const method = exchange.integration?.IntegrationMethod ?? "ANY";
  const { headers, body } = input;
  const answer = await sendOn(url, { method: method === "ANY" ? input.method : method, query, headers, body });
  if (answer !== undefined) return answer;
  exchange.integrationError = `${url.host} can't be reached`;
  throw refuse(503, "Service Unavailable");
}
