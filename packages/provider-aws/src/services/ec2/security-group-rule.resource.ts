import { crc32 } from "node:zlib";
import type { IpPermission, UserIdGroupPair } from "@aws-sdk/client-ec2";
import { isList, type Value, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, numberAt, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { atLeastOneOf, conflicts, each, oneOf, runChecks } from "../checks.ts";
import { refusedImport } from "../import-id.ts";
import { isIpv4Block, isIpv6Block } from "../network-checks.ts";

const MISSING = ["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound", "InvalidGroupId.Malformed"];
const SOURCES = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "self", "source_security_group_id"];
/** By their numbers; every other one is a number itself. */
const PROTOCOLS: { readonly [number: string]: string } = {
  "-1": "-1",
  all: "-1",
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "icmpv6",
};
const NAMES = ["icmp", "tcp", "udp", "icmpv6", "all"];

/** As EC2 names it: `tcp` of `6` and of `TCP`. */
export function protocolOf(text: string): string {
  const lower = text.toLowerCase();
  return PROTOCOLS[lower] ?? lower;
}

const CHECKS = [
  oneOf("type", ["egress", "ingress"]),
  // An empty list is there, if empty.
  { run: (config: ValueObject) => (SOURCES.some((name) => isList(config[name])) ? [] : atLeastOneOf(SOURCES).run(config)) },
  conflicts("cidr_blocks", ["source_security_group_id", "self"]),
  conflicts("ipv6_cidr_blocks", ["source_security_group_id", "self"]),
  conflicts("self", ["cidr_blocks", "ipv6_cidr_blocks", "source_security_group_id"]),
  conflicts("source_security_group_id", ["cidr_blocks", "ipv6_cidr_blocks", "self"]),
  isIpv4Block("cidr_blocks"),
  isIpv6Block("ipv6_cidr_blocks"),
  each("prefix_list_ids", (value, key) => (value === "" ? `${key} must not be empty, got ` : undefined)),
  each("description", descriptionProblem),
];

function descriptionProblem(value: Value, key: string): string | undefined {
  if (typeof value !== "string") return undefined;
  if (value.length > 255) return `${JSON.stringify(key)} cannot be longer than 255 characters: ${JSON.stringify(value)}`;
  const pattern = "^[0-9A-Za-z_ .:/()#,@\\[\\]+=&;\\{\\}!$*-]*$";
  return new RegExp(pattern).test(value)
    ? undefined
    : `${JSON.stringify(key)} doesn't comply with restrictions (${JSON.stringify(pattern)}): ${JSON.stringify(value)}`;
}

/** One permission with all sources of the rule. */
function permissionOf(rule: ValueObject): IpPermission {
  const IpProtocol = protocolOf(requiredText(rule, "protocol"));
  const described = textAt(rule, "description");
  const more = described === undefined ? {} : { Description: described };
  const pairs: UserIdGroupPair[] = isTrue(rule, "self") ? [{ GroupId: requiredText(rule, "security_group_id"), ...more }] : [];
  const source = textAt(rule, "source_security_group_id");
  if (source !== undefined && source !== pairs[0]?.GroupId) {
    const [first = "", second] = source.split("/");
    pairs.push(second === undefined ? { GroupId: first, ...more } : { UserId: first, GroupId: second, ...more });
  }
  const listed = <M extends string>(name: string, member: M) =>
    textsAt(rule, name).map((value) => ({ [member]: value, ...more }) as { readonly [key in M]: string });
  const filled = <K extends string, T>(key: K, values: readonly T[]) => (values.length === 0 ? {} : { [key]: values });
  return {
    IpProtocol,
    // EC2 refuses ports of all protocols together.
    ...(IpProtocol === "-1" ? {} : { FromPort: numberAt(rule, "from_port"), ToPort: numberAt(rule, "to_port") }),
    ...filled("IpRanges", listed("cidr_blocks", "CidrIp")),
    ...filled("Ipv6Ranges", listed("ipv6_cidr_blocks", "CidrIpv6")),
    ...filled("PrefixListIds", listed("prefix_list_ids", "PrefixListId")),
    ...filled("UserIdGroupPairs", pairs),
  };
}

