/** A route straight to SQS, EventBridge or Kinesis, as the integration's role. */

import { type Ctx, ServiceError } from "../../../core/service.ts";
import { loadModel } from "../../../gateway/model.ts";
import { encodeQuery } from "../../../gateway/protocols/query.ts";
import type { HttpAnswer } from "../../lambda/http-event.ts";
import { type ParameterKind, type Subtype, subtypeOf } from "../integration-subtypes.ts";
import { type Exchange, refuse, routeArn } from "./exchange.ts";
import { callerOf } from "./functions.ts";
import { expand } from "./parameter-mapping.ts";

/** Answers what the service answers: SQS in XML, the others in JSON; its errors with their status. */
export async function callService(ctx: Ctx, exchange: Exchange): Promise<HttpAnswer> {
  const subtype = subtypeOf(exchange.integration?.IntegrationSubtype ?? "");
  if (subtype === undefined) throw refuse(500, "Internal Server Error");
  const as = callerOf(exchange, routeArn(exchange), exchange.integration?.CredentialsArn);
  try {
    const { region, input } = inputOf(exchange, subtype);
    const output = await ctx.call(subtype.service, subtype.operation, input, { as, ...(region === undefined ? {} : { region }) });
    return subtype.service === "sqs" ? xml(subtype, output, exchange.requestId) : json(200, output);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    exchange.integrationError = error.message;
    ctx.hint(`API ${exchange.api.ApiId}, route ${exchange.route?.RouteKey}: ${subtype.operation} was refused: ${error.message}`);
    return json(error.status, { message: error.message });
  }
}

/** Throws ServiceError for a value that isn't what the parameter takes. */
function inputOf(exchange: Exchange, subtype: Subtype): { readonly region: string | undefined; readonly input: object } {
  const input: Record<string, unknown> = {};
  let region: string | undefined;
  for (const [name, template] of Object.entries(exchange.integration?.RequestParameters ?? {})) {
    const text = expand(exchange, template);
    if (name === "Region") region = text;
    else if (text !== "" || subtype.required.includes(name))
      input[name] = memberOf(name, subtype.parameters[name] ?? "text", text);
  }
  if (subtype.operation !== "PutEvents") return { region, input };
  const { Time, ...entry } = input;
  return { region, input: { Entries: [typeof Time === "string" ? { ...entry, Time: dateOf(Time) } : entry] } };
}

function memberOf(name: string, kind: ParameterKind, text: string): unknown {
  if (kind === "bytes") return Buffer.from(text);
  if (kind === "text") return text;
  if (kind === "number") return Number.isFinite(Number(text)) ? Number(text) : invalid(name);
  try {
    return JSON.parse(text);
  } catch {
    return invalid(name);
  }
}

function dateOf(text: string): Date {
  const date = new Date(/^\d+$/.test(text) ? Number(text) * 1000 : text);
  return Number.isNaN(date.getTime()) ? invalid("Time") : date;
}

function invalid(name: string): never {
  throw new ServiceError("BadRequest", 400, `Invalid value for parameter ${name}`);
}

function xml({ service, operation }: Subtype, output: object, requestId: string): HttpAnswer {
  const model = loadModel(service);
  const shape = model.operation(operation);
  const text = shape === undefined ? "" : encodeQuery(shape, output, "http://queue.amazonaws.com/doc/2012-11-05/", requestId);
  return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(value)) };
}
