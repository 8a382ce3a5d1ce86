import type {
  CreateSecurityGroupCommandInput,
  DeleteSecurityGroupCommandInput,
  DescribeSecurityGroupsCommandInput,
  SecurityGroup,
  SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type FilterTable, select } from "../describe.ts";
import { invalidParameter, invalidValue, missingParameter, refusal } from "../errors.ts";
import { NETWORK_INTERFACE, SECURITY_GROUP, SECURITY_GROUP_RULE, VPC } from "../kinds.ts";
import { all, arnOf, need, remove } from "../records.ts";
import { makeGroup, rulesOf, shownGroup } from "../security-group.ts";
import { tagsFor } from "../tagging.ts";

/** Security groups. Source: Amazon EC2 API reference, CreateSecurityGroup (read 2026-11). */

const NAME = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

const permissions = (isEgress: boolean) => (isEgress ? "IpPermissionsEgress" : "IpPermissions");
const ruleFilters = (prefix: string, isEgress: boolean): FilterTable<SecurityGroup> => ({
  [`${prefix}.cidr`]: (group) =>
    (group[permissions(isEgress)] ?? []).flatMap((each) => each.IpRanges?.map(({ CidrIp }) => CidrIp) ?? []),
  [`${prefix}.ipv6-cidr`]: (group) =>
    (group[permissions(isEgress)] ?? []).flatMap((each) => each.Ipv6Ranges?.map(({ CidrIpv6 }) => CidrIpv6) ?? []),
  [`${prefix}.from-port`]: (group) => (group[permissions(isEgress)] ?? []).map(({ FromPort }) => FromPort?.toString()),
  [`${prefix}.to-port`]: (group) => (group[permissions(isEgress)] ?? []).map(({ ToPort }) => ToPort?.toString()),
  [`${prefix}.protocol`]: (group) => (group[permissions(isEgress)] ?? []).map(({ IpProtocol }) => IpProtocol),
  [`${prefix}.group-id`]: (group) =>
    (group[permissions(isEgress)] ?? []).flatMap((each) => each.UserIdGroupPairs?.map(({ GroupId }) => GroupId) ?? []),
});
const FILTERS: FilterTable<SecurityGroup> = {
  description: (group) => [group.Description],
  "group-id": (group) => [group.GroupId],
  "group-name": (group) => [group.GroupName],
  "owner-id": (group) => [group.OwnerId],
  "vpc-id": (group) => [group.VpcId],
  ...ruleFilters("ip-permission", false),
  ...ruleFilters("egress.ip-permission", true),
};

export function createSecurityGroup(ctx: Ctx, input: CreateSecurityGroupCommandInput) {
  const { GroupName = "", Description = "" } = input;
  const VpcId = input.VpcId ?? defaultVpcId(ctx);
  if (VpcId === undefined) throw refusal("VPCIdNotSpecified", "No default VPC for this user");
  need(ctx, VPC, VpcId);
  if (GroupName === "") throw missingParameter("GroupName");
  if (Description === "") throw missingParameter("GroupDescription");
  if (!NAME.test(GroupName)) throw invalidParameter("groupName", GroupName);
  if (/^sg-/i.test(GroupName)) throw invalidValue("Invalid security group name. Names cannot begin with 'sg-'.");
  if (!NAME.test(Description)) throw invalidParameter("GroupDescription", Description);
  if (GroupName === "default") throw invalidValue(`Cannot use reserved security group name: ${GroupName}`);
  if (all(ctx, SECURITY_GROUP).some((group) => group.VpcId === VpcId && group.GroupName === GroupName))
    throw refusal("InvalidGroup.Duplicate", `The security group '${GroupName}' already exists for VPC '${VpcId}'`);
  const { Tags } = tagsFor(SECURITY_GROUP, input.TagSpecifications);
  const { GroupId = "" } = makeGroup(ctx, { VpcId, GroupName, Description, Tags });
  return { GroupId, Tags, SecurityGroupArn: arnOf(ctx, SECURITY_GROUP, GroupId) };
}

const defaultVpcId = (ctx: Ctx) => all(ctx, VPC).find(({ IsDefault }) => IsDefault === true)?.VpcId;

/** Names alone are of the default VPC. Throws InvalidGroup.NotFound. */
function byName(ctx: Ctx, name: string): SecurityGroup {
  const vpcId = defaultVpcId(ctx);
  const found = all(ctx, SECURITY_GROUP).find((group) => group.VpcId === vpcId && group.GroupName === name);
  if (found !== undefined) return found;
  throw refusal("InvalidGroup.NotFound", `The security group '${name}' does not exist in default VPC '${vpcId}'`);
}

export function describeSecurityGroups(ctx: Ctx, input: DescribeSecurityGroupsCommandInput) {
  const { GroupIds = [], GroupNames = [] } = input;
  const named = GroupNames.map((name) => byName(ctx, name));
  const groups = [...GroupIds.map((id) => need(ctx, SECURITY_GROUP, id)), ...named];
  const asked = GroupIds.length + GroupNames.length > 0 ? groups : all(ctx, SECURITY_GROUP);
  const { items, ...next } = select(
    asked.map((group) => shownGroup(ctx, group)),
    input,
    FILTERS,
  );
  return { SecurityGroups: items, ...next };
}

/** Throws while a rule of another group or a network interface refers to it. */
export function deleteSecurityGroup(ctx: Ctx, input: DeleteSecurityGroupCommandInput) {
  if (input.GroupId === undefined && input.GroupName === undefined) throw missingParameter("GroupName or GroupId");
  const group = input.GroupId === undefined ? byName(ctx, input.GroupName ?? "") : need(ctx, SECURITY_GROUP, input.GroupId);
  const { GroupId } = group;
  if (group.GroupName === "default")
    throw refusal("CannotDelete", `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`);
  const refers = (rule: SecurityGroupRule) => rule.GroupId !== GroupId && rule.ReferencedGroupInfo?.GroupId === GroupId;
  const isUsed = all(ctx, NETWORK_INTERFACE).some(({ Groups = [] }) => Groups.some((each) => each.GroupId === GroupId));
  if (isUsed || all(ctx, SECURITY_GROUP_RULE).some(refers))
    throw refusal("DependencyViolation", `resource ${GroupId} has a dependent object`);
  for (const rule of rulesOf(ctx, GroupId)) remove(ctx, SECURITY_GROUP_RULE, rule.SecurityGroupRuleId);
  remove(ctx, SECURITY_GROUP, GroupId);
  return { Return: true, GroupId };
}
