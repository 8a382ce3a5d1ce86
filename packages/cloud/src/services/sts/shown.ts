import type { Ctx } from "../../core/service.ts";

/** Credentials as every operation answers them. */
export function shown(credentials: ReturnType<Ctx["issueRoleCredentials"]>) {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiration),
  };
}
