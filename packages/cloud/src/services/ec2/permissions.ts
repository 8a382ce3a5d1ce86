/** Permissions of a request as single rules. Source: Amazon EC2 API reference, IpPermission (read 2026-11). */
import { isIPv6 } from "node:net";
import type { IpPermission, SecurityGroup, SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { parseBlock } from "./cidr.ts";
import { invalidParameter, invalidValue, missingParameter } from "./errors.ts";
import { SECURITY_GROUP } from "./kinds.ts";
import { needPrefixList } from "./prefix-lists.ts";
import { need } from "./records.ts";

/** Permissions, or the one that a request's own members describe. */
export interface Permitted {
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
}

const PORT_MAX = 65_535;
const NUMBERS: { readonly [number: string]: string } = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6" };
const NAMES = ["tcp", "udp", "icmp", "icmpv6"];

/** The rules of a group that the request describes, each with one source or destination; without IDs. */
export function rulesFrom(ctx: Ctx, group: SecurityGroup, isEgress: boolean, input: Permitted): SecurityGroupRule[] {
  const { IpProtocol, FromPort, ToPort, CidrIp } = input;
  const own = { IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] };
  const permissions = input.IpPermissions ?? (IpProtocol === undefined ? [] : [own]);
  if (permissions.length === 0) throw missingParameter("ipPermissions");
  return permissions.flatMap((permission) => {
    const { ports, sources } = { ports: portsOf(permission), sources: sourcesOf(ctx, permission) };
    if (sources.length === 0) throw invalidValue("Invalid value 'Must specify both from and to ports' for ports.");
    return sources.map((source) => ({ GroupId: group.GroupId, IsEgress: isEgress, ...ports, ...source }));
  });
}

function portsOf({ IpProtocol, FromPort, ToPort }: IpPermission) {
  if (IpProtocol === undefined) throw missingParameter("ipProtocol");
  const name = NUMBERS[IpProtocol] ?? IpProtocol.toLowerCase();
  if (name === "-1" || name === "all") return { IpProtocol: "-1", FromPort: -1, ToPort: -1 };
  if (!NAMES.includes(name)) {
    if (/^\d{1,3}$/.test(name) && Number(name) <= 255) return { IpProtocol: name, FromPort: -1, ToPort: -1 };
    throw invalidValue(`Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`);
  }
  if (name.startsWith("icmp")) return { IpProtocol: name, FromPort: FromPort ?? -1, ToPort: ToPort ?? -1 };
  if (FromPort === undefined || ToPort === undefined)
    throw invalidValue("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  const wrong = [FromPort, ToPort].find((port) => port < 0 || port > PORT_MAX);
  if (wrong !== undefined)
    throw invalidParameter(wrong === FromPort ? "fromPort" : "toPort", String(wrong), `Must be between 0 and ${PORT_MAX}.`);
  if (FromPort > ToPort) throw invalidParameter("portRange", `${FromPort}-${ToPort}`, "The range's end is before its start.");
  return { IpProtocol: name, FromPort, ToPort };
}

function sourcesOf(ctx: Ctx, permission: IpPermission): SecurityGroupRule[] {
  const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
  const described = (Description: string | undefined) => (Description === undefined ? {} : { Description: checked(Description) });
  return [
    ...IpRanges.map(({ CidrIp = "", Description }) => ({ CidrIpv4: blockOf(CidrIp), ...described(Description) })),
    ...Ipv6Ranges.map(({ CidrIpv6 = "", Description }) => ({ CidrIpv6: blockOfV6(CidrIpv6), ...described(Description) })),
    ...PrefixListIds.map(({ PrefixListId = "", Description }) => ({
      PrefixListId: needPrefixList(ctx, PrefixListId).id,
      ...described(Description),
    })),
    ...UserIdGroupPairs.map(({ GroupId, Description }) => ({
      ReferencedGroupInfo: { GroupId: need(ctx, SECURITY_GROUP, GroupId).GroupId, UserId: ctx.account },
      ...described(Description),
    })),
  ];
}

function blockOf(text: string): string {
  const block = parseBlock(text.includes("/") ? text : `${text}/32`);
  if (block === undefined) throw invalidValue(`CIDR block ${text} is malformed`);
  return block.text;
}

function blockOfV6(text: string): string {
  const [address = "", prefix = "128"] = text.split("/");
  if (!isIPv6(address) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > 128)
    throw invalidValue(`CIDR block ${text} is malformed`);
  return `${address.toLowerCase()}/${prefix}`;
}

const DESCRIPTION_MAX = 255;

function checked(description: string): string {
  if (description.length > DESCRIPTION_MAX || !/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/.test(description))
    throw invalidValue(
      `Invalid rule description. Valid descriptions are strings less than ${DESCRIPTION_MAX + 1} characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*`,
    );
  return description;
}

const peerOf = (rule: SecurityGroupRule) =>
  rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? "";

/** Two rules that let the same through; what they are described as doesn't matter. */
export function sameRule(a: SecurityGroupRule, b: SecurityGroupRule): boolean {
  return a.IpProtocol === b.IpProtocol && a.FromPort === b.FromPort && a.ToPort === b.ToPort && peerOf(a) === peerOf(b);
}

/** `peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW`. */
export function ruleText(rule: SecurityGroupRule): string {
  const { IpProtocol = "-1", FromPort, ToPort } = rule;
  const ports = IpProtocol === "-1" ? "ALL" : `${IpProtocol.toUpperCase()}, from port: ${FromPort}, to port: ${ToPort}`;
  return `peer: ${peerOf(rule)}, ${ports}, ALLOW`;
}
