import type { ServiceDefinition } from "../../core/service.ts";
import { getCallerIdentity } from "./operations/get-caller-identity.ts";

export const service: ServiceDefinition = {
  name: "sts",
  operations: {
    GetCallerIdentity: { handler: getCallerIdentity, readonly: true },
  },
};
