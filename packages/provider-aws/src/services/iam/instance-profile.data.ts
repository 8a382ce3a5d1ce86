import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { IAM_MISSING } from "./paging.ts";

/** `aws_iam_instance_profile` (data source). Behaviour: `internal/service/iam/instance_profile_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_instance_profile",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const answer = await unlessMissing(IAM_MISSING, () => aws.clients.iam.getInstanceProfile({ InstanceProfileName: name }));
    const profile = answer?.InstanceProfile;
    if (profile === undefined) throw notFound(`IAM Instance Profile (${name})`);
    const [role] = profile.Roles ?? [];
    return {
      id: profile.InstanceProfileId ?? "",
      arn: profile.Arn ?? "",
      // As Go prints a time.
      create_date: (profile.CreateDate?.toISOString() ?? "").replace("T", " ").replace(/(\.0+|0*)Z$/, " +0000 UTC"),
      path: profile.Path ?? "",
      role_arn: role?.Arn ?? null,
      role_id: role?.RoleId ?? null,
      role_name: role?.RoleName ?? null,
    };
  },
};
