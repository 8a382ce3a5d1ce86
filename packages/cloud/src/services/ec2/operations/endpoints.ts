import type {
  CreateVpcEndpointCommandInput,
  DeleteVpcEndpointsCommandInput,
  DescribeVpcEndpointsCommandInput,
  ModifyVpcEndpointCommandInput,
  UnsuccessfulItem,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { describe, type FilterTable } from "../describe.ts";
import { type EndpointService, endpointServices } from "../endpoint-services.ts";
import { missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { withoutTables, withTables } from "../gateway-endpoints.ts";
import { withGroups, withNames, withoutSubnets, withPrivateDns, withSubnets } from "../interface-endpoints.ts";
import { ENDPOINT, VPC } from "../kinds.ts";
import { need, newId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";

/** VPC endpoints of the types Gateway and Interface. Source: AWS PrivateLink Guide (read 2026-11). */

const ALL_ALLOWED = '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';
const FILTERS: FilterTable<VpcEndpoint> = {
  "ip-address-type": (endpoint) => [endpoint.IpAddressType],
  "service-name": (endpoint) => [endpoint.ServiceName],
  "vpc-endpoint-id": (endpoint) => [endpoint.VpcEndpointId],
  "vpc-endpoint-state": (endpoint) => [endpoint.State],
  "vpc-endpoint-type": (endpoint) => [endpoint.VpcEndpointType],
  "vpc-id": (endpoint) => [endpoint.VpcId],
};

/** Members that only other types, other regions or service networks have. */
const ABSENT = ["ResourceConfigurationArn", "ServiceNetworkArn"] as const;
const EMPTY = { RouteTableIds: [], SubnetIds: [], Groups: [], NetworkInterfaceIds: [], DnsEntries: [] };

export function createVpcEndpoint(ctx: Ctx, input: CreateVpcEndpointCommandInput) {
  const type = input.VpcEndpointType ?? "Gateway";
  if (type !== "Gateway" && type !== "Interface") throw notCarriedOut(`CreateVpcEndpoint of the type ${type}`);
  const strange = ABSENT.find((name) => input[name] !== undefined);
  if (strange !== undefined) throw notCarriedOut(`CreateVpcEndpoint with ${strange}`);
  const { VpcId } = need(ctx, VPC, input.VpcId);
  const service = serviceOf(ctx, input, type);
  const base: VpcEndpoint = {
    ...EMPTY,
    VpcEndpointId: newId(ctx, ENDPOINT.prefix),
    VpcEndpointType: type,
    VpcId,
    OwnerId: ctx.account,
    ServiceName: service.name,
    // EC2 writes states in lower case, whatever its model says.
    State: "available" as never,
    PolicyDocument: checkedPolicy(input.PolicyDocument),
    PrivateDnsEnabled: false,
    RequesterManaged: false,
    CreationTimestamp: new Date(ctx.now()),
    ...tagsFor(ENDPOINT, input.TagSpecifications),
  };
  const made = type === "Gateway" ? gateway(ctx, base, input) : interfaces(ctx, base, input);
  put(ctx, ENDPOINT, made);
  // Answered once more by DescribeVpcEndpoints as available: interfaces are pending at first.
  return { VpcEndpoint: type === "Gateway" ? made : { ...made, State: "pending" as never }, ClientToken: input.ClientToken };
}

function serviceOf(ctx: Ctx, { ServiceName, ServiceRegion }: CreateVpcEndpointCommandInput, type: string): EndpointService {
  if (ServiceName === undefined) throw missingParameter("ServiceName");
  if (ServiceRegion !== undefined && ServiceRegion !== ctx.region) throw notCarriedOut("an endpoint of another region's service");
  const found = endpointServices(ctx.region).filter(({ name }) => name === ServiceName);
  const [first] = found;
  if (first === undefined) throw refusal("InvalidServiceName", `The Vpc Endpoint Service '${ServiceName}' does not exist`);
  const service = found.find((each) => each.type === type);
  if (service === undefined)
    throw refusal("InvalidParameter", `The VPC endpoint service ${ServiceName} does not support the endpoint type ${type}.`);
  return service;
}

const NOT_GATEWAY = "Subnets and security groups are not supported for gateway endpoints.";
const NOT_INTERFACE = "Route table IDs are only supported for Gateway type VPC Endpoint.";

function gateway(ctx: Ctx, base: VpcEndpoint, input: CreateVpcEndpointCommandInput): VpcEndpoint {
  if (input.SubnetIds !== undefined || input.SecurityGroupIds !== undefined) throw refusal("InvalidParameter", NOT_GATEWAY);
  if (input.PrivateDnsEnabled === true)
    throw refusal("InvalidParameter", "Private DNS can only be enabled for interface endpoints.");
  return withTables(ctx, base, input.RouteTableIds ?? []);
}

function interfaces(ctx: Ctx, base: VpcEndpoint, input: CreateVpcEndpointCommandInput): VpcEndpoint {
  if (input.RouteTableIds !== undefined) throw refusal("InvalidParameter", NOT_INTERFACE);
  if (input.SubnetConfigurations !== undefined) throw notCarriedOut("CreateVpcEndpoint with SubnetConfigurations");
  const { IpAddressType = "ipv4", DnsOptions } = input;
  if (IpAddressType !== "ipv4") throw notCarriedOut(`CreateVpcEndpoint with the IP address type ${IpAddressType}`);
  const addressed = { ...base, IpAddressType, DnsOptions: { DnsRecordIpType: DnsOptions?.DnsRecordIpType ?? "ipv4" } as const };
  const grouped = withGroups(ctx, addressed, input.SecurityGroupIds);
  const named = withPrivateDns(ctx, grouped, input.PrivateDnsEnabled ?? true);
  return withNames(ctx, withSubnets(ctx, named, input.SubnetIds ?? []));
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

export function describeVpcEndpoints(ctx: Ctx, input: DescribeVpcEndpointsCommandInput) {
  const { items, ...next } = describe(ctx, ENDPOINT, { ...input, ids: input.VpcEndpointIds }, FILTERS);
  return { VpcEndpoints: items, ...next };
}

export function modifyVpcEndpoint(ctx: Ctx, input: ModifyVpcEndpointCommandInput) {
  const endpoint = need(ctx, ENDPOINT, input.VpcEndpointId);
  if (input.ResetPolicy === true && input.PolicyDocument !== undefined)
    throw refusal("InvalidParameterCombination", "Specify either ResetPolicy or PolicyDocument.");
  const policy = input.ResetPolicy === true ? ALL_ALLOWED : input.PolicyDocument;
  const changed =
    endpoint.VpcEndpointType === "Gateway" ? changedGateway(ctx, endpoint, input) : changedInterfaces(ctx, endpoint, input);
  put(ctx, ENDPOINT, policy === undefined ? changed : { ...changed, PolicyDocument: checkedPolicy(policy) });
  return { Return: true };
}

function changedGateway(ctx: Ctx, endpoint: VpcEndpoint, input: ModifyVpcEndpointCommandInput): VpcEndpoint {
  const ofInterfaces = [input.AddSubnetIds, input.RemoveSubnetIds, input.AddSecurityGroupIds, input.RemoveSecurityGroupIds];
  if (ofInterfaces.some((ids) => ids !== undefined)) throw refusal("InvalidParameter", NOT_GATEWAY);
  return withTables(ctx, withoutTables(ctx, endpoint, input.RemoveRouteTableIds ?? []), input.AddRouteTableIds ?? []);
}

function changedInterfaces(ctx: Ctx, endpoint: VpcEndpoint, input: ModifyVpcEndpointCommandInput): VpcEndpoint {
  if (input.AddRouteTableIds !== undefined || input.RemoveRouteTableIds !== undefined)
    throw refusal("InvalidParameter", NOT_INTERFACE);
  if (input.SubnetConfigurations !== undefined) throw notCarriedOut("ModifyVpcEndpoint with SubnetConfigurations");
  const { AddSecurityGroupIds: added = [], RemoveSecurityGroupIds: removed = [], DnsOptions } = input;
  const present = endpoint.Groups?.map(({ GroupId = "" }) => GroupId) ?? [];
  const ids = [...present.filter((id) => !removed.includes(id)), ...added.filter((id) => !present.includes(id))];
  if (ids.length === 0 && removed.length > 0)
    throw refusal("InvalidParameter", "At least one security group must remain for the VPC endpoint.");
  const grouped = added.length + removed.length === 0 ? endpoint : withGroups(ctx, endpoint, ids);
  const fewer = withoutSubnets(ctx, grouped, input.RemoveSubnetIds ?? []);
  const placed = withSubnets(ctx, fewer, input.AddSubnetIds ?? []);
  const switched = input.PrivateDnsEnabled === undefined ? placed : withPrivateDns(ctx, placed, input.PrivateDnsEnabled);
  return withNames(
    ctx,
    DnsOptions === undefined ? switched : { ...switched, DnsOptions: { ...switched.DnsOptions, ...DnsOptions } },
  );
}

/** Those that there are not are told, the others are deleted. */
export function deleteVpcEndpoints(ctx: Ctx, input: DeleteVpcEndpointsCommandInput) {
  const Unsuccessful: UnsuccessfulItem[] = [];
  for (const ResourceId of input.VpcEndpointIds ?? []) {
    try {
      const endpoint = need(ctx, ENDPOINT, ResourceId);
      withoutTables(ctx, endpoint, endpoint.RouteTableIds ?? []);
      withoutSubnets(ctx, endpoint, endpoint.SubnetIds ?? []);
      remove(ctx, ENDPOINT, ResourceId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Unsuccessful.push({ ResourceId, Error: { Code: error.code, Message: error.message } });
    }
  }
  return { Unsuccessful };
}
