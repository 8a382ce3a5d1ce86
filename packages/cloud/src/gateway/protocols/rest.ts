/** HTTP bindings of restJson and restXml: path labels, query, headers and payload <-> members. */

import { EVENT_STREAM_TYPE } from "../../core/event-stream.ts";
import { ServiceError } from "../../core/service.ts";
import type { ApiModel, Member, OperationModel, Shape } from "../model.ts";
import { formatTimestamp, parseTimestamp } from "../timestamps.ts";
import { decodeJson, encodeJson, serializationError, setOwn } from "./json.ts";
import { decodeText, decodeXml, encodeContent, encodeElement, parseXml } from "./xml.ts";

export interface RestRequest {
  readonly labels: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** The whole body, where the operation does not stream it. */
  readonly body: Buffer;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}

function splitHeaderList(text: string): string[] {
  return text.split(",").map((each) => each.trim());
}

function fromHeader(member: Member, text: string): unknown {
  const { shape } = member;
  if (shape.type === "list") return splitHeaderList(text).map((each) => decodeText(shape.of, each));
  if (shape.type === "timestamp") {
    const at = parseTimestamp(text);
    if (at === undefined) throw serializationError(`Header ${member.wire} is no timestamp`);
    return at;
  }
  return decodeText(shape, text);
}

function fromQuery(member: Member, query: URLSearchParams): unknown {
  const { shape } = member;
  if (shape.type === "list") {
    const all = query.getAll(member.wire);
    return all.length === 0 ? undefined : all.map((each) => decodeText(shape.of, each));
  }
  if (shape.type === "map") {
    const out: Record<string, unknown> = {};
    for (const [name, value] of query) setOwn(out, name, shape.of.type === "list" ? query.getAll(name) : value);
    return out;
  }
  const text = query.get(member.wire);
  return text === null ? undefined : decodeText(shape, text);
}

/** An input's members by where they stand in a request; a request has fewer headers than an operation has members. */
interface InputPlan {
  readonly labels: readonly Member[];
  readonly query: readonly Member[];
  /** By the header's name in lower case. */
  readonly headers: ReadonlyMap<string, Member>;
  readonly prefixes: readonly Member[];
  readonly hasBody: boolean;
}

const plans = new WeakMap<Shape, InputPlan>();

function planOf(input: Shape): InputPlan {
  let plan = plans.get(input);
  if (plan === undefined) {
    const at = (location: Member["location"]) => input.members.filter((member) => member.location === location);
    plan = {
      labels: at("uri"),
      query: at("querystring"),
      headers: new Map(at("header").map((member) => [member.headerName, member])),
      prefixes: at("headers"),
      hasBody: at(undefined).length > 0,
    };
    plans.set(input, plan);
  }
  return plan;
}

function takeHeaders(out: Record<string, unknown>, plan: InputPlan, headers: RestRequest["headers"]): void {
  for (const name in headers) {
    const member = plan.headers.get(name);
    if (member !== undefined) {
      const text = headerText(headers[name]);
      if (text !== undefined) out[member.name] = fromHeader(member, text);
    }
    for (const { name: map, headerName: prefix } of plan.prefixes) {
      if (!name.startsWith(prefix)) continue;
      out[map] ??= {};
      setOwn(out[map] as Record<string, unknown>, name.slice(prefix.length), headerText(headers[name]) ?? "");
    }
  }
}

function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new ServiceError("SerializationException", 400, "Could not parse request body into json");
  }
}

function decodePayload(model: ApiModel, member: Member, body: Buffer): unknown {
  const { shape } = member;
  if (shape.type === "blob") return body;
  if (shape.type === "string") return body.toString("utf8");
  if (body.length === 0) return undefined;
  if (model.protocols[0] === "rest-xml") return decodeXml(shape, parseXml(body.toString("utf8")));
  return decodeJson(shape, parseJsonBody(body));
}

/** The input without its streaming payload, which the gateway puts in. */
export function decodeRest(model: ApiModel, operation: OperationModel, request: RestRequest): Record<string, unknown> {
  const { input } = operation;
  if (input === undefined) return {};
  const out: Record<string, unknown> = {};
  const plan = planOf(input);
  for (const member of plan.labels) {
    const text = request.labels[member.wire];
    if (text !== undefined) out[member.name] = decodeText(member.shape, text);
  }
  takeHeaders(out, plan, request.headers);
  const hasQuery = request.query.size > 0;
  for (const member of plan.query) {
    if (!hasQuery && member.shape.type !== "map") continue;
    const value = fromQuery(member, request.query);
    if (value !== undefined) out[member.name] = value;
  }
  if (operation.streamingInput !== undefined || !plan.hasBody) return out;
  if (input.payload !== undefined) {
    const member = input.member(input.payload);
    const value = member === undefined ? undefined : decodePayload(model, member, request.body);
    if (value !== undefined && !(value instanceof Uint8Array && value.length === 0)) out[input.payload] = value;
    return out;
  }
  if (request.body.length === 0) return out;
  const decoded =
    model.protocols[0] === "rest-xml"
      ? decodeXml(input, parseXml(request.body.toString("utf8")))
      : decodeJson(input, parseJsonBody(request.body));
  return Object.assign(out, decoded);
}

