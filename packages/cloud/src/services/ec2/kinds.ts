/** The kinds of things that an account has in a region, kept in the shapes in which EC2 answers them. A record may have members of its own beside those of the shape. */
import type {
  Address,
  DhcpOptions,
  EgressOnlyInternetGateway,
  FlowLog,
  InternetGateway,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Tag,
  Vpc,
  VpcEndpoint,
  VpcPeeringConnection,
} from "@aws-sdk/client-ec2";

export interface VpcRecord extends Vpc {
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly addressMetrics: boolean;
}
export interface SubnetRecord extends Subnet {
  readonly aclAssociationId: string;
  /** The network ACL of the subnet, where it is not the VPC's own. */
  readonly aclId?: string | undefined;
}

/** One kind of thing: how its IDs begin, what EC2 calls it, and how it says that there is none. */
export interface Kind<T> {
  /** Collection of the store, and the resource type of tags. */
  readonly type: string;
  readonly prefix: string;
  /** Code and text for an ID that nothing has. */
  readonly missing: readonly [code: string, text: (id: string) => string];
  /** Code for what is no ID of the kind. */
  readonly malformed: string;
  idOf(record: T): string | undefined;
}

const does = (what: string) => (id: string) => `The ${what} '${id}' does not exist`;

export const VPC: Kind<VpcRecord> = {
  type: "vpc",
  prefix: "vpc",
  missing: ["InvalidVpcID.NotFound", does("vpc ID")],
  malformed: "InvalidVpcID.Malformed",
  idOf: (record) => record.VpcId,
};
export const SUBNET: Kind<SubnetRecord> = {
  type: "subnet",
  prefix: "subnet",
  missing: ["InvalidSubnetID.NotFound", does("subnet ID")],
  malformed: "InvalidSubnetID.Malformed",
  idOf: (record) => record.SubnetId,
};
export const INTERNET_GATEWAY: Kind<InternetGateway> = {
  type: "internet-gateway",
  prefix: "igw",
  missing: ["InvalidInternetGatewayID.NotFound", does("internetGateway ID")],
  malformed: "InvalidInternetGatewayId.Malformed",
  idOf: (record) => record.InternetGatewayId,
};
export const ADDRESS: Kind<Address> = {
  type: "elastic-ip",
  prefix: "eipalloc",
  missing: ["InvalidAllocationID.NotFound", does("allocation ID")],
  malformed: "InvalidAllocationId.Malformed",
  idOf: (record) => record.AllocationId,
};
export const NAT_GATEWAY: Kind<NatGateway> = {
  type: "natgateway",
  prefix: "nat",
  missing: ["NatGatewayNotFound", (id) => `NAT gateway ${id} was not found`],
  malformed: "NatGatewayMalformed",
  idOf: (record) => record.NatGatewayId,
};
export const ROUTE_TABLE: Kind<RouteTable> = {
  type: "route-table",
  prefix: "rtb",
  missing: ["InvalidRouteTableID.NotFound", does("routeTable ID")],
  malformed: "InvalidRouteTableId.Malformed",
  idOf: (record) => record.RouteTableId,
};
export const NETWORK_ACL: Kind<NetworkAcl> = {
  type: "network-acl",
  prefix: "acl",
  missing: ["InvalidNetworkAclID.NotFound", does("networkAcl ID")],
  malformed: "InvalidNetworkAclId.Malformed",
  idOf: (record) => record.NetworkAclId,
};
export const NETWORK_INTERFACE: Kind<NetworkInterface> = {
  type: "network-interface",
  prefix: "eni",
  missing: ["InvalidNetworkInterfaceID.NotFound", does("networkInterface ID")],
  malformed: "InvalidNetworkInterfaceId.Malformed",
  idOf: (record) => record.NetworkInterfaceId,
};
export const ENDPOINT: Kind<VpcEndpoint> = {
  type: "vpc-endpoint",
  prefix: "vpce",
  missing: ["InvalidVpcEndpointId.NotFound", does("Vpc Endpoint Id")],
  malformed: "InvalidVpcEndpointId.Malformed",
  idOf: (record) => record.VpcEndpointId,
};
export const SECURITY_GROUP: Kind<SecurityGroup> = {
  type: "security-group",
  prefix: "sg",
  missing: ["InvalidGroup.NotFound", does("security group")],
  malformed: "InvalidGroupId.Malformed",
  idOf: (record) => record.GroupId,
};
export const SECURITY_GROUP_RULE: Kind<SecurityGroupRule> = {
  type: "security-group-rule",
  prefix: "sgr",
  missing: ["InvalidSecurityGroupRuleId.NotFound", does("security group rule ID")],
  malformed: "InvalidSecurityGroupRuleId.Malformed",
  idOf: (record) => record.SecurityGroupRuleId,
};

export const DHCP_OPTIONS: Kind<DhcpOptions> = {
  type: "dhcp-options",
  prefix: "dopt",
  missing: ["InvalidDhcpOptionID.NotFound", does("dhcpOption ID")],
  malformed: "InvalidDhcpOptionsId.Malformed",
  idOf: (record) => record.DhcpOptionsId,
};
export const EGRESS_GATEWAY: Kind<EgressOnlyInternetGateway> = {
  type: "egress-only-internet-gateway",
  prefix: "eigw",
  missing: ["InvalidGatewayID.NotFound", does("egressOnlyInternetGateway ID")],
  malformed: "InvalidEgressOnlyInternetGatewayId.Malformed",
  idOf: (record) => record.EgressOnlyInternetGatewayId,
};
export const PEERING: Kind<VpcPeeringConnection> = {
  type: "vpc-peering-connection",
  prefix: "pcx",
  missing: ["InvalidVpcPeeringConnectionID.NotFound", does("vpcPeeringConnection ID")],
  malformed: "InvalidVpcPeeringConnectionId.Malformed",
  idOf: (record) => record.VpcPeeringConnectionId,
};
export const FLOW_LOG: Kind<FlowLog> = {
  type: "vpc-flow-log",
  prefix: "fl",
  missing: ["InvalidFlowLogId.NotFound", does("flow log ID")],
  malformed: "InvalidFlowLogId.NotFound",
  idOf: (record) => record.FlowLogId,
};

/** Every kind that has tags. */
export const KINDS: readonly Kind<{ readonly Tags?: Tag[] | undefined }>[] = [
  VPC,
  SUBNET,
  INTERNET_GATEWAY,
  ADDRESS,
  NAT_GATEWAY,
  ROUTE_TABLE,
  NETWORK_ACL,
  NETWORK_INTERFACE,
  ENDPOINT,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  DHCP_OPTIONS,
  EGRESS_GATEWAY,
  PEERING,
  FLOW_LOG,
] as readonly Kind<never>[];
