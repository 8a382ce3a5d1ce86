/** Security groups and their rules, which are kept one by one and answered grouped as permissions too. */
import type { IpPermission, SecurityGroup, SecurityGroupRule, Tag } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { SECURITY_GROUP, SECURITY_GROUP_RULE } from "./kinds.ts";
import { all, arnOf, newId, put } from "./records.ts";

/** Makes the group, with the rule that everything may go out. */
export function makeGroup(
  ctx: Ctx,
  group: { readonly VpcId: string; readonly GroupName: string; readonly Description: string; readonly Tags: Tag[] },
): SecurityGroup {
  const GroupId = newId(ctx, SECURITY_GROUP.prefix);
  const made = { ...group, GroupId, OwnerId: ctx.account, SecurityGroupArn: arnOf(ctx, SECURITY_GROUP, GroupId) };
  put(ctx, SECURITY_GROUP, made);
  makeRule(ctx, { GroupId, IsEgress: true, IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0" }, []);
  return made;
}

export function makeRule(ctx: Ctx, rule: SecurityGroupRule, tags: Tag[]): SecurityGroupRule {
  const SecurityGroupRuleId = newId(ctx, SECURITY_GROUP_RULE.prefix);
  return put(ctx, SECURITY_GROUP_RULE, {
    ...rule,
    SecurityGroupRuleId,
    SecurityGroupRuleArn: arnOf(ctx, SECURITY_GROUP_RULE, SecurityGroupRuleId),
    GroupOwnerId: ctx.account,
    Tags: tags,
  });
}

export function rulesOf(ctx: Ctx, groupId: string | undefined, isEgress?: boolean): SecurityGroupRule[] {
  return all(ctx, SECURITY_GROUP_RULE).filter(
    (rule) => rule.GroupId === groupId && (isEgress === undefined || rule.IsEgress === isEgress),
  );
}

/** The whole group, as DescribeSecurityGroups answers it. */
export function shownGroup(ctx: Ctx, group: SecurityGroup): SecurityGroup {
  return {
    ...group,
    IpPermissions: permissionsOf(rulesOf(ctx, group.GroupId, false)),
    IpPermissionsEgress: permissionsOf(rulesOf(ctx, group.GroupId, true)),
  };
}

/** Rules of the same protocol and ports are one permission. */
function permissionsOf(rules: readonly SecurityGroupRule[]): IpPermission[] {
  const permissions = new Map<string, Required<Omit<IpPermission, "FromPort" | "ToPort">> & IpPermission>();
  for (const rule of rules) {
    const { IpProtocol = "-1", FromPort, ToPort, Description } = rule;
    const key = `${IpProtocol} ${FromPort} ${ToPort}`;
    const ports = IpProtocol === "-1" ? {} : { FromPort, ToPort };
    const found = permissions.get(key) ?? {
      IpProtocol,
      ...ports,
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    permissions.set(key, found);
    const described = Description === undefined ? {} : { Description };
    if (rule.CidrIpv4 !== undefined) found.IpRanges?.push({ CidrIp: rule.CidrIpv4, ...described });
    if (rule.CidrIpv6 !== undefined) found.Ipv6Ranges?.push({ CidrIpv6: rule.CidrIpv6, ...described });
    if (rule.PrefixListId !== undefined) found.PrefixListIds?.push({ PrefixListId: rule.PrefixListId, ...described });
    const { GroupId, UserId } = rule.ReferencedGroupInfo ?? {};
    if (GroupId !== undefined) found.UserIdGroupPairs?.push({ GroupId, UserId, ...described });
  }
  return [...permissions.values()];
}
