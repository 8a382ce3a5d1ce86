import { type JsonSettings, structureFromJson } from "./json-codec.ts";
import { type HttpAnswer, textOf } from "./request.ts";
import type { Wire } from "./wire.ts";
import { structureFromXml } from "./xml-codec.ts";
import { parseXml, type XmlElement } from "./xml-parse.ts";

/**
 * An AWS error answer as the SDK throws it: `name` the exception's, `message`, `$fault`, `$metadata`, and the members of the body.
 * Source: Smithy 2.0, the error parts of the AWS protocols.
 */

type Fields = { [name: string]: unknown };

/** What of the request's fate every answer tells. */
export function metadataOf({ statusCode, headers }: HttpAnswer): {
  httpStatusCode: number;
  requestId: string | undefined;
  extendedRequestId: string | undefined;
} {
  return {
    httpStatusCode: statusCode,
    requestId: headers["x-amzn-requestid"] ?? headers["x-amzn-request-id"] ?? headers["x-amz-request-id"],
    extendedRequestId: headers["x-amz-id-2"],
  };
}

/** The exception of a JSON service. */
export function jsonError(wire: Wire, answer: HttpAnswer, settings: JsonSettings): Error {
  const body = jsonFields(answer);
  const header = answer.headers["x-amzn-errortype"];
  const ofType = body.__type;
  const ofCode = body.code ?? body.Code;
  const isRpc = !settings.usesJsonName;
  const query = wire.queryCompatible ? queryFields(answer) : {};
  const code = codeText(query.Code ?? (isRpc ? (ofType ?? ofCode ?? header) : (header ?? ofCode ?? ofType)));
  const shape = wire.error(code);
  const modelled = shape === undefined ? {} : structureFromJson(shape.members, body, settings);
  return serviceError(shape?.name ?? code, answer, {
    ...body,
    ...modelled,
    ...query,
    message: body.message ?? body.Message,
  });
}

/** `x-amzn-query-error: code;fault` of services that spoke the query protocol before. */
function queryFields({ headers }: HttpAnswer): Fields {
  const header = headers["x-amzn-query-error"];
  if (header === undefined) return {};
  const [Code, Type] = header.split(";");
  return { Code, Type, Error: { Code, Type } };
}

/** `com.amazonaws.sqs#QueueDoesNotExist`, `Throttling:http://…` -> the bare name. */
function codeText(code: unknown): string {
  const [bare = ""] = String(code ?? "Unknown").split(/[,:]/);
  return bare.slice(bare.indexOf("#") + 1);
}

/** Nothing where the body is no JSON object: what stands before a service answers as it likes. */
function jsonFields({ body }: HttpAnswer): Fields {
  try {
    const value: unknown = JSON.parse(textOf(body));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** The exception of a service that answers XML: `<ErrorResponse><Error>` of the query protocol, `<Errors><Error>` of EC2, `<Error>` of S3. */
export function xmlError(wire: Wire, answer: HttpAnswer): Error {
  const root = xmlRoot(answer);
  const holder = root?.children.find(({ name }) => name === "Errors") ?? root;
  const element = root?.name === "Error" ? root : holder?.children.find(({ name }) => name === "Error");
  const fields = element === undefined ? {} : plainFields(element);
  const code = String(fields.Code ?? (answer.statusCode === 404 ? "NotFound" : "Unknown"));
  const shape = wire.error(code);
  const modelled = shape === undefined || element === undefined ? {} : structureFromXml(shape.members, element);
  const outer = root === undefined || root === element ? {} : plainFields(root);
  const { Type, Code } = fields;
  const message = fields.message ?? fields.Message;
  const isQuery = wire.protocol === "AwsQueryProtocol" || wire.protocol === "AwsEc2QueryProtocol";
  return serviceError(shape?.name ?? code, answer, {
    ...outer,
    ...fields,
    ...modelled,
    message,
    ...(isQuery ? { Error: { Type, Code, Message: message } } : {}),
  });
}

function xmlRoot({ body }: HttpAnswer): XmlElement | undefined {
  try {
    return parseXml(textOf(body));
  } catch {
    return undefined;
  }
}

function plainFields(element: XmlElement): Fields {
  return Object.fromEntries(element.children.filter(({ children }) => children.length === 0).map((c) => [c.name, c.text]));
}

function serviceError(name: string, answer: HttpAnswer, fields: Fields): Error {
  const { message, Message: _, name: _name, stack: _stack, ...members } = fields;
  const error = new Error(typeof message === "string" && message !== "" ? message : "UnknownError");
  const metadata = metadataOf(answer);
  const requestId = metadata.requestId ?? [members.RequestId, members.RequestID].find((id) => typeof id === "string");
  return Object.assign(error, members, {
    name,
    $fault: answer.statusCode < 500 ? "client" : "server",
    $metadata: { ...metadata, requestId },
  });
}
