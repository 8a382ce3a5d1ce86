/** EC2. Expectations: EC2 API reference, Developer Guide "Error codes". */
import { type Scenario, stepsOf } from "./case.ts";

const ec2 = stepsOf("ec2");

export const networkScenarios: readonly Scenario[] = [
  {
    name: "ec2: regions, zones and the account's attributes",
    steps: [
      ec2.ok(
        "DescribeAvailabilityZones",
        { Filters: [{ Name: "zone-name", Values: ["eu-west-1a"] }] },
        { output: { AvailabilityZones: [{ ZoneName: "eu-west-1a", RegionName: "eu-west-1", State: "available" }] } },
      ),
      ec2.ok(
        "DescribeAvailabilityZones",
        { ZoneNames: ["eu-west-1b"] },
        { output: { AvailabilityZones: [{ ZoneName: "eu-west-1b" }] } },
      ),
      ec2.fails(
        "DescribeAvailabilityZones",
        { Filters: [{ Name: "colour", Values: ["x"] }] },
        "InvalidParameterValue",
        400,
        "colour",
      ),
      ec2.fails("DescribeAvailabilityZones", { DryRun: true }, "DryRunOperation", 412, "Request would have succeeded"),
      ec2.ok(
        "DescribeRegions",
        { RegionNames: ["eu-west-1"] },
        {
          output: {
            Regions: [{ RegionName: "eu-west-1", Endpoint: "ec2.eu-west-1.amazonaws.com", OptInStatus: "opt-in-not-required" }],
          },
        },
      ),
      ec2.ok(
        "DescribeAccountAttributes",
        { AttributeNames: ["supported-platforms"] },
        {
          output: { AccountAttributes: [{ AttributeName: "supported-platforms", AttributeValues: [{ AttributeValue: "VPC" }] }] },
        },
      ),
    ],
  },
  {
    name: "ec2: parts of a VPC and their refusals",
    steps: [
      ec2.ok(
        "DescribeVpcs",
        { Filters: [{ Name: "is-default", Values: ["true"] }] },
        { output: { Vpcs: [{ CidrBlock: "172.31.0.0/16" }] } },
      ),
      ec2.ok("CreateVpc", { CidrBlock: "10.0.0.0/16", AmazonProvidedIpv6CidrBlock: true }, { keep: { vpc: "Vpc.VpcId" } }),
      ec2.ok("CreateVpc", { CidrBlock: "10.9.0.0/16" }, { keep: { peer: "Vpc.VpcId" } }),
      ec2.fails("AssociateVpcCidrBlock", { VpcId: "@{vpc}", CidrBlock: "10.0.1.0/24" }, "CidrConflict", 400, "conflicts"),
      ec2.ok(
        "AssociateVpcCidrBlock",
        { VpcId: "@{vpc}", CidrBlock: "10.1.0.0/16" },
        { keep: { block: "CidrBlockAssociation.AssociationId" } },
      ),
      ec2.ok("DisassociateVpcCidrBlock", { AssociationId: "@{block}" }),
      ec2.ok("CreateSubnet", { VpcId: "@{vpc}", CidrBlock: "10.0.0.0/24" }, { keep: { subnet: "Subnet.SubnetId" } }),
      ec2.ok("CreateNetworkAcl", { VpcId: "@{vpc}" }, { keep: { acl: "NetworkAcl.NetworkAclId" } }),
      ec2.fails(
        "DeleteNetworkAclEntry",
        { NetworkAclId: "@{acl}", RuleNumber: 5, Egress: false },
        "InvalidNetworkAclEntry.NotFound",
        400,
        "rule number '5'",
      ),
      ec2.ok("DeleteNetworkAcl", { NetworkAclId: "@{acl}" }),
      ec2.ok("CreateNetworkInterface", { SubnetId: "@{subnet}" }, { keep: { eni: "NetworkInterface.NetworkInterfaceId" } }),
      ec2.fails("DeleteSubnet", { SubnetId: "@{subnet}" }, "DependencyViolation", 400, "has dependencies"),
      ec2.ok("DeleteNetworkInterface", { NetworkInterfaceId: "@{eni}" }),
      ec2.ok(
        "CreateVpcEndpoint",
        {
          VpcId: "@{vpc}",
          ServiceName: "com.amazonaws.eu-west-1.sqs",
          VpcEndpointType: "Interface",
          SubnetIds: ["@{subnet}"],
          PrivateDnsEnabled: false,
        },
        { keep: { endpoint: "VpcEndpoint.VpcEndpointId" }, output: { VpcEndpoint: { VpcEndpointType: "Interface" } } },
      ),
      ec2.ok("DeleteVpcEndpoints", { VpcEndpointIds: ["@{endpoint}"] }),
      ec2.ok(
        "CreateEgressOnlyInternetGateway",
        { VpcId: "@{vpc}" },
        { keep: { out: "EgressOnlyInternetGateway.EgressOnlyInternetGatewayId" } },
      ),
      ec2.fails("DeleteVpc", { VpcId: "@{vpc}" }, "DependencyViolation", 400, "has dependencies"),
      ec2.ok("DeleteEgressOnlyInternetGateway", { EgressOnlyInternetGatewayId: "@{out}" }),
      ec2.ok(
        "CreateVpcPeeringConnection",
        { VpcId: "@{vpc}", PeerVpcId: "@{peer}" },
        { keep: { pcx: "VpcPeeringConnection.VpcPeeringConnectionId" } },
      ),
      ec2.ok("AcceptVpcPeeringConnection", { VpcPeeringConnectionId: "@{pcx}" }),
      ec2.fails("AcceptVpcPeeringConnection", { VpcPeeringConnectionId: "@{pcx}" }, "InvalidStateTransition", 400, "active"),
      ec2.ok("DeleteVpcPeeringConnection", { VpcPeeringConnectionId: "@{pcx}" }),
      ec2.ok("DeleteSubnet", { SubnetId: "@{subnet}" }),
      ec2.ok("DeleteVpc", { VpcId: "@{vpc}" }),
      ec2.ok("DeleteVpc", { VpcId: "@{peer}" }),
      ec2.fails("CreateDefaultVpc", {}, "DefaultVpcAlreadyExists", 400, "already exists"),
    ],
  },
];
