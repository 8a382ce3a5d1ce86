/** Checks Signature Version 4 of requests whose key this cloud issued. AWS General Reference, "Signing AWS API requests". */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import type { KnownKey } from "../core/credentials.ts";
import { ServiceError } from "../core/service.ts";
import type { RequestView } from "./http-view.ts";
import type { Credential } from "./routing.ts";

export interface SignatureCheck {
  readonly credential: Credential;
  readonly key: KnownKey | undefined;
  readonly presigned: boolean;
  readonly service: LoadedService;
}

/** Signatures carry whole seconds: one made right after the clock was moved must not count as made before. */
const SIGNED_PRECISION_MS = 999;
const SKEW_MS_MAX = 15 * 60_000;
const PRESIGNED_SECONDS_MAX = 604_800;

/** restJson services refuse credentials with 403, awsJson ones with 400. */
const REST_JSON: ReadonlySet<string> = new Set(["lambda", "apigatewayv2", "apigatewaymanagementapi", "scheduler", "sesv2"]);

/** AWS's refusal for the service's family: error names differ between S3, query services and JSON services. */
export function refuse(
  service: string,
  kind: "expired" | "signature" | "token" | "key" | "skew" | "request-expired",
  message: string,
): ServiceError {
  const s3 = service === "s3";
  const query = service === "iam" || service === "sts" || service === "sns";
  const status = REST_JSON.has(service) ? 403 : 400;
  if (service === "ec2") return refuseEc2(kind, message);
  switch (kind) {
    case "key":
      return s3
        ? new ServiceError("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.")
        : refuse(service, "token", message);
    case "expired":
      return s3
        ? new ServiceError("ExpiredToken", 400, "The provided token has expired.")
        : query
          ? new ServiceError("ExpiredToken", 403, "The security token included in the request is expired")
          : new ServiceError("ExpiredTokenException", status, "The security token included in the request is expired");
    case "token":
      return s3
        ? new ServiceError("InvalidToken", 400, "The provided token is malformed or otherwise invalid.")
        : query
          ? new ServiceError("InvalidClientTokenId", 403, "The security token included in the request is invalid")
          : new ServiceError("UnrecognizedClientException", status, "The security token included in the request is invalid.");
    case "skew":
      return s3
        ? new ServiceError(
            "RequestTimeTooSkewed",
            403,
            "The difference between the request time and the current time is too large.",
          )
        : query
          ? new ServiceError("SignatureDoesNotMatch", 403, message)
          : new ServiceError("InvalidSignatureException", status, message);
    case "request-expired":
      return new ServiceError("AccessDenied", 403, "Request has expired");
    case "signature":
      return s3 || query
        ? new ServiceError("SignatureDoesNotMatch", 403, s3 ? S3_MISMATCH : MISMATCH)
        : new ServiceError("InvalidSignatureException", status, MISMATCH);
  }
}

/** Source: Amazon EC2 Developer Guide, "Error codes": AuthFailure, RequestExpired (read 2026-11). */
function refuseEc2(kind: Parameters<typeof refuse>[1], message: string): ServiceError {
  if (kind === "expired" || kind === "request-expired" || kind === "skew")
    return new ServiceError("RequestExpired", 400, message === "" ? "Request has expired." : message);
  return new ServiceError("AuthFailure", 401, "AWS was not able to validate the provided access credentials");
}

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const S3_MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Signing keys live a day and cost four HMACs. */
const SIGNING_KEYS_MAX = 1_000;
const signingKeys = new Map<string, Buffer>();

/** The day's key for a scope. */
export function signingKey(secret: string, credential: Credential): Buffer {
  const id = `${secret}/${credential.date}/${credential.region}/${credential.service}`;
  let key = signingKeys.get(id);
  if (key === undefined) {
    key = hmac(hmac(hmac(hmac(`AWS4${secret}`, credential.date), credential.region), credential.service), "aws4_request");
    if (signingKeys.size >= SIGNING_KEYS_MAX) signingKeys.clear();
    signingKeys.set(id, key);
  }
  return key;
}

