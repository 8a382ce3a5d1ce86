/** Who may talk to a cloud that has no lock on its door: only loopback names, and in a browser only pages of this machine. */
import type { IncomingHttpHeaders } from "node:http";

const LOCAL_NAMES = new Set([
  "localhost",
  "127.0.0.1",
  "[::1]",
  "host.docker.internal",
  "localhost.localstack.cloud",
  "localstack",
  "dovetail",
]);
/** Names that always mean this machine: no page of somebody else can come from them. */
const OWN_SUFFIXES = [".localhost", ".localhost.localstack.cloud", ".127.0.0.1.nip.io"];
/** AWS's own names, sent by clients with a proxy or a hosts file. As a page's origin they are strangers: anybody can have a bucket. */
const AWS_SUFFIXES = [".amazonaws.com", ".amazoncognito.com", ".on.aws"];

export function hostName(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}

function isOwnName(name: string): boolean {
  return LOCAL_NAMES.has(name) || OWN_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

/** The host of most requests. */
let lastLocal = "";

/** A name that DNS cannot have been bent to: loopback names, names reserved for it, and AWS's own. */
export function isLocalHost(host: string): boolean {
  if (host === lastLocal) return true;
  const isLocal = isLocalName(hostName(host));
  if (isLocal) lastLocal = host;
  return isLocal;
}

function isLocalName(name: string): boolean {
  return name === "" || isOwnName(name) || AWS_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

export function isLocalOrigin(origin: string): boolean {
  if (origin === "null") return false;
  try {
    const { protocol, hostname } = new URL(origin);
    if (protocol === "tauri:" || protocol === "app:" || protocol.endsWith("-extension:")) return true;
    return (protocol === "http:" || protocol === "https:") && isOwnName(hostname);
  } catch {
    return false;
  }
}

export function foreignHost(host: string): string {
  return `Host ${JSON.stringify(host.slice(0, 100))} is not this machine's. The cloud answers only to loopback names.\n`;
}

/** A WebSocket has no CORS: a page of another origin could read it, so it may not open one. */
export function foreignOrigin(origin: string): string {
  return `Origin ${JSON.stringify(origin.slice(0, 100))} may not call this cloud. Only pages served from this machine may.\n`;
}

/**
 * A page of another origin stands behind the request: by its Origin, or, where browsers send none (images, links, forms of method GET),
 * by what they say of the page (Fetch Metadata, "Sec-Fetch-Site").
 */
export function isForeign(headers: IncomingHttpHeaders): boolean {
  const { origin } = headers;
  if (origin !== undefined) return !isLocalOrigin(origin);
  return headers["sec-fetch-site"] === "cross-site";
}

/** Reads that a page cannot read the answer of: images, links that somebody followed. */
export function isBlindRead(method: string, headers: IncomingHttpHeaders): boolean {
  return headers.origin === undefined && (method === "GET" || method === "HEAD");
}

const EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amz-crc32,ETag,x-amz-version-id";

export function corsHeaders(origin: string): { readonly [name: string]: string } {
  return { "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED, Vary: "Origin" };
}

export function preflight(headers: IncomingHttpHeaders): Record<string, string> {
  const wanted = headers["access-control-request-headers"];
  return {
    "Access-Control-Allow-Origin": headers.origin ?? "*",
    "Access-Control-Allow-Methods": "GET,PUT,POST,DELETE,HEAD,PATCH,OPTIONS",
    "Access-Control-Allow-Headers": typeof wanted === "string" ? wanted : "*",
    "Access-Control-Max-Age": "172800",
    Vary: "Origin",
  };
}
