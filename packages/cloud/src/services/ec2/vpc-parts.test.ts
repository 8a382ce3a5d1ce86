import * as ec2 from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let client: ec2.EC2;
let vpc: string;
const at = (region: string) =>
  new ec2.EC2({
    endpoint: cloud.endpoint,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  client = at("eu-west-1");
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
const of = (VpcId: string) => ({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] });
const subnetAt = async (CidrBlock: string, AvailabilityZone = "eu-west-1a") =>
  (await client.createSubnet({ VpcId: vpc, CidrBlock, AvailabilityZone })).Subnet?.SubnetId ?? "";

describe("the default VPC", () => {
  test("is there in every region with a public subnet in each zone, and has the same IDs each time", async () => {
    const client = at("ap-northeast-1");
    const asked = { Filters: [{ Name: "is-default", Values: ["true"] }] };
    const [first] = (await client.describeVpcs(asked)).Vpcs ?? [];
    expect(first).toMatchObject({ CidrBlock: "172.31.0.0/16", IsDefault: true });
    const { Subnets = [] } = await client.describeSubnets(of(first?.VpcId ?? ""));
    expect(
      Subnets.map((subnet) => `${subnet.AvailabilityZone} ${subnet.CidrBlock} ${subnet.MapPublicIpOnLaunch}`).sort(),
    ).toEqual([
      "ap-northeast-1a 172.31.0.0/20 true",
      "ap-northeast-1c 172.31.16.0/20 true",
      "ap-northeast-1d 172.31.32.0/20 true",
    ]);
    const { RouteTables } = await client.describeRouteTables(of(first?.VpcId ?? ""));
    expect(RouteTables).toMatchObject([{ Routes: [{ GatewayId: "local" }, { DestinationCidrBlock: "0.0.0.0/0" }] }]);
    const { GroupId } = await client.createSecurityGroup({ GroupName: "plain", Description: "d" });
    const { SecurityGroups } = await client.describeSecurityGroups({ GroupNames: ["plain"] });
    expect(SecurityGroups).toMatchObject([{ GroupId, VpcId: first?.VpcId }]);
    expect((await client.describeVpcs(asked)).Vpcs?.[0]?.VpcId).toBe(first?.VpcId);
    expect((await client.describeSubnets(of(first?.VpcId ?? ""))).Subnets).toHaveLength(3);
  });

  test("can be deleted and made again, once", async () => {
    const client = at("us-west-1");
    expect(await reason(client.createDefaultVpc({}))).toBe(
      "DefaultVpcAlreadyExists: A Default VPC already exists for this account in this region.",
    );
    const [vpc] = (await client.describeVpcs({})).Vpcs ?? [];
    for (const { SubnetId } of (await client.describeSubnets({})).Subnets ?? []) await client.deleteSubnet({ SubnetId });
    const [gateway] = (await client.describeInternetGateways({})).InternetGateways ?? [];
    const InternetGatewayId = gateway?.InternetGatewayId;
    await client.detachInternetGateway({ InternetGatewayId, VpcId: vpc?.VpcId });
    await client.deleteVpc({ VpcId: vpc?.VpcId });
    expect((await client.describeVpcs({})).Vpcs).toEqual([]);
    expect(await reason(client.createSecurityGroup({ GroupName: "a", Description: "d" }))).toContain("VPCIdNotSpecified");
    const made = await client.createDefaultVpc({});
    expect(made.Vpc?.IsDefault).toBe(true);
    expect((await client.describeSubnets({})).Subnets).toHaveLength(2);
    expect(await reason(client.createDefaultSubnet({ AvailabilityZone: "us-west-1a" }))).toContain(
      "DefaultSubnetAlreadyExistsInAvailabilityZone",
    );
  });
});

describe("blocks of addresses", () => {
  test("a second block is routed locally by every table, and goes when no subnet lies in it", async () => {
    const { CidrBlockAssociation } = await client.associateVpcCidrBlock({ VpcId: vpc, CidrBlock: "10.1.0.0/16" });
    const { RouteTables } = await client.describeRouteTables(of(vpc));
    expect(RouteTables?.[0]?.Routes?.map((route) => route.DestinationCidrBlock)).toEqual(["10.0.0.0/16", "10.1.0.0/16"]);
    const SubnetId = await subnetAt("10.1.2.0/24");
    const { AssociationId } = CidrBlockAssociation ?? {};
    expect(await reason(client.disassociateVpcCidrBlock({ AssociationId }))).toContain("InvalidCidrBlock.InUse");
    await client.deleteSubnet({ SubnetId });
    await client.disassociateVpcCidrBlock({ AssociationId });
    expect((await client.describeRouteTables(of(vpc))).RouteTables?.[0]?.Routes).toHaveLength(1);
    const [own] = (await client.describeVpcs({ VpcIds: [vpc] })).Vpcs?.[0]?.CidrBlockAssociationSet ?? [];
    expect(await reason(client.disassociateVpcCidrBlock({ AssociationId: own?.AssociationId }))).toContain(
      "OperationNotPermitted",
    );
  });

  test.each<[string, string, string]>([
    ["overlaps", "10.0.128.0/20", "CidrConflict: The CIDR '10.0.128.0/20' conflicts with another CIDR of the VPC."],
    ["is too large", "11.0.0.0/8", "InvalidVpc.Range: The CIDR '11.0.0.0/8' is invalid."],
    ["is none", "10", "InvalidParameterValue: Value (10) for parameter cidrBlock is invalid. This is not a valid CIDR block."],
  ])("a block that %s is refused", async (_what, CidrBlock, wanted) => {
    expect(await reason(client.associateVpcCidrBlock({ VpcId: vpc, CidrBlock }))).toBe(wanted);
  });

  test("an IPv6 block is Amazon's; subnets take a part of it, and an egress-only gateway lets it out", async () => {
    const { Vpc } = await client.createVpc({ CidrBlock: "10.0.0.0/16", AmazonProvidedIpv6CidrBlock: true });
    const VpcId = Vpc?.VpcId;
    const [{ Ipv6CidrBlock = "" } = {}] = Vpc?.Ipv6CidrBlockAssociationSet ?? [];
    expect(Ipv6CidrBlock).toMatch(/^2001:db8:.*::\/56$/);
    const part = Ipv6CidrBlock.replace("/56", "/64");
    const { Subnet } = await client.createSubnet({ VpcId, CidrBlock: "10.0.0.0/24", Ipv6CidrBlock: part });
    expect(Subnet?.Ipv6CidrBlockAssociationSet).toMatchObject([{ Ipv6CidrBlock: part }]);
    const again = client.createSubnet({ VpcId, CidrBlock: "10.0.1.0/24", Ipv6CidrBlock: part });
    expect(await reason(again)).toBe(`InvalidSubnet.Conflict: The CIDR '${part}' conflicts with another subnet`);
    const elsewhere = client.createSubnet({ VpcId, CidrBlock: "10.0.1.0/24", Ipv6CidrBlock: "2001:db8:ffff:ffff::/64" });
    expect(await reason(elsewhere)).toContain("InvalidSubnet.Range");
    const { EgressOnlyInternetGateway } = await client.createEgressOnlyInternetGateway({ VpcId });
    const EgressOnlyInternetGatewayId = EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId;
    const RouteTableId = (await client.describeRouteTables(of(VpcId ?? ""))).RouteTables?.[0]?.RouteTableId;
    await client.createRoute({ RouteTableId, DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId });
    const held = client.deleteEgressOnlyInternetGateway({ EgressOnlyInternetGatewayId });
    expect(await reason(held)).toContain("DependencyViolation");
    await client.deleteRoute({ RouteTableId, DestinationIpv6CidrBlock: "::/0" });
    await client.deleteEgressOnlyInternetGateway({ EgressOnlyInternetGatewayId });
  });
});

describe("network ACLs", () => {
  test("hold the entries that they are given, and the subnets that are given to them", async () => {
    const SubnetId = await subnetAt("10.0.0.0/24");
    const NetworkAclId = (await client.createNetworkAcl({ VpcId: vpc })).NetworkAcl?.NetworkAclId;
    const entry = { NetworkAclId, RuleNumber: 100, Egress: false, RuleAction: "allow", CidrBlock: "0.0.0.0/0" } as const;
    await client.createNetworkAclEntry({ ...entry, Protocol: "tcp", PortRange: { From: 443, To: 443 } });
    expect(await reason(client.createNetworkAclEntry({ ...entry, Protocol: "-1" }))).toBe(
      "NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already exists.",
    );
    await client.replaceNetworkAclEntry({ ...entry, Protocol: "-1" });
    const missing = client.deleteNetworkAclEntry({ NetworkAclId, RuleNumber: 7, Egress: true });
    expect(await reason(missing)).toContain("InvalidNetworkAclEntry.NotFound");
    const before = (await client.describeNetworkAcls({ Filters: [{ Name: "association.subnet-id", Values: [SubnetId] }] }))
      .NetworkAcls?.[0]?.Associations?.[0];
    await client.replaceNetworkAclAssociation({ AssociationId: before?.NetworkAclAssociationId, NetworkAclId });
    const { NetworkAcls } = await client.describeNetworkAcls({ NetworkAclIds: [NetworkAclId ?? ""] });
    expect(NetworkAcls).toMatchObject([
      { Associations: [{ SubnetId }], Entries: [{ Egress: true }, { RuleNumber: 100, Protocol: "-1" }, {}] },
    ]);
    expect(await reason(client.deleteNetworkAcl({ NetworkAclId }))).toContain("DependencyViolation");
    await client.deleteSubnet({ SubnetId });
    await client.deleteNetworkAcl({ NetworkAclId });
  });

  test.each<[string, Partial<ec2.CreateNetworkAclEntryCommandInput>, string]>([
    ["a number that is too high", { RuleNumber: 40_000 }, "InvalidParameterValue"],
    ["a protocol that is none", { Protocol: "carrier-pigeon" }, "InvalidParameterValue"],
    ["no ports with TCP", { Protocol: "6" }, "MissingParameter: The request must contain the parameter portRange"],
    ["no block", { CidrBlock: undefined }, "MissingParameter"],
  ])("refuse an entry with %s", async (_what, input, wanted) => {
    const NetworkAclId = (await client.createNetworkAcl({ VpcId: vpc })).NetworkAcl?.NetworkAclId;
    const whole = {
      NetworkAclId,
      RuleNumber: 1,
      Egress: false,
      RuleAction: "deny",
      CidrBlock: "10.0.0.0/8",
      Protocol: "-1",
    } as const;
    expect(await reason(client.createNetworkAclEntry({ ...whole, ...input }))).toContain(wanted);
  });
});

describe("network interfaces and addresses", () => {
  test("an interface has the addresses that it is given, and the first free ones", async () => {
    const SubnetId = await subnetAt("10.0.0.0/24");
    const { NetworkInterface } = await client.createNetworkInterface({
      SubnetId,
      PrivateIpAddress: "10.0.0.9",
      SecondaryPrivateIpAddressCount: 1,
    });
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId;
    expect(NetworkInterface?.PrivateIpAddresses?.map((each) => each.PrivateIpAddress)).toEqual(["10.0.0.9", "10.0.0.4"]);
    expect(NetworkInterface?.Groups).toMatchObject([{ GroupName: "default" }]);
    const other = client.createNetworkInterface({ SubnetId, PrivateIpAddress: "10.0.0.9" });
    expect(await reason(other)).toBe("InvalidIPAddress.InUse: Address 10.0.0.9 is in use.");
    await client.assignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses: ["10.0.0.20"] });
    await client.unassignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses: ["10.0.0.4"] });
    const primary = client.unassignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses: ["10.0.0.9"] });
    expect(await reason(primary)).toContain("InvalidParameterValue");
    await client.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, SourceDestCheck: { Value: false } });
    const { NetworkInterfaces } = await client.describeNetworkInterfaces({ NetworkInterfaceIds: [NetworkInterfaceId ?? ""] });
    expect(NetworkInterfaces).toMatchObject([
      { SourceDestCheck: false, Status: "available", PrivateIpAddresses: [{}, { PrivateIpAddress: "10.0.0.20" }] },
    ]);
    expect(await reason(client.deleteSubnet({ SubnetId }))).toContain("DependencyViolation");
    await client.deleteNetworkInterface({ NetworkInterfaceId });
    const { Subnets } = await client.describeSubnets({ SubnetIds: [SubnetId] });
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(251);
  });

  test("an address moves to another interface only when told so", async () => {
    const SubnetId = await subnetAt("10.0.0.0/24");
    const ids = await Promise.all(
      [0, 1].map(async () => (await client.createNetworkInterface({ SubnetId })).NetworkInterface?.NetworkInterfaceId ?? ""),
    );
    const { AllocationId } = await client.allocateAddress({});
    const to = (NetworkInterfaceId = "") => ({ AllocationId, NetworkInterfaceId });
    expect(await reason(client.associateAddress(to(ids[0])))).toContain("Gateway.NotAttached");
    const InternetGatewayId = (await client.createInternetGateway({})).InternetGateway?.InternetGatewayId;
    await client.attachInternetGateway({ InternetGatewayId, VpcId: vpc });
    await client.associateAddress(to(ids[0]));
    expect(await reason(client.associateAddress(to(ids[1])))).toContain("Resource.AlreadyAssociated");
    const { AssociationId } = await client.associateAddress({ ...to(ids[1]), AllowReassociation: true });
    const { NetworkInterfaces = [] } = await client.describeNetworkInterfaces({ NetworkInterfaceIds: ids });
    const holders = NetworkInterfaces.flatMap((each) => (each.Association === undefined ? [] : [each.NetworkInterfaceId]));
    expect(holders).toEqual([ids[1]]);
    expect(await reason(client.releaseAddress({ AllocationId }))).toContain("InvalidIPAddress.InUse");
    await client.disassociateAddress({ AssociationId });
    await client.releaseAddress({ AllocationId });
  });
});

