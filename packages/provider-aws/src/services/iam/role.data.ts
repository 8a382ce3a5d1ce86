import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { IAM_MISSING } from "./paging.ts";
import { decodePolicy } from "./policy-text.ts";

/** `aws_iam_role` (data source). Behaviour: `internal/service/iam/role_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_role",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const role = (await unlessMissing(IAM_MISSING, () => aws.clients.iam.getRole({ RoleName: name })))?.Role;
    if (role === undefined) throw notFound(`IAM Role (${name})`);
    const used = role.RoleLastUsed;
    return {
      id: name,
      name: role.RoleName ?? "",
      arn: role.Arn ?? "",
      assume_role_policy: decodePolicy(role.AssumeRolePolicyDocument),
      create_date: rfc3339(role.CreateDate),
      description: role.Description ?? "",
      max_session_duration: role.MaxSessionDuration ?? 0,
      path: role.Path ?? "",
      permissions_boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      role_last_used: used === undefined ? [] : [{ last_used_date: rfc3339(used.LastUsedDate), region: used.Region ?? "" }],
      tags: tagMap(role.Tags),
      unique_id: role.RoleId ?? "",
    };
  },
};
