import type {
  CreateSubnetCommandInput,
  DeleteSubnetCommandInput,
  DescribeSubnetsCommandInput,
  ModifySubnetAttributeCommandInput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type Block, overlap, parseBlock, within } from "../cidr.ts";
import { describe, type FilterTable } from "../describe.ts";
import { hasDependencies, invalidParameter, invalidValue, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import {
  all,
  arnOf,
  NETWORK_INTERFACE,
  need,
  newId,
  put,
  ROUTE_TABLE,
  remove,
  SUBNET,
  type SubnetRecord,
  VPC,
} from "../records.ts";
import { zonesOf } from "../regions.ts";
import { tagsFor } from "../tagging.ts";

/** Subnets. Source: Amazon VPC User Guide, "Subnet CIDR blocks" (read 2026-11). */

const PREFIX_MIN = 16;
const PREFIX_MAX = 28;
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
  if (input.Ipv6CidrBlock !== undefined || input.Ipv6Native === true) throw notCarriedOut("CreateSubnet with IPv6");
  if (input.OutpostArn !== undefined) throw notCarriedOut("CreateSubnet with OutpostArn");
  const vpc = need(ctx, VPC, VpcId);
  const block = checkedBlock(ctx, input, vpc.CidrBlock ?? "");
  const zone = zoneOf(ctx, input);
  const SubnetId = newId(ctx, SUBNET.prefix);
  const subnet = put(ctx, SUBNET, {
    SubnetId,
    VpcId,
    OwnerId: ctx.account,
    SubnetArn: arnOf(ctx, SUBNET, SubnetId),
    CidrBlock: block.text,
    AvailabilityZone: zone.name,
    AvailabilityZoneId: zone.id,
    AvailableIpAddressCount: block.last - block.first + 1 - RESERVED,
    AssignIpv6AddressOnCreation: false,
    DefaultForAz: false,
    EnableDns64: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    MapCustomerOwnedIpOnLaunch: false,
    MapPublicIpOnLaunch: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: "ip-name",
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    State: "available",
    ...tagsFor(SUBNET, input.TagSpecifications),
    aclAssociationId: newId(ctx, "aclassoc"),
  });
  return { Subnet: subnet };
}

/** Throws for what is no block, lies outside of the VPC's or overlaps another subnet's. */
function checkedBlock(ctx: Ctx, { VpcId, CidrBlock }: CreateSubnetCommandInput, ofVpc: string): Block {
  if (CidrBlock === undefined) throw missingParameter("cidrBlock");
  const block = parseBlock(CidrBlock);
  if (block === undefined) throw invalidParameter("cidrBlock", CidrBlock, "This is not a valid CIDR block.");
  const outer = parseBlock(ofVpc);
  if (block.prefix < PREFIX_MIN || block.prefix > PREFIX_MAX || outer === undefined || !within(block, outer))
    throw refusal("InvalidSubnet.Range", `The CIDR '${CidrBlock}' is invalid.`);
  const others = all(ctx, SUBNET).filter((subnet) => subnet.VpcId === VpcId);
  const isTaken = others.some((subnet) => {
    const other = parseBlock(subnet.CidrBlock ?? "");
    return other !== undefined && overlap(other, block);
  });
  if (isTaken) throw refusal("InvalidSubnet.Conflict", `The CIDR '${CidrBlock}' conflicts with another subnet`);
  return block;
}

function zoneOf(ctx: Ctx, { AvailabilityZone, AvailabilityZoneId }: CreateSubnetCommandInput) {
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
  if (input.AssignIpv6AddressOnCreation?.Value === true || input.EnableDns64?.Value === true)
    throw invalidValue("Invalid value for subnet attribute: the subnet has no IPv6 CIDR block.");
  if (input.CustomerOwnedIpv4Pool !== undefined || input.EnableLniAtDeviceIndex !== undefined)
    throw notCarriedOut("ModifySubnetAttribute of Outposts");
  const { PrivateDnsNameOptionsOnLaunch: options } = subnet;
  put(ctx, SUBNET, {
    ...subnet,
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
