import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { goPattern } from "../go-pattern.ts";
import { allOf } from "./paging.ts";

/** `aws_iam_users`: by path and by a pattern of the name. Behaviour: `internal/service/iam/users_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_users",
  async read(aws, config) {
    const PathPrefix = textAt(config, "path_prefix");
    const regex = textAt(config, "name_regex");
    const all = await allOf(
      (marker) => aws.clients.iam.listUsers({ ...marker, ...(PathPrefix === undefined ? {} : { PathPrefix }) }),
      (page) => page.Users,
    );
    const pattern = regex === undefined ? undefined : goPattern("name_regex", regex);
    const found = all.filter(({ UserName = "" }) => pattern?.test(UserName) ?? true);
    return { id: aws.region, arns: found.map(({ Arn }) => Arn ?? ""), names: found.map(({ UserName }) => UserName ?? "") };
  },
};
