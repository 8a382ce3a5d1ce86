/** Secrets behind access keys that this cloud issued: role sessions and IAM users' keys. */
import type { CloudCore } from "../core/cloud-core.ts";
import type { KnownKey } from "../core/credentials.ts";

interface AccessKeyRecord {
  readonly UserName: string;
  readonly Status: string;
  readonly SecretAccessKey: string;
  readonly account: string;
}

/** undefined: not one of ours, so an account's root. */
export function knownKey(cloud: CloudCore, accessKeyId: string): KnownKey | undefined {
  if (accessKeyId.length !== 20) return undefined;
  if (accessKeyId.startsWith("ASIA")) return cloud.sessions.find(accessKeyId);
  if (!accessKeyId.startsWith("AKIA")) return undefined;
  const iam = cloud.store.of("iam");
  const key = iam.get<AccessKeyRecord>(["access-key", accessKeyId]);
  if (key === undefined || key.Status !== "Active") return undefined;
  const user = iam.get<{ Arn: string; UserId: string }>(["user", key.account, key.UserName]);
  if (user === undefined) return undefined;
  return {
    secretAccessKey: key.SecretAccessKey,
    principal: { kind: "user", accountId: key.account, accessKeyId, userArn: user.Arn, userId: user.UserId },
  };
}
