import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { allOf, IAM_MISSING } from "./paging.ts";

/** `aws_iam_group` (data source). Behaviour: `internal/service/iam/group_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_group",
  async read(aws, config) {
    const GroupName = requiredText(config, "group_name");
    const pages = await unlessMissing(IAM_MISSING, () =>
      allOf(
        (marker) => aws.clients.iam.getGroup({ GroupName, ...marker }),
        (page) => [page],
      ),
    );
    const group = pages?.[0]?.Group;
    if (pages === undefined || group === undefined) throw notFound(`IAM Group (${GroupName})`);
    return {
      id: group.GroupId ?? "",
      arn: group.Arn ?? "",
      group_id: group.GroupId ?? "",
      path: group.Path ?? "",
      users: pages
        .flatMap(({ Users = [] }) => Users)
        .map(({ Arn, Path, UserId, UserName }) => ({
          arn: Arn ?? "",
          path: Path ?? "",
          user_id: UserId ?? "",
          user_name: UserName ?? "",
        })),
    };
  },
};
