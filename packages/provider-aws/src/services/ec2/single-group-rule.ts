/** What aws_vpc_security_group_ingress_rule and …_egress_rule are: one rule of EC2's. Behaviour: `internal/service/ec2/vpc_security_group_ingress_rule.go` (read 2026-11). */
import type { IpPermission, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { type Diagnostic, errorDiagnostic, isWhollyKnown, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { numberAt, requiredText, textAt } from "../attribute-map.ts";
import { runChecks } from "../checks.ts";
import { isNetworkBlock } from "../network-checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { protocolOf } from "./security-group-rule.resource.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";

const MISSING = ["InvalidSecurityGroupRuleId.NotFound"];
const SOURCES = ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"];

/** `ACCOUNT/GROUP` is a group of another account. */
function permissionOf(rule: ValueObject): IpPermission {
  const [v4, v6, list, group] = SOURCES.map((name) => textAt(rule, name));
  const described = textAt(rule, "description");
  const more = described === undefined ? {} : { Description: described };
  const [first = "", second] = (group ?? "").split("/");
  return {
    IpProtocol: protocolOf(requiredText(rule, "ip_protocol")),
    FromPort: numberAt(rule, "from_port"),
    ToPort: numberAt(rule, "to_port"),
    ...(v4 === undefined ? {} : { IpRanges: [{ CidrIp: v4, ...more }] }),
    ...(v6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: v6, ...more }] }),
    ...(list === undefined ? {} : { PrefixListIds: [{ PrefixListId: list, ...more }] }),
    ...(group === undefined
      ? {}
      : { UserIdGroupPairs: [second === undefined ? { GroupId: first, ...more } : { UserId: first, GroupId: second, ...more }] }),
  };
}

function exactlyOneSource(config: ValueObject): Diagnostic[] {
  const given = SOURCES.filter((name) => (config[name] ?? null) !== null);
  if (given.length === 1 || SOURCES.some((name) => config[name] === UNKNOWN)) return [];
  const summary = given.length === 0 ? "Missing Attribute Configuration" : "Invalid Attribute Combination";
  const detail = `Exactly one of these attributes must be configured: [${SOURCES.join(",")}]`;
  return [errorDiagnostic("DVT3001", summary, { detail, ...(given[0] === undefined ? {} : { attribute: given[0] }) })];
}

async function find(aws: AwsContext, id: string): Promise<SecurityGroupRule | undefined> {
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeSecurityGroupRules({ SecurityGroupRuleIds: [id] }));
  return found?.SecurityGroupRules?.[0];
}

/** Rules of all protocols, and those whose ICMP type is any, have no ports in state where config has none. */
function portsOf(rule: SecurityGroupRule, state: ValueObject): ValueObject {
  const isAll = rule.IpProtocol === "-1";
  const shown = (name: string, port: number | undefined) =>
    isAll || port === undefined
      ? port === -1 || port === undefined
        ? null
        : port
      : (state[name] ?? null) === null && port === -1
        ? null
        : port;
  return { from_port: shown("from_port", rule.FromPort), to_port: shown("to_port", rule.ToPort) };
}

export function singleRule(isEgress: boolean): NativeResource {
  const direction = isEgress ? "egress" : "ingress";
  return {
    type: `aws_vpc_security_group_${direction}_rule`,
    noun: `VPC Security Group ${isEgress ? "Egress" : "Ingress"} Rule`,
    forceNew: ["security_group_id"],
    tagged: true,
    // Another kind of source is another rule.
    customizePlan: (prior, planned, config) => ({
      // The plugin framework knows that no tags are none.
      planned: planned.tags_all === UNKNOWN && isWhollyKnown(config.tags ?? null) ? { ...planned, tags_all: {} } : planned,
      requiresReplace:
        prior === null ? [] : SOURCES.filter((name) => ((prior[name] ?? null) === null) !== ((planned[name] ?? null) === null)),
    }),
    suppressDiff: (path, prior, config) =>
      path === "ip_protocol" &&
      typeof prior === "string" &&
      typeof config === "string" &&
      protocolOf(prior) === protocolOf(config),
    validate: (config) => [
      ...exactlyOneSource(config),
      ...runChecks([isNetworkBlock("cidr_ipv4", "IPv4"), isNetworkBlock("cidr_ipv6", "IPv6")], config),
    ],
    async create(aws, planned, onCreated) {
      const input = {
        GroupId: requiredText(planned, "security_group_id"),
        IpPermissions: [permissionOf(planned)],
        ...tagsOnCreate(planned, "security-group-rule"),
      };
      const { SecurityGroupRules = [] } = isEgress
        ? await aws.clients.ec2.authorizeSecurityGroupEgress(input)
        : await aws.clients.ec2.authorizeSecurityGroupIngress(input);
      await onCreated({ ...planned, id: SecurityGroupRules[0]?.SecurityGroupRuleId ?? "" });
    },
    async read(aws, state) {
      const id = requiredText(state, "id");
      const rule = await find(aws, id);
      if (rule === undefined || rule.IsEgress !== isEgress) return null;
      const protocol = textAt(state, "ip_protocol");
      const group = rule.ReferencedGroupInfo;
      return {
        ...state,
        id,
        arn: arnOf(aws, await aws.accountId(), `security-group-rule/${id}`),
        security_group_rule_id: id,
        cidr_ipv4: rule.CidrIpv4 ?? null,
        cidr_ipv6: rule.CidrIpv6 ?? null,
        description: rule.Description ?? null,
        ip_protocol: protocol !== undefined && protocolOf(protocol) === rule.IpProtocol ? protocol : (rule.IpProtocol ?? ""),
        prefix_list_id: rule.PrefixListId ?? null,
        referenced_security_group_id: referenced(group?.GroupId, group?.UserId, await aws.accountId()),
        security_group_id: rule.GroupId ?? "",
        ...portsOf(rule, state),
        tags_all: tagMap(rule.Tags),
      };
    },
    async update(aws, prior, planned, changed) {
      const id = requiredText(prior, "id");
      const attributes = [...SOURCES, "description", "from_port", "ip_protocol", "to_port"];
      if (attributes.some((name) => changed(name))) {
        const { IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs, ...ports } = permissionOf(planned);
        const SecurityGroupRule = {
          ...ports,
          Description: textAt(planned, "description"),
          CidrIpv4: IpRanges?.[0]?.CidrIp,
          CidrIpv6: Ipv6Ranges?.[0]?.CidrIpv6,
          PrefixListId: PrefixListIds?.[0]?.PrefixListId,
          ReferencedGroupId: UserIdGroupPairs?.[0]?.GroupId,
        };
        await aws.clients.ec2.modifySecurityGroupRules({
          GroupId: requiredText(planned, "security_group_id"),
          SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule }],
        });
      }
      await updateTags(aws, id, prior, planned);
    },
    async delete(aws, state) {
      const input = { GroupId: requiredText(state, "security_group_id"), SecurityGroupRuleIds: [requiredText(state, "id")] };
      await unlessMissing([...MISSING, "InvalidGroup.NotFound", "InvalidPermission.NotFound"], () =>
        isEgress ? aws.clients.ec2.revokeSecurityGroupEgress(input) : aws.clients.ec2.revokeSecurityGroupIngress(input),
      );
    },
  };
}

function referenced(group: string | undefined, owner: string | undefined, account: string): string | null {
  if (group === undefined) return null;
  return owner === undefined || owner === account ? group : `${owner}/${group}`;
}
