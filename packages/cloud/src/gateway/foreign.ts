/**
 * Requests behind which a browser's page of another origin stands. For such pages there are the user's own APIs and pages (function URLs, API Gateway,
 * hosted login), each with its CORS, and S3, with its buckets' rules. The AWS APIs are not theirs: here any key is good, so there no key protects.
 */
import { ServiceError } from "../core/service.ts";
import type { Exchange } from "./exchange.ts";
import { isBlindRead } from "./guard.ts";

const QUERY_TYPE = "application/x-www-form-urlencoded";

/** The cloud's own paths, but for the path form of API Gateway's invoke URLs. */
export function isInnerPath(path: string): boolean {
  return path.startsWith("/_") && !path.startsWith("/_aws/execute-api/");
}

/** True unless it can only be S3's REST API (or another REST API, told by path and signature). */
export function isApiCall({ request, view }: Exchange): boolean {
  const { headers } = request;
  return (
    isInnerPath(view.path) ||
    view.method === "OPTIONS" ||
    headers["x-amz-target"] !== undefined ||
    headers["smithy-protocol"] !== undefined ||
    view.query.has("Action") ||
    (headers["content-type"] ?? "").startsWith(QUERY_TYPE)
  );
}

/**
 * AWS would carry out what S3's CORS rules do not allow and keep the answer from the page; but there the page needs credentials.
 * Throws AccessForbidden unless the rules allow it or it is a read that the page cannot see the answer of.
 */
export function checkForeign(exchange: Exchange, cors: { readonly [name: string]: string } | undefined): void {
  if (isBlindRead(exchange.view.method, exchange.request.headers) || Object.keys(cors ?? {}).length > 0) return;
  throw new ServiceError("AccessForbidden", 403, "CORSResponse: This CORS request is not allowed.");
}
