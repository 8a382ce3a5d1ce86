/** Entries of network ACLs, as blocks and as EC2 keeps them. Behaviour: `internal/service/ec2/vpc_network_acl.go` (read 2026-11). */
import type { NetworkAcl, NetworkAclEntry, RuleAction } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, enumAt, numberAt, textAt, textsAt } from "../attribute-map.ts";

/** The last rule of every ACL, which nobody made. */
const LAST = 32_767;
const NAMES: { readonly [name: string]: string } = { all: "-1", icmp: "1", tcp: "6", udp: "17", icmpv6: "58" };
const ICMP = ["1", "58"];

/** As EC2 keeps it: `6` of `tcp`. undefined for what is none. */
export function aclProtocol(text: string): string | undefined {
  const found = NAMES[text.toLowerCase()] ?? text;
  return /^(-1|\d{1,3})$/.test(found) && Number(found) <= 255 ? found : undefined;
}

/** What config leaves out of an entry. */
export const EMPTY_ENTRY: ValueObject = {
  action: "",
  cidr_block: "",
  from_port: 0,
  icmp_code: null,
  icmp_type: null,
  ipv6_cidr_block: "",
  protocol: "",
  rule_no: 0,
  to_port: 0,
};

export interface Entry {
  readonly RuleNumber: number;
  readonly RuleAction: RuleAction;
  readonly Egress: boolean;
  readonly Protocol: string;
}

/** What EC2 is told, from the attributes that both types call alike. */
export function entryOf(
  block: ValueObject,
  Egress: boolean,
  names: { readonly number: string; readonly action: string },
): Entry & NetworkAclEntry {
  const Protocol = aclProtocol(textAt(block, "protocol") ?? "") ?? "";
  const [v4, v6] = [textAt(block, "cidr_block"), textAt(block, "ipv6_cidr_block")];
  return {
    Egress,
    Protocol,
    RuleNumber: numberAt(block, names.number) ?? 0,
    RuleAction: enumAt<RuleAction>(block, names.action)?.toLowerCase() as RuleAction,
    PortRange: { From: numberAt(block, "from_port") ?? 0, To: numberAt(block, "to_port") ?? 0 },
    ...(ICMP.includes(Protocol)
      ? { IcmpTypeCode: { Code: numberAt(block, "icmp_code") ?? 0, Type: numberAt(block, "icmp_type") ?? 0 } }
      : {}),
    ...(v4 === undefined ? {} : { CidrBlock: v4 }),
    ...(v6 === undefined ? {} : { Ipv6CidrBlock: v6 }),
  };
}

