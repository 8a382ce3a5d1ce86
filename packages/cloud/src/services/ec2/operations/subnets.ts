import type {
  AssociateSubnetCidrBlockCommandInput,
  CreateDefaultSubnetCommandInput,
  CreateSubnetCommandInput,
  DeleteSubnetCommandInput,
  DescribeSubnetsCommandInput,
  DisassociateSubnetCidrBlockCommandInput,
  ModifySubnetAttributeCommandInput,
  SubnetIpv6CidrBlockAssociation,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type Block, overlap, parseBlock, within } from "../cidr.ts";
import { overlap6, parseBlock6, within6 } from "../cidr6.ts";
import { defaultSubnet, subnetRecord } from "../default-network.ts";
import { describe, type FilterTable } from "../describe.ts";
import { hasDependencies, invalidParameter, invalidValue, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { NETWORK_INTERFACE, ROUTE_TABLE, SUBNET, type SubnetRecord, VPC, type VpcRecord } from "../kinds.ts";
import { all, arnOf, need, newId, put, remove } from "../records.ts";
import { zonesOf } from "../regions.ts";
import { tagsFor } from "../tagging.ts";
import { ipv4BlocksOf, ipv6BlocksOf } from "../vpc-blocks.ts";

/** Subnets. Source: Amazon VPC User Guide, "Subnet CIDR blocks" (read 2026-11). */

const PREFIX_MIN = 16;
const PREFIX_MAX = 28;
const PREFIX6_MIN = 44;
const PREFIX6_MAX = 64;
/** The first four addresses and the last are AWS's. */
const RESERVED = 5;
const FILTERS: FilterTable<SubnetRecord> = {
  "availability-zone": (subnet) => [subnet.AvailabilityZone],
  availabilityZone: (subnet) => [subnet.AvailabilityZone],
  "availability-zone-id": (subnet) => [subnet.AvailabilityZoneId],
  availabilityZoneId: (subnet) => [subnet.AvailabilityZoneId],
  "available-ip-address-count": (subnet) => [String(subnet.AvailableIpAddressCount)],
  cidr: (subnet) => [subnet.CidrBlock],
  "cidr-block": (subnet) => [subnet.CidrBlock],
  cidrBlock: (subnet) => [subnet.CidrBlock],
  "default-for-az": (subnet) => [String(subnet.DefaultForAz)],
  defaultForAz: (subnet) => [String(subnet.DefaultForAz)],
  "ipv6-cidr-block-association.association-id": ({ Ipv6CidrBlockAssociationSet = [] }) =>
    Ipv6CidrBlockAssociationSet.map((each) => each.AssociationId),
  "ipv6-cidr-block-association.ipv6-cidr-block": ({ Ipv6CidrBlockAssociationSet = [] }) =>
    Ipv6CidrBlockAssociationSet.map((each) => each.Ipv6CidrBlock),
  "ipv6-cidr-block-association.state": ({ Ipv6CidrBlockAssociationSet = [] }) =>
    Ipv6CidrBlockAssociationSet.map(() => "associated"),
  "ipv6-native": (subnet) => [String(subnet.Ipv6Native)],
  "map-public-ip-on-launch": (subnet) => [String(subnet.MapPublicIpOnLaunch)],
  "owner-id": (subnet) => [subnet.OwnerId],
  state: (subnet) => [subnet.State],
  "subnet-arn": (subnet) => [subnet.SubnetArn],
  "subnet-id": (subnet) => [subnet.SubnetId],
  "vpc-id": (subnet) => [subnet.VpcId],
};

export function createSubnet(ctx: Ctx, input: CreateSubnetCommandInput) {
  const { VpcId } = input;
  if (input.OutpostArn !== undefined) throw notCarriedOut("CreateSubnet with OutpostArn");
  if (input.Ipv4IpamPoolId !== undefined || input.Ipv6IpamPoolId !== undefined) throw notCarriedOut("CreateSubnet from a pool");
  const vpc = need(ctx, VPC, VpcId);
  const isNative = input.Ipv6Native === true;
  if (isNative && input.Ipv6CidrBlock === undefined) throw missingParameter("ipv6CidrBlock");
  const block = isNative ? undefined : checkedBlock(ctx, input, vpc);
  const ipv6 = input.Ipv6CidrBlock === undefined ? [] : [ipv6Association(ctx, vpc, input.Ipv6CidrBlock)];
  const zone = zoneOf(ctx, input);
  const SubnetId = newId(ctx, SUBNET.prefix);
  const subnet = put(ctx, SUBNET, {
    ...subnetRecord(zone),
    SubnetId,
    VpcId,
    OwnerId: ctx.account,
    SubnetArn: arnOf(ctx, SUBNET, SubnetId),
    ...(block === undefined ? {} : { CidrBlock: block.text }),
    AvailableIpAddressCount: block === undefined ? 0 : block.last - block.first + 1 - RESERVED,
    AssignIpv6AddressOnCreation: isNative,
    Ipv6CidrBlockAssociationSet: ipv6,
    Ipv6Native: isNative,
    ...tagsFor(SUBNET, input.TagSpecifications),
    aclAssociationId: newId(ctx, "aclassoc"),
  });
  return { Subnet: subnet };
}

/** Throws InvalidSubnet.Range, InvalidSubnet.Conflict. */
function ipv6Association(ctx: Ctx, vpc: VpcRecord, text: string): SubnetIpv6CidrBlockAssociation {
  const block = parseBlock6(text);
  if (block === undefined) throw invalidParameter("ipv6CidrBlock", text, "This is not a valid IPv6 CIDR block.");
  const isIn = ipv6BlocksOf(vpc).some((each) => {
    const outer = parseBlock6(each);
    return outer !== undefined && within6(block, outer);
  });
  if (!isIn || block.prefix < PREFIX6_MIN || block.prefix > PREFIX6_MAX || block.prefix % 4 !== 0)
    throw refusal("InvalidSubnet.Range", `The CIDR '${text}' is invalid.`);
  const present = all(ctx, SUBNET)
    .filter(({ VpcId }) => VpcId === vpc.VpcId)
    .flatMap(({ Ipv6CidrBlockAssociationSet = [] }) => Ipv6CidrBlockAssociationSet);
  const isTaken = present.some(({ Ipv6CidrBlock = "" }) => {
    const other = parseBlock6(Ipv6CidrBlock);
    return other !== undefined && overlap6(other, block);
  });
  if (isTaken) throw refusal("InvalidSubnet.Conflict", `The CIDR '${text}' conflicts with another subnet`);
  return {
    AssociationId: newId(ctx, "subnet-cidr-assoc"),
    Ipv6CidrBlock: block.text,
    Ipv6CidrBlockState: { State: "associated" },
    Ipv6AddressAttribute: "public",
    IpSource: "amazon",
  };
}

export function associateSubnetCidrBlock(ctx: Ctx, input: AssociateSubnetCidrBlockCommandInput) {
  const subnet = need(ctx, SUBNET, input.SubnetId);
  if (input.Ipv6CidrBlock === undefined) throw missingParameter("ipv6CidrBlock");
  if ((subnet.Ipv6CidrBlockAssociationSet ?? []).length > 0)
    throw refusal("SubnetCidrBlockLimitExceeded", "The subnet already has an IPv6 CIDR block.");
  const made = ipv6Association(ctx, need(ctx, VPC, subnet.VpcId), input.Ipv6CidrBlock);
  put(ctx, SUBNET, { ...subnet, Ipv6CidrBlockAssociationSet: [made] });
  return {
    SubnetId: subnet.SubnetId,
    Ipv6CidrBlockAssociation: { ...made, Ipv6CidrBlockState: { State: "associating" as const } },
  };
}

export function disassociateSubnetCidrBlock(ctx: Ctx, { AssociationId }: DisassociateSubnetCidrBlockCommandInput) {
  for (const subnet of all(ctx, SUBNET)) {
    const found = subnet.Ipv6CidrBlockAssociationSet?.find((each) => each.AssociationId === AssociationId);
    if (found === undefined) continue;
    if (subnet.AssignIpv6AddressOnCreation === true)
      throw refusal("InvalidCidrBlock.InUse", `The subnet ${subnet.SubnetId} assigns IPv6 addresses on creation`);
    put(ctx, SUBNET, { ...subnet, Ipv6CidrBlockAssociationSet: [] });
    const state = { State: "disassociating" as const };
    return { SubnetId: subnet.SubnetId, Ipv6CidrBlockAssociation: { ...found, Ipv6CidrBlockState: state } };
  }
  throw refusal(
    "InvalidSubnetCidrBlockAssociationID.NotFound",
    `The subnet CIDR block association ID '${AssociationId}' does not exist`,
  );
}

/** Throws DefaultSubnetAlreadyExistsInAvailabilityZone; there must be a default VPC. */
export function createDefaultSubnet(ctx: Ctx, { AvailabilityZone, AvailabilityZoneId }: CreateDefaultSubnetCommandInput) {
  const vpc = all(ctx, VPC).find(({ IsDefault }) => IsDefault === true);
  if (vpc?.VpcId === undefined) throw refusal("DefaultVpcDoesNotExist", "There is no default VPC in this region.");
  const zone = zoneOf(ctx, { AvailabilityZone, AvailabilityZoneId });
  const present = all(ctx, SUBNET).filter((subnet) => subnet.VpcId === vpc.VpcId);
  const same = present.find((subnet) => subnet.DefaultForAz === true && subnet.AvailabilityZone === zone.name);
  if (same !== undefined)
    throw refusal(
      "DefaultSubnetAlreadyExistsInAvailabilityZone",
      `'${same.SubnetId}' is already the default subnet in ${zone.name}.`,
    );
  const site = { account: ctx.account, region: ctx.region, idOf: (prefix: string) => newId(ctx, prefix) };
  const index = zonesOf(ctx.region).findIndex(({ name }) => name === zone.name);
  return { Subnet: put(ctx, SUBNET, defaultSubnet(site, zone, index, vpc.VpcId)) };
}

/** Throws for what is no block, lies outside of the VPC's or overlaps another subnet's. */
function checkedBlock(ctx: Ctx, { VpcId, CidrBlock }: CreateSubnetCommandInput, vpc: VpcRecord): Block {
  if (CidrBlock === undefined) throw missingParameter("cidrBlock");
  const block = parseBlock(CidrBlock);
  if (block === undefined) throw invalidParameter("cidrBlock", CidrBlock, "This is not a valid CIDR block.");
  const isIn = ipv4BlocksOf(vpc).some((each) => {
    const outer = parseBlock(each);
    return outer !== undefined && within(block, outer);
  });
  if (block.prefix < PREFIX_MIN || block.prefix > PREFIX_MAX || !isIn)
    throw refusal("InvalidSubnet.Range", `The CIDR '${CidrBlock}' is invalid.`);
  const others = all(ctx, SUBNET).filter((subnet) => subnet.VpcId === VpcId);
  const isTaken = others.some((subnet) => {
    const other = parseBlock(subnet.CidrBlock ?? "");
    return other !== undefined && overlap(other, block);
  });
  if (isTaken) throw refusal("InvalidSubnet.Conflict", `The CIDR '${CidrBlock}' conflicts with another subnet`);
  return block;
}

function zoneOf(
  ctx: Ctx,
  { AvailabilityZone, AvailabilityZoneId }: Pick<CreateSubnetCommandInput, "AvailabilityZone" | "AvailabilityZoneId">,
) {
  const zones = zonesOf(ctx.region);
  const found = zones.find(({ name, id }) =>
    AvailabilityZone !== undefined ? name === AvailabilityZone : (AvailabilityZoneId ?? id) === id,
  );
  if (found !== undefined) return found;
  const [parameter, value] =
    AvailabilityZone !== undefined ? ["availabilityZone", AvailabilityZone] : ["availabilityZoneId", AvailabilityZoneId ?? ""];
  const names = zones.map(({ name, id }) => (AvailabilityZone !== undefined ? name : id)).join(", ");
  throw invalidParameter(
    parameter,
    value,
    `Subnets can currently only be created in the following availability zones: ${names}.`,
  );
}

export function describeSubnets(ctx: Ctx, input: DescribeSubnetsCommandInput) {
  const { items, ...next } = describe(ctx, SUBNET, { ...input, ids: input.SubnetIds }, FILTERS);
  return { Subnets: items, ...next };
}

export function modifySubnetAttribute(ctx: Ctx, input: ModifySubnetAttributeCommandInput): object {
  const subnet = need(ctx, SUBNET, input.SubnetId);
  const hasIpv6 = (subnet.Ipv6CidrBlockAssociationSet ?? []).length > 0;
  if (!hasIpv6 && (input.AssignIpv6AddressOnCreation?.Value === true || input.EnableDns64?.Value === true))
    throw invalidValue("Invalid value for subnet attribute: the subnet has no IPv6 CIDR block.");
  if (input.CustomerOwnedIpv4Pool !== undefined || input.EnableLniAtDeviceIndex !== undefined)
    throw notCarriedOut("ModifySubnetAttribute of Outposts");
  const { PrivateDnsNameOptionsOnLaunch: options } = subnet;
  put(ctx, SUBNET, {
    ...subnet,
    AssignIpv6AddressOnCreation: input.AssignIpv6AddressOnCreation?.Value ?? subnet.AssignIpv6AddressOnCreation,
    EnableDns64: input.EnableDns64?.Value ?? subnet.EnableDns64,
    MapPublicIpOnLaunch: input.MapPublicIpOnLaunch?.Value ?? subnet.MapPublicIpOnLaunch,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: input.PrivateDnsHostnameTypeOnLaunch ?? options?.HostnameType,
      EnableResourceNameDnsARecord: input.EnableResourceNameDnsARecordOnLaunch?.Value ?? options?.EnableResourceNameDnsARecord,
      EnableResourceNameDnsAAAARecord:
        input.EnableResourceNameDnsAAAARecordOnLaunch?.Value ?? options?.EnableResourceNameDnsAAAARecord,
    },
  });
  return {};
}

/** Its association with a route table goes with it. Throws DependencyViolation while network interfaces are in it. */
export function deleteSubnet(ctx: Ctx, { SubnetId }: DeleteSubnetCommandInput): object {
  need(ctx, SUBNET, SubnetId);
  if (all(ctx, NETWORK_INTERFACE).some((each) => each.SubnetId === SubnetId)) throw hasDependencies("subnet", SubnetId ?? "");
  for (const table of all(ctx, ROUTE_TABLE)) {
    const rest = table.Associations?.filter((each) => each.SubnetId !== SubnetId) ?? [];
    if (rest.length !== table.Associations?.length) put(ctx, ROUTE_TABLE, { ...table, Associations: rest });
  }
  remove(ctx, SUBNET, SubnetId);
  return {};
}
