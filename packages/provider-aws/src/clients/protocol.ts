import { jsonBodies, jsonBody, jsonResult, restRequest, restResult, xmlBodies } from "./http-bindings.ts";
import { type QueryForm, queryBody } from "./query-codec.ts";
import { type HttpAnswer, type HttpRequest, textOf } from "./request.ts";
import { jsonError, metadataOf, xmlError } from "./service-error.ts";
import type { Operation, Wire } from "./wire.ts";
import { structureFromXml } from "./xml-codec.ts";
import { parseXml } from "./xml-parse.ts";

/** The protocol of one service: typed input to HTTP request, HTTP answer to typed output (or an exception). */
export interface ServiceProtocol {
  /** Throws Error where a part of the path has no value. */
  serialize(operation: Operation, input: unknown, endpoint: URL): HttpRequest;
  /**
   * Throws an error named as the SDK's exception (`QueueDoesNotExist`), with `$metadata`, when the answer is one, and SyntaxError
   * or TypeError for an answer that is not what the model says.
   */
  deserialize(operation: Operation, answer: HttpAnswer): unknown;
}

type Plain = { readonly [name: string]: unknown };

/** `token` makes what fills members that make requests idempotent. */
export function createProtocol(wire: Wire, token: () => string): ServiceProtocol {
  switch (wire.protocol) {
    case "AwsJson1_0Protocol":
      return jsonRpc(wire, "1.0", token);
    case "AwsJson1_1Protocol":
      return jsonRpc(wire, "1.1", token);
    case "AwsQueryProtocol":
      return query(wire, token, "query");
    case "AwsEc2QueryProtocol":
      return query(wire, token, "ec2");
    case "AwsRestJsonProtocol":
      return restJson(wire, token);
    case "S3RestXmlProtocol":
      return restXml(wire, token);
    default:
      throw new Error(`no wire protocol ${wire.protocol}`);
  }
}

/** Source: Smithy 2.0, "AWS JSON 1.0 protocol" and "1.1". */
function jsonRpc(wire: Wire, version: string, token: () => string): ServiceProtocol {
  const settings = { usesJsonName: false, token };
  return {
    serialize: (operation, input, endpoint) =>
      post(endpoint, jsonBody(operation.input, input, settings), {
        "content-type": `application/x-amz-json-${version}`,
        "x-amz-target": `${wire.target ?? ""}.${operation.name}`,
        ...(wire.queryCompatible ? { "x-amzn-query-mode": "true" } : {}),
      }),
    deserialize(operation, answer) {
      if (answer.statusCode >= 300) throw jsonError(wire, answer, settings);
      return { ...jsonResult(operation.output, answer.body, settings), $metadata: metadataOf(answer) };
    },
  };
}

/** Source: Smithy 2.0, "AWS query protocol" and "AWS EC2 query protocol". */
function query(wire: Wire, token: () => string, form: QueryForm): ServiceProtocol {
  return {
    serialize: (operation, input, endpoint) =>
      post(endpoint, `Action=${operation.name}&Version=${wire.version}${queryBody(operation.input, input, token, form)}`, {
        "content-type": "application/x-www-form-urlencoded",
      }),
    deserialize(operation, answer) {
      if (answer.statusCode >= 300) throw xmlError(wire, answer);
      const root = answer.body.byteLength === 0 ? undefined : parseXml(textOf(answer.body));
      const result = form === "ec2" ? root : root?.children.find(({ name }) => name === `${operation.name}Result`);
      const members = result === undefined ? {} : structureFromXml(operation.output.members, result);
      return { ...members, $metadata: metadataOf(answer) };
    },
  };
}

/** Source: Smithy 2.0, "AWS restJson1 protocol". */
function restJson(wire: Wire, token: () => string): ServiceProtocol {
  const settings = { usesJsonName: true, token };
  const bodies = jsonBodies(settings);
  return {
    serialize: (operation, input, endpoint) => restRequest(operation, input as Plain, endpoint, bodies, token),
    deserialize(operation, answer) {
      if (answer.statusCode >= 300) throw jsonError(wire, answer, settings);
      return { ...restResult(operation.output, answer, bodies), $metadata: metadataOf(answer) };
    },
  };
}

/** Source: Smithy 2.0, "AWS restXml protocol". */
function restXml(wire: Wire, token: () => string): ServiceProtocol {
  const bodies = xmlBodies(wire.xmlNamespace);
  return {
    serialize: (operation, input, endpoint) => restRequest(operation, input as Plain, endpoint, bodies, token),
    deserialize(operation, answer) {
      if (answer.statusCode >= 300) throw xmlError(wire, answer);
      return { ...restResult(operation.output, answer, bodies), $metadata: metadataOf(answer) };
    },
  };
}

function post(endpoint: URL, body: string, headers: Record<string, string>): HttpRequest {
  const { protocol, hostname, port, pathname } = endpoint;
  const path = pathname.endsWith("/") ? pathname : `${pathname}/`;
  return { protocol, hostname, ...(port === "" ? {} : { port: Number(port) }), method: "POST", path, query: {}, headers, body };
}
