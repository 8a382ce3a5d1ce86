import type { ServiceDefinition } from "../../core/service.ts";
import * as assume from "./operations/assume-role.ts";
import { getCallerIdentity } from "./operations/get-caller-identity.ts";

export const service: ServiceDefinition = {
  name: "sts",
  operations: {
    GetCallerIdentity: { handler: getCallerIdentity, readonly: true },
    AssumeRole: { handler: assume.assumeRole, missing: "PolicyArns, session tags, MFA" },
    AssumeRoleWithWebIdentity: {
      handler: assume.assumeRoleWithWebIdentity,
      anonymous: true,
      missing: "the token's signature is not verified; PolicyArns",
    },
    GetSessionToken: { handler: assume.getSessionToken, missing: "MFA" },
    GetAccessKeyInfo: { handler: assume.getAccessKeyInfo, readonly: true },
    DecodeAuthorizationMessage: {
      handler: assume.decodeAuthorizationMessage,
      readonly: true,
      missing: "always refused: no message is ever encoded",
    },
  },
};
