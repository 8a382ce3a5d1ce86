import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { IAM_MISSING } from "./paging.ts";

/** `aws_iam_user` (data source). Behaviour: `internal/service/iam/user_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_user",
  async read(aws, config) {
    const name = requiredText(config, "user_name");
    const user = (await unlessMissing(IAM_MISSING, () => aws.clients.iam.getUser({ UserName: name })))?.User;
    if (user === undefined) throw notFound(`IAM User (${name})`);
    return {
      id: user.UserId ?? "",
      arn: user.Arn ?? "",
      path: user.Path ?? "",
      permissions_boundary: user.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      tags: tagMap(user.Tags),
      user_id: user.UserId ?? "",
    };
  },
};
