/** HTTP beside the API: CORS preflights, POST uploads of forms, website endpoints. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx, HttpRequestView, HttpRoutes } from "../../core/service.ts";
import type { BucketRecord } from "./bucket.ts";
import { corsHeaders, hasCors } from "./cors.ts";
import { postObject } from "./post-object.ts";
import { findBucket } from "./store.ts";
import { serveWebsite } from "./website.ts";

const VIRTUAL_HOST = /^(.+?)\.s3[.-]/;
const WEBSITE_HOST = /^(.+?)\.s3-website[.-]/;

function bucketName(host: string, path: string): string {
  const virtual = VIRTUAL_HOST.exec(host);
  if (virtual?.[1] !== undefined) return virtual[1];
  try {
    return decodeURIComponent(path.split("/")[1] ?? "");
  } catch {
    return "";
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function xml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "Content-Type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

function refusePreflight(ctx: Ctx, response: ServerResponse, method: string, message: string): void {
  xml(
    response,
    403,
    `<Error><Code>AccessForbidden</Code><Message>${message}</Message><Method>${method.replace(/[^A-Z]/g, "")}</Method><ResourceType>OBJECT</ResourceType>` +
      `<RequestId>${ctx.requestId}</RequestId><HostId>${ctx.requestId}</HostId></Error>`,
  );
}

function preflight(ctx: Ctx, request: IncomingMessage, response: ServerResponse, bucket: BucketRecord | undefined): void {
  const origin = single(request.headers.origin);
  const method = single(request.headers["access-control-request-method"]);
  if (origin === undefined || method === undefined) {
    xml(
      response,
      400,
      "<Error><Code>BadRequest</Code><Message>Insufficient information. Origin request header needed.</Message></Error>",
    );
    return;
  }
  const names = single(request.headers["access-control-request-headers"]) ?? "";
  const headers = names
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  if (bucket === undefined || !hasCors(bucket)) {
    refusePreflight(ctx, response, method, "CORSResponse: CORS is not enabled for this bucket.");
    return;
  }
  const answer = corsHeaders(bucket, { origin, method, headers }, true);
  if (answer === undefined) {
    refusePreflight(
      ctx,
      response,
      method,
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
    return;
  }
  response.writeHead(200, { ...answer, "Content-Length": "0" });
  response.end();
}

/** CORS headers of an answer to an API request. */
export function corsOfAnswer(ctx: Ctx, request: HttpRequestView): Record<string, string> {
  const { origin } = request.headers;
  const bucket = origin === undefined ? undefined : findBucket(ctx, bucketName(request.host, request.path));
  if (origin === undefined || bucket === undefined) return {};
  return corsHeaders(bucket, { origin, method: request.method, headers: [] }, false) ?? {};
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith("multipart/form-data") === true;
}

export const routes: HttpRoutes = {
  matches: ({ host, method, headers }) =>
    method === "OPTIONS" || WEBSITE_HOST.test(host) || (method === "POST" && isForm(single(headers?.["content-type"]))),
  async handle(ctx, request, response, endpointKey) {
    const host = single(request.headers.host) ?? "";
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const site = endpointKey ?? WEBSITE_HOST.exec(host)?.[1];
    if (request.method === "OPTIONS") {
      preflight(ctx, request, response, findBucket(ctx, site ?? bucketName(host, path)));
      return;
    }
    if (request.method === "POST" && isForm(single(request.headers["content-type"]))) {
      const bucket = findBucket(ctx, bucketName(host, path));
      const { origin } = request.headers;
      const allowed =
        origin === undefined || bucket === undefined
          ? undefined
          : corsHeaders(bucket, { origin, method: "POST", headers: [] }, false);
      await postObject(ctx, bucketName(host, path), request, response, allowed ?? {});
      return;
    }
    await serveWebsite(ctx, site ?? "", request, response);
  },
};
