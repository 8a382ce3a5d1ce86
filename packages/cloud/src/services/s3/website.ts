/** Website endpoints (User Guide, "Hosting a static website using Amazon S3"): index and error documents, redirects. Anonymous GET and HEAD. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { RoutingRule, WebsiteConfiguration } from "@aws-sdk/client-s3";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { findBucket } from "./store.ts";

interface Found {
  readonly Body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly ContentLength: number;
  readonly ContentType: string;
  readonly ETag: string;
  readonly LastModified: Date;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentDisposition?: string;
  readonly CacheControl?: string;
  readonly Expires?: Date;
  readonly ContentRange?: string;
  readonly Metadata?: { readonly [name: string]: string };
  readonly WebsiteRedirectLocation?: string;
}

const HEADERS = {
  "Content-Encoding": "ContentEncoding",
  "Content-Language": "ContentLanguage",
  "Content-Disposition": "ContentDisposition",
  "Cache-Control": "CacheControl",
  "Content-Range": "ContentRange",
} as const;

function headersOf(found: Found): Record<string, string> {
  const headers: Record<string, string> = {
    "Content-Type": found.ContentType,
    "Content-Length": String(found.ContentLength),
    ETag: found.ETag,
    "Last-Modified": found.LastModified.toUTCString(),
  };
  for (const [name, member] of Object.entries(HEADERS)) {
    const value = found[member];
    if (value !== undefined) headers[name] = value;
  }
  if (found.Expires !== undefined) headers.Expires = found.Expires.toUTCString();
  for (const [name, value] of Object.entries(found.Metadata ?? {})) headers[`x-amz-meta-${name}`] = value;
  return headers;
}

/** What of the request's own headers the object's reading depends on. */
function conditionsOf({ headers }: IncomingMessage): object {
  const date = (text: string | undefined) => {
    const parsed = new Date(text ?? "");
    return Number.isNaN(parsed.getTime()) ? undefined : parsed;
  };
  const members = {
    Range: headers.range,
    IfMatch: headers["if-match"],
    IfNoneMatch: headers["if-none-match"],
    IfModifiedSince: date(headers["if-modified-since"]),
    IfUnmodifiedSince: date(headers["if-unmodified-since"]),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function failure(response: ServerResponse, status: number, code: string, message: string): void {
  const title = `${status} ${code}`;
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
  response.end(
    `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n<li>Code: ${code}</li>\n<li>Message: ${message}</li>\n</ul>\n<hr/>\n</body>\n</html>\n`,
  );
}

async function fetchObject(ctx: Ctx, bucket: string, key: string, conditions: object = {}): Promise<Found> {
  return ctx.call<Record<string, unknown>>(
    "s3",
    "GetObject",
    { Bucket: bucket, Key: key, ...conditions },
    { as: { kind: "anonymous", accountId: ctx.account } },
  ) as unknown as Promise<Found>;
}

async function send(response: ServerResponse, status: number, found: Found, isHead: boolean): Promise<void> {
  if (found.WebsiteRedirectLocation !== undefined && status === 200) {
    response.writeHead(301, { Location: found.WebsiteRedirectLocation, "Content-Length": "0" });
    response.end();
    return;
  }
  response.writeHead(status === 200 && found.ContentRange !== undefined ? 206 : status, headersOf(found));
  if (isHead) response.end();
  else if (found.Body instanceof Uint8Array) response.end(found.Body);
  else await pipeline(Readable.from(found.Body), response);
}

/** The first rule that holds for the key: before an object is looked for (no `status`), or once that ended in an error. */
function ruleFor(site: WebsiteConfiguration, key: string, status?: number): RoutingRule | undefined {
  return site.RoutingRules?.find(({ Condition }) => {
    const wanted = Condition?.HttpErrorCodeReturnedEquals;
    return (
      key.startsWith(Condition?.KeyPrefixEquals ?? "") &&
      (status === undefined ? wanted === undefined : wanted === String(status))
    );
  });
}

/** Where a rule sends the request (API Reference, "Redirect"): what it does not say stays as it was requested. */
function redirect(response: ServerResponse, request: IncomingMessage, rule: RoutingRule, key: string): void {
  const { Redirect, Condition } = rule;
  const replaced =
    Redirect?.ReplaceKeyPrefixWith === undefined
      ? key
      : Redirect.ReplaceKeyPrefixWith + key.slice((Condition?.KeyPrefixEquals ?? "").length);
  const target = encodeURI(Redirect?.ReplaceKeyWith ?? replaced);
  const host = Redirect?.HostName ?? request.headers.host ?? "";
  response.writeHead(Number(Redirect?.HttpRedirectCode ?? 301), {
    Location: `${Redirect?.Protocol ?? "http"}://${host}/${target}`,
    "Content-Length": "0",
  });
  response.end();
}

function keyOf(path: string, suffix: string): string | undefined {
  try {
    const key = decodeURIComponent(path).replace(/^\//, "");
    return key === "" || key.endsWith("/") ? key + suffix : key;
  } catch {
    return undefined;
  }
}

/** `/docs` is sent to `/docs/` where that has an index document (User Guide, "Configuring an index document"). */
async function isFolder(ctx: Ctx, bucket: string, asked: string, suffix: string): Promise<boolean> {
  if (asked === "" || asked.endsWith("/")) return false;
  const found = await fetchObject(ctx, bucket, `${asked}/${suffix}`, { Range: "bytes=0-0" }).catch((error: unknown) => error);
  return !(found instanceof ServiceError) || found.status === 416;
}

async function sendError(
  ctx: Ctx,
  response: ServerResponse,
  bucket: string,
  site: WebsiteConfiguration,
  error: ServiceError,
): Promise<void> {
  const status = error.status === 404 ? 404 : 403;
  const key = site.ErrorDocument?.Key;
  const document = key === undefined ? undefined : await fetchObject(ctx, bucket, key).catch(() => undefined);
  if (document !== undefined) await send(response, status, document, false);
  else failure(response, status, error.code, error.message);
}

export async function serveWebsite(ctx: Ctx, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bucket = findBucket(ctx, name);
  if (bucket === undefined) return failure(response, 404, "NoSuchBucket", "The specified bucket does not exist");
  const site = bucket.settings.website as WebsiteConfiguration | undefined;
  if (site === undefined)
    return failure(response, 404, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration");
  if (request.method !== "GET" && request.method !== "HEAD")
    return failure(response, 405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const all = site.RedirectAllRequestsTo;
  if (all !== undefined) {
    response.writeHead(301, { Location: `${all.Protocol ?? "http"}://${all.HostName}${path}`, "Content-Length": "0" });
    response.end();
    return;
  }
  const suffix = site.IndexDocument?.Suffix ?? "index.html";
  const key = keyOf(path, suffix);
  if (key === undefined) return failure(response, 400, "InvalidURI", "Couldn't parse the specified URI.");
  const asked = keyOf(path, "") ?? "";
  const rule = ruleFor(site, asked);
  if (rule !== undefined) return redirect(response, request, rule, asked);
  try {
    await send(response, 200, await fetchObject(ctx, name, key, conditionsOf(request)), request.method === "HEAD");
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.status === 304 || error.status === 412 || error.status === 416) {
      response.writeHead(error.status).end();
      return;
    }
    if (await isFolder(ctx, name, asked, suffix)) {
      response.writeHead(302, { Location: `${path}/`, "Content-Length": "0" }).end();
      return;
    }
    const onError = ruleFor(site, asked, error.status);
    if (onError !== undefined) return redirect(response, request, onError, asked);
    await sendError(ctx, response, name, site, error);
  }
}
