import type { ModifySubnetAttributeCommandInput } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { conflicts, oneOf, runChecks } from "../checks.ts";
import { tagMap } from "../tags.ts";
import { HELD, tagsOnCreate, updateTags } from "./shared.ts";

const MISSING = ["InvalidSubnetID.NotFound"];
const NO_IPV6 = "the embedded cloud's subnets have no IPv6 blocks";
const NO_OUTPOSTS = "the embedded cloud has no Outposts";
const NO_IPAM = "the embedded cloud has no IPAM";

/** Attributes that only ModifySubnetAttribute sets, one a request. */
const SWITCHES = [
  ["map_public_ip_on_launch", "MapPublicIpOnLaunch"],
  ["enable_resource_name_dns_a_record_on_launch", "EnableResourceNameDnsARecordOnLaunch"],
  ["enable_resource_name_dns_aaaa_record_on_launch", "EnableResourceNameDnsAAAARecordOnLaunch"],
] as const;

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
  forceNew: ["availability_zone", "availability_zone_id", "cidr_block", "vpc_id"],
  tagged: true,
  unsupported: {
    assign_ipv6_address_on_creation: NO_IPV6,
    customer_owned_ipv4_pool: NO_OUTPOSTS,
    enable_dns64: NO_IPV6,
    enable_lni_at_device_index: NO_OUTPOSTS,
    ipv4_ipam_pool_id: NO_IPAM,
    ipv4_netmask_length: NO_IPAM,
    ipv6_cidr_block: NO_IPV6,
    ipv6_ipam_pool_id: NO_IPAM,
    ipv6_native: NO_IPV6,
    ipv6_netmask_length: NO_IPV6,
    map_customer_owned_ip_on_launch: NO_OUTPOSTS,
    outpost_arn: NO_OUTPOSTS,
  },
  validate: (config) =>
    runChecks(
      [
        conflicts("availability_zone", ["availability_zone_id"]),
        conflicts("availability_zone_id", ["availability_zone"]),
        oneOf("private_dns_hostname_type_on_launch", ["ip-name", "resource-name"]),
      ],
      config,
    ),
  async create(aws, planned, onCreated) {
    const { Subnet } = await aws.clients.ec2.createSubnet({
      VpcId: requiredText(planned, "vpc_id"),
      CidrBlock: textAt(planned, "cidr_block"),
      AvailabilityZone: textAt(planned, "availability_zone"),
      AvailabilityZoneId: textAt(planned, "availability_zone_id"),
      ...tagsOnCreate(planned, "subnet"),
    });
    const id = Subnet?.SubnetId ?? "";
    await onCreated({ id });
    await modify(aws, id, planned, (attribute) => planned[attribute] === true || attribute === HOSTNAME);
  },
  read,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    await modify(aws, id, planned, changed);
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

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeSubnets({ SubnetIds: [id] }));
  const subnet = found?.Subnets?.[0];
  if (subnet === undefined) return null;
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
    ipv6_cidr_block: "",
    ipv6_cidr_block_association_id: "",
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
