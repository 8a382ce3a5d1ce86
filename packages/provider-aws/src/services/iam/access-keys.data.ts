import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { rfc3339 } from "../timestamp.ts";
import { allOf } from "./paging.ts";

/** `aws_iam_access_keys`: a user's keys, without their secrets. Behaviour: `internal/service/iam/access_keys_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_access_keys",
  async read(aws, config) {
    const UserName = requiredText(config, "user");
    const keys = await allOf(
      (marker) => aws.clients.iam.listAccessKeys({ UserName, ...marker }),
      (page) => page.AccessKeyMetadata,
    );
    const access_keys = keys.map(({ AccessKeyId = "", CreateDate, Status = "" }) => ({
      access_key_id: AccessKeyId,
      create_date: rfc3339(CreateDate),
      status: Status,
    }));
    return { id: UserName, access_keys };
  },
};
