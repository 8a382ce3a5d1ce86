import type {
  CreateVpcEndpointCommandInput,
  DeleteVpcEndpointsCommandInput,
  DescribePrefixListsCommandInput,
  DescribeVpcEndpointServicesCommandInput,
  DescribeVpcEndpointsCommandInput,
  ModifyVpcEndpointCommandInput,
  Tag,
  UnsuccessfulItem,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { describe, type FilterTable, select } from "../describe.ts";
import { type GatewayService, gatewayServices } from "../endpoint-services.ts";
import { invalidParameter, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { ENDPOINT, find, need, newId, put, ROUTE_TABLE, remove, VPC } from "../records.ts";
import { zonesOf } from "../regions.ts";
import { tagsFor } from "../tagging.ts";

/** Gateway endpoints, which put a route to a service's addresses into route tables. Source: AWS PrivateLink Guide (read 2026-11). */

const ALL_ALLOWED = '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';
const FILTERS: FilterTable<VpcEndpoint> = {
  "ip-address-type": (endpoint) => [endpoint.IpAddressType],
  "service-name": (endpoint) => [endpoint.ServiceName],
  "vpc-endpoint-id": (endpoint) => [endpoint.VpcEndpointId],
  "vpc-endpoint-state": (endpoint) => [endpoint.State],
  "vpc-endpoint-type": (endpoint) => [endpoint.VpcEndpointType],
  "vpc-id": (endpoint) => [endpoint.VpcId],
};

export function createVpcEndpoint(ctx: Ctx, input: CreateVpcEndpointCommandInput) {
  const type = input.VpcEndpointType ?? "Gateway";
  if (type !== "Gateway") throw notCarriedOut(`CreateVpcEndpoint of the type ${type}`);
  const { VpcId } = need(ctx, VPC, input.VpcId);
  if (input.ServiceName === undefined) throw missingParameter("ServiceName");
  const service = gatewayServices(ctx.region).find(({ name }) => name === input.ServiceName);
  if (service === undefined)
    throw refusal("InvalidServiceName", `The Vpc Endpoint Service '${input.ServiceName}' does not exist`);
  if (input.SubnetIds !== undefined || input.SecurityGroupIds !== undefined)
    throw refusal("InvalidParameter", "Subnets and security groups are not supported for gateway endpoints.");
  const endpoint: VpcEndpoint = {
    VpcEndpointId: newId(ctx, ENDPOINT.prefix),
    VpcEndpointType: "Gateway",
    VpcId,
    OwnerId: ctx.account,
    ServiceName: service.name,
    // EC2 writes states in lower case, whatever its model says.
    State: "available" as never,
    PolicyDocument: checkedPolicy(input.PolicyDocument),
    RouteTableIds: [],
    SubnetIds: [],
    Groups: [],
    NetworkInterfaceIds: [],
    DnsEntries: [],
    PrivateDnsEnabled: false,
    RequesterManaged: false,
    CreationTimestamp: new Date(ctx.now()),
    ...tagsFor(ENDPOINT, input.TagSpecifications),
  };
  return { VpcEndpoint: put(ctx, ENDPOINT, withTables(ctx, endpoint, input.RouteTableIds ?? [])) };
}

function checkedPolicy(policy: string | undefined): string {
  if (policy === undefined || policy === "") return ALL_ALLOWED;
  try {
    const parsed: unknown = JSON.parse(policy);
    if (typeof parsed === "object" && parsed !== null && "Statement" in parsed) return policy;
  } catch {
    // Refused below.
  }
  throw refusal("InvalidPolicyDocument", "The policy document is invalid.");
}

function serviceOf(ctx: Ctx, endpoint: VpcEndpoint): GatewayService | undefined {
  return gatewayServices(ctx.region).find(({ name }) => name === endpoint.ServiceName);
}

/** The endpoint with further route tables, each of which has the route then. */
function withTables(ctx: Ctx, endpoint: VpcEndpoint, ids: readonly string[]): VpcEndpoint {
  const prefixListId = serviceOf(ctx, endpoint)?.prefixListId;
  const added = ids.filter((id) => endpoint.RouteTableIds?.includes(id) !== true);
  for (const id of added) {
    const table = need(ctx, ROUTE_TABLE, id);
    if (table.VpcId !== endpoint.VpcId)
      throw refusal("InvalidParameter", `Route table ${id} does not belong to network ${endpoint.VpcId}.`);
    if (table.Routes?.some(({ DestinationPrefixListId }) => DestinationPrefixListId === prefixListId) === true)
      throw refusal(
        "RouteAlreadyExists",
        `route table ${id} already has a route with destination-prefix-list-id ${prefixListId}`,
      );
    const route = {
      DestinationPrefixListId: prefixListId,
      GatewayId: endpoint.VpcEndpointId,
      Origin: "CreateRoute",
      State: "active",
    } as const;
    put(ctx, ROUTE_TABLE, { ...table, Routes: [...(table.Routes ?? []), route] });
  }
  return { ...endpoint, RouteTableIds: [...(endpoint.RouteTableIds ?? []), ...added] };
}

function withoutTables(ctx: Ctx, endpoint: VpcEndpoint, ids: readonly string[]): VpcEndpoint {
  for (const id of ids) {
    const table = find(ctx, ROUTE_TABLE, id);
    if (table === undefined) continue;
    const Routes = table.Routes?.filter(({ GatewayId }) => GatewayId !== endpoint.VpcEndpointId) ?? [];
    put(ctx, ROUTE_TABLE, { ...table, Routes });
  }
  return { ...endpoint, RouteTableIds: endpoint.RouteTableIds?.filter((id) => !ids.includes(id)) ?? [] };
}

export function describeVpcEndpoints(ctx: Ctx, input: DescribeVpcEndpointsCommandInput) {
  const { items, ...next } = describe(ctx, ENDPOINT, { ...input, ids: input.VpcEndpointIds }, FILTERS);
  return { VpcEndpoints: items, ...next };
}

export function modifyVpcEndpoint(ctx: Ctx, input: ModifyVpcEndpointCommandInput) {
  const endpoint = need(ctx, ENDPOINT, input.VpcEndpointId);
  const ofInterfaces = [input.AddSubnetIds, input.RemoveSubnetIds, input.AddSecurityGroupIds, input.RemoveSecurityGroupIds];
  if (ofInterfaces.some((ids) => ids !== undefined))
    throw refusal("InvalidParameter", "Subnets and security groups are not supported for gateway endpoints.");
  if (input.ResetPolicy === true && input.PolicyDocument !== undefined)
    throw refusal("InvalidParameterCombination", "Specify either ResetPolicy or PolicyDocument.");
  const policy = input.ResetPolicy === true ? ALL_ALLOWED : input.PolicyDocument;
  const fewer = withoutTables(ctx, endpoint, input.RemoveRouteTableIds ?? []);
  const tables = withTables(ctx, fewer, input.AddRouteTableIds ?? []);
  put(ctx, ENDPOINT, policy === undefined ? tables : { ...tables, PolicyDocument: checkedPolicy(policy) });
  return { Return: true };
}

/** Those that there are not are told, the others are deleted. */
export function deleteVpcEndpoints(ctx: Ctx, input: DeleteVpcEndpointsCommandInput) {
  const Unsuccessful: UnsuccessfulItem[] = [];
  for (const ResourceId of input.VpcEndpointIds ?? []) {
    try {
      const endpoint = need(ctx, ENDPOINT, ResourceId);
      withoutTables(ctx, endpoint, endpoint.RouteTableIds ?? []);
      remove(ctx, ENDPOINT, ResourceId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Unsuccessful.push({ ResourceId, Error: { Code: error.code, Message: error.message } });
    }
  }
  return { Unsuccessful };
}

export function describePrefixLists(ctx: Ctx, input: DescribePrefixListsCommandInput) {
  const lists = gatewayServices(ctx.region).map(({ name, prefixListId, blocks }) => ({
    PrefixListId: prefixListId,
    PrefixListName: name,
    Cidrs: [...blocks],
    Tags: [] as Tag[],
  }));
  const ids = input.PrefixListIds ?? [];
  const strange = ids.find((id) => !lists.some(({ PrefixListId }) => PrefixListId === id));
  if (strange !== undefined) throw refusal("InvalidPrefixListID.NotFound", `The prefixList ID '${strange}' does not exist`);
  const asked = lists.filter(({ PrefixListId }) => ids.length === 0 || ids.includes(PrefixListId));
  const { items, ...next } = select(asked, input, {
    "prefix-list-id": ({ PrefixListId }) => [PrefixListId],
    "prefix-list-name": ({ PrefixListName }) => [PrefixListName],
  });
  return { PrefixLists: items, ...next };
}

/** Gateways only. */
export function describeVpcEndpointServices(ctx: Ctx, input: DescribeVpcEndpointServicesCommandInput) {
  const region = input.ServiceRegions?.[0] ?? ctx.region;
  if (region !== ctx.region) throw invalidParameter("ServiceRegion", region);
  const details = gatewayServices(ctx.region).map(({ name, id }) => ({
    ServiceName: name,
    ServiceId: id,
    ServiceType: [{ ServiceType: "Gateway" as const }],
    ServiceRegion: ctx.region,
    AvailabilityZones: zonesOf(ctx.region).map((zone) => zone.name),
    Owner: "amazon",
    BaseEndpointDnsNames: [`${name.split(".").at(-1)}.${ctx.region}.amazonaws.com`],
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [] as Tag[],
  }));
  const names = input.ServiceNames ?? [];
  const strange = names.find((name) => !details.some(({ ServiceName }) => ServiceName === name));
  if (strange !== undefined) throw refusal("InvalidServiceName", `The Vpc Endpoint Service '${strange}' does not exist`);
  const asked = details.filter(({ ServiceName }) => names.length === 0 || names.includes(ServiceName));
  const { items, ...next } = select(asked, input, {
    owner: ({ Owner }) => [Owner],
    "service-name": ({ ServiceName }) => [ServiceName],
    "service-region": ({ ServiceRegion }) => [ServiceRegion],
    "service-type": () => ["Gateway"],
  });
  return { ServiceNames: items.map(({ ServiceName }) => ServiceName), ServiceDetails: items, ...next };
}
