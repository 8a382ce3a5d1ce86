import type { VpcAttributeName } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, isTrue, requiredText, textAt } from "../attribute-map.ts";
import { conflicts, oneOf, runChecks } from "../checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf, HELD, tagsOnCreate, updateTags } from "./shared.ts";

const MISSING = ["InvalidVpcID.NotFound"];
const NO_IPV6 = "the embedded cloud's VPCs have no IPv6 blocks";
const NO_IPAM = "the embedded cloud has no IPAM";

type Switch = "EnableDnsSupport" | "EnableDnsHostnames" | "EnableNetworkAddressUsageMetrics";

/** Attributes that only their own operation changes, with what they are when a VPC is made. */
const SWITCHES: readonly (readonly [attribute: string, name: VpcAttributeName, member: Switch, atFirst: boolean])[] = [
  ["enable_dns_support", "enableDnsSupport", "EnableDnsSupport", true],
  ["enable_dns_hostnames", "enableDnsHostnames", "EnableDnsHostnames", false],
  ["enable_network_address_usage_metrics", "enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics", false],
];

/** `aws_vpc`. Behaviour: `internal/service/ec2/vpc_.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc",
  noun: "EC2 VPC",
  defaults: { enable_dns_support: true, instance_tenancy: "default" },
  forceNew: ["cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"],
  tagged: true,
  unsupported: {
    assign_generated_ipv6_cidr_block: NO_IPV6,
    ipv4_ipam_pool_id: NO_IPAM,
    ipv4_netmask_length: NO_IPAM,
    ipv6_cidr_block: NO_IPV6,
    ipv6_cidr_block_network_border_group: NO_IPV6,
    ipv6_ipam_pool_id: NO_IPAM,
    ipv6_netmask_length: NO_IPV6,
  },
  validate: (config) =>
    runChecks([oneOf("instance_tenancy", ["default", "dedicated"]), conflicts("cidr_block", ["ipv4_netmask_length"])], config),
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
      InstanceTenancy: enumAt(planned, "instance_tenancy"),
      ...tagsOnCreate(planned, "vpc"),
    });
    const id = Vpc?.VpcId ?? "";
    await onCreated({ id });
    for (const [attribute, , member, atFirst] of SWITCHES)
      if (typeof planned[attribute] === "boolean" && planned[attribute] !== atFirst)
        await aws.clients.ec2.modifyVpcAttribute({ VpcId: id, [member]: { Value: planned[attribute] } });
  },
  read,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    for (const [attribute, , member] of SWITCHES)
      if (changed(attribute))
        await aws.clients.ec2.modifyVpcAttribute({ VpcId: id, [member]: { Value: isTrue(planned, attribute) } });
    if (changed("instance_tenancy")) await aws.clients.ec2.modifyVpcTenancy({ VpcId: id, InstanceTenancy: "default" });
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const VpcId = requiredText(state, "id");
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteVpc({ VpcId })));
  },
};

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const { ec2 } = aws.clients;
  const id = requiredText(state, "id");
  const found = await unlessMissing(MISSING, () => ec2.describeVpcs({ VpcIds: [id] }));
  const vpc = found?.Vpcs?.[0];
  if (vpc === undefined) return null;
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
    assign_generated_ipv6_cidr_block: false,
    cidr_block: vpc.CidrBlock ?? "",
    default_network_acl_id: acls.NetworkAcls?.[0]?.NetworkAclId ?? "",
    default_route_table_id: tableId,
    default_security_group_id: groups.SecurityGroups?.[0]?.GroupId ?? "",
    dhcp_options_id: vpc.DhcpOptionsId ?? "",
    ...Object.fromEntries(switches),
    instance_tenancy: vpc.InstanceTenancy ?? "",
    ipv6_association_id: "",
    ipv6_cidr_block: "",
    ipv6_cidr_block_network_border_group: "",
    ipv6_ipam_pool_id: "",
    ipv6_netmask_length: 0,
    main_route_table_id: tableId,
    owner_id: vpc.OwnerId ?? "",
    tags_all: tagMap(vpc.Tags),
  };
}
