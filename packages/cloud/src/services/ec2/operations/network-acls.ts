import type {
  CreateNetworkAclCommandInput,
  CreateNetworkAclEntryCommandInput,
  DeleteNetworkAclCommandInput,
  DeleteNetworkAclEntryCommandInput,
  DescribeNetworkAclsCommandInput,
  NetworkAcl,
  NetworkAclEntry,
  ReplaceNetworkAclAssociationCommandInput,
  ReplaceNetworkAclEntryCommandInput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { parseBlock } from "../cidr.ts";
import { parseBlock6 } from "../cidr6.ts";
import { ACL_LAST, aclEntry } from "../default-network.ts";
import { type FilterTable, select } from "../describe.ts";
import { hasDependencies, invalidParameter, invalidValue, missingParameter, refusal } from "../errors.ts";
import { NETWORK_ACL, SUBNET, type SubnetRecord, VPC } from "../kinds.ts";
import { all, chosen, need, newId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";

/** Network ACLs and the subnets that use them: those without one of their own use the VPC's. Source: Amazon VPC User Guide, "Network ACLs" (read 2026-11). */

const RULE_MAX = 32_766;
const FILTERS: FilterTable<NetworkAcl> = {
  "association.association-id": ({ Associations = [] }) => Associations.map((each) => each.NetworkAclAssociationId),
  "association.network-acl-id": ({ Associations = [] }) => Associations.map((each) => each.NetworkAclId),
  "association.subnet-id": ({ Associations = [] }) => Associations.map((each) => each.SubnetId),
  default: (acl) => [String(acl.IsDefault)],
  "entry.cidr": ({ Entries = [] }) => Entries.map((each) => each.CidrBlock),
  "entry.egress": ({ Entries = [] }) => Entries.map((each) => String(each.Egress)),
  "entry.ipv6-cidr": ({ Entries = [] }) => Entries.map((each) => each.Ipv6CidrBlock),
  "entry.protocol": ({ Entries = [] }) => Entries.map((each) => each.Protocol),
  "entry.rule-action": ({ Entries = [] }) => Entries.map((each) => each.RuleAction),
  "entry.rule-number": ({ Entries = [] }) => Entries.map((each) => String(each.RuleNumber)),
  "network-acl-id": (acl) => [acl.NetworkAclId],
  "owner-id": (acl) => [acl.OwnerId],
  "vpc-id": (acl) => [acl.VpcId],
};

const usesOf = (acl: NetworkAcl, subnets: readonly SubnetRecord[]) =>
  subnets.filter(({ VpcId, aclId }) => VpcId === acl.VpcId && (aclId === undefined ? acl.IsDefault : aclId === acl.NetworkAclId));

export function describeNetworkAcls(ctx: Ctx, input: DescribeNetworkAclsCommandInput) {
  const subnets = all(ctx, SUBNET);
  const acls = chosen(ctx, NETWORK_ACL, input.NetworkAclIds).map((acl) => ({
    ...acl,
    Associations: usesOf(acl, subnets).map(({ SubnetId, aclAssociationId }) => ({
      NetworkAclAssociationId: aclAssociationId,
      NetworkAclId: acl.NetworkAclId,
      SubnetId,
    })),
  }));
  const { items, ...next } = select(acls, input, FILTERS);
  return { NetworkAcls: items, ...next };
}

/** Lets nothing through until it has entries. */
export function createNetworkAcl(ctx: Ctx, input: CreateNetworkAclCommandInput) {
  const { VpcId } = need(ctx, VPC, input.VpcId);
  const acl: NetworkAcl = {
    NetworkAclId: newId(ctx, NETWORK_ACL.prefix),
    VpcId,
    OwnerId: ctx.account,
    IsDefault: false,
    Entries: [true, false].map((egress) => aclEntry(egress, ACL_LAST, "deny")),
    ...tagsFor(NETWORK_ACL, input.TagSpecifications),
  };
  return { NetworkAcl: { ...put(ctx, NETWORK_ACL, acl), Associations: [] } };
}

export function deleteNetworkAcl(ctx: Ctx, { NetworkAclId }: DeleteNetworkAclCommandInput): object {
  const acl = need(ctx, NETWORK_ACL, NetworkAclId);
  if (acl.IsDefault === true) throw invalidParameter("networkAclId", NetworkAclId ?? "", "cannot delete default network ACL");
  if (usesOf(acl, all(ctx, SUBNET)).length > 0) throw hasDependencies("networkAcl", NetworkAclId ?? "");
  remove(ctx, NETWORK_ACL, NetworkAclId);
  return {};
}

type Entered = CreateNetworkAclEntryCommandInput | ReplaceNetworkAclEntryCommandInput;
const isEntry =
  ({ RuleNumber, Egress }: { RuleNumber?: number | undefined; Egress?: boolean | undefined }) =>
  (entry: NetworkAclEntry) =>
    entry.RuleNumber === RuleNumber && entry.Egress === Egress;
const inOrder = (entries: readonly NetworkAclEntry[]) =>
  [...entries].sort((a, b) => Number(b.Egress) - Number(a.Egress) || (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0));

export function createNetworkAclEntry(ctx: Ctx, input: CreateNetworkAclEntryCommandInput): object {
  const acl = need(ctx, NETWORK_ACL, input.NetworkAclId);
  const entry = entryOf(input);
  if (acl.Entries?.some(isEntry(entry)) === true)
    throw refusal("NetworkAclEntryAlreadyExists", `The network acl entry identified by ${input.RuleNumber} already exists.`);
  put(ctx, NETWORK_ACL, { ...acl, Entries: inOrder([...(acl.Entries ?? []), entry]) });
  return {};
}

export function replaceNetworkAclEntry(ctx: Ctx, input: ReplaceNetworkAclEntryCommandInput): object {
  const acl = need(ctx, NETWORK_ACL, input.NetworkAclId);
  const entry = entryOf(input);
  requireEntry(acl, entry);
  put(ctx, NETWORK_ACL, { ...acl, Entries: acl.Entries?.map((each) => (isEntry(entry)(each) ? entry : each)) });
  return {};
}

export function deleteNetworkAclEntry(ctx: Ctx, input: DeleteNetworkAclEntryCommandInput): object {
  const acl = need(ctx, NETWORK_ACL, input.NetworkAclId);
  if (input.RuleNumber === ACL_LAST) throw invalidParameter("ruleNumber", String(ACL_LAST), "cannot be deleted");
  requireEntry(acl, input);
  put(ctx, NETWORK_ACL, { ...acl, Entries: acl.Entries?.filter((each) => !isEntry(input)(each)) });
  return {};
}

function requireEntry(acl: NetworkAcl, asked: { RuleNumber?: number | undefined; Egress?: boolean | undefined }): void {
  if (acl.Entries?.some(isEntry(asked)) === true) return;
  const text = `The network acl entry with egress '${asked.Egress}' and rule number '${asked.RuleNumber}' does not exist in network ACL '${acl.NetworkAclId}'`;
  throw refusal("InvalidNetworkAclEntry.NotFound", text);
}

const PROTOCOLS: { readonly [name: string]: string } = { all: "-1", icmp: "1", tcp: "6", udp: "17", icmpv6: "58" };
const WITH_PORTS = ["6", "17"];
const WITH_TYPES = ["1", "58"];

function entryOf(input: Entered): NetworkAclEntry {
  const { RuleNumber = 0, RuleAction, Egress, CidrBlock, Ipv6CidrBlock, PortRange, IcmpTypeCode } = input;
  const Protocol = PROTOCOLS[input.Protocol?.toLowerCase() ?? ""] ?? input.Protocol ?? "";
  if (RuleNumber < 1 || RuleNumber > RULE_MAX)
    throw invalidParameter("ruleNumber", String(RuleNumber), `Must be between 1 and ${RULE_MAX}.`);
  if (!/^(-1|\d{1,3})$/.test(Protocol) || Number(Protocol) > 255) throw invalidParameter("protocol", Protocol);
  if (CidrBlock === undefined && Ipv6CidrBlock === undefined) throw missingParameter("cidrBlock or ipv6CidrBlock");
  if (WITH_PORTS.includes(Protocol) && PortRange === undefined) throw missingParameter("portRange");
  if (WITH_TYPES.includes(Protocol) && IcmpTypeCode === undefined) throw missingParameter("icmpTypeCode");
  const { From = 0, To = 0 } = PortRange ?? {};
  if (From > To) throw invalidValue(`Invalid port range: ${From}-${To}`);
  return {
    RuleNumber,
    RuleAction,
    Egress,
    Protocol,
    ...(CidrBlock === undefined ? {} : { CidrBlock: textOf(parseBlock(CidrBlock), "cidrBlock", CidrBlock) }),
    ...(Ipv6CidrBlock === undefined ? {} : { Ipv6CidrBlock: textOf(parseBlock6(Ipv6CidrBlock), "ipv6CidrBlock", Ipv6CidrBlock) }),
    ...(WITH_PORTS.includes(Protocol) ? { PortRange } : {}),
    ...(WITH_TYPES.includes(Protocol) ? { IcmpTypeCode } : {}),
  };
}

function textOf(block: { readonly text: string } | undefined, parameter: string, value: string): string {
  if (block === undefined) throw invalidParameter(parameter, value, "This is not a valid CIDR block.");
  return block.text;
}

export function replaceNetworkAclAssociation(ctx: Ctx, input: ReplaceNetworkAclAssociationCommandInput) {
  const subnet = all(ctx, SUBNET).find(({ aclAssociationId }) => aclAssociationId === input.AssociationId);
  if (subnet === undefined)
    throw refusal("InvalidAssociationID.NotFound", `The association ID '${input.AssociationId}' does not exist`);
  const acl = need(ctx, NETWORK_ACL, input.NetworkAclId);
  if (acl.VpcId !== subnet.VpcId)
    throw invalidValue(`Network ACL ${acl.NetworkAclId} and subnet ${subnet.SubnetId} belong to different networks`);
  const NewAssociationId = newId(ctx, "aclassoc");
  const { aclId: _, ...plain } = subnet;
  const own = acl.IsDefault === true ? {} : { aclId: acl.NetworkAclId };
  put(ctx, SUBNET, { ...plain, ...own, aclAssociationId: NewAssociationId });
  return { NewAssociationId };
}