const BLOCK_NAMES = { number: "rule_no", action: "action" };
const keyOf = (entry: NetworkAclEntry) => JSON.stringify(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Takes away what is no more and adds what is new, on each side. */
export async function changeEntries(
  aws: AwsContext,
  NetworkAclId: string,
  prior: ValueObject,
  planned: ValueObject,
): Promise<void> {
  for (const [name, egress] of [
    ["ingress", false],
    ["egress", true],
  ] as const) {
    const entries = (object: ValueObject) =>
      new Map(
        blocksAt(object, name).map((block) => {
          const entry = entryOf(block, egress, BLOCK_NAMES);
          return [keyOf(entry), entry];
        }),
      );
    const [before, after] = [entries(prior), entries(planned)];
    for (const [key, { RuleNumber, Egress }] of before)
      if (!after.has(key))
        await unlessMissing(["InvalidNetworkAclEntry.NotFound"], () =>
          aws.clients.ec2.deleteNetworkAclEntry({ NetworkAclId, RuleNumber, Egress }),
        );
    for (const [key, entry] of after)
      if (!before.has(key)) await aws.clients.ec2.createNetworkAclEntry({ NetworkAclId, ...entry });
  }
}

const PROTOCOLS: { readonly [number: string]: string } = Object.fromEntries(
  Object.entries(NAMES).map(([name, number]) => [number, name]),
);

/** The blocks of one side. `known`: those of the state, whose spelling of a protocol stays. */
function blocksOf(entries: readonly NetworkAclEntry[], known: readonly ValueObject[]): ValueObject[] {
  return entries.map((entry) => {
    const { Protocol = "", PortRange, IcmpTypeCode } = entry;
    const old = known.find((block) => block.rule_no === entry.RuleNumber);
    const spelt = textAt(old ?? {}, "protocol");
    return {
      action: entry.RuleAction ?? "",
      cidr_block: entry.CidrBlock ?? "",
      from_port: PortRange?.From ?? 0,
      // As a plan has them where config names none: the SDK takes unset and 0 in a set's element for the same.
      icmp_code: IcmpTypeCode?.Code ?? null,
      icmp_type: IcmpTypeCode?.Type ?? null,
      ipv6_cidr_block: entry.Ipv6CidrBlock ?? "",
      protocol: spelt !== undefined && aclProtocol(spelt) === Protocol ? spelt : shownProtocol(Protocol),
      rule_no: entry.RuleNumber ?? 0,
      to_port: PortRange?.To ?? 0,
    };
  });
}

const shownProtocol = (number: string) => (number === "-1" ? "-1" : (PROTOCOLS[number] ?? number));

export async function findAcl(aws: AwsContext, id: string): Promise<NetworkAcl | undefined> {
  const found = await unlessMissing(["InvalidNetworkAclID.NotFound"], () =>
    aws.clients.ec2.describeNetworkAcls({ NetworkAclIds: [id] }),
  );
  return found?.NetworkAcls?.[0];
}

/** What both types tell of an ACL, without its tags. */
export function aclAttributes(acl: NetworkAcl, state: ValueObject): ValueObject {
  const side = (egress: boolean) =>
    (acl.Entries ?? []).filter(({ Egress, RuleNumber = 0 }) => Egress === egress && RuleNumber < LAST);
  return {
    egress: blocksOf(side(true), blocksAt(state, "egress")),
    ingress: blocksOf(side(false), blocksAt(state, "ingress")),
    owner_id: acl.OwnerId ?? "",
    subnet_ids: (acl.Associations ?? []).map(({ SubnetId = "" }) => SubnetId),
    vpc_id: acl.VpcId ?? "",
  };
}

/** The association of a subnet with whatever ACL it has. */
async function associationOf(aws: AwsContext, subnetId: string): Promise<string | undefined> {
  const { NetworkAcls = [] } = await aws.clients.ec2.describeNetworkAcls({
    Filters: [{ Name: "association.subnet-id", Values: [subnetId] }],
  });
  const all = NetworkAcls.flatMap(({ Associations = [] }) => Associations);
  return all.find(({ SubnetId }) => SubnetId === subnetId)?.NetworkAclAssociationId;
}

/** Gives subnets to the ACL; one that is gone is left out. */
export async function takeSubnets(aws: AwsContext, NetworkAclId: string, subnetIds: readonly string[]): Promise<void> {
  for (const id of subnetIds) {
    const AssociationId = await associationOf(aws, id);
    if (AssociationId !== undefined) await aws.clients.ec2.replaceNetworkAclAssociation({ AssociationId, NetworkAclId });
  }
}

/** Gives subnets back to the VPC's own ACL. */
export async function releaseSubnets(aws: AwsContext, vpcId: string, subnetIds: readonly string[]): Promise<void> {
  if (subnetIds.length === 0) return;
  const { NetworkAcls = [] } = await aws.clients.ec2.describeNetworkAcls({
    Filters: [
      { Name: "default", Values: ["true"] },
      { Name: "vpc-id", Values: [vpcId] },
    ],
  });
  const own = NetworkAcls[0]?.NetworkAclId;
  if (own !== undefined) await takeSubnets(aws, own, subnetIds);
}

export const subnetsBeside = (one: ValueObject, other: ValueObject) =>
  textsAt(one, "subnet_ids").filter((id) => !textsAt(other, "subnet_ids").includes(id));
