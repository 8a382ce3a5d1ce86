import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { findGroup } from "./find.ts";

/** aws_cloudwatch_log_group (data source). */
export const dataSource: NativeDataSource = {
  type: "aws_cloudwatch_log_group",
  async read(aws, config): Promise<ValueObject> {
    const name = requiredText(config, "name");
    const group = await findGroup(aws, name);
    if (group === undefined) throw notFound(`CloudWatch Logs Log Group (${name})`, "empty result");
    const arn = withoutWildcard(group.arn ?? "");
    const tags = await aws.clients.logs.listTagsForResource({ resourceArn: arn });
    const values: MutableValueObject = {
      id: name,
      arn,
      creation_time: group.creationTime ?? 0,
      kms_key_id: group.kmsKeyId ?? "",
      log_group_class: group.logGroupClass ?? "",
      retention_in_days: group.retentionInDays ?? 0,
      tags: { ...tags.tags },
    };
    if (aws.edition !== "5.100.0") values.deletion_protection_enabled = group.deletionProtectionEnabled ?? false;
    return values;
  },
};

/** CloudWatch Logs gives a group's ARN with `:*` at its end. */
export function withoutWildcard(arn: string): string {
  return arn.endsWith(":*") ? arn.slice(0, -2) : arn;
}
