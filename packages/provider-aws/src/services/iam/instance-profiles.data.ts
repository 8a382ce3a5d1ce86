import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { allOf } from "./paging.ts";

/** `aws_iam_instance_profiles`: those with a role. Behaviour: `internal/service/iam/instance_profiles_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_instance_profiles",
  async read(aws, config) {
    const RoleName = requiredText(config, "role_name");
    const profiles = await allOf(
      (marker) => aws.clients.iam.listInstanceProfilesForRole({ RoleName, ...marker }),
      (page) => page.InstanceProfiles,
    );
    const each = (member: "Arn" | "InstanceProfileName" | "Path") => profiles.map((profile) => profile[member] ?? "");
    return { id: RoleName, arns: each("Arn"), names: each("InstanceProfileName"), paths: each("Path") };
  },
};
