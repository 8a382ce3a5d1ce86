/** Secrets behind access keys that this cloud issued: role sessions and IAM users' keys. */
import type { CloudCore } from "../core/cloud-core.ts";
import type { KnownKey } from "../core/credentials.ts";
import { type AccessKeyRecord, getEntity } from "../core/identities.ts";

const KEY_CHARACTERS = 20;

/** undefined: not one of ours, so an account's root. */
export function knownKey(cloud: CloudCore, accessKeyId: string): KnownKey | undefined {
  if (accessKeyId.length !== KEY_CHARACTERS) return undefined;
  if (accessKeyId.startsWith("ASIA")) return cloud.sessions.find(accessKeyId);
  if (!accessKeyId.startsWith("AKIA")) return undefined;
  const iam = cloud.store.of("iam");
  const key = iam.get<AccessKeyRecord>(["access-key", accessKeyId]);
  if (key === undefined || key.status !== "Active") return undefined;
  const user = getEntity(iam, "user", key.account, key.userName);
  if (user === undefined) return undefined;
  const principal = { kind: "user", accountId: key.account, accessKeyId, userArn: user.arn, userId: user.id } as const;
  return { secretAccessKey: key.secret, principal };
}

/** A user's key that was deactivated: no longer a key, and nobody's root either. */
export function isDeactivated(cloud: CloudCore, accessKeyId: string): boolean {
  if (!accessKeyId.startsWith("AKIA")) return false;
  return cloud.store.of("iam").get<AccessKeyRecord>(["access-key", accessKeyId])?.status === "Inactive";
}
