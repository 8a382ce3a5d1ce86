/** Rows of the table: VPCs and what is in them. */
import type { Operation } from "../../core/service.ts";
import { on, reads } from "./dry-run.ts";
import * as addresses from "./operations/addresses.ts";
import * as dhcp from "./operations/dhcp-options.ts";
import * as egress from "./operations/egress-gateways.ts";
import { describeVpcEndpointServices } from "./operations/endpoint-services.ts";
import * as endpoints from "./operations/endpoints.ts";
import * as flowLogs from "./operations/flow-logs.ts";
import * as gateways from "./operations/internet-gateways.ts";
import * as natGateways from "./operations/nat-gateways.ts";
import * as acls from "./operations/network-acls.ts";
import * as interfaces from "./operations/network-interfaces.ts";
import * as peering from "./operations/peering.ts";
import * as lists from "./operations/prefix-lists.ts";
import * as tables from "./operations/route-tables.ts";
import * as routes from "./operations/routes.ts";
import * as rules from "./operations/security-group-rules.ts";
import * as groups from "./operations/security-groups.ts";
import * as subnets from "./operations/subnets.ts";
import * as tags from "./operations/tags.ts";
import * as blocks from "./operations/vpc-blocks.ts";
import * as vpcs from "./operations/vpcs.ts";

const missing = (what: string) => ({ missing: what });

