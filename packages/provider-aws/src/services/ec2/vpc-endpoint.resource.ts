import type { DnsRecordIpType, IpAddressType, ModifyVpcEndpointCommandInput, VpcEndpoint } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, blocksAt, enumAt, isTrue, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { conflicts, isArn, isJson, oneOf, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { tagMap } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { arnOf } from "./arn.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { WAIT } from "./waits.ts";

const MISSING = ["InvalidVpcEndpointId.NotFound"];
/** What endpoints have with a network interface in each subnet. */
const SETS = [
  ["route_table_ids", "AddRouteTableIds", "RemoveRouteTableIds"],
  ["security_group_ids", "AddSecurityGroupIds", "RemoveSecurityGroupIds"],
  ["subnet_ids", "AddSubnetIds", "RemoveSubnetIds"],
] as const;
const CHANGED = ["dns_options", "ip_address_type", "policy", "private_dns_enabled", "subnet_configuration"];

const SERVICES = ["resource_configuration_arn", "service_name", "service_network_arn"];
const CHECKS = [
  isJson("policy"),
  isArn("resource_configuration_arn"),
  isArn("service_network_arn"),
  oneOf("vpc_endpoint_type", ["Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork"]),
  ...SERVICES.map((name) =>
    conflicts(
      name,
      SERVICES.filter((other) => other !== name),
    ),
  ),
];

/** `aws_vpc_endpoint`. Behaviour: `internal/service/ec2/vpc_endpoint.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc_endpoint",
  noun: "EC2 VPC Endpoint",
  unsupported: {
    "dns_options.private_dns_preference": "private names of edition 6 are not carried out",
    "dns_options.private_dns_specified_domains": "private names of edition 6 are not carried out",
  },
  defaults: { vpc_endpoint_type: "Gateway" },
  forceNew: [
    "resource_configuration_arn",
    "service_name",
    "service_network_arn",
    "service_region",
    "vpc_endpoint_type",
    "vpc_id",
  ],
  equivalence: { policy: "policy" },
  computedBlocks: { dns_options: true, subnet_configuration: true },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  async create(aws, planned, onCreated) {
    const { VpcEndpoint: made } = await aws.clients.ec2.createVpcEndpoint({
      VpcId: requiredText(planned, "vpc_id"),
      ServiceName: textAt(planned, "service_name"),
      VpcEndpointType: enumAt(planned, "vpc_endpoint_type"),
      PolicyDocument: textAt(planned, "policy"),
      ResourceConfigurationArn: textAt(planned, "resource_configuration_arn"),
      ServiceNetworkArn: textAt(planned, "service_network_arn"),
      ServiceRegion: textAt(planned, "service_region"),
      IpAddressType: enumAt(planned, "ip_address_type"),
      PrivateDnsEnabled: isTrue(planned, "private_dns_enabled"),
      ...setsOf(planned),
      ...optionsOf(planned),
      ...tagsOnCreate(planned, "vpc-endpoint"),
    });
    const id = made?.VpcEndpointId ?? "";
    await onCreated({ id });
    await aws.wait(timed({ ...WAIT, what: "EC2 VPC Endpoint create" }, planned, "create"), async () =>
      ["available", "pendingacceptance"].includes((await find(aws, id))?.State?.toLowerCase() ?? "") ? true : undefined,
    );
    if (isTrue(planned, "auto_accept")) await accept(aws, id, planned);
  },
  read,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    if (isTrue(planned, "auto_accept") && changed("auto_accept")) await accept(aws, id, planned);
    if ([...CHANGED, ...SETS.map(([name]) => name)].some((name) => changed(name)))
      await aws.clients.ec2.modifyVpcEndpoint({ VpcEndpointId: id, ...changesOf(prior, planned, changed) });
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const id = requiredText(state, "id");
    await unlessMissing(MISSING, () => aws.clients.ec2.deleteVpcEndpoints({ VpcEndpointIds: [id] }));
    await aws.wait(timed({ ...WAIT, what: "EC2 VPC Endpoint delete" }, state, "delete"), async () =>
      (await find(aws, id)) === undefined ? true : undefined,
    );
  },
};

function setsOf(planned: ValueObject) {
  const [RouteTableIds = [], SecurityGroupIds = [], SubnetIds = []] = SETS.map(([name]) => textsAt(planned, name));
  return {
    ...(RouteTableIds.length === 0 ? {} : { RouteTableIds }),
    ...(SecurityGroupIds.length === 0 ? {} : { SecurityGroupIds }),
    ...(SubnetIds.length === 0 ? {} : { SubnetIds }),
  };
}

/** Names, and the addresses that interfaces are given. */
function optionsOf(planned: ValueObject): Pick<ModifyVpcEndpointCommandInput, "DnsOptions" | "SubnetConfigurations"> {
  const dns = blockAt(planned, "dns_options");
  const subnets = blocksAt(planned, "subnet_configuration");
  const SubnetConfigurations = subnets.map((each) => ({
    Ipv4: textAt(each, "ipv4"),
    Ipv6: textAt(each, "ipv6"),
    SubnetId: textAt(each, "subnet_id"),
  }));
  const DnsOptions = dns && {
    DnsRecordIpType: enumAt<DnsRecordIpType>(dns, "dns_record_ip_type"),
    ...(isTrue(dns, "private_dns_only_for_inbound_resolver_endpoint") ? { PrivateDnsOnlyForInboundResolverEndpoint: true } : {}),
  };
  return {
    ...(DnsOptions === undefined ? {} : { DnsOptions }),
    ...(SubnetConfigurations.length === 0 ? {} : { SubnetConfigurations }),
  };
}

function changesOf(
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Partial<ModifyVpcEndpointCommandInput> {
  const policy = textAt(planned, "policy");
  const sets = SETS.flatMap(([name, add, remove]) => {
    const [before, after] = [textsAt(prior, name), textsAt(planned, name)];
    const [added, removed] = [after.filter((id) => !before.includes(id)), before.filter((id) => !after.includes(id))];
    return [...(added.length === 0 ? [] : [[add, added]]), ...(removed.length === 0 ? [] : [[remove, removed]])];
  });
  return {
    ...(changed("policy") ? (policy === undefined ? { ResetPolicy: true } : { PolicyDocument: policy }) : {}),
    ...(changed("private_dns_enabled") ? { PrivateDnsEnabled: isTrue(planned, "private_dns_enabled") } : {}),
    ...(changed("ip_address_type") ? { IpAddressType: enumAt<IpAddressType>(planned, "ip_address_type") } : {}),
    ...(changed("dns_options") || changed("subnet_configuration") ? optionsOf(planned) : {}),
    ...Object.fromEntries(sets),
  };
}

/** An endpoint to a service of the same account that wants to be asked. */
async function accept(aws: AwsContext, id: string, planned: ValueObject): Promise<void> {
  const endpoint = await find(aws, id);
  if (endpoint?.State?.toLowerCase() !== "pendingacceptance") return;
  const { ServiceDetails } = await aws.clients.ec2.describeVpcEndpointServices({ ServiceNames: [endpoint.ServiceName ?? ""] });
  await aws.clients.ec2.acceptVpcEndpointConnections({ ServiceId: ServiceDetails?.[0]?.ServiceId, VpcEndpointIds: [id] });
  await aws.wait(timed({ ...WAIT, what: "EC2 VPC Endpoint accept" }, planned, "create"), async () =>
    (await find(aws, id))?.State?.toLowerCase() === "available" ? true : undefined,
  );
}

async function find(aws: AwsContext, id: string): Promise<VpcEndpoint | undefined> {
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeVpcEndpoints({ VpcEndpointIds: [id] }));
  const endpoint = found?.VpcEndpoints?.[0];
  return endpoint?.State?.toLowerCase() === "deleted" ? undefined : endpoint;
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const endpoint = await find(aws, requiredText(state, "id"));
  if (endpoint === undefined) return null;
  return {
    auto_accept: state.auto_accept ?? null,
    ...(await endpointAttributes(aws, endpoint)),
    resource_configuration_arn: endpoint.ResourceConfigurationArn ?? "",
    service_network_arn: endpoint.ServiceNetworkArn ?? "",
    service_region: endpoint.ServiceRegion ?? "",
    subnet_configuration: await configurationsOf(aws, endpoint),
  };
}

/** The addresses of the interfaces. */
async function configurationsOf(aws: AwsContext, endpoint: VpcEndpoint): Promise<ValueObject[]> {
  const NetworkInterfaceIds = endpoint.NetworkInterfaceIds ?? [];
  if (NetworkInterfaceIds.length === 0) return [];
  const { NetworkInterfaces = [] } = await aws.clients.ec2.describeNetworkInterfaces({ NetworkInterfaceIds });
  return NetworkInterfaces.map((each) => ({
    ipv4: each.PrivateIpAddress ?? "",
    ipv6: each.Ipv6Addresses?.[0]?.Ipv6Address ?? "",
    subnet_id: each.SubnetId ?? "",
  }));
}

/** What the resource and the data source tell alike. */
export async function endpointAttributes(aws: AwsContext, endpoint: VpcEndpoint): Promise<ValueObject> {
  const { ServiceName = "", VpcEndpointId: id = "", VpcEndpointType: type = "" } = endpoint;
  const isGateway = type === "Gateway";
  const lists = isGateway
    ? await aws.clients.ec2.describePrefixLists({ Filters: [{ Name: "prefix-list-name", Values: [ServiceName] }] })
    : undefined;
  const list = lists?.PrefixLists?.[0];
  const { DnsOptions: options } = endpoint;
  return {
    id,
    arn: arnOf(aws, endpoint.OwnerId, `vpc-endpoint/${id}`),
    cidr_blocks: list?.Cidrs ?? [],
    dns_entry: (endpoint.DnsEntries ?? []).map(({ DnsName, HostedZoneId }) => ({
      dns_name: DnsName ?? "",
      hosted_zone_id: HostedZoneId ?? "",
    })),
    dns_options:
      options === undefined
        ? []
        : [
            {
              dns_record_ip_type: options.DnsRecordIpType ?? "",
              private_dns_only_for_inbound_resolver_endpoint: options.PrivateDnsOnlyForInboundResolverEndpoint ?? false,
            },
          ],
    ip_address_type: endpoint.IpAddressType ?? "",
    network_interface_ids: endpoint.NetworkInterfaceIds ?? [],
    owner_id: endpoint.OwnerId ?? "",
    policy: normalizeJson(endpoint.PolicyDocument ?? ""),
    prefix_list_id: list?.PrefixListId ?? "",
    private_dns_enabled: endpoint.PrivateDnsEnabled ?? false,
    requester_managed: endpoint.RequesterManaged ?? false,
    route_table_ids: endpoint.RouteTableIds ?? [],
    security_group_ids: (endpoint.Groups ?? []).map(({ GroupId = "" }) => GroupId),
    service_name: ServiceName,
    state: endpoint.State ?? "",
    subnet_ids: endpoint.SubnetIds ?? [],
    tags_all: tagMap(endpoint.Tags),
    vpc_endpoint_type: type,
    vpc_id: endpoint.VpcId ?? "",
  };
}
