/** Errors as each protocol carries them. */
import { ServiceError } from "../core/service.ts";
import type { ApiModel } from "./model.ts";
import { encodeCborFields } from "./protocols/cbor.ts";
import { encodeJson } from "./protocols/json.ts";
import { escapeXml } from "./protocols/xml.ts";

export type Protocol = "json" | "query" | "ec2" | "rest-json" | "rest-xml" | "cbor";

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
}

/** Namespaces that AWS writes before the error's name; clients cut them off, people and old scripts compare them. */
const NAMESPACES: { readonly [service: string]: string } = {
  dynamodb: "com.amazonaws.dynamodb.v20120810#",
  dynamodbstreams: "com.amazonaws.dynamodb.v20120810#",
  sqs: "com.amazonaws.sqs#",
};
/** Errors of the front door, in front of every Coral service. */
const CORAL: { readonly [code: string]: string } = {
  ValidationException: "com.amazon.coral.validate#",
  SerializationException: "com.amazon.coral.service#",
  AccessDeniedException: "com.amazon.coral.service#",
  UnrecognizedClientException: "com.amazon.coral.service#",
  InvalidSignatureException: "com.amazon.coral.service#",
  ExpiredTokenException: "com.amazon.coral.service#",
  UnknownOperationException: "com.amazon.coral.service#",
  MissingAuthenticationTokenException: "com.amazon.coral.service#",
};

/** Anything thrown, as an error to answer; what is no ServiceError is a bug of ours and logged by the caller. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof RangeError && /call stack/i.test(error.message))
    return new ServiceError("SerializationException", 400, "Value nested too deeply");
  return new ServiceError(
    "InternalFailure",
    500,
    "The request processing has failed because of an unknown error, exception or failure.",
  );
}

function jsonFields(model: ApiModel, error: ServiceError): Record<string, unknown> {
  const shape = model.errorShape(error.code);
  const extra: Record<string, unknown> = {};
  let messageName = "message";
  if (shape !== undefined) {
    const member = shape.members.find((each) => each.wire.toLowerCase() === "message");
    if (member !== undefined) messageName = member.wire;
    const encoded = encodeJson(shape, { ...error.fields, message: undefined, Message: undefined });
    if (typeof encoded === "object" && encoded !== null) Object.assign(extra, encoded);
  } else if (error.code === "AccessDeniedException") messageName = "Message";
  return { [messageName]: error.message, ...extra };
}

function jsonError(model: ApiModel, error: ServiceError): ErrorAnswer {
  const shape = model.errorShape(error.code);
  const code = shape?.name ?? error.code;
  const namespace = shape === undefined ? (CORAL[code] ?? NAMESPACES[model.service] ?? "") : (NAMESPACES[model.service] ?? "");
  const validation =
    code === "ValidationException" && model.service.startsWith("dynamodb") ? "com.amazon.coral.validate#" : namespace;
  const headers: Record<string, string> = { "Content-Type": `application/x-amz-json-${model.jsonVersion}` };
  if (model.queryCompatible)
    headers["x-amzn-query-error"] = `${queryCode(model, error)};${error.status >= 500 ? "Receiver" : "Sender"}`;
  return { status: error.status, headers, body: JSON.stringify({ __type: `${validation}${code}`, ...jsonFields(model, error) }) };
}

/** The code as the query protocol writes it. */
export function queryCode(model: ApiModel, error: ServiceError): string {
  const shape = model.errorShape(error.code);
  return shape?.error?.query ?? shape?.error?.code ?? shape?.name ?? error.code;
}

function queryError(model: ApiModel, error: ServiceError, requestId: string): ErrorAnswer {
  const type = error.status >= 500 ? "Receiver" : "Sender";
  const xmlns = model.xmlNamespace === undefined ? "" : ` xmlns="${model.xmlNamespace}"`;
  const detail = model.service === "sqs" ? "<Detail/>" : "";
  const body =
    `<?xml version="1.0"?>\n<ErrorResponse${xmlns}><Error><Type>${type}</Type><Code>${escapeXml(queryCode(model, error))}</Code>` +
    `<Message>${escapeXml(error.message)}</Message>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status: error.status, headers: { "Content-Type": "text/xml" }, body };
}

/** Source: Amazon EC2 Developer Guide, "Error responses" (read 2026-11). */
function ec2Error(error: ServiceError, requestId: string): ErrorAnswer {
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(error.code)}</Code>` +
    `<Message>${escapeXml(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
  return { status: error.status, headers: { "Content-Type": "text/xml;charset=UTF-8" }, body };
}

function restJsonError(model: ApiModel, error: ServiceError): ErrorAnswer {
  const code = model.errorShape(error.code)?.name ?? error.code;
  const headers = { "Content-Type": "application/json", "x-amzn-ErrorType": code };
  return { status: error.status, headers, body: JSON.stringify(jsonFields(model, error)) };
}

function xmlFields(fields: ServiceError["fields"]): string {
  let out = "";
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith("$") || value === undefined || value === null || typeof value === "object") continue;
    out += `<${name}>${escapeXml(String(value))}</${name}>`;
  }
  return out;
}

function restXmlError(error: ServiceError, requestId: string): ErrorAnswer {
  const empty = error.status === 304 || error.status < 300;
  const hostId = Buffer.from(requestId).toString("base64");
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
    `${xmlFields(error.fields)}<RequestId>${requestId}</RequestId><HostId>${hostId}</HostId></Error>`;
  return { status: error.status, headers: empty ? {} : { "Content-Type": "application/xml" }, body: empty ? undefined : body };
}

function cborError(model: ApiModel, error: ServiceError): ErrorAnswer {
  const code = model.errorShape(error.code)?.name ?? error.code;
  const headers: Record<string, string> = { "Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };
  if (model.queryCompatible)
    headers["x-amzn-query-error"] = `${queryCode(model, error)};${error.status >= 500 ? "Receiver" : "Sender"}`;
  return { status: error.status, headers, body: encodeCborFields({ __type: code, ...jsonFields(model, error) }) };
}

function encode(protocol: Protocol, model: ApiModel, error: ServiceError, requestId: string): ErrorAnswer {
  switch (protocol) {
    case "json":
      return jsonError(model, error);
    case "query":
      return queryError(model, error, requestId);
    case "ec2":
      return ec2Error(error, requestId);
    case "rest-json":
      return restJsonError(model, error);
    case "rest-xml":
      return restXmlError(error, requestId);
    case "cbor":
      return cborError(model, error);
  }
}

export function encodeError(protocol: Protocol, model: ApiModel, error: ServiceError, requestId: string): ErrorAnswer {
  const answer = encode(protocol, model, error, requestId);
  const extra = error.fields.$headers;
  if (typeof extra === "object" && extra !== null)
    for (const [name, value] of Object.entries(extra)) if (value !== undefined) answer.headers[name] = String(value);
  return answer;
}
