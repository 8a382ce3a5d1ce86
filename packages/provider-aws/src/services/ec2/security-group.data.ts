import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { arnOf } from "./arn.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";

/** `aws_security_group`. Behaviour: `internal/service/ec2/vpc_security_group_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_security_group",
  async read(aws, config) {
    const id = textAt(config, "id");
    const missing = ["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"];
    const group = await lookUp("EC2 Security Group", missing, async () => {
      const { SecurityGroups } = await aws.clients.ec2.describeSecurityGroups({
        ...(id === undefined ? {} : { GroupIds: [id] }),
        ...lookupFilters(config, { "group-name": textAt(config, "name"), "vpc-id": textAt(config, "vpc_id") }),
      });
      return SecurityGroups;
    });
    const found = group.GroupId ?? "";
    return {
      id: found,
      arn: arnOf(aws, group.OwnerId, `security-group/${found}`),
      description: group.Description ?? "",
      name: group.GroupName ?? "",
      tags: shownTags(aws, group.Tags),
      vpc_id: group.VpcId ?? "",
    };
  },
};