test("an interface endpoint has an interface in each subnet, and names", async () => {
  const ServiceName = "com.amazonaws.eu-west-1.sqs";
  const subnets = [await subnetAt("10.0.0.0/24"), await subnetAt("10.0.1.0/24", "eu-west-1b"), await subnetAt("10.0.2.0/24")];
  const input = { VpcId: vpc, ServiceName, VpcEndpointType: "Interface", SubnetIds: subnets.slice(0, 2) } as const;
  expect(await reason(client.createVpcEndpoint(input))).toBe(
    `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc}`,
  );
  await client.modifyVpcAttribute({ VpcId: vpc, EnableDnsHostnames: { Value: true } });
  expect(await reason(client.createVpcEndpoint({ ...input, SubnetIds: [subnets[0] ?? "", subnets[2] ?? ""] }))).toContain(
    "DuplicateSubnetsInSameZone",
  );
  const { VpcEndpoint } = await client.createVpcEndpoint(input);
  const VpcEndpointId = VpcEndpoint?.VpcEndpointId ?? "";
  const names = VpcEndpoint?.DnsEntries?.map(({ DnsName = "" }) => DnsName.replace(/^vpce-\w+-\w{8}/, "vpce")) ?? [];
  expect(names).toEqual([
    "vpce.sqs.eu-west-1.vpce.amazonaws.com",
    "vpce-eu-west-1a.sqs.eu-west-1.vpce.amazonaws.com",
    "vpce-eu-west-1b.sqs.eu-west-1.vpce.amazonaws.com",
    "sqs.eu-west-1.amazonaws.com",
  ]);
  expect(VpcEndpoint?.NetworkInterfaceIds).toHaveLength(2);
  expect(await reason(client.createVpcEndpoint(input))).toContain("conflicting DNS domain for sqs.eu-west-1.amazonaws.com");
  const GroupId = (await client.createSecurityGroup({ VpcId: vpc, GroupName: "g", Description: "d" })).GroupId ?? "";
  await client.modifyVpcEndpoint({
    VpcEndpointId,
    RemoveSubnetIds: subnets.slice(1, 2),
    AddSecurityGroupIds: [GroupId],
    PrivateDnsEnabled: false,
  });
  const { VpcEndpoints } = await client.describeVpcEndpoints({ VpcEndpointIds: [VpcEndpointId] });
  expect(VpcEndpoints?.[0]).toMatchObject({ SubnetIds: subnets.slice(0, 1), Groups: [{}, { GroupId }] });
  expect(VpcEndpoints?.[0]?.DnsEntries).toHaveLength(2);
  expect(await reason(client.deleteSecurityGroup({ GroupId }))).toContain("DependencyViolation");
  await client.deleteVpcEndpoints({ VpcEndpointIds: [VpcEndpointId] });
  expect((await client.describeNetworkInterfaces(of(vpc))).NetworkInterfaces).toEqual([]);
  const services = await client.describeVpcEndpointServices({ ServiceNames: [ServiceName] });
  expect(services.ServiceDetails).toMatchObject([{ PrivateDnsName: "sqs.eu-west-1.amazonaws.com" }]);
});

