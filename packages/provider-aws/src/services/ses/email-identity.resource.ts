import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { findVerification, sesArn } from "./find.ts";

function emailOf(planned: ValueObject): string {
  return requiredText(planned, "email").replace(/\.$/, "");
}

/** aws_ses_email_identity. Its id is the address, without a period at its end. */
export const resource: NativeResource = {
  type: "aws_ses_email_identity",
  forceNew: ["email"],
  customizePlan: (_prior, planned) =>
    typeof planned.email === "string" ? { planned: { ...planned, email: planned.email.replace(/\.$/, "") } } : {},
  async create(aws, planned, onCreated) {
    const email = emailOf(planned);
    await aws.clients.ses.verifyEmailIdentity({ EmailAddress: email });
    await onCreated({ id: email });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    if ((await findVerification(aws, id)) === undefined) return null;
    return { ...state, id, arn: await sesArn(aws, `identity/${id}`), email: id };
  },
  async delete(aws, state) {
    await aws.clients.ses.deleteIdentity({ Identity: requiredText(state, "id") });
  },
  async find(aws, planned) {
    const id = emailOf(planned);
    return (await findVerification(aws, id)) === undefined ? null : { id };
  },
};
