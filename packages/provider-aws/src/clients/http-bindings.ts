import { fromJson, type JsonSettings, structureFromJson, structureToJson, toJson } from "./json-codec.ts";
import { escapeUri, plainText } from "./query-codec.ts";
import { type HttpAnswer, type HttpRequest, textOf } from "./request.ts";
import type { Member, Shape } from "./shapes.ts";
import type { Operation } from "./wire.ts";
import { simpleFromText, structureFromXml, toXml } from "./xml-codec.ts";
import { parseXml } from "./xml-parse.ts";

/** REST protocols: members in path, query, headers and body. Source: Smithy 2.0, "HTTP binding traits". */

type Plain = { readonly [name: string]: unknown };

/** What the two REST protocols write bodies in. */
export interface BodyFormat {
  readonly contentType: string;
  write(name: string, members: readonly Member[], value: Plain): string;
  read(members: readonly Member[], body: Uint8Array): { [name: string]: unknown };
  /** Said where an operation has a body and nothing for it is given. */
  readonly empty?: string;
}

export function jsonBodies(settings: JsonSettings): BodyFormat {
  return {
    contentType: "application/json",
    empty: "{}",
    write: (_, members, value) => JSON.stringify(structureToJson(members, value, settings)),
    read: (members, body) => structureFromJson(members, JSON.parse(textOf(body)), settings),
  };
}

export function xmlBodies(namespace: string | undefined): BodyFormat {
  return {
    contentType: "application/xml",
    write: (name, members, value) => `<?xml version="1.0" encoding="UTF-8"?>${toXml(name, members, value, namespace)}`,
    read: (members, body) => structureFromXml(members, parseXml(textOf(body))),
  };
}

type Place = "label" | "query" | "queryParams" | "header" | "prefixHeaders" | "payload" | "status" | "body";

function placeOf({ traits }: Member): Place {
  if (traits.httpPayload === 1) return "payload";
  if (traits.httpLabel === 1) return "label";
  if (traits.httpHeader !== undefined) return "header";
  if (traits.httpPrefixHeaders !== undefined) return "prefixHeaders";
  if (traits.httpQuery !== undefined) return "query";
  if (traits.httpQueryParams === 1) return "queryParams";
  return traits.httpResponseCode === 1 ? "status" : "body";
}

interface Parts {
  readonly labels: Map<string, string>;
  readonly query: { [name: string]: string | readonly string[] };
  readonly headers: Record<string, string>;
  readonly inBody: Member[];
  payload?: Member;
}

/** Throws Error where a part of the path has no value. */
export function restRequest(
  operation: Operation,
  input: Plain,
  endpoint: URL,
  format: BodyFormat,
  token: () => string,
): HttpRequest {
  const [method = "GET", pattern = "/"] = operation.traits.http ?? [];
  const value = withTokens(operation.input.members, input, token);
  const parts = bind(operation.input.members, value);
  const [pathPattern = "/", fixed] = pattern.split("?");
  for (const pair of fixed?.split("&") ?? []) {
    const [name = "", text = ""] = pair.split("=");
    parts.query[name] ??= text;
  }
  const body = writeBody(parts, value, format);
  if (body?.contentType !== undefined) parts.headers["content-type"] ??= body.contentType;
  return {
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === "" ? {} : { port: Number(endpoint.port) }),
    method,
    path: (endpoint.pathname === "/" ? "" : endpoint.pathname) + fillPath(pathPattern, parts.labels),
    query: parts.query,
    headers: parts.headers,
    ...(body?.content === undefined ? {} : { body: body.content }),
  };
}

function withTokens(members: readonly Member[], input: Plain, token: () => string): Plain {
  const missing = members.filter((m) => m.traits.idempotencyToken === 1 && (input[m.name] ?? undefined) === undefined);
  return missing.length === 0 ? input : { ...input, ...Object.fromEntries(missing.map((m) => [m.name, token()])) };
}

function bind(members: readonly Member[], value: Plain): Parts {
  const parts: Parts = { labels: new Map(), query: {}, headers: {}, inBody: [] };
  for (const member of members) {
    const place = placeOf(member);
    if (place === "body") parts.inBody.push(member);
    if (place === "payload") parts.payload = member;
    const given = value[member.name];
    if (given !== undefined && given !== null) bindMember(parts, member, place, given);
  }
  return parts;
}

function bindMember({ labels, query, headers }: Parts, { name, shape, traits }: Member, place: Place, given: unknown): void {
  if (place === "label") labels.set(name, plainText(shape, given));
  else if (place === "header") headers[(traits.httpHeader ?? "").toLowerCase()] = headerText(shape, given);
  else if (place === "query") query[traits.httpQuery ?? ""] = queryText(shape, given);
  else if (place === "queryParams") {
    for (const [key, each] of Object.entries(given as Plain)) query[key] ??= queryText(shape.item.shape, each);
  } else if (place === "prefixHeaders") {
    for (const [key, each] of Object.entries(given as Plain))
      headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = String(each);
  }
}