export const NETWORK: { readonly [operation: string]: Operation } = {
  AcceptVpcPeeringConnection: on(peering.acceptVpcPeeringConnection),
  AllocateAddress: on(addresses.allocateAddress, missing("own pools of addresses")),
  AssignPrivateIpAddresses: { handler: interfaces.assignPrivateIpAddresses, ...missing("prefixes") },
  AssociateAddress: on(addresses.associateAddress, missing("instances")),
  AssociateDhcpOptions: on(dhcp.associateDhcpOptions, missing("kept without effect: nothing asks for addresses")),
  AssociateRouteTable: on(tables.associateRouteTable, missing("virtual private gateways")),
  AssociateSubnetCidrBlock: { handler: subnets.associateSubnetCidrBlock, ...missing("pools") },
  AssociateVpcCidrBlock: { handler: blocks.associateVpcCidrBlock, ...missing("pools, IPAM") },
  AttachInternetGateway: on(gateways.attachInternetGateway),
  AuthorizeSecurityGroupEgress: on(rules.authorizeSecurityGroupEgress),
  AuthorizeSecurityGroupIngress: on(rules.authorizeSecurityGroupIngress),
  CreateDefaultSubnet: on(subnets.createDefaultSubnet),
  CreateDefaultVpc: on(vpcs.createDefaultVpc),
  CreateDhcpOptions: on(dhcp.createDhcpOptions, missing("kept without effect: nothing asks for addresses")),
  CreateEgressOnlyInternetGateway: on(egress.createEgressOnlyInternetGateway),
  CreateFlowLogs: on(
    flowLogs.createFlowLogs,
    missing("kept: no packet goes through the network, so none is logged; transit gateways"),
  ),
  CreateInternetGateway: on(gateways.createInternetGateway),
  CreateNatGateway: on(natGateways.createNatGateway, missing("secondary addresses; nothing is sent through it")),
  CreateNetworkAcl: on(acls.createNetworkAcl),
  CreateNetworkAclEntry: on(acls.createNetworkAclEntry),
  CreateNetworkInterface: on(interfaces.createNetworkInterface, missing("IPv6, prefixes, special types, attachments")),
  CreateRoute: on(
    routes.createRoute,
    missing("targets other than internet, NAT and egress-only gateways, network interfaces and peering connections"),
  ),
  CreateRouteTable: on(tables.createRouteTable),
  CreateSecurityGroup: on(groups.createSecurityGroup),
  CreateSubnet: on(subnets.createSubnet, missing("IPAM, Outposts")),
  CreateTags: on(tags.createTags),
  CreateVpc: on(vpcs.createVpc, missing("own IPv6 blocks, IPAM")),
  CreateVpcEndpoint: on(
    endpoints.createVpcEndpoint,
    missing("types other than Gateway and Interface; no name is resolved, nothing is sent through it"),
  ),
  CreateVpcPeeringConnection: on(peering.createVpcPeeringConnection, missing("other regions and accounts")),
  DeleteDhcpOptions: on(dhcp.deleteDhcpOptions),
  DeleteEgressOnlyInternetGateway: on(egress.deleteEgressOnlyInternetGateway),
  DeleteFlowLogs: on(flowLogs.deleteFlowLogs),
  DeleteInternetGateway: on(gateways.deleteInternetGateway),
  DeleteNatGateway: on(natGateways.deleteNatGateway),
  DeleteNetworkAcl: on(acls.deleteNetworkAcl),
  DeleteNetworkAclEntry: on(acls.deleteNetworkAclEntry),
  DeleteNetworkInterface: on(interfaces.deleteNetworkInterface),
  DeleteRoute: on(routes.deleteRoute),
  DeleteRouteTable: on(tables.deleteRouteTable),
  DeleteSecurityGroup: on(groups.deleteSecurityGroup),
  DeleteSubnet: on(subnets.deleteSubnet),
  DeleteTags: on(tags.deleteTags),
  DeleteVpc: on(vpcs.deleteVpc),
  DeleteVpcEndpoints: on(endpoints.deleteVpcEndpoints),
  DeleteVpcPeeringConnection: on(peering.deleteVpcPeeringConnection),
  DescribeAddresses: on(addresses.describeAddresses, reads),
  DescribeAddressesAttribute: on(addresses.describeAddressesAttribute, reads),
  DescribeDhcpOptions: on(dhcp.describeDhcpOptions, reads),
  DescribeEgressOnlyInternetGateways: on(egress.describeEgressOnlyInternetGateways, reads),
  DescribeFlowLogs: on(flowLogs.describeFlowLogs, reads),
  DescribeInternetGateways: on(gateways.describeInternetGateways, reads),
  DescribeManagedPrefixLists: on(lists.describeManagedPrefixLists, { ...reads, ...missing("lists other than AWS's") }),
  DescribeNatGateways: on(natGateways.describeNatGateways, reads),
  DescribeNetworkAcls: on(acls.describeNetworkAcls, reads),
  DescribeNetworkInterfaceAttribute: on(interfaces.describeNetworkInterfaceAttribute, reads),
  DescribeNetworkInterfaces: on(interfaces.describeNetworkInterfaces, reads),
  DescribePrefixLists: on(lists.describePrefixLists, reads),
  DescribeRouteTables: on(tables.describeRouteTables, reads),
  DescribeSecurityGroupRules: on(rules.describeSecurityGroupRules, reads),
  DescribeSecurityGroups: on(groups.describeSecurityGroups, reads),
  DescribeSubnets: on(subnets.describeSubnets, reads),
  DescribeTags: on(tags.describeTags, reads),
  DescribeVpcAttribute: on(vpcs.describeVpcAttribute, reads),
  DescribeVpcEndpointServices: on(describeVpcEndpointServices, { ...reads, ...missing("AWS's alone, and not all of them") }),
  DescribeVpcEndpoints: on(endpoints.describeVpcEndpoints, reads),
  DescribeVpcPeeringConnections: on(peering.describeVpcPeeringConnections, reads),
  DescribeVpcs: on(vpcs.describeVpcs, reads),
  DetachInternetGateway: on(gateways.detachInternetGateway),
  DisassociateAddress: on(addresses.disassociateAddress),
  DisassociateRouteTable: on(tables.disassociateRouteTable),
  DisassociateSubnetCidrBlock: { handler: subnets.disassociateSubnetCidrBlock },
  DisassociateVpcCidrBlock: { handler: blocks.disassociateVpcCidrBlock },
  GetManagedPrefixListEntries: on(lists.getManagedPrefixListEntries, reads),
  ModifyNetworkInterfaceAttribute: on(interfaces.modifyNetworkInterfaceAttribute, missing("attachments")),
  ModifySecurityGroupRules: on(rules.modifySecurityGroupRules),
  ModifySubnetAttribute: { handler: subnets.modifySubnetAttribute, ...missing("Outposts") },
  ModifyVpcAttribute: { handler: vpcs.modifyVpcAttribute },
  ModifyVpcEndpoint: on(endpoints.modifyVpcEndpoint),
  ModifyVpcPeeringConnectionOptions: on(peering.modifyVpcPeeringConnectionOptions),
  ModifyVpcTenancy: on(vpcs.modifyVpcTenancy),
  RejectVpcPeeringConnection: on(peering.rejectVpcPeeringConnection),
  ReleaseAddress: on(addresses.releaseAddress),
  ReplaceNetworkAclAssociation: on(acls.replaceNetworkAclAssociation),
  ReplaceNetworkAclEntry: on(acls.replaceNetworkAclEntry),
  ReplaceRoute: on(routes.replaceRoute),
  ReplaceRouteTableAssociation: on(tables.replaceRouteTableAssociation),
  RevokeSecurityGroupEgress: on(rules.revokeSecurityGroupEgress),
  RevokeSecurityGroupIngress: on(rules.revokeSecurityGroupIngress),
  UnassignPrivateIpAddresses: { handler: interfaces.unassignPrivateIpAddresses },
  UpdateSecurityGroupRuleDescriptionsEgress: on(rules.updateSecurityGroupRuleDescriptionsEgress),
  UpdateSecurityGroupRuleDescriptionsIngress: on(rules.updateSecurityGroupRuleDescriptionsIngress),
};