/** RFC 3986, as SigV4 wants it. */
function percent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function canonicalPath(path: string, service: string): string {
  if (service === "s3")
    return path
      .split("/")
      .map((part) => percent(decode(part)))
      .join("/");
  // Every other service signs the encoded path, encoded once more and with empty segments and dots folded.
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") out.pop();
    else out.push(percent(part));
  }
  return `/${out.join("/")}${path.endsWith("/") && out.length > 0 ? "/" : ""}`;
}

function canonicalQuery(search: string): string {
  if (search === "") return "";
  const pairs: [string, string][] = [];
  for (const part of search.split("&")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const name = percent(decode((at < 0 ? part : part.slice(0, at)).replace(/\+/g, " ")));
    if (name === "X-Amz-Signature") continue;
    pairs.push([name, at < 0 ? "" : percent(decode(part.slice(at + 1).replace(/\+/g, " ")))]);
  }
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

function headerValue(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).trim().replace(/ +/g, " ");
}

interface Claims {
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261121T120000Z` */
  readonly time: string;
  readonly expiresSeconds: number | undefined;
  readonly token: string | undefined;
}

function claims(request: IncomingMessage, view: RequestView, presigned: boolean): Claims | undefined {
  const text = request.headers.authorization ?? "";
  const signedHeaders = presigned ? view.query.get("X-Amz-SignedHeaders") : /SignedHeaders=([^,\s]+)/.exec(text)?.[1];
  const signature = presigned ? view.query.get("X-Amz-Signature") : /Signature=([0-9a-fA-F]+)/.exec(text)?.[1];
  if (signedHeaders == null || signature == null) return undefined;
  const time = presigned ? (view.query.get("X-Amz-Date") ?? "") : headerValue(request, "x-amz-date");
  const token = presigned ? view.query.get("X-Amz-Security-Token") : headerValue(request, "x-amz-security-token");
  const expires = presigned ? Number(view.query.get("X-Amz-Expires") ?? "0") : undefined;
  return { signedHeaders: signedHeaders.split(";"), signature, time, expiresSeconds: expires, token: token ?? undefined };
}

function timeOf(text: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (found === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = found.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function payloadHash(request: IncomingMessage, body: Buffer | undefined, check: SignatureCheck): string {
  const named = headerValue(request, "x-amz-content-sha256");
  if (named !== "") return named;
  if (check.presigned && check.service.row.name === "s3") return "UNSIGNED-PAYLOAD";
  return body === undefined ? "UNSIGNED-PAYLOAD" : sha256(body);
}

function expected(
  request: IncomingMessage,
  view: RequestView,
  body: Buffer | undefined,
  check: SignatureCheck,
  claim: Claims,
): string {
  const { credential } = check;
  const headers = claim.signedHeaders.map((name) => `${name}:${headerValue(request, name.toLowerCase())}\n`).join("");
  const canonical = [
    view.method,
    canonicalPath(view.path, check.service.row.name),
    canonicalQuery(view.search),
    headers,
    claim.signedHeaders.join(";"),
    payloadHash(request, body, check),
  ].join("\n");
  const scope = `${credential.date}/${credential.region}/${credential.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${claim.time}\n${scope}\n${sha256(canonical)}`;
  return createHmac("sha256", signingKey(check.key?.secretAccessKey ?? "", credential))
    .update(text)
    .digest("hex");
}

/** In constant time. */
export function same(a: string, b: string): boolean {
  const x = Buffer.from(a.toLowerCase());
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

/**
 * Functions sign by the cloud's clock, clients outside by the machine's. A machine's time counts from where the cloud's clock stood then,
 * so that a URL signed before the clock was moved ends, and one signed after it does not.
 */
function isPast(cloud: CloudCore, signedAtMs: number, lastsMs: number): boolean {
  const { clock } = cloud;
  if (clock.now() <= signedAtMs + lastsMs) return false;
  const baseNow = clock.baseNow();
  return (
    signedAtMs > baseNow + SKEW_MS_MAX || clock.now() > signedAtMs + clock.offsetAt(signedAtMs + SIGNED_PRECISION_MS) + lastsMs
  );
}

/** A presigned URL ends whoever signed it: checked for keys that are not ours, too. */
function checkPresignedTime(cloud: CloudCore, name: string, claim: Claims): void {
  const signedAt = timeOf(claim.time);
  const seconds = claim.expiresSeconds ?? 0;
  if (Number.isNaN(signedAt))
    throw new ServiceError(
      "AuthorizationQueryParametersError",
      400,
      "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
    );
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > PRESIGNED_SECONDS_MAX)
    throw new ServiceError(
      "AuthorizationQueryParametersError",
      400,
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  if (isPast(cloud, signedAt, seconds * 1000)) {
    const error = refuse(name, "request-expired", "");
    throw new ServiceError(error.code, error.status, error.message, {
      "X-Amz-Expires": seconds,
      Expires: new Date(signedAt + seconds * 1000).toISOString(),
      ServerTime: new Date(cloud.clock.now()).toISOString(),
    });
  }
}

/** Throws AWS's refusal for the service at hand; returns for keys that are not this cloud's. */
export function verifySignature(
  cloud: CloudCore,
  request: IncomingMessage,
  view: RequestView,
  body: Buffer | undefined,
  check: SignatureCheck,
): void {
  if (check.key === undefined && !check.presigned) return;
  const name = check.service.row.name;
  const claim = claims(request, view, check.presigned);
  if (claim === undefined) {
    if (check.presigned)
      throw new ServiceError(
        "AuthorizationQueryParametersError",
        400,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      );
    throw new ServiceError(
      "IncompleteSignatureException",
      400,
      "Authorization header requires 'Signature' and 'SignedHeaders' parameters.",
    );
  }
  if (check.presigned && name === "s3") checkPresignedTime(cloud, name, claim);
  const { key } = check;
  if (key === undefined) return;
  if (key.sessionToken !== undefined && claim.token !== key.sessionToken) throw refuse(name, "token", "");
  if (key.expiration !== undefined && cloud.clock.now() >= key.expiration) throw refuse(name, "expired", "");
  if (!same(claim.signature, expected(request, view, body, check, claim))) throw refuse(name, "signature", "");
  if (!check.presigned) checkSkew(cloud, name, claim);
}

/** Clients sign with the machine's clock, whatever the cloud's clock says: their skew is against base time. */
function checkSkew(cloud: CloudCore, name: string, claim: Claims): void {
  const signedAt = timeOf(claim.time);
  const baseNow = cloud.clock.baseNow();
  // On a moved clock any time between the machine's and the cloud's: an SDK signs by what the last answer's Date told it, which may be an hour that the move has passed.
  const now = cloud.clock.now();
  const near = signedAt >= Math.min(baseNow, now) - SKEW_MS_MAX && signedAt <= Math.max(baseNow, now) + SKEW_MS_MAX;
  if (!near) throw refuse(name, "skew", skewMessage(claim.time, signedAt, baseNow));
}

const NOT_YET_MS_SHOWN = 5 * 60_000;

/** `20261121T153429Z` */
function compact(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function skewMessage(time: string, signedAt: number, nowMs: number): string {
  return signedAt > nowMs
    ? `Signature not yet current: ${time} is still later than ${compact(nowMs + NOT_YET_MS_SHOWN)} (${compact(nowMs)} + 5 min.)`
    : `Signature expired: ${time} is now earlier than ${compact(nowMs - SKEW_MS_MAX)} (${compact(nowMs)} - 15 min.)`;
}
