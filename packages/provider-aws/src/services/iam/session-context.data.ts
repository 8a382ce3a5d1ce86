import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { isArn, runChecks } from "../checks.ts";
import { failedRead } from "../not-found.ts";
import { IAM_MISSING } from "./paging.ts";

/** Role and session of `arn:aws:sts::123456789012:assumed-role/role/session`. */
const ASSUMED = /^arn:[^:]*:sts:[^:]*:[^:]*:assumed-role\/(?:.*\/)?([^/]+)\/([^/]{2,})$/;

/** `aws_iam_session_context`: the role behind a session. Behaviour: `internal/service/iam/session_context_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_session_context",
  validate: (config) => runChecks([isArn("arn")], config),
  async read(aws, config) {
    const arn = requiredText(config, "arn");
    const [, RoleName, session = ""] = ASSUMED.exec(arn) ?? [];
    if (RoleName === undefined) return { id: arn, issuer_arn: arn, issuer_id: "", issuer_name: "", session_name: "" };
    const role = (await unlessMissing(IAM_MISSING, () => aws.clients.iam.getRole({ RoleName })))?.Role;
    if (role === undefined) throw failedRead(`unable to get role (${RoleName}): couldn't find resource`);
    return {
      id: arn,
      issuer_arn: role.Arn ?? "",
      issuer_id: role.RoleId ?? "",
      issuer_name: RoleName,
      session_name: session,
    };
  },
};
