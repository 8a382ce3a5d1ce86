/**
 * Integrations of type AWS with services other than functions: the request that the templates made is read in the service's own protocol,
 * and answered in it. Source: Amazon API Gateway Developer Guide, "Set up AWS service integrations" (read 2026-11).
 */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { loadModel } from "../../../gateway/model.ts";
import { decodeJson, encodeJson } from "../../../gateway/protocols/json.ts";
import { decodeQuery } from "../../../gateway/protocols/query.ts";
import { encodeRest } from "../../../gateway/protocols/rest.ts";
import { callerOf } from "../../apigatewayv2/plane/functions.ts";
import type { HttpAnswer } from "../../lambda/http-event.ts";
import { type Exchange, misconfigured, resourceArn } from "./exchange.ts";
import { filledUri, mapParameters } from "./mapping.ts";

type Protocol = "json" | "query" | "s3";

/** By the name in the URI, which is the one that signatures have. */
const SERVICES: { readonly [name: string]: Protocol } = {
  "cognito-idp": "json",
  dynamodb: "json",
  events: "json",
  kinesis: "json",
  kms: "json",
  logs: "json",
  s3: "s3",
  secretsmanager: "json",
  sns: "query",
  sqs: "query",
  ssm: "json",
};

/** `arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue`; a service may have a name in front (`bucket.s3`). */
const URI = /^arn:[^:]+:apigateway:([^:]*):(?:([^:.]+)\.)?([^:.]+):(action|path)\/(.*)$/s;

/** The service of a URI; undefined for what this cloud does not reach. */
export function serviceOfUri(uri: string): string | undefined {
  const name = URI.exec(uri)?.[3];
  return name !== undefined && Object.hasOwn(SERVICES, name) ? name : undefined;
}

interface Meant {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly protocol: Protocol;
}

/** What the service answers, errors too. Throws Refused where the request is none of the service's. */
export async function askService(ctx: Ctx, exchange: Exchange, body: string): Promise<HttpAnswer> {
  const mappings = mapParameters(exchange);
  const uri = filledUri(exchange, mappings.path);
  const [, region = "", prefix, service = "", kind = "", rest = ""] = URI.exec(uri) ?? [];
  const request: Request = { service, kind, rest, prefix, ...mappings, body };
  const as = callerOf(exchange, resourceArn(exchange), exchange.integration?.credentials);
  let protocol = SERVICES[service] ?? "json";
  try {
    const meant = meantBy(exchange, request, protocol);
    protocol = meant.protocol;
    const at = region === "" || region === ctx.region ? {} : { region };
    const output = await ctx.call(meant.service, meant.operation, meant.input, { as, ...at });
    return answerOf(meant, output, exchange.requestId);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    ctx.hint(
      `API ${exchange.api.id}, ${exchange.method?.httpMethod} ${exchange.resource?.path}: ${service} refused: ${error.message}`,
    );
    exchange.lines.push(`Received error from ${service}: ${error.code}: ${error.message}`);
    return refusalOf(error, protocol, exchange.requestId);
  }
}

interface Request {
  readonly service: string;
  readonly kind: string;
  readonly rest: string;
  readonly prefix: string | undefined;
  readonly headers: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly body: string;
}

function meantBy(exchange: Exchange, request: Request, protocol: Protocol): Meant {
  if (protocol === "s3") return ofS3(exchange, request);
  const target = request.headers["x-amz-target"]?.split(".").at(-1);
  // SQS takes JSON too.
  if (protocol === "json" || target !== undefined) return ofJson(exchange, request, target);
  return ofQuery(exchange, request);
}

function ofJson(exchange: Exchange, { service, kind, rest, body }: Request, target: string | undefined): Meant {
  const operation = target ?? (kind === "action" ? rest.split("&")[0] : undefined) ?? "";
  const shape = loadModel(service).operation(operation)?.input;
  if (shape === undefined) throw unknown(exchange, service, operation);
  let value: unknown;
  try {
    value = body.trim() === "" ? {} : JSON.parse(body);
  } catch {
    throw new ServiceError("SerializationException", 400, "Unable to parse the request body as JSON");
  }
  return { service, operation, input: decodeJson(shape, value) as object, protocol: "json" };
}

