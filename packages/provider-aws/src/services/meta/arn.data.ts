import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { isArn, runChecks } from "../checks.ts";

/** `aws_arn`: the parts of an ARN. */
export const dataSource: NativeDataSource = {
  type: "aws_arn",
  validate: (config) => runChecks([isArn("arn")], config),
  async read(_aws, config) {
    const arn = requiredText(config, "arn");
    const [, partition = "", service = "", region = "", account = "", ...resource] = arn.split(":");
    return { id: arn, arn, partition, service, region, account, resource: resource.join(":") };
  },
};
