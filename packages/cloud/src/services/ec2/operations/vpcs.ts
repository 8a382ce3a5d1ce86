import type {
  CreateVpcCommandInput,
  DeleteVpcCommandInput,
  DescribeVpcAttributeCommandInput,
  DescribeVpcsCommandInput,
  ModifyVpcAttributeCommandInput,
  NetworkAclEntry,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { parseBlock } from "../cidr.ts";
import { describe, type FilterTable } from "../describe.ts";
import { hasDependencies, invalidParameter, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import {
  all,
  ENDPOINT,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  NETWORK_ACL,
  need,
  newId,
  put,
  ROUTE_TABLE,
  remove,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  SUBNET,
  VPC,
  type VpcRecord,
} from "../records.ts";
import { makeGroup } from "../security-group.ts";
import { tagsFor } from "../tagging.ts";

/** VPCs, each with its network ACL, main route table and default security group. Source: Amazon VPC User Guide (read 2026-11). */

const PREFIX_MIN = 16;
const PREFIX_MAX = 28;
const FILTERS: FilterTable<VpcRecord> = {
  cidr: (vpc) => [vpc.CidrBlock],
  "cidr-block-association.cidr-block": (vpc) => [vpc.CidrBlock],
  "cidr-block-association.association-id": (vpc) => vpc.CidrBlockAssociationSet?.map((each) => each.AssociationId) ?? [],
  "cidr-block-association.state": () => ["associated"],
  "dhcp-options-id": (vpc) => [vpc.DhcpOptionsId],
  "is-default": (vpc) => [String(vpc.IsDefault)],
  isDefault: (vpc) => [String(vpc.IsDefault)],
  "owner-id": (vpc) => [vpc.OwnerId],
  state: (vpc) => [vpc.State],
  "vpc-id": (vpc) => [vpc.VpcId],
};

export function createVpc(ctx: Ctx, input: CreateVpcCommandInput) {
  const block = checkedBlock(input);
  const VpcId = newId(ctx, VPC.prefix);
  const vpc = put(ctx, VPC, {
    VpcId,
    OwnerId: ctx.account,
    CidrBlock: block,
    CidrBlockAssociationSet: [
      { AssociationId: newId(ctx, "vpc-cidr-assoc"), CidrBlock: block, CidrBlockState: { State: "associated" } },
    ],
    Ipv6CidrBlockAssociationSet: [],
    DhcpOptionsId: "default",
    InstanceTenancy: input.InstanceTenancy ?? "default",
    IsDefault: false,
    State: "available",
    ...tagsFor(VPC, input.TagSpecifications),
    dnsSupport: true,
    dnsHostnames: false,
    addressMetrics: false,
  });
  put(ctx, NETWORK_ACL, {
    NetworkAclId: newId(ctx, NETWORK_ACL.prefix),
    VpcId,
    OwnerId: ctx.account,
    IsDefault: true,
    Entries: [true, false].flatMap((Egress) => [aclEntry(Egress, 100, "allow"), aclEntry(Egress, 32_767, "deny")]),
    Tags: [],
  });
  const RouteTableId = newId(ctx, ROUTE_TABLE.prefix);
  put(ctx, ROUTE_TABLE, {
    RouteTableId,
    VpcId,
    OwnerId: ctx.account,
    Associations: [
      {
        Main: true,
        RouteTableId,
        RouteTableAssociationId: newId(ctx, "rtbassoc"),
        AssociationState: { State: "associated" },
      },
    ],
    PropagatingVgws: [],
    Routes: [{ DestinationCidrBlock: block, GatewayId: "local", Origin: "CreateRouteTable", State: "active" }],
    Tags: [],
  });
  makeGroup(ctx, { VpcId, GroupName: "default", Description: "default VPC security group", Tags: [] });
  // Answered once more by DescribeVpcs as available: CreateVpc itself answers pending.
  return { Vpc: { ...vpc, State: "pending" as const } };
}

function aclEntry(Egress: boolean, RuleNumber: number, RuleAction: "allow" | "deny"): NetworkAclEntry {
  return { Egress, RuleNumber, RuleAction, Protocol: "-1", CidrBlock: "0.0.0.0/0" };
}

function checkedBlock(input: CreateVpcCommandInput): string {
  if (input.Ipv4IpamPoolId !== undefined) throw notCarriedOut("CreateVpc with Ipv4IpamPoolId");
  if (input.AmazonProvidedIpv6CidrBlock === true || input.Ipv6Pool !== undefined || input.Ipv6IpamPoolId !== undefined)
    throw notCarriedOut("CreateVpc with an IPv6 block");
  if (input.CidrBlock === undefined) throw missingParameter("cidrBlock or ipv4IpamPoolId");
  const block = parseBlock(input.CidrBlock);
  if (block === undefined) throw invalidParameter("cidrBlock", input.CidrBlock, "This is not a valid CIDR block.");
  if (block.prefix < PREFIX_MIN || block.prefix > PREFIX_MAX)
    throw refusal("InvalidVpc.Range", `The CIDR '${input.CidrBlock}' is invalid.`);
  return block.text;
}

export function describeVpcs(ctx: Ctx, input: DescribeVpcsCommandInput) {
  const { items, ...next } = describe(ctx, VPC, { ...input, ids: input.VpcIds }, FILTERS);
  return { Vpcs: items, ...next };
}

export function modifyVpcAttribute(ctx: Ctx, input: ModifyVpcAttributeCommandInput): object {
  const vpc = need(ctx, VPC, input.VpcId);
  const { EnableDnsSupport, EnableDnsHostnames, EnableNetworkAddressUsageMetrics } = input;
  const given = [EnableDnsSupport, EnableDnsHostnames, EnableNetworkAddressUsageMetrics].filter((each) => each !== undefined);
  if (given.length !== 1) throw refusal("InvalidParameterCombination", "Exactly one attribute must be specified.");
  put(ctx, VPC, {
    ...vpc,
    dnsSupport: EnableDnsSupport?.Value ?? vpc.dnsSupport,
    dnsHostnames: EnableDnsHostnames?.Value ?? vpc.dnsHostnames,
    addressMetrics: EnableNetworkAddressUsageMetrics?.Value ?? vpc.addressMetrics,
  });
  return {};
}

export function describeVpcAttribute(ctx: Ctx, { VpcId, Attribute }: DescribeVpcAttributeCommandInput): object {
  const { dnsSupport, dnsHostnames, addressMetrics } = need(ctx, VPC, VpcId);
  if (Attribute === "enableDnsSupport") return { VpcId, EnableDnsSupport: { Value: dnsSupport } };
  if (Attribute === "enableDnsHostnames") return { VpcId, EnableDnsHostnames: { Value: dnsHostnames } };
  if (Attribute === "enableNetworkAddressUsageMetrics")
    return { VpcId, EnableNetworkAddressUsageMetrics: { Value: addressMetrics } };
  throw invalidParameter("attribute", String(Attribute));
}

/** Takes along what was made with it. Throws DependencyViolation while anything else is in it. */
export function deleteVpc(ctx: Ctx, { VpcId }: DeleteVpcCommandInput): object {
  need(ctx, VPC, VpcId);
  const isIn = (thing: { readonly VpcId?: string | undefined }) => thing.VpcId === VpcId;
  const groups = all(ctx, SECURITY_GROUP).filter(isIn);
  const tables = all(ctx, ROUTE_TABLE).filter(isIn);
  const isHeld =
    all(ctx, SUBNET).some(isIn) ||
    all(ctx, NAT_GATEWAY).some(isIn) ||
    all(ctx, ENDPOINT).some(isIn) ||
    all(ctx, INTERNET_GATEWAY).some(({ Attachments = [] }) => Attachments.some(isIn)) ||
    groups.length > 1 ||
    tables.length > 1;
  if (isHeld) throw hasDependencies("vpc", VpcId ?? "");
  for (const { GroupId } of groups) {
    for (const rule of all(ctx, SECURITY_GROUP_RULE))
      if (rule.GroupId === GroupId) remove(ctx, SECURITY_GROUP_RULE, rule.SecurityGroupRuleId);
    remove(ctx, SECURITY_GROUP, GroupId);
  }
  for (const { RouteTableId } of tables) remove(ctx, ROUTE_TABLE, RouteTableId);
  for (const acl of all(ctx, NETWORK_ACL)) if (isIn(acl)) remove(ctx, NETWORK_ACL, acl.NetworkAclId);
  remove(ctx, VPC, VpcId);
  return {};
}
