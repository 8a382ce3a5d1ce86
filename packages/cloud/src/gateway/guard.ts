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
const LOCAL_SUFFIXES = [
  ".localhost",
  ".localhost.localstack.cloud",
  ".127.0.0.1.nip.io",
  ".amazonaws.com",
  ".amazoncognito.com",
  ".on.aws",
];

export function hostName(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}

/** A name that DNS cannot have been bent to: loopback names, names reserved for it, and AWS's own (sent by clients with a proxy or a hosts file). */
export function isLocalHost(host: string): boolean {
  const name = hostName(host);
  return name === "" || LOCAL_NAMES.has(name) || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

export function isLocalOrigin(origin: string): boolean {
  if (origin === "null") return false;
  try {
    const { protocol, hostname } = new URL(origin);
    if (protocol === "tauri:" || protocol === "app:" || protocol.endsWith("-extension:")) return true;
    return (protocol === "http:" || protocol === "https:") && isLocalHost(hostname);
  } catch {
    return false;
  }
}

/** S3 objects and API Gateway answer by their own CORS rules, whatever the page. */
function hasOwnRules(path: string, host: string): boolean {
  if (/\.(s3|execute-api|lambda-url|auth)\b/.test(host) || host.includes(".s3-website")) return true;
  return path !== "/" && !path.startsWith("/_") && !path.startsWith("/service/");
}

export function foreignHost(host: string): string {
  return `Host ${JSON.stringify(host.slice(0, 100))} is not this machine's. The cloud answers only to loopback names.\n`;
}

/** A WebSocket has no CORS: a page of another origin could read it, so it may not open one. */
export function foreignOrigin(origin: string): string {
  return `Origin ${JSON.stringify(origin.slice(0, 100))} may not call this cloud. Only pages served from this machine may.\n`;
}

/** A reason to refuse, undefined when the request may go on. Stops DNS rebinding (Host) and foreign pages (Origin). */
export function refusal(host: string, origin: string | undefined, path: string): string | undefined {
  if (!isLocalHost(host)) return foreignHost(host);
  if (origin === undefined || isLocalOrigin(origin) || hasOwnRules(path, host)) return undefined;
  return foreignOrigin(origin);
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
