import type { ModifyVpcEndpointCommandInput, VpcEndpoint } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { isJson, oneOf, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { tagMap } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { arnOf, tagsOnCreate, updateTags, WAIT } from "./shared.ts";

const MISSING = ["InvalidVpcEndpointId.NotFound"];
const ONLY_GATEWAYS = "the embedded cloud has gateway endpoints alone, which have no such thing";

/** `aws_vpc_endpoint`, gateways only. Behaviour: `internal/service/ec2/vpc_endpoint.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc_endpoint",
  noun: "EC2 VPC Endpoint",
  defaults: { vpc_endpoint_type: "Gateway" },
  forceNew: ["service_name", "vpc_endpoint_type", "vpc_id"],
  equivalence: { policy: "policy" },
  computedBlocks: { dns_options: true, subnet_configuration: true },
  tagged: true,
  unsupported: {
    auto_accept: ONLY_GATEWAYS,
    dns_options: ONLY_GATEWAYS,
    ip_address_type: ONLY_GATEWAYS,
    private_dns_enabled: ONLY_GATEWAYS,
    resource_configuration_arn: ONLY_GATEWAYS,
    security_group_ids: ONLY_GATEWAYS,
    service_network_arn: ONLY_GATEWAYS,
    service_region: ONLY_GATEWAYS,
    subnet_configuration: ONLY_GATEWAYS,
    subnet_ids: ONLY_GATEWAYS,
  },
  validate: (config) =>
    runChecks(
      [
        isJson("policy"),
        oneOf("vpc_endpoint_type", ["Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork"]),
      ],
      config,
    ),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  async create(aws, planned, onCreated) {
    const tables = textsAt(planned, "route_table_ids");
    const { VpcEndpoint: made } = await aws.clients.ec2.createVpcEndpoint({
      VpcId: requiredText(planned, "vpc_id"),
      ServiceName: textAt(planned, "service_name"),
      VpcEndpointType: enumAt(planned, "vpc_endpoint_type"),
      PolicyDocument: textAt(planned, "policy"),
      ...(tables.length === 0 ? {} : { RouteTableIds: tables }),
      ...tagsOnCreate(planned, "vpc-endpoint"),
    });
    const id = made?.VpcEndpointId ?? "";
    await onCreated({ id });
    await aws.wait(timed({ ...WAIT, what: "EC2 VPC Endpoint create" }, planned, "create"), async () =>
      (await find(aws, id))?.State?.toLowerCase() === "available" ? true : undefined,
    );
  },
  read,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    if (changed("policy") || changed("route_table_ids"))
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

function changesOf(
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Partial<ModifyVpcEndpointCommandInput> {
  const [before, after] = [textsAt(prior, "route_table_ids"), textsAt(planned, "route_table_ids")];
  const added = after.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !after.includes(id));
  const policy = textAt(planned, "policy");
  return {
    ...(changed("policy") ? (policy === undefined ? { ResetPolicy: true } : { PolicyDocument: policy }) : {}),
    ...(added.length === 0 ? {} : { AddRouteTableIds: added }),
    ...(removed.length === 0 ? {} : { RemoveRouteTableIds: removed }),
  };
}

async function find(aws: AwsContext, id: string): Promise<VpcEndpoint | undefined> {
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeVpcEndpoints({ VpcEndpointIds: [id] }));
  const endpoint = found?.VpcEndpoints?.[0];
  return endpoint?.State?.toLowerCase() === "deleted" ? undefined : endpoint;
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const endpoint = await find(aws, id);
  if (endpoint === undefined) return null;
  const { ServiceName = "" } = endpoint;
  const lists = await aws.clients.ec2.describePrefixLists({ Filters: [{ Name: "prefix-list-name", Values: [ServiceName] }] });
  const list = lists.PrefixLists?.[0];
  return {
    id,
    arn: arnOf(aws, endpoint.OwnerId, `vpc-endpoint/${id}`),
    cidr_blocks: list?.Cidrs ?? [],
    dns_entry: [],
    dns_options: [],
    ip_address_type: endpoint.IpAddressType ?? "",
    network_interface_ids: endpoint.NetworkInterfaceIds ?? [],
    owner_id: endpoint.OwnerId ?? "",
    policy: normalizeJson(endpoint.PolicyDocument ?? ""),
    prefix_list_id: list?.PrefixListId ?? "",
    private_dns_enabled: endpoint.PrivateDnsEnabled ?? false,
    requester_managed: endpoint.RequesterManaged ?? false,
    resource_configuration_arn: "",
    route_table_ids: endpoint.RouteTableIds ?? [],
    security_group_ids: [],
    service_name: ServiceName,
    service_network_arn: "",
    service_region: endpoint.ServiceRegion ?? "",
    state: endpoint.State ?? "",
    subnet_configuration: [],
    subnet_ids: endpoint.SubnetIds ?? [],
    tags_all: tagMap(endpoint.Tags),
    vpc_endpoint_type: endpoint.VpcEndpointType ?? "",
    vpc_id: endpoint.VpcId ?? "",
  };
}
