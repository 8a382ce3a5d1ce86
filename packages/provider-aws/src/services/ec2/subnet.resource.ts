import type { ModifySubnetAttributeCommandInput, Subnet } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { conflicts, each, oneOf, requiredWith, runChecks } from "../checks.ts";
import { isIpv4Block, isIpv6Block } from "../network-checks.ts";
import { tagMap } from "../tags.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD, WAIT } from "./waits.ts";

const MISSING = ["InvalidSubnetID.NotFound"];
/** Attributes that only ModifySubnetAttribute sets, one a request. */
const SWITCHES = [
  ["assign_ipv6_address_on_creation", "AssignIpv6AddressOnCreation"],
  ["enable_dns64", "EnableDns64"],
  ["map_public_ip_on_launch", "MapPublicIpOnLaunch"],
  ["enable_resource_name_dns_a_record_on_launch", "EnableResourceNameDnsARecordOnLaunch"],
  ["enable_resource_name_dns_aaaa_record_on_launch", "EnableResourceNameDnsAAAARecordOnLaunch"],
] as const;

const CHECKS = [
  conflicts("availability_zone", ["availability_zone_id"]),
  conflicts("availability_zone_id", ["availability_zone"]),
  oneOf("private_dns_hostname_type_on_launch", ["ip-name", "resource-name"]),
  isIpv4Block("cidr_block"),
  isIpv6Block("ipv6_cidr_block"),
  each("enable_lni_at_device_index", (value, key) => (value === 0 ? `${key} must not be zero, got 0` : undefined)),
  requiredWith("customer_owned_ipv4_pool", ["map_customer_owned_ip_on_launch", "outpost_arn"]),
  requiredWith("map_customer_owned_ip_on_launch", ["customer_owned_ipv4_pool", "outpost_arn"]),
];
/** Only said when the subnet is made (edition 6). */
const KEPT = ["ipv4_ipam_pool_id", "ipv4_netmask_length", "ipv6_ipam_pool_id", "ipv6_netmask_length"];

/** `aws_subnet`. Behaviour: `internal/service/ec2/vpc_subnet.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_subnet",
  noun: "EC2 Subnet",
  defaults: Object.fromEntries(
    [
      "assign_ipv6_address_on_creation",
      "enable_dns64",
      "enable_resource_name_dns_a_record_on_launch",
      "enable_resource_name_dns_aaaa_record_on_launch",
      "ipv6_native",
      "map_public_ip_on_launch",
    ].map((name) => [name, false]),
  ),
  forceNew: ["availability_zone", "availability_zone_id", "cidr_block", "ipv6_native", "outpost_arn", "vpc_id"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const { Subnet } = await aws.clients.ec2.createSubnet({
      VpcId: requiredText(planned, "vpc_id"),
      CidrBlock: textAt(planned, "cidr_block"),
      Ipv6CidrBlock: textAt(planned, "ipv6_cidr_block"),
      ...(planned.ipv6_native === true ? { Ipv6Native: true } : {}),
      OutpostArn: textAt(planned, "outpost_arn"),
      Ipv4IpamPoolId: textAt(planned, "ipv4_ipam_pool_id"),
      Ipv4NetmaskLength: numberAt(planned, "ipv4_netmask_length") || undefined,
      Ipv6IpamPoolId: textAt(planned, "ipv6_ipam_pool_id"),
      Ipv6NetmaskLength: numberAt(planned, "ipv6_netmask_length") || undefined,
      AvailabilityZone: textAt(planned, "availability_zone"),
      AvailabilityZoneId: textAt(planned, "availability_zone_id"),
      ...tagsOnCreate(planned, "subnet"),
    });
    const id = Subnet?.SubnetId ?? "";
    await onCreated({ id });
    await modify(aws, id, planned, (attribute) => isTrue(planned, attribute) || attribute === HOSTNAME);
    await modifyOutpost(aws, id, planned, (attribute) => Boolean(planned[attribute]));
  },
  read: readSubnet,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    // No address is assigned by a block that goes; none before it is there.
    const isOff = (attribute: string) => changed(attribute) && !isTrue(planned, attribute);
    await modify(aws, id, planned, isOff);
    if (changed("ipv6_cidr_block")) await changeIpv6(aws, prior, planned);
    await modify(aws, id, planned, (attribute) => changed(attribute) && (isTrue(planned, attribute) || attribute === HOSTNAME));
    await modifyOutpost(aws, id, planned, changed);
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const SubnetId = requiredText(state, "id");
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteSubnet({ SubnetId })));
  },
};

const HOSTNAME = "private_dns_hostname_type_on_launch";

async function modify(
  aws: AwsContext,
  SubnetId: string,
  planned: ValueObject,
  sends: (attribute: string) => boolean,
): Promise<void> {
  for (const [attribute, member] of SWITCHES)
    if (sends(attribute))
      await aws.clients.ec2.modifySubnetAttribute({ SubnetId, [member]: { Value: planned[attribute] === true } });
  const PrivateDnsHostnameTypeOnLaunch = textAt(
    planned,
    HOSTNAME,
  ) as ModifySubnetAttributeCommandInput["PrivateDnsHostnameTypeOnLaunch"];
  if (sends(HOSTNAME) && PrivateDnsHostnameTypeOnLaunch !== undefined)
    await aws.clients.ec2.modifySubnetAttribute({ SubnetId, PrivateDnsHostnameTypeOnLaunch });
}

/** What a subnet on an Outpost has beside. */
async function modifyOutpost(
  aws: AwsContext,
  SubnetId: string,
  planned: ValueObject,
  sends: (attribute: string) => boolean,
): Promise<void> {
  if (sends("customer_owned_ipv4_pool") || sends("map_customer_owned_ip_on_launch"))
    await aws.clients.ec2.modifySubnetAttribute({
      SubnetId,
      CustomerOwnedIpv4Pool: textAt(planned, "customer_owned_ipv4_pool"),
      MapCustomerOwnedIpOnLaunch: { Value: isTrue(planned, "map_customer_owned_ip_on_launch") },
    });
  const device = numberAt(planned, "enable_lni_at_device_index");
  if (sends("enable_lni_at_device_index") && device !== undefined)
    await aws.clients.ec2.modifySubnetAttribute({ SubnetId, EnableLniAtDeviceIndex: device });
}