function headerValue(member: Member, value: unknown): string {
  const { shape } = member;
  if (shape.type === "list") return Array.from(value as Iterable<unknown>, String).join(",");
  if (shape.type === "timestamp") return formatTimestamp(value, member.timestampFormat ?? shape.timestampFormat ?? "rfc822");
  if (shape.type === "blob") return Buffer.from(value as Uint8Array).toString("base64");
  return String(value);
}

/** Header values that came from a client may hold what HTTP cannot carry: those characters go percent-encoded. */
export function safeHeader(text: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text) ? text : text.replace(/[^\t\x20-\x7e]/gu, (found) => encodeURIComponent(found));
}

function bindHeaders(
  shape: Shape,
  output: Record<string, unknown>,
): { status: number | undefined; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  let status: number | undefined;
  for (const name in output) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    const member = shape.member(name);
    if (member?.location === "header") headers[member.wire] = safeHeader(headerValue(member, value));
    else if (member?.location === "statusCode") status = Number(value);
    else if (member?.location === "headers")
      for (const [key, each] of Object.entries(value)) headers[member.wire + key] = safeHeader(String(each));
  }
  return { status, headers };
}

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

function xmlBody(model: ApiModel, operation: OperationModel, shape: Shape, output: object): string {
  const root = operation.root ?? shape.name;
  const xmlns = model.xmlNamespace === undefined ? "" : ` xmlns="${model.xmlNamespace}"`;
  // GetBucketLocation alone answers its one member as the root's text.
  if (root === "LocationConstraint") {
    const text = String((output as { LocationConstraint?: string }).LocationConstraint ?? "");
    return `${XML_HEAD}<${root}${xmlns}>${text}</${root}>`;
  }
  return `${XML_HEAD}<${root}${xmlns}>${encodeContent(shape, output, { query: false })}</${root}>`;
}

const isEventStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

function payloadBody(model: ApiModel, member: Member, value: unknown): { body: RestAnswer["body"]; type: string | undefined } {
  const { shape } = member;
  if (shape.type === "blob" || shape.type === "string") {
    if (value === undefined || value === null) return { body: undefined, type: undefined };
    return { body: value as RestAnswer["body"], type: shape.type === "blob" ? "application/octet-stream" : "text/plain" };
  }
  if (value === undefined || value === null) return { body: undefined, type: undefined };
  // A stream of events comes encoded: `core/event-stream.ts`.
  if (isEventStream(value)) return { body: value, type: EVENT_STREAM_TYPE };
  if (model.protocols[0] === "rest-xml") {
    const text = encodeElement(shape, value, member.locationName ?? shape.name, { query: false });
    const xmlns = model.xmlNamespace === undefined ? "" : ` xmlns="${model.xmlNamespace}"`;
    return { body: XML_HEAD + text.replace(/^<([^\s/>]+)/, `<$1${xmlns}`), type: "application/xml" };
  }
  return { body: JSON.stringify(encodeJson(shape, value)), type: "application/json" };
}

export function encodeRest(model: ApiModel, operation: OperationModel, output: Record<string, unknown>): RestAnswer {
  const shape = operation.output;
  if (shape === undefined) return { status: operation.status, headers: {}, body: undefined };
  const { status, headers } = bindHeaders(shape, output);
  const answer = (body: RestAnswer["body"], type: string | undefined): RestAnswer => {
    const typed = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
    if (type !== undefined && !typed) headers["Content-Type"] = type;
    return { status: status ?? operation.status, headers, body };
  };
  if (shape.payload !== undefined) {
    const member = shape.member(shape.payload);
    const { body, type } =
      member === undefined ? { body: undefined, type: undefined } : payloadBody(model, member, output[shape.payload]);
    return answer(body, type);
  }
  const hasBody = shape.members.some((member) => member.location === undefined);
  if (model.protocols[0] === "rest-xml")
    return hasBody ? answer(xmlBody(model, operation, shape, output), "application/xml") : answer(undefined, undefined);
  if (operation.status === 204) return answer(undefined, undefined);
  return answer(JSON.stringify(encodeJson(shape, output)), "application/json");
}