/** `sgrule-` and Go's hash of what the rule says. */
function idOf(rule: ValueObject): string {
  const { IpProtocol, FromPort = 0, ToPort = 0, IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs } = permissionOf(rule);
  const parts = [
    requiredText(rule, "security_group_id"),
    ...[FromPort, ToPort].filter((port) => port > 0),
    IpProtocol,
    requiredText(rule, "type"),
    ...(IpRanges ?? []).map(({ CidrIp }) => CidrIp).sort(),
    ...(Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6).sort(),
    ...(PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId).sort(),
    // The empty part is the name of the group, which stands for it outside of VPCs.
    ...(UserIdGroupPairs ?? [])
      .map(({ GroupId = "" }) => GroupId)
      .sort()
      .flatMap((id) => [id, ""]),
  ];
  return `sgrule-${crc32(parts.map((part) => `${part}-`).join(""))}`;
}

const peersOf = ({ IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] }: IpPermission) =>
  new Map([
    ...IpRanges.map((each): [string, string] => [each.CidrIp ?? "", each.Description ?? ""]),
    ...Ipv6Ranges.map((each): [string, string] => [each.CidrIpv6 ?? "", each.Description ?? ""]),
    ...PrefixListIds.map((each): [string, string] => [each.PrefixListId ?? "", each.Description ?? ""]),
    ...UserIdGroupPairs.map((each): [string, string] => [each.GroupId ?? "", each.Description ?? ""]),
  ]);

/** The description of the rule where the group has all of it; undefined where not. */
async function findDescription(aws: AwsContext, rule: ValueObject): Promise<string | undefined> {
  const GroupIds = [requiredText(rule, "security_group_id")];
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeSecurityGroups({ GroupIds }));
  const group = found?.SecurityGroups?.[0];
  const wanted = permissionOf(rule);
  const permissions = (rule.type === "egress" ? group?.IpPermissionsEgress : group?.IpPermissions) ?? [];
  for (const permission of permissions) {
    const isAlike =
      permission.IpProtocol === wanted.IpProtocol &&
      (wanted.FromPort === undefined || permission.FromPort === wanted.FromPort) &&
      (wanted.ToPort === undefined || permission.ToPort === wanted.ToPort);
    const present = peersOf(permission);
    const peers = [...peersOf(wanted).keys()];
    if (isAlike && peers.every((peer) => present.has(peer)))
      return peers.map((peer) => present.get(peer) ?? "").find((text) => text !== "") ?? "";
  }
  return undefined;
}

/** The rule that EC2 has, where it is one: of several sources it has several. */
async function ruleIdOf(aws: AwsContext, state: ValueObject): Promise<string> {
  const wanted = permissionOf(state);
  const [peer, ...others] = peersOf(wanted).keys();
  if (others.length > 0) return "";
  const { SecurityGroupRules = [] } = await aws.clients.ec2.describeSecurityGroupRules({
    Filters: [{ Name: "group-id", Values: [requiredText(state, "security_group_id")] }],
  });
  const found = SecurityGroupRules.find(
    (rule) =>
      rule.IsEgress === (state.type === "egress") &&
      rule.IpProtocol === wanted.IpProtocol &&
      (wanted.FromPort === undefined || (rule.FromPort === wanted.FromPort && rule.ToPort === wanted.ToPort)) &&
      [rule.CidrIpv4, rule.CidrIpv6, rule.PrefixListId, rule.ReferencedGroupInfo?.GroupId].includes(peer),
  );
  return found?.SecurityGroupRuleId ?? "";
}

