/** Rows of the table: VPCs and what is in them. */
import type { Operation } from "../../core/service.ts";
import { on, reads } from "./dry-run.ts";
import * as addresses from "./operations/addresses.ts";
import * as endpoints from "./operations/endpoints.ts";
import * as gateways from "./operations/internet-gateways.ts";
import * as natGateways from "./operations/nat-gateways.ts";
import { describeNetworkAcls } from "./operations/network-acls.ts";
import { describeNetworkInterfaces } from "./operations/network-interfaces.ts";
import * as tables from "./operations/route-tables.ts";
import * as routes from "./operations/routes.ts";
import * as rules from "./operations/security-group-rules.ts";
import * as groups from "./operations/security-groups.ts";
import * as subnets from "./operations/subnets.ts";
import * as tags from "./operations/tags.ts";
import * as vpcs from "./operations/vpcs.ts";

const missing = (what: string) => ({ missing: what });

export const NETWORK: { readonly [operation: string]: Operation } = {
  AllocateAddress: on(addresses.allocateAddress, missing("own pools of addresses")),
  AssociateRouteTable: on(tables.associateRouteTable, missing("associations with gateways")),
  AttachInternetGateway: on(gateways.attachInternetGateway),
  AuthorizeSecurityGroupEgress: on(rules.authorizeSecurityGroupEgress),
  AuthorizeSecurityGroupIngress: on(rules.authorizeSecurityGroupIngress),
  CreateInternetGateway: on(gateways.createInternetGateway),
  CreateNatGateway: on(natGateways.createNatGateway, missing("secondary addresses; nothing is sent through it")),
  CreateRoute: on(
    routes.createRoute,
    missing("IPv6 and prefix list destinations; targets other than internet gateways, NAT gateways, network interfaces"),
  ),
  CreateRouteTable: on(tables.createRouteTable),
  CreateSecurityGroup: on(groups.createSecurityGroup),
  CreateSubnet: on(subnets.createSubnet, missing("IPv6, Outposts")),
  CreateTags: on(tags.createTags),
  CreateVpc: on(vpcs.createVpc, missing("IPv6, IPAM")),
  CreateVpcEndpoint: on(endpoints.createVpcEndpoint, missing("types other than Gateway")),
  DeleteInternetGateway: on(gateways.deleteInternetGateway),
  DeleteNatGateway: on(natGateways.deleteNatGateway),
  DeleteRoute: on(routes.deleteRoute),
  DeleteRouteTable: on(tables.deleteRouteTable),
  DeleteSecurityGroup: on(groups.deleteSecurityGroup),
  DeleteSubnet: on(subnets.deleteSubnet),
  DeleteTags: on(tags.deleteTags),
  DeleteVpc: on(vpcs.deleteVpc),
  DeleteVpcEndpoints: on(endpoints.deleteVpcEndpoints),
  DescribeAddresses: on(addresses.describeAddresses, reads),
  DescribeAddressesAttribute: on(addresses.describeAddressesAttribute, reads),
  DescribeInternetGateways: on(gateways.describeInternetGateways, reads),
  DescribeNatGateways: on(natGateways.describeNatGateways, reads),
  DescribeNetworkAcls: on(describeNetworkAcls, reads),
  DescribeNetworkInterfaces: on(describeNetworkInterfaces, reads),
  DescribePrefixLists: on(endpoints.describePrefixLists, reads),
  DescribeRouteTables: on(tables.describeRouteTables, reads),
  DescribeSecurityGroupRules: on(rules.describeSecurityGroupRules, reads),
  DescribeSecurityGroups: on(groups.describeSecurityGroups, reads),
  DescribeSubnets: on(subnets.describeSubnets, reads),
  DescribeTags: on(tags.describeTags, reads),
  DescribeVpcAttribute: on(vpcs.describeVpcAttribute, reads),
  DescribeVpcEndpointServices: on(endpoints.describeVpcEndpointServices, {
    ...reads,
    ...missing("services other than gateways"),
  }),
  DescribeVpcEndpoints: on(endpoints.describeVpcEndpoints, reads),
  DescribeVpcs: on(vpcs.describeVpcs, reads),
  DetachInternetGateway: on(gateways.detachInternetGateway),
  DisassociateAddress: on(addresses.disassociateAddress, missing("nothing but NAT gateways, which keep theirs, has addresses")),
  DisassociateRouteTable: on(tables.disassociateRouteTable),
  ModifySecurityGroupRules: on(rules.modifySecurityGroupRules),
  ModifySubnetAttribute: { handler: subnets.modifySubnetAttribute, ...missing("IPv6, Outposts") },
  ModifyVpcAttribute: { handler: vpcs.modifyVpcAttribute },
  ModifyVpcEndpoint: on(endpoints.modifyVpcEndpoint),
  ReleaseAddress: on(addresses.releaseAddress),
  ReplaceRoute: on(routes.replaceRoute),
  ReplaceRouteTableAssociation: on(tables.replaceRouteTableAssociation),
  RevokeSecurityGroupEgress: on(rules.revokeSecurityGroupEgress),
  RevokeSecurityGroupIngress: on(rules.revokeSecurityGroupIngress),
  UpdateSecurityGroupRuleDescriptionsEgress: on(rules.updateSecurityGroupRuleDescriptionsEgress),
  UpdateSecurityGroupRuleDescriptionsIngress: on(rules.updateSecurityGroupRuleDescriptionsIngress),
};
