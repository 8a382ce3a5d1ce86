import type { ServiceDefinition } from "../../core/service.ts";
import * as assume from "./operations/assume-role.ts";
import { getCallerIdentity } from "./operations/get-caller-identity.ts";
import * as own from "./operations/own-session.ts";

export const service: ServiceDefinition = {
  name: "sts",
  operations: {
    GetCallerIdentity: { handler: getCallerIdentity, readonly: true },
    AssumeRole: { handler: assume.assumeRole, waits: true, missing: "ProvidedContexts" },
    AssumeRoleWithWebIdentity: {
      handler: assume.assumeRoleWithWebIdentity,
      anonymous: true,
      waits: true,
      missing: "issuers that are not on this machine: IDPCommunicationError",
    },
    GetSessionToken: { handler: own.getSessionToken, waits: true },
    GetFederationToken: { handler: own.getFederationToken },
    GetAccessKeyInfo: { handler: own.getAccessKeyInfo, readonly: true },
    DecodeAuthorizationMessage: { handler: own.decodeAuthorizationMessage, readonly: true },
  },
};