test("VPCs are peers once the second has accepted, and each state allows what it may", async () => {
  const PeerVpcId = (await client.createVpc({ CidrBlock: "10.7.0.0/16" })).Vpc?.VpcId;
  const { VpcPeeringConnection } = await client.createVpcPeeringConnection({ VpcId: vpc, PeerVpcId });
  const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId ?? "";
  const stateOf = async () =>
    (await client.describeVpcPeeringConnections({ VpcPeeringConnectionIds: [VpcPeeringConnectionId] })).VpcPeeringConnections?.[0]
      ?.Status?.Code;
  expect(await stateOf()).toBe("pending-acceptance");
  await client.acceptVpcPeeringConnection({ VpcPeeringConnectionId });
  expect(await reason(client.rejectVpcPeeringConnection({ VpcPeeringConnectionId }))).toContain("InvalidStateTransition");
  const RouteTableId = (await client.describeRouteTables(of(vpc))).RouteTables?.[0]?.RouteTableId;
  await client.createRoute({ RouteTableId, DestinationCidrBlock: "10.7.0.0/16", VpcPeeringConnectionId });
  await client.deleteVpcPeeringConnection({ VpcPeeringConnectionId });
  expect(await stateOf()).toBe("deleted");
  const same = await client.createVpc({ CidrBlock: "10.0.0.0/20" });
  const overlapping = await client.createVpcPeeringConnection({ VpcId: vpc, PeerVpcId: same.Vpc?.VpcId });
  const id = overlapping.VpcPeeringConnection?.VpcPeeringConnectionId ?? "";
  const { VpcPeeringConnections } = await client.describeVpcPeeringConnections({ VpcPeeringConnectionIds: [id] });
  expect(VpcPeeringConnections?.[0]?.Status?.Code).toBe("failed");
});

