/**
 * The VPC that an account has in each region without having made it, and what belongs to it. Source: Amazon VPC User Guide, "Default VPCs"
 * (read 2026-11): 172.31.0.0/16, a /20 in each zone with public addresses, an internet gateway with a route, the default security group,
 * network ACL and DHCP options.
 */
import type {
  DhcpOptions,
  InternetGateway,
  NetworkAcl,
  NetworkAclEntry,
  RouteTable,
  SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import { addressText } from "./cidr.ts";
import {
  DHCP_OPTIONS,
  INTERNET_GATEWAY,
  type Kind,
  NETWORK_ACL,
  ROUTE_TABLE,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  SUBNET,
  type SubnetRecord,
  VPC,
  type VpcRecord,
} from "./kinds.ts";
import { type Zone, zonesOf } from "./regions.ts";

export interface Placed<T = never> {
  readonly kind: Kind<T>;
  readonly record: T;
}

/** Where it is, and what gives things their IDs: `idOf("vpc", "vpc")`. */
export interface Site {
  readonly account: string;
  readonly region: string;
  idOf(prefix: string, name: string): string;
}

const BLOCK = "172.31.0.0/16";
const FIRST = 172 * 2 ** 24 + 31 * 2 ** 16;
const SUBNET_SIZE = 2 ** 12;
/** The first four addresses of a subnet and the last are AWS's. */
const RESERVED = 5;

const placed = <T>(kind: Kind<T>, record: T) => ({ kind, record }) as unknown as Placed;

/** Everything of the default VPC, DHCP options included. None where there is no such region. */
export function defaultNetwork(site: Site): Placed[] {
  const { account, region, idOf } = site;
  const zones = zonesOf(region);
  if (zones.length === 0) return [];
  const VpcId = idOf(VPC.prefix, "default");
  const gateway = idOf(INTERNET_GATEWAY.prefix, "default");
  const dhcp: DhcpOptions = {
    DhcpOptionsId: idOf(DHCP_OPTIONS.prefix, "default"),
    OwnerId: account,
    DhcpConfigurations: [
      { Key: "domain-name", Values: [{ Value: region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal` }] },
      { Key: "domain-name-servers", Values: [{ Value: "AmazonProvidedDNS" }] },
    ],
    Tags: [],
  };
  const vpc: VpcRecord = {
    ...vpcRecord(site, VpcId, BLOCK, idOf("vpc-cidr-assoc", "default")),
    IsDefault: true,
    dnsHostnames: true,
    DhcpOptionsId: dhcp.DhcpOptionsId,
  };
  const internet: InternetGateway = {
    InternetGatewayId: gateway,
    OwnerId: account,
    Attachments: [{ State: "available" as never, VpcId }],
    Tags: [],
  };
  return [
    placed(DHCP_OPTIONS, dhcp),
    placed(VPC, vpc),
    placed(INTERNET_GATEWAY, internet),
    ...zones.map((zone, index) => placed(SUBNET, defaultSubnet(site, zone, index, VpcId))),
    ...companions(site, { VpcId, block: BLOCK, gateway }),
  ];
}

/** A VPC as it is made, in its smallest form. */
export function vpcRecord({ account }: Site, VpcId: string, block: string, AssociationId: string): VpcRecord {
  return {
    VpcId,
    OwnerId: account,
    CidrBlock: block,
    CidrBlockAssociationSet: [{ AssociationId, CidrBlock: block, CidrBlockState: { State: "associated" } }],
    Ipv6CidrBlockAssociationSet: [],
    InstanceTenancy: "default",
    IsDefault: false,
    State: "available",
    Tags: [],
    dnsSupport: true,
    dnsHostnames: false,
    addressMetrics: false,
  };
}

/** The subnet of a zone by its place among the zones. */
export function defaultSubnet(site: Site, zone: Zone, index: number, VpcId: string): SubnetRecord {
  const { account, region, idOf } = site;
  const SubnetId = idOf(SUBNET.prefix, zone.name);
  return {
    ...subnetRecord(zone),
    SubnetId,
    VpcId,
    OwnerId: account,
    SubnetArn: `arn:aws:ec2:${region}:${account}:subnet/${SubnetId}`,
    CidrBlock: `${addressText(FIRST + index * SUBNET_SIZE)}/20`,
    AvailableIpAddressCount: SUBNET_SIZE - RESERVED,
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
    aclAssociationId: idOf("aclassoc", zone.name),
  };
}

/** What every subnet has unless it is told otherwise. */
export function subnetRecord(zone: Zone): Omit<SubnetRecord, "aclAssociationId"> {
  return {
    AvailabilityZone: zone.name,
    AvailabilityZoneId: zone.id,
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
    Tags: [],
  };
}

/** What comes with every VPC: its network ACL, main route table and default security group with two rules. */
export function companions(
  { account, region, idOf }: Site,
  { VpcId, block, gateway }: { readonly VpcId: string; readonly block: string; readonly gateway?: string },
): Placed[] {
  const acl: NetworkAcl = {
    NetworkAclId: idOf(NETWORK_ACL.prefix, "default"),
    VpcId,
    OwnerId: account,
    IsDefault: true,
    Entries: [true, false].flatMap((Egress) => [aclEntry(Egress, 100, "allow"), aclEntry(Egress, ACL_LAST, "deny")]),
    Tags: [],
  };
  const RouteTableId = idOf(ROUTE_TABLE.prefix, "default");
  const out = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway, Origin: "CreateRoute", State: "active" } as const;
  const table: RouteTable = {
    RouteTableId,
    VpcId,
    OwnerId: account,
    Associations: [
      {
        Main: true,
        RouteTableId,
        RouteTableAssociationId: idOf("rtbassoc", "default"),
        AssociationState: { State: "associated" },
      },
    ],
    PropagatingVgws: [],
    Routes: [
      { DestinationCidrBlock: block, GatewayId: "local", Origin: "CreateRouteTable", State: "active" },
      ...(gateway === undefined ? [] : [out]),
    ],
    Tags: [],
  };
  const GroupId = idOf(SECURITY_GROUP.prefix, "default");
  const arn = (type: string, id: string) => `arn:aws:ec2:${region}:${account}:${type}/${id}`;
  const group = {
    GroupId,
    GroupName: "default",
    Description: "default VPC security group",
    VpcId,
    OwnerId: account,
    SecurityGroupArn: arn("security-group", GroupId),
    Tags: [],
  };
  const rule = (name: string, more: SecurityGroupRule): Placed => {
    const SecurityGroupRuleId = idOf(SECURITY_GROUP_RULE.prefix, name);
    const open = { IpProtocol: "-1", FromPort: -1, ToPort: -1, GroupId, GroupOwnerId: account, Tags: [] };
    const SecurityGroupRuleArn = arn("security-group-rule", SecurityGroupRuleId);
    return placed(SECURITY_GROUP_RULE, { ...open, SecurityGroupRuleId, SecurityGroupRuleArn, ...more });
  };
  return [
    placed(NETWORK_ACL, acl),
    placed(ROUTE_TABLE, table),
    placed(SECURITY_GROUP, group),
    rule("in", { IsEgress: false, ReferencedGroupInfo: { GroupId, UserId: account } }),
    rule("out", { IsEgress: true, CidrIpv4: "0.0.0.0/0" }),
  ];
}

/** The rule that is asked last and cannot be changed. */
export const ACL_LAST = 32_767;

export function aclEntry(Egress: boolean, RuleNumber: number, RuleAction: "allow" | "deny"): NetworkAclEntry {
  return { Egress, RuleNumber, RuleAction, Protocol: "-1", CidrBlock: "0.0.0.0/0" };
}
