/** Who makes a request: the credential's access key decides. Keys that this cloud issued are checked, any other is an account's root. */
import type { IncomingMessage } from "node:http";
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import { type Principal, ServiceError } from "../core/service.ts";
import type { RequestView } from "./http-view.ts";
import { isDeactivated, knownKey } from "./known-keys.ts";
import { type Credential, hostLabels, parseCredential } from "./routing.ts";
import { refuse, verifySignature } from "./signature.ts";

export interface Identity {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
}

export interface AuthenticateOptions {
  readonly service: LoadedService;
  /** Unsigned requests are somebody without a name rather than an error. */
  readonly anonymous: boolean;
}

const ACCOUNT_KEY = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/;
/** Credential texts repeat on every request of a client. */
const CACHE_MAX = 256;
const parsed = new Map<string, Credential>();
const roots = new Map<string, Identity>();

/** The credential of an Authorization header; undefined where it names none. */
export function credentialOf(authorization: string): Credential | undefined {
  const end = authorization.indexOf(",");
  const text = end < 0 ? authorization : authorization.slice(0, end);
  let credential = parsed.get(text);
  if (credential === undefined) {
    credential = parseCredential(text);
    if (credential === undefined) return undefined;
    if (parsed.size >= CACHE_MAX) parsed.clear();
    parsed.set(text, credential);
  }
  return credential;
}

/** Regional names such as `aws-global` and what is no region at all count as the cloud's own region. */
function regionOf(cloud: CloudCore, region: string): string {
  return REGION.test(region) ? region : cloud.region;
}

function rootIdentity(cloud: CloudCore, credential: Credential): Identity {
  const region = regionOf(cloud, credential.region);
  const accountId = ACCOUNT_KEY.test(credential.accessKeyId) ? credential.accessKeyId : cloud.accountId;
  const key = `${accountId}/${region}/${credential.accessKeyId}`;
  let identity = roots.get(key);
  if (identity === undefined) {
    identity = { account: accountId, region, principal: { kind: "root", accountId, accessKeyId: credential.accessKeyId } };
    if (roots.size >= CACHE_MAX) roots.clear();
    roots.set(key, identity);
  }
  return identity;
}

/** `sqs.eu-west-1.localhost` names the region of an unsigned request. */
function unsigned(cloud: CloudCore, view: RequestView): Identity {
  const region = hostLabels(view.host)
    ?.split(".")
    .find((label) => REGION.test(label));
  return {
    account: cloud.accountId,
    region: region ?? cloud.region,
    principal: { kind: "anonymous", accountId: cloud.accountId },
  };
}

/** Throws the service's refusal of a missing, wrong or expired signature. `body` is undefined for streams. */
export function authenticate(
  cloud: CloudCore,
  request: IncomingMessage,
  view: RequestView,
  body: Buffer | undefined,
  options: AuthenticateOptions,
): Identity {
  const authorization = request.headers.authorization;
  const presigned = authorization === undefined && view.search.includes("X-Amz-") ? view.query.get("X-Amz-Credential") : null;
  const credential =
    authorization !== undefined ? credentialOf(authorization) : presigned === null ? undefined : parseCredential(presigned);
  if (credential === undefined) {
    const old = view.search.includes("AWSAccessKeyId=") ? view.query.get("AWSAccessKeyId") : null;
    if (old !== null) return rootIdentity(cloud, { accessKeyId: old, date: "", region: "", service: "s3" });
    if (authorization?.startsWith("AWS ") === true)
      return rootIdentity(cloud, {
        accessKeyId: authorization.slice(4).split(":")[0] ?? "",
        date: "",
        region: "",
        service: "s3",
      });
    if (options.anonymous) return unsigned(cloud, view);
    throw missingToken(options.service.row.name);
  }
  const { accessKeyId } = credential;
  const key = knownKey(cloud, accessKeyId);
  if (key === undefined && isDeactivated(cloud, accessKeyId)) throw refuse(options.service.row.name, "key", "");
  verifySignature(cloud, request, view, body, { credential, key, presigned: presigned !== null, service: options.service });
  if (key === undefined) return rootIdentity(cloud, credential);
  return { account: key.principal.accountId, region: regionOf(cloud, credential.region), principal: key.principal };
}

function missingToken(service: string): ServiceError {
  if (service === "ec2")
    return new ServiceError("MissingParameter", 400, "The request must contain the parameter AWSAccessKeyId");
  if (service === "iam" || service === "sts" || service === "sns" || service === "sqs" || service === "cloudwatch")
    return new ServiceError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
  if (service === "lambda" || service === "apigatewayv2" || service === "scheduler" || service === "apigatewaymanagementapi")
    return new ServiceError("MissingAuthenticationTokenException", 403, "Missing Authentication Token");
  return new ServiceError("MissingAuthenticationTokenException", 400, "Request is missing Authentication Token");
}
