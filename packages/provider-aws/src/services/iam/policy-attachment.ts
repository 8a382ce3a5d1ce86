/** Attachments of managed policies to users and groups are one resource type each, which differ only in their calls. */
import { DiagnosticError, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { configError, isArn, runChecks } from "../checks.ts";
import { IAM_MISSING } from "./paging.ts";
import { CONCURRENT } from "./policy-text.ts";

export interface AttachmentCalls {
  attach(aws: AwsContext, owner: string, arn: string): Promise<unknown>;
  detach(aws: AwsContext, owner: string, arn: string): Promise<unknown>;
  list(aws: AwsContext, owner: string): Promise<readonly { readonly PolicyArn?: string | undefined }[]>;
}

/** The type for an attachment to `owner` (the attribute's name). Its id is made as an import makes it, so that a crashed create is found. */
export function policyAttachment(type: string, owner: "user" | "group", calls: AttachmentCalls): NativeResource {
  const attachment = (name: string, arn: string): ValueObject => ({ id: `${name}-${arn}`, [owner]: name, policy_arn: arn });
  return {
    type,
    forceNew: [owner, "policy_arn"],
    validate: (config) => runChecks(owner === "user" ? [isArn("policy_arn")] : [], config),
    async create(aws, planned, onCreated) {
      const name = requiredText(planned, owner);
      const arn = requiredText(planned, "policy_arn");
      await aws.retry(CONCURRENT, () => calls.attach(aws, name, arn));
      await onCreated(attachment(name, arn));
    },
    async read(aws, state) {
      const name = requiredText(state, owner);
      const arn = requiredText(state, "policy_arn");
      const found = await unlessMissing(IAM_MISSING, () => calls.list(aws, name));
      if (found?.some(({ PolicyArn }) => PolicyArn === arn) !== true) return null;
      return { ...attachment(name, arn), id: textAt(state, "id") ?? null };
    },
    async delete(aws, state) {
      const [name, arn] = [requiredText(state, owner), requiredText(state, "policy_arn")];
      await unlessMissing(IAM_MISSING, () => aws.retry(CONCURRENT, () => calls.detach(aws, name, arn)));
    },
    importId(id) {
      const at = id.indexOf("/");
      if (at > 0 && at < id.length - 1) return attachment(id.slice(0, at), id.slice(at + 1));
      const detail = `unexpected format of ID (${JSON.stringify(id)}), expected <${owner}-name>/<policy_arn>`;
      throw new DiagnosticError(configError(detail, "id"));
    },
    async find(_aws, planned) {
      const name = textAt(planned, owner);
      const arn = textAt(planned, "policy_arn");
      return name === undefined || arn === undefined ? null : attachment(name, arn);
    },
  };
}