function unknown(exchange: Exchange, service: string, operation: string) {
  exchange.lines.push(`Execution failed due to configuration error: ${service} has no action '${operation}'`);
  return misconfigured();
}

const FORM = "application/x-www-form-urlencoded";

/** Parameters stand in the action's name, in the query and, as a form, in the body; the queue of a path is its URL. */
function ofQuery(exchange: Exchange, request: Request): Meant {
  const { service, kind, rest, body, query } = request;
  const parameters = new URLSearchParams(kind === "action" ? `Action=${rest}` : "");
  for (const [name, value] of query) parameters.set(name, value);
  const isForm = (request.headers["content-type"] ?? FORM).startsWith(FORM);
  if (isForm && body.includes("=")) for (const [name, value] of new URLSearchParams(body)) parameters.set(name, value);
  const [account, queue] = rest.split("/");
  if (kind === "path" && service === "sqs" && queue !== undefined && !parameters.has("QueueUrl"))
    parameters.set("QueueUrl", `https://sqs.${exchange.region}.amazonaws.com/${account}/${queue}`);
  const operation = parameters.get("Action") ?? "";
  const model = loadModel(service).operation(operation);
  if (model === undefined) throw unknown(exchange, service, operation);
  return { service, operation, input: decodeQuery(model, parameters) as object, protocol: "query" };
}

const OBJECT: { readonly [method: string]: string } = {
  DELETE: "DeleteObject",
  GET: "GetObject",
  HEAD: "HeadObject",
  PUT: "PutObject",
};

/** Objects of a bucket by its path, and the list of what is in it. */
function ofS3(exchange: Exchange, { rest, prefix, body, headers, query }: Request): Meant {
  const [first = "", ...more] = rest.split("/").map(decodeURIComponent);
  const [Bucket, Key] = prefix === undefined ? [first, more.join("/")] : [prefix, [first, ...more].join("/")];
  const method = exchange.integration?.httpMethod ?? "GET";
  if (Key === "" && method === "GET")
    return {
      service: "s3",
      operation: "ListObjectsV2",
      input: { Bucket, Prefix: query.get("prefix") ?? undefined },
      protocol: "s3",
    };
  const operation = OBJECT[method];
  if (operation === undefined || Key === "") throw unknown(exchange, "s3", `${method} ${rest}`);
  const isPut = operation === "PutObject";
  const type = headers["content-type"] ?? exchange.input.headers["content-type"];
  // Bytes go through where the API knows their media type as binary and no template touched them.
  const bytes = body === exchange.input.body.toString("utf8") ? exchange.input.body : Buffer.from(body);
  return {
    service: "s3",
    operation,
    input: { Bucket, Key, ...(isPut ? { Body: bytes, ...(type === undefined ? {} : { ContentType: type }) } : {}) },
    protocol: "s3",
  };
}

function answerOf({ service, operation, protocol }: Meant, output: Record<string, unknown>, requestId: string): HttpAnswer {
  const model = loadModel(service);
  const shape = model.operation(operation);
  if (shape === undefined) throw misconfigured();
  if (protocol === "s3") {
    const { status, headers, body } = encodeRest(model, shape, output);
    return {
      status,
      headers,
      body: typeof body === "string" || body instanceof Uint8Array ? Buffer.from(body) : Buffer.alloc(0),
    };
  }
  const content = shape.output === undefined ? {} : encodeJson(shape.output, output);
  return json(200, protocol === "json" ? content : wrapped(operation, content, requestId));
}

/** API Gateway asks query services for JSON: their XML's elements as members. */
const wrapped = (operation: string, content: unknown, RequestId: string) => ({
  [`${operation}Response`]: { [`${operation}Result`]: content, ResponseMetadata: { RequestId } },
});

function refusalOf({ code, message, status }: ServiceError, protocol: Protocol, RequestId: string): HttpAnswer {
  if (protocol === "json") return json(status, { __type: code, message });
  const Type = status >= 500 ? "Receiver" : "Sender";
  return json(status, { Error: { Code: code, Message: message, Type }, RequestId });
}

const json = (status: number, value: unknown): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(value)),
});
