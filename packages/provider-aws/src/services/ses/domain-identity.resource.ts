import type { NativeResource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { each, runChecks } from "../checks.ts";
import { findVerification, sesArn } from "./find.ts";

/** SDKv2's `StringDoesNotMatch`. */
export function endsWithoutPeriod(path: string) {
  return each(path, (value, key) =>
    typeof value === "string" && value.endsWith(".") ? `invalid value for ${key} (cannot end with a period)` : undefined,
  );
}

/** aws_ses_domain_identity. Its id is the domain. */
export const resource: NativeResource = {
  type: "aws_ses_domain_identity",
  forceNew: ["domain"],
  validate: (config) => runChecks([endsWithoutPeriod("domain")], config),
  async create(aws, planned, onCreated) {
    const Domain = requiredText(planned, "domain");
    await aws.clients.ses.verifyDomainIdentity({ Domain });
    await onCreated({ id: Domain });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const verification = await findVerification(aws, id);
    if (verification === undefined) return null;
    const arn = await sesArn(aws, `identity/${id}`);
    return { ...state, id, arn, domain: id, verification_token: verification.VerificationToken ?? "" };
  },
  async delete(aws, state) {
    await aws.clients.ses.deleteIdentity({ Identity: requiredText(state, "id") });
  },
  async find(aws, planned) {
    const id = requiredText(planned, "domain");
    return (await findVerification(aws, id)) === undefined ? null : { id };
  },
};