async function changeIpv6(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const SubnetId = requiredText(prior, "id");
  const [AssociationId, block] = [textAt(prior, "ipv6_cidr_block_association_id"), textAt(planned, "ipv6_cidr_block")];
  const states = async () =>
    (await find(aws, SubnetId))?.Ipv6CidrBlockAssociationSet?.map((each) => each.Ipv6CidrBlockState?.State) ?? [];
  if (AssociationId !== undefined) {
    await aws.clients.ec2.disassociateSubnetCidrBlock({ AssociationId });
    await aws.wait({ ...WAIT, what: "EC2 Subnet IPv6 CIDR block disassociation" }, async () =>
      (await states()).every((state) => state === "disassociated") ? true : undefined,
    );
  }
  if (block === undefined) return;
  await aws.clients.ec2.associateSubnetCidrBlock({ SubnetId, Ipv6CidrBlock: block });
  await aws.wait({ ...WAIT, what: "EC2 Subnet IPv6 CIDR block association" }, async () =>
    (await states()).includes("associated") ? true : undefined,
  );
}

async function find(aws: AwsContext, id: string): Promise<Subnet | undefined> {
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeSubnets({ SubnetIds: [id] }));
  return found?.Subnets?.[0];
}

/** The whole object, from `id`. */
export async function readSubnet(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const subnet = await find(aws, id);
  if (subnet === undefined) return null;
  const ipv6 = subnet.Ipv6CidrBlockAssociationSet?.find(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State === "associated");
  const { PrivateDnsNameOptionsOnLaunch: names } = subnet;
  return {
    id,
    arn: subnet.SubnetArn ?? "",
    assign_ipv6_address_on_creation: subnet.AssignIpv6AddressOnCreation ?? false,
    availability_zone: subnet.AvailabilityZone ?? "",
    availability_zone_id: subnet.AvailabilityZoneId ?? "",
    cidr_block: subnet.CidrBlock ?? "",
    customer_owned_ipv4_pool: subnet.CustomerOwnedIpv4Pool ?? "",
    enable_dns64: subnet.EnableDns64 ?? false,
    enable_lni_at_device_index: subnet.EnableLniAtDeviceIndex ?? 0,
    enable_resource_name_dns_a_record_on_launch: names?.EnableResourceNameDnsARecord ?? false,
    enable_resource_name_dns_aaaa_record_on_launch: names?.EnableResourceNameDnsAAAARecord ?? false,
    ipv6_cidr_block: ipv6?.Ipv6CidrBlock ?? "",
    ipv6_cidr_block_association_id: ipv6?.AssociationId ?? "",
    ...Object.fromEntries(KEPT.map((name) => [name, state[name] ?? null])),
    ipv6_native: subnet.Ipv6Native ?? false,
    map_customer_owned_ip_on_launch: subnet.MapCustomerOwnedIpOnLaunch ?? false,
    map_public_ip_on_launch: subnet.MapPublicIpOnLaunch ?? false,
    outpost_arn: subnet.OutpostArn ?? "",
    owner_id: subnet.OwnerId ?? "",
    private_dns_hostname_type_on_launch: names?.HostnameType ?? "",
    tags_all: tagMap(subnet.Tags),
    vpc_id: subnet.VpcId ?? "",
  };
}
