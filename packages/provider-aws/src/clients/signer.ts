import { createHmac, hash } from "node:crypto";
import { escapeUri } from "./query-codec.ts";
import type { HttpRequest } from "./request.ts";

/** Keys that requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface Signing {
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly nowMs: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const KEYS_KEPT = 64;
/** Headers that proxies change or add. */
const UNSIGNED = new Set(["authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"]);

/** Signing keys by what they are made of: a day, a region and a service have one. */
const signingKeys = new Map<string, Buffer>();

/**
 * Signs in place with AWS Signature Version 4: adds `x-amz-date`, `x-amz-content-sha256`, the session token and `authorization`.
 * Source: AWS IAM User Guide, "Create a signed AWS API request" (read 2026-11).
 */
export function signRequest(request: HttpRequest, signing: Signing): void {
  const { headers } = request;
  const date = new Date(signing.nowMs).toISOString().replace(/[:-]|\.\d{3}/g, "");
  const { accessKeyId, sessionToken } = signing.credentials;
  headers["x-amz-date"] = date;
  if (sessionToken !== undefined) headers["x-amz-security-token"] = sessionToken;
  const payload = hash("sha256", request.body ?? "", "hex");
  headers["x-amz-content-sha256"] = payload;
  const scope = `${date.slice(0, 8)}/${signing.region}/${signing.service}/aws4_request`;
  const names = Object.keys(headers)
    .filter((name) => !UNSIGNED.has(name))
    .sort();
  const signedHeaders = names.join(";");
  const canonical = [
    request.method,
    canonicalPath(request.path, signing.service),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders,
    payload,
  ].join("\n");
  const toSign = `${ALGORITHM}\n${date}\n${scope}\n${hash("sha256", canonical, "hex")}`;
  const signature = createHmac("sha256", signingKey(signing, date.slice(0, 8)))
    .update(toSign)
    .digest("hex");
  headers.authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

/**
 * For a cloud that takes such a key's word: `authorization` names who asks and, as requests are routed by it, the region and the
 * service, without a signature.
 */
export function nameRequester(request: HttpRequest, { credentials, region, service }: Omit<Signing, "nowMs">): void {
  const scope = `${credentials.accessKeyId}/19700101/${region}/${service}/aws4_request`;
  request.headers.authorization = `${ALGORITHM} Credential=${scope}, SignedHeaders=host, Signature=0`;
}

/** S3 signs the path as it is sent; for every other service it is made canonical and escaped once more. */
function canonicalPath(path: string, service: string): string {
  if (service === "s3") return path;
  if (path === "/") return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(escapeUri(segment));
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

/** Name and value pairs in order, escaped; also what is sent. */
export function canonicalQuery(query: HttpRequest["query"]): string {
  const pairs: string[] = [];
  const keys = Object.keys(query).map((name) => [escapeUri(name), query[name] ?? ""] as const);
  for (const [key, value] of keys.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const values = typeof value === "string" ? [escapeUri(value)] : value.map(escapeUri).sort();
    pairs.push(...values.map((each) => `${key}=${each}`));
  }
  return pairs.join("&");
}

function signingKey({ credentials, region, service }: Signing, day: string): Buffer {
  const name = [credentials.accessKeyId, credentials.secretAccessKey, day, region, service].join("\n");
  let key = signingKeys.get(name);
  if (key === undefined) {
    key = [day, region, service, "aws4_request"].reduce<Buffer>(
      (secret, part) => createHmac("sha256", secret).update(part).digest(),
      Buffer.from(`AWS4${credentials.secretAccessKey}`),
    );
    if (signingKeys.size >= KEYS_KEPT) signingKeys.clear();
    signingKeys.set(name, key);
  }
  return key;
}

/** Path with query, as it is signed. */
export function requestTarget(request: Pick<HttpRequest, "path" | "query">): string {
  const query = canonicalQuery(request.query);
  return query === "" ? request.path : `${request.path}?${query}`;
}