/** `aws_security_group_rule`: one permission, whose sources EC2 keeps as rules. Behaviour: `internal/service/ec2/vpc_security_group_rule.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_security_group_rule",
  noun: "Security Group Rule",
  defaults: { self: false },
  forceNew: ["from_port", "protocol", "security_group_id", "to_port", "type", ...SOURCES],
  suppressDiff: (path, prior, _config, { config }) =>
    (path === "from_port" || path === "to_port") && prior === 0 && protocolOf(textAt(config, "protocol") ?? "") === "-1",
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({
    planned: typeof planned.protocol === "string" ? { ...planned, protocol: protocolOf(planned.protocol) } : planned,
  }),
  async create(aws, planned, onCreated) {
    const GroupId = requiredText(planned, "security_group_id");
    const input = { GroupId, IpPermissions: [permissionOf(planned)] };
    const { SecurityGroupRules = [] } =
      planned.type === "egress"
        ? await aws.clients.ec2.authorizeSecurityGroupEgress(input)
        : await aws.clients.ec2.authorizeSecurityGroupIngress(input);
    const [rule, ...more] = SecurityGroupRules;
    const ruleId = more.length === 0 ? (rule?.SecurityGroupRuleId ?? "") : "";
    await onCreated({ ...planned, id: idOf(planned), security_group_rule_id: ruleId, ...sourceOf(planned) });
  },
  async read(aws, state) {
    const description = await findDescription(aws, state);
    if (description === undefined) return null;
    const isAll = protocolOf(requiredText(state, "protocol")) === "-1";
    return {
      ...state,
      id: idOf(state),
      description,
      protocol: protocolOf(requiredText(state, "protocol")),
      security_group_rule_id: textAt(state, "security_group_rule_id") ?? (await ruleIdOf(aws, state)),
      from_port: isAll ? 0 : (state.from_port ?? 0),
      to_port: isAll ? 0 : (state.to_port ?? 0),
      ...sourceOf(state),
    };
  },
  async update(aws, _prior, planned, changed) {
    if (!changed("description")) return;
    const input = { GroupId: requiredText(planned, "security_group_id"), IpPermissions: [permissionOf(planned)] };
    if (planned.type === "egress") await aws.clients.ec2.updateSecurityGroupRuleDescriptionsEgress(input);
    else await aws.clients.ec2.updateSecurityGroupRuleDescriptionsIngress(input);
  },
  async delete(aws, state) {
    const input = { GroupId: requiredText(state, "security_group_id"), IpPermissions: [permissionOf(state)] };
    await unlessMissing([...MISSING, "InvalidPermission.NotFound"], () =>
      state.type === "egress"
        ? aws.clients.ec2.revokeSecurityGroupEgress(input)
        : aws.clients.ec2.revokeSecurityGroupIngress(input),
    );
  },
  importId: importRule,
};

/** Nobody's group is the empty text. */
const sourceOf = (state: ValueObject): ValueObject => ({
  source_security_group_id: textAt(state, "source_security_group_id") ?? "",
});

const IMPORT = "SECURITYGROUPID_TYPE_PROTOCOL_FROMPORT_TOPORT_SOURCE[_SOURCE]*";

function importRule(id: string): ValueObject {
  const refuse = (why: string) => refusedImport(`unexpected format for ID (${JSON.stringify(id)}), expected ${IMPORT}: ${why}`);
  const [group = "", type = "", protocol = "", from = "", to = "", ...sources] = id.split("_");
  if (sources.length === 0) throw refuse("too few parts");
  if (!group.startsWith("sg-")) throw refuse("invalid Security Group ID");
  if (type !== "ingress" && type !== "egress") throw refuse("expecting 'ingress' or 'egress'");
  if (!NAMES.includes(protocol) && !/^-?\d+$/.test(protocol))
    throw refuse("protocol must be tcp/udp/icmp/icmpv6/all or a number");
  const name = protocolOf(protocol);
  const isNumber = (text: string) => /^[+-]?\d+$/.test(text);
  if (name.startsWith("icmp")) {
    const isCode = (text: string) => isNumber(text) && Number(text) >= -1 && Number(text) <= 255;
    if (!isCode(from)) throw refuse("invalid icmp type");
    if (!isCode(to)) throw refuse("invalid icmp code");
  } else {
    if (!isNumber(from)) throw refuse("invalid from_port");
    if (!isNumber(to)) throw refuse("invalid to_port");
    if (Number(to) < Number(from)) throw refuse("to_port lower than from_port");
  }
  const isSource = (text: string) => text === "self" || /sg-|pl-|:|\./.test(text);
  if (!sources.every(isSource)) throw refuse("source must be cidr, ipv6cidr, prefix list, 'self', or a Security Group ID");
  const isGroup = (text: string) => text.includes("sg-");
  const isV6 = (text: string) => !isGroup(text) && text.includes(":");
  const isList = (text: string) => !isGroup(text) && !isV6(text) && text.includes("pl-");
  const rule = {
    security_group_id: group,
    type,
    protocol: name,
    from_port: Number(from),
    to_port: Number(to),
    self: sources.includes("self"),
    source_security_group_id: sources.findLast(isGroup) ?? "",
    ipv6_cidr_blocks: sources.filter(isV6),
    prefix_list_ids: sources.filter(isList),
    cidr_blocks: sources.filter((text) => text !== "self" && !isGroup(text) && !isV6(text) && !isList(text)),
  };
  return { id, ...rule };
}