function headerText(shape: Shape, value: unknown): string {
  if (shape.kind !== "list") return plainText(shape, value, "http-date");
  const quote = (text: string) => (/[",]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text);
  return (value as readonly unknown[])
    .map((item) => plainText(shape.item.shape, item, "http-date"))
    .map((text) => (shape.item.shape.kind === "timestamp" ? text : quote(text)))
    .join(", ");
}

function queryText(shape: Shape, value: unknown): string | readonly string[] {
  if (shape.kind !== "list") return plainText(shape, value);
  return (value as readonly unknown[]).map((item) => plainText(shape.item.shape, item));
}

function fillPath(pattern: string, labels: ReadonlyMap<string, string>): string {
  return pattern.replace(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const text = labels.get(name);
    if (text === undefined || text === "") throw new Error(`No value provided for input HTTP label: ${name}.`);
    return greedy === "+" ? text.split("/").map(escapeUri).join("/") : escapeUri(text);
  });
}

interface Body {
  readonly contentType?: string;
  readonly content?: string | Uint8Array;
}

function writeBody({ payload, inBody }: Parts, value: Plain, format: BodyFormat): Body | undefined {
  if (payload === undefined) {
    if (inBody.length === 0) return undefined;
    const isGiven = inBody.some(({ name }) => value[name] !== undefined && value[name] !== null);
    const content = isGiven ? format.write("", inBody, value) : format.empty;
    return { contentType: format.contentType, ...(content === undefined ? {} : { content }) };
  }
  const given = value[payload.name] ?? undefined;
  const { kind } = payload.shape;
  if (kind === "structure") {
    const name = payload.traits.xmlName ?? payload.shape.name;
    const content = given === undefined ? format.empty : format.write(name, payload.shape.members, given as Plain);
    return { contentType: format.contentType, ...(content === undefined ? {} : { content }) };
  }
  const contentType = kind === "string" ? "text/plain" : "application/octet-stream";
  return { contentType, ...(given === undefined ? {} : { content: given as string | Uint8Array }) };
}

/** Throws what reading the body throws: SyntaxError, TypeError. */
export function restResult(output: Shape, answer: HttpAnswer, format: BodyFormat): { [name: string]: unknown } {
  const result: { [name: string]: unknown } = headersResult(output, answer);
  const inBody = output.members.filter((member) => isInBodyOfAnswer(member));
  if (inBody.length > 0 && answer.body.byteLength > 0) Object.assign(result, format.read(inBody, answer.body));
  for (const member of output.members) {
    const place = placeOf(member);
    if (place === "status") result[member.name] = answer.statusCode;
    if (place === "payload") {
      const payload = payloadResult(member.shape, answer.body, format);
      if (payload !== undefined) result[member.name] = payload;
    }
  }
  return result;
}

/** Places in a request mean nothing in an answer. Source: Smithy 2.0, "HTTP bindings" (httpLabel, httpQuery: "ignored when applied to output"). */
const ONLY_IN_REQUESTS: ReadonlySet<string> = new Set(["label", "query", "queryParams"]);

function isInBodyOfAnswer(member: Member): boolean {
  const place = placeOf(member);
  return place === "body" || ONLY_IN_REQUESTS.has(place);
}

function payloadResult(shape: Shape, body: Uint8Array, format: BodyFormat): unknown {
  if (shape.kind === "stream") return streamOf(body);
  if (body.byteLength === 0) return undefined;
  if (shape.kind === "structure") return format.read(shape.members, body);
  return shape.kind === "blob" ? new Uint8Array(body) : textOf(body);
}

/** What the SDK's stream of a body is asked for, of a body that was read whole. */
function streamOf(body: Uint8Array): object {
  return { transformToByteArray: async () => new Uint8Array(body), transformToString: async () => textOf(body) };
}

function headersResult(output: Shape, { headers }: HttpAnswer): { [name: string]: unknown } {
  const result: { [name: string]: unknown } = {};
  for (const member of output.members) {
    const { httpHeader, httpPrefixHeaders } = member.traits;
    if (httpHeader !== undefined) {
      const text = headers[httpHeader.toLowerCase()];
      if (text !== undefined) result[member.name] = headerValue(member.shape, text);
    } else if (httpPrefixHeaders !== undefined) {
      const own = Object.entries(headers).filter(([name]) => name.startsWith(httpPrefixHeaders));
      result[member.name] = Object.fromEntries(own.map(([name, text]) => [name.slice(httpPrefixHeaders.length), text]));
    }
  }
  return result;
}

function headerValue(shape: Shape, text: string): unknown {
  if (shape.kind !== "list") return simpleFromText(shape, text);
  const items = text.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return items.map((item) => {
    const bare = item.trim();
    return simpleFromText(shape.item.shape, bare.startsWith('"') ? bare.slice(1, -1).replace(/\\(.)/g, "$1") : bare);
  });
}

/** A whole JSON document by its shape. */
export function jsonBody(shape: Shape, value: unknown, settings: JsonSettings): string {
  return shape.kind === "unit" ? "{}" : JSON.stringify(toJson(shape, value, settings));
}

export function jsonResult(shape: Shape, body: Uint8Array, settings: JsonSettings): { [name: string]: unknown } {
  if (body.byteLength === 0 || shape.kind === "unit") return {};
  return fromJson(shape, JSON.parse(textOf(body)), settings) as { [name: string]: unknown };
}
