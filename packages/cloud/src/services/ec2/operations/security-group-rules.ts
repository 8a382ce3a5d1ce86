import type {
  AuthorizeSecurityGroupEgressCommandInput,
  AuthorizeSecurityGroupIngressCommandInput,
  DescribeSecurityGroupRulesCommandInput,
  ModifySecurityGroupRulesCommandInput,
  RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupIngressCommandInput,
  SecurityGroupRule,
  SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsEgressCommandInput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { describe, type FilterTable } from "../describe.ts";
import { missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { SECURITY_GROUP, SECURITY_GROUP_RULE } from "../kinds.ts";
import { type Permitted, rulesFrom, ruleText, sameRule } from "../permissions.ts";
import { need, put, remove } from "../records.ts";
import { makeRule, rulesOf } from "../security-group.ts";
import { tagsFor } from "../tagging.ts";

/** Rules of security groups. Source: Amazon EC2 API reference, AuthorizeSecurityGroupIngress (read 2026-11). */

const FILTERS: FilterTable<SecurityGroupRule> = {
  "group-id": (rule) => [rule.GroupId],
  "security-group-rule-id": (rule) => [rule.SecurityGroupRuleId],
};
/** Of EC2-Classic, or a second way to say what permissions say. */
const OLD_MEMBERS = ["SourceSecurityGroupName", "SourceSecurityGroupOwnerId"] as const;

type Authorize = AuthorizeSecurityGroupIngressCommandInput | AuthorizeSecurityGroupEgressCommandInput;
type Revoke = RevokeSecurityGroupIngressCommandInput | RevokeSecurityGroupEgressCommandInput;
type Describe = UpdateSecurityGroupRuleDescriptionsIngressCommandInput | UpdateSecurityGroupRuleDescriptionsEgressCommandInput;

function groupOf(ctx: Ctx, input: { readonly GroupId?: string | undefined }) {
  const strange = OLD_MEMBERS.find((name) => (input as Record<string, unknown>)[name] !== undefined);
  if (strange !== undefined) throw notCarriedOut(`a security group rule with ${strange}`);
  if (input.GroupId === undefined) throw missingParameter("groupName or groupId");
  return need(ctx, SECURITY_GROUP, input.GroupId);
}

const authorize = (isEgress: boolean) => (ctx: Ctx, input: Authorize) => {
  const group = groupOf(ctx, input);
  const rules = rulesFrom(ctx, group, isEgress, input);
  const present = rulesOf(ctx, group.GroupId, isEgress);
  for (const [i, rule] of rules.entries())
    if ([...present, ...rules.slice(0, i)].some((other) => sameRule(other, rule)))
      throw refusal("InvalidPermission.Duplicate", `the specified rule "${ruleText(rule)}" already exists`);
  const { Tags } = tagsFor(SECURITY_GROUP_RULE, input.TagSpecifications);
  return { Return: true, SecurityGroupRules: rules.map((rule) => makeRule(ctx, rule, Tags)) };
};
export const authorizeSecurityGroupIngress = authorize(false);
export const authorizeSecurityGroupEgress = authorize(true);

/** The kept rules that the request means, by their IDs or by what they say. Throws for one that there is not. */
function meant(
  ctx: Ctx,
  isEgress: boolean,
  input: Permitted & { readonly GroupId?: string | undefined; readonly SecurityGroupRuleIds?: readonly string[] | undefined },
): SecurityGroupRule[] {
  const group = groupOf(ctx, input);
  const present = rulesOf(ctx, group.GroupId, isEgress);
  if (input.SecurityGroupRuleIds !== undefined)
    return input.SecurityGroupRuleIds.map((id) => {
      const rule = need(ctx, SECURITY_GROUP_RULE, id);
      if (rule.GroupId === group.GroupId && rule.IsEgress === isEgress) return rule;
      throw refusal("InvalidSecurityGroupRuleId.NotFound", `The security group rule ID '${id}' does not exist`);
    });
  return rulesFrom(ctx, group, isEgress, input).map((rule) => {
    const found = present.find((other) => sameRule(other, rule));
    if (found === undefined)
      throw refusal("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
    return { ...found, Description: rule.Description };
  });
}

const revoke = (isEgress: boolean) => (ctx: Ctx, input: Revoke) => {
  const rules = meant(ctx, isEgress, input);
  for (const rule of rules) remove(ctx, SECURITY_GROUP_RULE, rule.SecurityGroupRuleId);
  const RevokedSecurityGroupRules = rules.map(({ Tags, GroupOwnerId, SecurityGroupRuleArn, ...rule }) => ({
    ...rule,
    ReferencedGroupId: rule.ReferencedGroupInfo?.GroupId,
  }));
  return { Return: true, RevokedSecurityGroupRules };
};
export const revokeSecurityGroupIngress = revoke(false);
export const revokeSecurityGroupEgress = revoke(true);

const redescribe = (isEgress: boolean) => (ctx: Ctx, input: Describe) => {
  const { SecurityGroupRuleDescriptions: given } = input;
  if (given === undefined) for (const rule of meant(ctx, isEgress, input)) put(ctx, SECURITY_GROUP_RULE, rule);
  for (const { SecurityGroupRuleId, Description } of given ?? [])
    put(ctx, SECURITY_GROUP_RULE, { ...need(ctx, SECURITY_GROUP_RULE, SecurityGroupRuleId), Description });
  return { Return: true };
};
export const updateSecurityGroupRuleDescriptionsIngress = redescribe(false);
export const updateSecurityGroupRuleDescriptionsEgress = redescribe(true);

export function modifySecurityGroupRules(ctx: Ctx, input: ModifySecurityGroupRulesCommandInput) {
  const group = groupOf(ctx, input);
  for (const { SecurityGroupRuleId, SecurityGroupRule: request = {} } of input.SecurityGroupRules ?? []) {
    const rule = need(ctx, SECURITY_GROUP_RULE, SecurityGroupRuleId);
    const isEgress = rule.IsEgress === true;
    const [changed = rule] = rulesFrom(ctx, group, isEgress, { IpPermissions: [permissionOf(request)] });
    const others = rulesOf(ctx, group.GroupId, isEgress).filter((other) => other.SecurityGroupRuleId !== SecurityGroupRuleId);
    if (others.some((other) => sameRule(other, changed)))
      throw refusal("InvalidPermission.Duplicate", `the specified rule "${ruleText(changed)}" already exists`);
    const { SecurityGroupRuleArn, GroupOwnerId, Tags } = rule;
    put(ctx, SECURITY_GROUP_RULE, { ...changed, SecurityGroupRuleId, SecurityGroupRuleArn, GroupOwnerId, Tags });
  }
  return { Return: true };
}

function permissionOf(request: SecurityGroupRuleRequest) {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId: GroupId, Description } = request;
  return {
    IpProtocol,
    FromPort,
    ToPort,
    IpRanges: CidrIpv4 === undefined ? [] : [{ CidrIp: CidrIpv4, Description }],
    Ipv6Ranges: CidrIpv6 === undefined ? [] : [{ CidrIpv6, Description }],
    PrefixListIds: PrefixListId === undefined ? [] : [{ PrefixListId, Description }],
    UserIdGroupPairs: GroupId === undefined ? [] : [{ GroupId, Description }],
  };
}

export function describeSecurityGroupRules(ctx: Ctx, input: DescribeSecurityGroupRulesCommandInput) {
  const asked = { ...input, ids: input.SecurityGroupRuleIds };
  const { items, ...next } = describe(ctx, SECURITY_GROUP_RULE, asked, FILTERS);
  return { SecurityGroupRules: items, ...next };
}
