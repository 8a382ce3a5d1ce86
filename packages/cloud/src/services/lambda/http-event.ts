import type { IncomingMessage, ServerResponse } from "node:http";

/** HTTP requests as events and answers as HTTP, the parts that function URLs and HTTP APIs share (payload format 2.0). Pure but for `readBody`. */
export interface HttpInput {
  readonly method: string;
  /** Decoded path without the stage. */
  readonly path: string;
  readonly rawQuery: string;
  /** Lower case; repeated headers joined by a comma. */
  readonly headers: { readonly [name: string]: string };
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

export class BodyTooLarge extends Error {}

export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function headersOf(request: IncomingMessage): { [name: string]: string } {
  const out: { [name: string]: string } = {};
  const raw = request.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase();
    const value = raw[i + 1] ?? "";
    out[name] = out[name] === undefined ? value : `${out[name]}${name === "cookie" ? "; " : ","}${value}`;
  }
  return out;
}

/** Content types whose bodies are handed over as text; everything else is base64 (API Gateway developer guide, payload formats). */
export function isTextType(contentType: string | undefined): boolean {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return (
    type === "" ||
    type.startsWith("text/") ||
    /^application\/(.*\+)?(json|xml|javascript)$/.test(type) ||
    type === "application/graphql"
  );
}

/** `body` and `isBase64Encoded` of an event; a text body that isn't UTF-8 goes as base64. */
export function eventBody(body: Buffer, contentType: string | undefined): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  if (isTextType(contentType)) {
    const text = body.toString("utf8");
    if (Buffer.from(text, "utf8").equals(body)) return { body: text, isBase64Encoded: false };
  }
  return { body: body.toString("base64"), isBase64Encoded: true };
}

/** The cookies of a request as format 2.0 lists them; the header itself stays out of `headers` there. */
export function splitCookies(headers: { readonly [name: string]: string }): string[] {
  const text = headers.cookie;
  return text === undefined
    ? []
    : text
        .split(";")
        .map((cookie) => cookie.trim())
        .filter((cookie) => cookie !== "");
}

/** Format 2.0: values of a repeated parameter are joined by commas. undefined when there is no query. */
export function joinedQuery(rawQuery: string): { [name: string]: string } | undefined {
  if (rawQuery === "") return undefined;
  const out: { [name: string]: string } = {};
  for (const [name, value] of new URLSearchParams(rawQuery))
    out[name] = out[name] === undefined ? value : `${out[name]},${value}`;
  return out;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12/Mar/2020:19:03:58 +0000`. */
export function clfTime(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

export interface RequestIdentity {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly requestId: string;
  readonly routeKey: string;
  readonly stage: string;
  readonly timeMs: number;
}

/** An event of payload format 2.0 without authorizer, path parameters and stage variables. `rawPath` includes the stage where AWS has it there. */
export function eventV2(
  input: HttpInput,
  identity: RequestIdentity,
  rawPath: string,
): Record<string, unknown> & { requestContext: Record<string, unknown> } {
  const { cookie: _cookie, ...headers } = input.headers;
  const query = joinedQuery(input.rawQuery);
  return {
    version: "2.0",
    routeKey: identity.routeKey,
    rawPath,
    rawQueryString: input.rawQuery,
    ...(input.cookies.length === 0 ? {} : { cookies: input.cookies }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: identity.accountId,
      apiId: identity.apiId,
      domainName: identity.domainName,
      domainPrefix: identity.domainName.split(".")[0],
      http: {
        method: input.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: input.sourceIp,
        userAgent: input.headers["user-agent"] ?? "",
      },
      requestId: identity.requestId,
      routeKey: identity.routeKey,
      stage: identity.stage,
      time: clfTime(identity.timeMs),
      timeEpoch: identity.timeMs,
    },
    ...eventBody(input.body, input.headers["content-type"]),
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] };
  readonly body: Buffer;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

function headerValues(headers: unknown, into: { [name: string]: string | readonly string[] }): boolean {
  if (headers === undefined || headers === null) return true;
  if (!isObject(headers)) return false;
  for (const [name, value] of Object.entries(headers)) {
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) into[name.toLowerCase()] = value.map(String);
    else if (typeof value === "object") return false;
    else into[name.toLowerCase()] = String(value);
  }
  return true;
}

function bodyOf(answer: Record<string, unknown>): Buffer | undefined {
  const { body } = answer;
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "object") return undefined;
  return answer.isBase64Encoded === true ? Buffer.from(String(body), "base64") : Buffer.from(String(body));
}

/**
 * A handler's answer as HTTP. Without `statusCode` (format 2.0 only) the whole value is a JSON body with status 200.
 * undefined when the answer is malformed: the caller makes its 500 or 502.
 */
export function httpAnswer(payload: Uint8Array, format: "1.0" | "2.0", defaultType: string): HttpAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.statusCode === undefined) {
    if (format === "1.0") return undefined;
    const body = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const status = statusOf(value.statusCode);
  const body = bodyOf(value);
  const headers: { [name: string]: string | readonly string[] } = {};
  if (status === undefined || body === undefined || !headerValues(value.headers, headers)) return undefined;
  if (format === "1.0" && !headerValues(value.multiValueHeaders, headers)) return undefined;
  if (format === "2.0" && Array.isArray(value.cookies) && value.cookies.length > 0)
    headers["set-cookie"] = value.cookies.map(String);
  if (headers["content-type"] === undefined && body.length > 0) headers["content-type"] = defaultType;
  return { status, headers, body };
}

/** Headers that a handler can't set itself: the connection is the gateway's. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "content-length",
  "proxy-authenticate",
  "te",
  "trailer",
]);

export function sendAnswer(response: ServerResponse, answer: HttpAnswer, extra: { readonly [name: string]: string } = {}): void {
  response.statusCode = answer.status;
  try {
    for (const [name, value] of Object.entries({ ...answer.headers, ...extra })) {
      if (!HOP_BY_HOP.has(name)) response.setHeader(name, value as string | string[]);
    }
  } catch {
    // A header that HTTP can't carry: AWS answers its own error.
    response.statusCode = 500;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.setHeader("content-type", "application/json");
    response.end('{"message":"Internal Server Error"}');
    return;
  }
  if (answer.status !== 204 && answer.status !== 304) response.setHeader("content-length", answer.body.length);
  response.end(answer.body);
}

export function jsonAnswer(status: number, body: object, headers: { readonly [name: string]: string } = {}): HttpAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: Buffer.from(JSON.stringify(body)) };
}
