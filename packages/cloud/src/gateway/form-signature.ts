/** Signatures of S3 POST forms: over the form's policy. S3 API reference, "Authenticating requests in browser-based uploads using POST". */
import { createHmac } from "node:crypto";
import type { CloudCore } from "../core/cloud-core.ts";
import { type Principal, ServiceError } from "../core/service.ts";
import { knownKey } from "./known-keys.ts";
import { parseCredential } from "./routing.ts";
import { refuse, same, signingKey } from "./signature.ts";

const ACCOUNT_KEY = /^\d{12}$/;

function rootOf(cloud: CloudCore, accessKeyId: string): Principal {
  return { kind: "root", accountId: ACCOUNT_KEY.test(accessKeyId) ? accessKeyId : cloud.accountId, accessKeyId };
}

/** Who signed; an account's root for keys that are not this cloud's. Throws S3's refusal. */
export function verifyForm(cloud: CloudCore, fields: { readonly [name: string]: string | undefined }): Principal {
  const policy = fields.policy;
  if (policy === undefined) throw new ServiceError("AccessDenied", 403, "Access Denied");
  if (fields.awsaccesskeyid !== undefined) return rootOf(cloud, fields.awsaccesskeyid);
  const credential = parseCredential(fields["x-amz-credential"] ?? "");
  if (credential === undefined) throw new ServiceError("InvalidArgument", 400, "The form has no valid x-amz-credential field.");
  const key = knownKey(cloud, credential.accessKeyId);
  if (key === undefined) return rootOf(cloud, credential.accessKeyId);
  if (key.sessionToken !== undefined && fields["x-amz-security-token"] !== key.sessionToken) throw refuse("s3", "token", "");
  if (key.expiration !== undefined && cloud.clock.now() >= key.expiration) throw refuse("s3", "expired", "");
  const wanted = createHmac("sha256", signingKey(key.secretAccessKey, credential)).update(policy).digest("hex");
  if (!same(fields["x-amz-signature"] ?? "", wanted)) throw refuse("s3", "signature", "");
  return key.principal;
}