test("flow logs and DHCP options are kept as they were made", async () => {
  const input: ec2.CreateFlowLogsCommandInput = {
    ResourceType: "VPC",
    ResourceIds: [vpc, "vpc-0123456789abcdef0"],
    TrafficType: "ALL",
    LogGroupName: "flows",
    DeliverLogsPermissionArn: "arn:aws:iam::000000000000:role/flows",
  };
  const { FlowLogIds = [], Unsuccessful } = await client.createFlowLogs(input);
  expect(Unsuccessful).toMatchObject([{ Error: { Code: "InvalidVpcID.NotFound" } }]);
  expect((await client.createFlowLogs(input)).Unsuccessful).toMatchObject([{ Error: { Code: "FlowLogAlreadyExists" } }, {}]);
  expect((await client.describeFlowLogs({ FlowLogIds })).FlowLogs).toMatchObject([{ ResourceId: vpc, FlowLogStatus: "ACTIVE" }]);
  expect((await client.deleteFlowLogs({ FlowLogIds })).Unsuccessful).toEqual([]);
  const { DhcpOptions } = await client.createDhcpOptions({ DhcpConfigurations: [{ Key: "domain-name", Values: ["corp.test"] }] });
  const DhcpOptionsId = DhcpOptions?.DhcpOptionsId;
  await client.associateDhcpOptions({ DhcpOptionsId, VpcId: vpc });
  expect(await reason(client.deleteDhcpOptions({ DhcpOptionsId }))).toContain("DependencyViolation");
  await client.associateDhcpOptions({ DhcpOptionsId: "default", VpcId: vpc });
  await client.deleteDhcpOptions({ DhcpOptionsId });
  expect(await reason(client.createDhcpOptions({ DhcpConfigurations: [{ Key: "colour", Values: ["red"] }] }))).toContain(
    "InvalidParameterValue",
  );
});
