import type {
  CreateDefaultVpcCommandInput,
  CreateVpcCommandInput,
  DeleteVpcCommandInput,
  DescribeVpcAttributeCommandInput,
  DescribeVpcsCommandInput,
  ModifyVpcAttributeCommandInput,
  ModifyVpcTenancyCommandInput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { parseBlock } from "../cidr.ts";
import { companions, defaultNetwork, vpcRecord } from "../default-network.ts";
import { describe, type FilterTable } from "../describe.ts";
import { hasDependencies, invalidParameter, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import {
  DHCP_OPTIONS,
  EGRESS_GATEWAY,
  ENDPOINT,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  NETWORK_ACL,
  PEERING,
  ROUTE_TABLE,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  SUBNET,
  VPC,
  type VpcRecord,
} from "../kinds.ts";
import { ended, joins } from "../peering.ts";
import { all, need, newId, place, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";
import { amazonBlock, spreadLocalRoutes } from "../vpc-blocks.ts";
import { standardOptions } from "./dhcp-options.ts";

/** VPCs, each with its network ACL, main route table and default security group. Source: Amazon VPC User Guide (read 2026-11). */

const PREFIX_MIN = 16;
const PREFIX_MAX = 28;
const FILTERS: FilterTable<VpcRecord> = {
  cidr: (vpc) => [vpc.CidrBlock],
  "cidr-block-association.cidr-block": (vpc) => vpc.CidrBlockAssociationSet?.map((each) => each.CidrBlock) ?? [],
  "cidr-block-association.association-id": (vpc) => vpc.CidrBlockAssociationSet?.map((each) => each.AssociationId) ?? [],
  "cidr-block-association.state": () => ["associated"],
  "ipv6-cidr-block-association.association-id": (vpc) => vpc.Ipv6CidrBlockAssociationSet?.map((each) => each.AssociationId) ?? [],
  "ipv6-cidr-block-association.ipv6-cidr-block": (vpc) =>
    vpc.Ipv6CidrBlockAssociationSet?.map((each) => each.Ipv6CidrBlock) ?? [],
  "ipv6-cidr-block-association.state": (vpc) => vpc.Ipv6CidrBlockAssociationSet?.map(() => "associated") ?? [],
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
  const site = { account: ctx.account, region: ctx.region, idOf: (prefix: string) => newId(ctx, prefix) };
  const ipv6 = input.AmazonProvidedIpv6CidrBlock === true ? [amazonBlock(ctx, input.Ipv6CidrBlockNetworkBorderGroup)] : [];
  const vpc = put(ctx, VPC, {
    ...vpcRecord(site, VpcId, block, newId(ctx, "vpc-cidr-assoc")),
    Ipv6CidrBlockAssociationSet: ipv6,
    DhcpOptionsId: standardOptions(ctx),
    InstanceTenancy: input.InstanceTenancy ?? "default",
    ...tagsFor(VPC, input.TagSpecifications),
  });
  place(ctx, companions(site, { VpcId, block }));
  if (ipv6.length > 0) spreadLocalRoutes(ctx, vpc);
  // Answered once more by DescribeVpcs as available: CreateVpc itself answers pending.
  return { Vpc: { ...vpc, State: "pending" as const } };
}

/** Throws DefaultVpcAlreadyExists where the region still has its own. */
export function createDefaultVpc(ctx: Ctx, _input: CreateDefaultVpcCommandInput) {
  if (all(ctx, VPC).some(({ IsDefault }) => IsDefault === true))
    throw refusal("DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.");
  const ids = new Map<string, string>();
  const idOf = (prefix: string, name: string) => {
    const known = ids.get(`${prefix} ${name}`) ?? newId(ctx, prefix);
    ids.set(`${prefix} ${name}`, known);
    return known;
  };
  const made = defaultNetwork({ account: ctx.account, region: ctx.region, idOf });
  place(
    ctx,
    made.filter(({ kind }) => kind.type !== DHCP_OPTIONS.type),
  );
  const vpc = need(ctx, VPC, idOf(VPC.prefix, "default"));
  return { Vpc: put(ctx, VPC, { ...vpc, DhcpOptionsId: standardOptions(ctx) }) };
}

/** Only back to `default`. */
export function modifyVpcTenancy(ctx: Ctx, { VpcId, InstanceTenancy }: ModifyVpcTenancyCommandInput) {
  const vpc = need(ctx, VPC, VpcId);
  if (InstanceTenancy !== "default") throw invalidParameter("instanceTenancy", String(InstanceTenancy));
  put(ctx, VPC, { ...vpc, InstanceTenancy });
  return { ReturnValue: true };
}

function checkedBlock(input: CreateVpcCommandInput): string {
  if (input.Ipv4IpamPoolId !== undefined) throw notCarriedOut("CreateVpc with Ipv4IpamPoolId");
  if (input.Ipv6Pool !== undefined || input.Ipv6IpamPoolId !== undefined || input.Ipv6CidrBlock !== undefined)
    throw notCarriedOut("CreateVpc with an IPv6 block of an own pool");
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
  const acls = all(ctx, NETWORK_ACL).filter(isIn);
  const isHeld =
    all(ctx, SUBNET).some(isIn) ||
    all(ctx, NAT_GATEWAY).some(isIn) ||
    all(ctx, ENDPOINT).some(isIn) ||
    all(ctx, EGRESS_GATEWAY).some(({ Attachments = [] }) => Attachments.some(isIn)) ||
    acls.length > 1 ||
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
  for (const { NetworkAclId } of acls) remove(ctx, NETWORK_ACL, NetworkAclId);
  for (const peering of all(ctx, PEERING)) if (joins(peering, VpcId)) put(ctx, PEERING, ended(peering, "deleted"));
  remove(ctx, VPC, VpcId);
  return {};
}
