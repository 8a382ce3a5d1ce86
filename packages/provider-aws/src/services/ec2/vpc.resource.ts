import type { Vpc, VpcAttributeName, VpcIpv6CidrBlockAssociation } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, isTrue, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { conflicts, oneOf, requiredWith, runChecks } from "../checks.ts";
import { isNetwork } from "../network-checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD, WAIT } from "./waits.ts";

const MISSING = ["InvalidVpcID.NotFound"];
type Switch = "EnableDnsSupport" | "EnableDnsHostnames" | "EnableNetworkAddressUsageMetrics";

/** Attributes that only their own operation changes, with what they are when a VPC is made. */
export const SWITCHES: readonly (readonly [attribute: string, name: VpcAttributeName, member: Switch, atFirst: boolean])[] = [
  ["enable_dns_support", "enableDnsSupport", "EnableDnsSupport", true],
  ["enable_dns_hostnames", "enableDnsHostnames", "EnableDnsHostnames", false],
  ["enable_network_address_usage_metrics", "enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics", false],
];

/** Of IPv6 blocks, here and of the default VPC. */
export const IPV6_CHECKS = [
  conflicts("assign_generated_ipv6_cidr_block", ["ipv6_ipam_pool_id"]),
  conflicts("ipv6_ipam_pool_id", ["assign_generated_ipv6_cidr_block"]),
  conflicts("ipv6_cidr_block", ["ipv6_netmask_length", "assign_generated_ipv6_cidr_block"]),
  requiredWith("ipv6_cidr_block", ["ipv6_ipam_pool_id"]),
  conflicts("ipv6_netmask_length", ["ipv6_cidr_block"]),
  requiredWith("ipv6_netmask_length", ["ipv6_ipam_pool_id"]),
  requiredWith("ipv6_cidr_block_network_border_group", ["assign_generated_ipv6_cidr_block"]),
];
const CHECKS = [
  oneOf("instance_tenancy", ["default", "dedicated"]),
  isNetwork("cidr_block", 16, 28),
  conflicts("cidr_block", ["ipv4_netmask_length"]),
  conflicts("ipv4_netmask_length", ["cidr_block"]),
  requiredWith("ipv4_netmask_length", ["ipv4_ipam_pool_id"]),
  ...IPV6_CHECKS,
];
export const IPV6_RECOMPUTED = {
  ipv6_association_id: ["assign_generated_ipv6_cidr_block"],
  ipv6_cidr_block: ["assign_generated_ipv6_cidr_block"],
};
export const IPV6 = [
  "assign_generated_ipv6_cidr_block",
  "ipv6_cidr_block",
  "ipv6_cidr_block_network_border_group",
  "ipv6_ipam_pool_id",
  "ipv6_netmask_length",
];

/** `aws_vpc`. Behaviour: `internal/service/ec2/vpc_.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc",
  noun: "EC2 VPC",
  defaults: { enable_dns_support: true, instance_tenancy: "default" },
  forceNew: ["cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"],
  tagged: true,
  recomputedWhen: IPV6_RECOMPUTED,
  validate: (config) => runChecks(CHECKS, config),
  // A VPC's tenancy can only be set back to the default.
  customizePlan: (prior, planned) => ({
    requiresReplace:
      prior !== null && prior.instance_tenancy !== planned.instance_tenancy && planned.instance_tenancy !== "default"
        ? ["instance_tenancy"]
        : [],
  }),
  async create(aws, planned, onCreated) {
    const { Vpc } = await aws.clients.ec2.createVpc({
      CidrBlock: textAt(planned, "cidr_block"),
      Ipv4IpamPoolId: textAt(planned, "ipv4_ipam_pool_id"),
      Ipv4NetmaskLength: lengthAt(planned, "ipv4_netmask_length"),
      ...ipv6Of(planned),
      InstanceTenancy: enumAt(planned, "instance_tenancy"),
      ...tagsOnCreate(planned, "vpc"),
    });
    const id = Vpc?.VpcId ?? "";
    await onCreated({ id });
    for (const [attribute, , member, atFirst] of SWITCHES)
      if (typeof planned[attribute] === "boolean" && planned[attribute] !== atFirst)
        await aws.clients.ec2.modifyVpcAttribute({ VpcId: id, [member]: { Value: planned[attribute] } });
  },
  read: readVpc,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    for (const [attribute, , member] of SWITCHES)
      if (changed(attribute))
        await aws.clients.ec2.modifyVpcAttribute({ VpcId: id, [member]: { Value: isTrue(planned, attribute) } });
    if (IPV6.some((name) => changed(name))) await changeIpv6(aws, prior, planned);
    if (changed("instance_tenancy")) await aws.clients.ec2.modifyVpcTenancy({ VpcId: id, InstanceTenancy: "default" });
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const VpcId = requiredText(state, "id");
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteVpc({ VpcId })));
  },
};

/** A length that nobody set is 0. */
const lengthAt = (object: ValueObject, name: string) => numberAt(object, name) || undefined;

