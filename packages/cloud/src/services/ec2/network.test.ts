import * as ec2 from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let client: ec2.EC2;
let vpc: string;
beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new ec2.EC2({ endpoint: cloud.endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  vpc = (await client.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId ?? "";
});

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );
const subnetAt = async (CidrBlock: string) => (await client.createSubnet({ VpcId: vpc, CidrBlock })).Subnet?.SubnetId ?? "";
const of = (VpcId: string) => ({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] });
async function attached(): Promise<string> {
  const { InternetGateway } = await client.createInternetGateway({});
  await client.attachInternetGateway({ InternetGatewayId: InternetGateway?.InternetGatewayId, VpcId: vpc });
  return InternetGateway?.InternetGatewayId ?? "";
}
const tableOf = async () => (await client.createRouteTable({ VpcId: vpc })).RouteTable?.RouteTableId ?? "";
const groupOf = async (GroupName: string) =>
  (await client.createSecurityGroup({ GroupName, Description: "d", VpcId: vpc })).GroupId ?? "";

describe("VPCs", () => {
  test("come with a network ACL, a main route table and a default security group, and go with them", async () => {
    const acls = await client.describeNetworkAcls(of(vpc));
    const tables = await client.describeRouteTables(of(vpc));
    const groups = await client.describeSecurityGroups(of(vpc));
    expect(acls.NetworkAcls).toMatchObject([{ IsDefault: true, Associations: [] }]);
    expect(tables.RouteTables).toMatchObject([
      { Associations: [{ Main: true }], Routes: [{ DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local" }] },
    ]);
    expect(groups.SecurityGroups).toMatchObject([{ GroupName: "default", IpPermissionsEgress: [{ IpProtocol: "-1" }] }]);
    await client.deleteVpc({ VpcId: vpc });
    expect((await client.describeNetworkAcls(of(vpc))).NetworkAcls).toEqual([]);
    expect((await client.describeRouteTables(of(vpc))).RouteTables).toEqual([]);
    expect((await client.describeSecurityGroups(of(vpc))).SecurityGroups).toEqual([]);
    expect(await reason(client.describeVpcs({ VpcIds: [vpc] }))).toBe(
      `InvalidVpcID.NotFound: The vpc ID '${vpc}' does not exist`,
    );
  });

  test.each<[string, ec2.CreateVpcCommandInput, string]>([
    ["a block that is too large", { CidrBlock: "10.0.0.0/8" }, "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid."],
    ["a block that is too small", { CidrBlock: "10.0.0.0/29" }, "InvalidVpc.Range: The CIDR '10.0.0.0/29' is invalid."],
    [
      "what is no block",
      { CidrBlock: "10.0.0.256/16" },
      "InvalidParameterValue: Value (10.0.0.256/16) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
    ],
    ["no block", {}, "MissingParameter: The request must contain the parameter cidrBlock or ipv4IpamPoolId"],
    [
      "tags of something else",
      { CidrBlock: "10.0.0.0/16", TagSpecifications: [{ ResourceType: "subnet", Tags: [{ Key: "a", Value: "b" }] }] },
      "InvalidParameterValue: 'subnet' is not a valid taggable resource type for this operation.",
    ],
    [
      "IPAM",
      { Ipv4IpamPoolId: "ipam-pool-1" },
      "NotImplemented: NotImplemented: ec2: CreateVpc with Ipv4IpamPoolId is not emulated",
    ],
  ])("are refused for %s", async (_what, input, wanted) => {
    expect(await reason(client.createVpc(input))).toBe(wanted);
  });

  test("answer attributes, one of which is changed at a time", async () => {
    const names = async () => {
      const { EnableDnsHostnames } = await client.describeVpcAttribute({ VpcId: vpc, Attribute: "enableDnsHostnames" });
      return EnableDnsHostnames?.Value;
    };
    expect(await names()).toBe(false);
    await client.modifyVpcAttribute({ VpcId: vpc, EnableDnsHostnames: { Value: true } });
    expect(await names()).toBe(true);
    expect(await reason(client.modifyVpcAttribute({ VpcId: vpc }))).toContain("InvalidParameterCombination");
    expect(await reason(client.describeVpcs({ VpcIds: ["net-1"] }))).toBe(
      'InvalidVpcID.Malformed: Invalid id: "net-1" (expecting "vpc-...")',
    );
  });
});

describe("subnets", () => {
  test("stay inside of the VPC's block, beside each other, in a zone of the region", async () => {
    await subnetAt("10.0.0.0/20");
    expect(await reason(subnetAt("10.0.8.0/24"))).toBe(
      "InvalidSubnet.Conflict: The CIDR '10.0.8.0/24' conflicts with another subnet",
    );
    expect(await reason(subnetAt("10.1.0.0/24"))).toBe("InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid.");
    expect(await reason(subnetAt("10.0.32.0/29"))).toBe("InvalidSubnet.Range: The CIDR '10.0.32.0/29' is invalid.");
    expect(
      await reason(client.createSubnet({ VpcId: vpc, CidrBlock: "10.0.16.0/20", AvailabilityZone: "us-east-1a" })),
    ).toContain("Value (us-east-1a) for parameter availabilityZone is invalid. Subnets can currently only be created in");
    const { Subnet } = await client.createSubnet({ VpcId: vpc, CidrBlock: "10.0.16.0/20", AvailabilityZone: "eu-west-1b" });
    expect(Subnet).toMatchObject({ AvailabilityZoneId: "euw1-az2", AvailableIpAddressCount: 4091, State: "available" });
    expect((await client.describeSubnets(of(vpc))).Subnets).toHaveLength(2);
    expect(await reason(client.deleteVpc({ VpcId: vpc }))).toBe(
      `DependencyViolation: The vpc '${vpc}' has dependencies and cannot be deleted.`,
    );
  });

  test("are told apart by tags", async () => {
    const id = await subnetAt("10.0.0.0/24");
    await client.createTags({ Resources: [id], Tags: [{ Key: "Tier", Value: "private" }] });
    const find = async (Value: string) =>
      (await client.describeSubnets({ Filters: [{ Name: "tag:Tier", Values: [Value] }] })).Subnets;
    expect(await find("private")).toMatchObject([{ SubnetId: id }]);
    expect(await find("public")).toEqual([]);
    const filter = { Filters: [{ Name: "resource-id", Values: [id] }] };
    expect((await client.describeTags(filter)).Tags).toEqual([
      { Key: "Tier", Value: "private", ResourceId: id, ResourceType: "subnet" },
    ]);
    await client.deleteTags({ Resources: [id], Tags: [{ Key: "Tier", Value: "other" }] });
    expect((await client.describeTags(filter)).Tags).toHaveLength(1);
    await client.deleteTags({ Resources: [id], Tags: [{ Key: "Tier" }] });
    expect((await client.describeTags(filter)).Tags).toEqual([]);
    expect(await reason(client.createTags({ Resources: [id], Tags: [{ Key: "aws:x", Value: "" }] }))).toContain("reserved");
    expect(await reason(client.createTags({ Resources: ["thing"], Tags: [{ Key: "x", Value: "" }] }))).toBe(
      "InvalidID: The ID 'thing' is not valid",
    );
  });
});

describe("gateways and routes", () => {
  test("an internet gateway is in one VPC, a VPC has one", async () => {
    const id = await attached();
    expect(await reason(client.attachInternetGateway({ InternetGatewayId: id, VpcId: vpc }))).toBe(
      `Resource.AlreadyAssociated: resource ${id} is already attached to network ${vpc}`,
    );
    expect(await reason(attached())).toBe(`InvalidParameterValue: Network ${vpc} already has an internet gateway attached`);
    expect(await reason(client.deleteInternetGateway({ InternetGatewayId: id }))).toContain("DependencyViolation");
    await client.detachInternetGateway({ InternetGatewayId: id, VpcId: vpc });
    expect(await reason(client.detachInternetGateway({ InternetGatewayId: id, VpcId: vpc }))).toBe(
      `Gateway.NotAttached: resource ${id} is not attached to network ${vpc}`,
    );
    await client.deleteInternetGateway({ InternetGatewayId: id });
  });

  test("a NAT gateway holds its address and its place until it is deleted", async () => {
    const subnet = await subnetAt("10.0.0.0/24");
    const gateway = await attached();
    const { AllocationId } = await client.allocateAddress({ Domain: "vpc" });
    const { NatGateway } = await client.createNatGateway({ SubnetId: subnet, AllocationId });
    const id = NatGateway?.NatGatewayId ?? "";
    const { NatGateways = [] } = await client.describeNatGateways({ NatGatewayIds: [id] });
    expect(NatGateways).toMatchObject([{ State: "available", NatGatewayAddresses: [{ PrivateIp: "10.0.0.4", AllocationId }] }]);
    expect((await client.describeNetworkInterfaces(of(vpc))).NetworkInterfaces).toHaveLength(1);
    expect(await reason(client.releaseAddress({ AllocationId }))).toContain("InvalidIPAddress.InUse");
    expect(await reason(client.deleteSubnet({ SubnetId: subnet }))).toContain("DependencyViolation");
    expect(await reason(client.detachInternetGateway({ InternetGatewayId: gateway, VpcId: vpc }))).toContain("mapped public");
    expect(await reason(client.createNatGateway({ SubnetId: subnet, AllocationId }))).toContain("Resource.AlreadyAssociated");
    await client.deleteNatGateway({ NatGatewayId: id });
    expect(await reason(client.describeNatGateways({ NatGatewayIds: [id] }))).toBe(
      `NatGatewayNotFound: NAT gateway ${id} was not found`,
    );
    await client.releaseAddress({ AllocationId });
    await client.deleteSubnet({ SubnetId: subnet });
  });

  test("a NAT gateway fails where nothing leads to the internet", async () => {
    const SubnetId = await subnetAt("10.0.0.0/24");
    const { AllocationId } = await client.allocateAddress({});
    const { NatGateway } = await client.createNatGateway({ SubnetId, AllocationId });
    const { NatGateways } = await client.describeNatGateways({ NatGatewayIds: [NatGateway?.NatGatewayId ?? ""] });
    expect(NatGateways).toMatchObject([{ State: "failed", FailureCode: "Gateway.NotAttached" }]);
  });

  test("routes lead to gateways of the same VPC, one a destination", async () => {
    const [gateway, RouteTableId] = [await attached(), await tableOf()];
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway };
    await client.createRoute(route);
    const { InternetGateway } = await client.createInternetGateway({});
    expect(await reason(client.createRoute({ ...route, GatewayId: InternetGateway?.InternetGatewayId }))).toContain(
      "belong to different networks",
    );
    expect(await reason(client.createRoute({ ...route, DestinationCidrBlock: "10.0.0.0/16" }))).toBe(
      "RouteAlreadyExists: The route identified by 10.0.0.0/16 already exists.",
    );
    expect(await reason(client.createRoute({ ...route, GatewayId: "vgw-1" }))).toContain("NotImplemented");
    expect(await reason(client.createRoute({ RouteTableId, DestinationCidrBlock: "10.9.0.0/16" }))).toContain("MissingParameter");
    expect(
      await reason(client.createRoute({ RouteTableId, DestinationCidrBlock: "10.9.0.0/16", TransitGatewayId: "tgw-1" })),
    ).toContain("CreateRoute with TransitGatewayId is not emulated");
    await client.deleteRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0" });
    expect(await reason(client.replaceRoute(route))).toBe(
      `InvalidRoute.NotFound: no route with destination-cidr-block 0.0.0.0/0 in route table ${RouteTableId}`,
    );
    expect(await reason(client.deleteRoute({ RouteTableId, DestinationCidrBlock: "10.0.0.0/16" }))).toContain(
      "cannot remove local route",
    );
  });

  test("a subnet uses one route table, which then stays", async () => {
    const [SubnetId, first, second] = [await subnetAt("10.0.0.0/24"), await tableOf(), await tableOf()];
    const { AssociationId } = await client.associateRouteTable({ SubnetId, RouteTableId: first });
    expect(await reason(client.associateRouteTable({ SubnetId, RouteTableId: second }))).toContain("Resource.AlreadyAssociated");
    expect(await reason(client.deleteRouteTable({ RouteTableId: first }))).toContain("DependencyViolation");
    const replaced = await client.replaceRouteTableAssociation({ AssociationId, RouteTableId: second });
    await client.deleteRouteTable({ RouteTableId: first });
    await client.disassociateRouteTable({ AssociationId: replaced.NewAssociationId });
    expect(await reason(client.disassociateRouteTable({ AssociationId }))).toBe(
      `InvalidAssociationID.NotFound: The association ID '${AssociationId}' does not exist`,
    );
    await client.deleteRouteTable({ RouteTableId: second });
  });

  test("an endpoint puts its routes into tables and takes them out", async () => {
    const [first, second] = [await tableOf(), await tableOf()];
    const ServiceName = "com.amazonaws.eu-west-1.s3";
    const made = await client.createVpcEndpoint({ VpcId: vpc, ServiceName, RouteTableIds: [first] });
    const id = made.VpcEndpoint?.VpcEndpointId ?? "";
    const routes = async (table: string) =>
      (await client.describeRouteTables({ RouteTableIds: [table] })).RouteTables?.[0]?.Routes?.filter(
        ({ GatewayId }) => GatewayId === id,
      );
    const filter = [{ Name: "prefix-list-name", Values: [ServiceName] }];
    const { PrefixLists } = await client.describePrefixLists({ Filters: filter });
    expect(await routes(first)).toMatchObject([{ DestinationPrefixListId: PrefixLists?.[0]?.PrefixListId }]);
    expect(await reason(client.createVpcEndpoint({ VpcId: vpc, ServiceName, RouteTableIds: [first] }))).toContain(
      "RouteAlreadyExists",
    );
    await client.modifyVpcEndpoint({ VpcEndpointId: id, AddRouteTableIds: [second], RemoveRouteTableIds: [first] });
    expect([await routes(first), await routes(second)]).toMatchObject([[], [{}]]);
    const { Unsuccessful } = await client.deleteVpcEndpoints({ VpcEndpointIds: [id, "vpce-0123456789abcdef0"] });
    expect(Unsuccessful).toMatchObject([{ Error: { Code: "InvalidVpcEndpointId.NotFound" } }]);
    expect(await routes(second)).toEqual([]);
    expect(await reason(client.createVpcEndpoint({ VpcId: vpc, ServiceName: "com.amazonaws.eu-west-1.mars" }))).toBe(
      "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.mars' does not exist",
    );
    expect(await reason(client.createVpcEndpoint({ VpcId: vpc, ServiceName, VpcEndpointType: "GatewayLoadBalancer" }))).toContain(
      "CreateVpcEndpoint of the type GatewayLoadBalancer is not emulated",
    );
  });
});

describe("security groups", () => {
  const https = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };

  test("hold rules that let the same through once, and answer them by ID and together", async () => {
    const GroupId = await groupOf("web");
    const IpPermissions = [{ ...https, IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "us" }, { CidrIp: "0.0.0.0/0" }] }];
    const { SecurityGroupRules } = await client.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
    expect(SecurityGroupRules).toHaveLength(2);
    const { SecurityGroups } = await client.describeSecurityGroups({ GroupIds: [GroupId] });
    expect(SecurityGroups?.[0]?.IpPermissions).toHaveLength(1);
    expect(await reason(client.authorizeSecurityGroupIngress({ GroupId, ...https, CidrIp: "0.0.0.0/0" }))).toBe(
      'InvalidPermission.Duplicate: the specified rule "peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW" already exists',
    );
    await client.revokeSecurityGroupIngress({ GroupId, IpPermissions });
    expect(await reason(client.revokeSecurityGroupIngress({ GroupId, IpPermissions }))).toBe(
      "InvalidPermission.NotFound: The specified rule does not exist in this security group.",
    );
  });

  test.each<[string, ec2.IpPermission, string]>([
    ["an unknown protocol", { ...https, IpProtocol: "carrier", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }, "Unknown protocol"],
    ["a port that is none", { ...https, ToPort: 70_000, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }, "(70000) for parameter toPort"],
    ["no ports", { IpProtocol: "tcp", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }, "Must specify both from and to ports"],
    ["what is no block", { ...https, IpRanges: [{ CidrIp: "10.0.0.0/33" }] }, "CIDR block 10.0.0.0/33 is malformed"],
    ["a group that is none", { ...https, UserIdGroupPairs: [{ GroupId: "sg-0123456789abcdef0" }] }, "InvalidGroup.NotFound"],
    ["a strange description", { ...https, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "a'b" }] }, "Invalid rule description"],
  ])("refuse %s", async (_what, permission, wanted) => {
    const GroupId = await groupOf("web");
    expect(await reason(client.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [permission] }))).toContain(wanted);
  });

  test("stay while a rule of another refers to them; the default one stays with its VPC", async () => {
    const [web, data] = [await groupOf("web"), await groupOf("data")];
    await client.authorizeSecurityGroupIngress({
      GroupId: data,
      IpPermissions: [{ ...https, UserIdGroupPairs: [{ GroupId: web }] }],
    });
    expect(await reason(client.deleteSecurityGroup({ GroupId: web }))).toBe(
      `DependencyViolation: resource ${web} has a dependent object`,
    );
    await client.deleteSecurityGroup({ GroupId: data });
    await client.deleteSecurityGroup({ GroupId: web });
    const { SecurityGroups } = await client.describeSecurityGroups(of(vpc));
    expect(await reason(client.deleteSecurityGroup({ GroupId: SecurityGroups?.[0]?.GroupId }))).toContain("CannotDelete");
    await groupOf("web");
    expect(await reason(groupOf("web"))).toBe(`InvalidGroup.Duplicate: The security group 'web' already exists for VPC '${vpc}'`);
    expect(await reason(groupOf("sg-web"))).toContain("InvalidParameterValue");
  });
});

test("instances are refused by name", async () => {
  expect(await reason(client.runInstances({ MinCount: 1, MaxCount: 1, ImageId: "ami-1" }))).toContain(
    "ec2.RunInstances is not emulated",
  );
});