function ipv6Of(planned: ValueObject) {
  const isAmazons = isTrue(planned, "assign_generated_ipv6_cidr_block");
  return {
    ...(isAmazons ? { AmazonProvidedIpv6CidrBlock: true } : {}),
    Ipv6CidrBlock: isAmazons ? undefined : textAt(planned, "ipv6_cidr_block"),
    Ipv6CidrBlockNetworkBorderGroup: textAt(planned, "ipv6_cidr_block_network_border_group"),
    Ipv6IpamPoolId: textAt(planned, "ipv6_ipam_pool_id"),
    Ipv6NetmaskLength: lengthAt(planned, "ipv6_netmask_length"),
  };
}

const associationOf = async (aws: AwsContext, id: string) => (await find(aws, id))?.Ipv6CidrBlockAssociationSet ?? [];

/** The IPv6 block goes, and the other one comes; each is waited for. */
export async function changeIpv6(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const VpcId = requiredText(prior, "id");
  const AssociationId = textAt(prior, "ipv6_association_id");
  if (AssociationId !== undefined) {
    await aws.clients.ec2.disassociateVpcCidrBlock({ AssociationId });
    await aws.wait({ ...WAIT, what: "EC2 VPC IPv6 CIDR block disassociation" }, async () =>
      (await associationOf(aws, VpcId)).some(isPresent) ? undefined : true,
    );
  }
  const wanted = ipv6Of(planned);
  if (wanted.AmazonProvidedIpv6CidrBlock !== true && wanted.Ipv6IpamPoolId === undefined) return;
  await aws.clients.ec2.associateVpcCidrBlock({ VpcId, ...wanted });
  await aws.wait({ ...WAIT, what: "EC2 VPC IPv6 CIDR block association" }, async () =>
    (await associationOf(aws, VpcId)).some(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State === "associated")
      ? true
      : undefined,
  );
}

const isPresent = ({ Ipv6CidrBlockState }: VpcIpv6CidrBlockAssociation) => Ipv6CidrBlockState?.State !== "disassociated";

async function find(aws: AwsContext, id: string): Promise<Vpc | undefined> {
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeVpcs({ VpcIds: [id] }));
  return found?.Vpcs?.[0];
}

/** The whole object, from `id`. */
export async function readVpc(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const { ec2 } = aws.clients;
  const id = requiredText(state, "id");
  const vpc = await find(aws, id);
  if (vpc === undefined) return null;
  const ipv6 = vpc.Ipv6CidrBlockAssociationSet?.find(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State === "associated");
  const filters = (Name: string, value: string) => ({
    Filters: [
      { Name, Values: [value] },
      { Name: "vpc-id", Values: [id] },
    ],
  });
  const [acls, tables, groups, ...switches] = await Promise.all([
    ec2.describeNetworkAcls(filters("default", "true")),
    ec2.describeRouteTables(filters("association.main", "true")),
    ec2.describeSecurityGroups(filters("group-name", "default")),
    ...SWITCHES.map(async ([attribute, Attribute, member]) => {
      const answer = await ec2.describeVpcAttribute({ VpcId: id, Attribute });
      return [attribute, answer[member]?.Value ?? false] as const;
    }),
  ]);
  const tableId = tables.RouteTables?.[0]?.RouteTableId ?? "";
  return {
    id,
    arn: arnOf(aws, vpc.OwnerId, `vpc/${id}`),
    assign_generated_ipv6_cidr_block: ipv6?.Ipv6Pool === "Amazon",
    cidr_block: vpc.CidrBlock ?? "",
    default_network_acl_id: acls.NetworkAcls?.[0]?.NetworkAclId ?? "",
    default_route_table_id: tableId,
    default_security_group_id: groups.SecurityGroups?.[0]?.GroupId ?? "",
    dhcp_options_id: vpc.DhcpOptionsId ?? "",
    ...Object.fromEntries(switches),
    instance_tenancy: vpc.InstanceTenancy ?? "",
    ipv6_association_id: ipv6?.AssociationId ?? "",
    ipv6_cidr_block: ipv6?.Ipv6CidrBlock ?? "",
    ipv6_cidr_block_network_border_group: ipv6?.NetworkBorderGroup ?? "",
    ipv6_ipam_pool_id: ipv6 === undefined || ipv6.Ipv6Pool === "Amazon" ? "" : (textAt(state, "ipv6_ipam_pool_id") ?? ""),
    ipv6_netmask_length: ipv6 === undefined || ipv6.Ipv6Pool === "Amazon" ? 0 : Number(ipv6.Ipv6CidrBlock?.split("/")[1] ?? 0),
    ipv4_ipam_pool_id: state.ipv4_ipam_pool_id ?? null,
    ipv4_netmask_length: state.ipv4_netmask_length ?? null,
    main_route_table_id: tableId,
    owner_id: vpc.OwnerId ?? "",
    tags_all: tagMap(vpc.Tags),
  };
}
