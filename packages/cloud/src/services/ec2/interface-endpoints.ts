/** What interface endpoints are: a network interface in each of their subnets, and names. No name is resolved and nothing is sent here. */
import type { DnsEntry, VpcEndpoint } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { type EndpointService, interfaceServices } from "./endpoint-services.ts";
import { refusal } from "./errors.ts";
import { ENDPOINT, NETWORK_INTERFACE, SUBNET, VPC } from "./kinds.ts";
import { groupsOf, makeInterface, removeInterface } from "./network-interfaces.ts";
import { all, find, need, put } from "./records.ts";

/** The hosted zone of `vpce.amazonaws.com` in us-east-1. */
const ZONE = "Z7HUB22UULQXV";

/** The endpoint with an interface in each further subnet. Throws DuplicateSubnetsInSameZone, InvalidParameter. */
export function withSubnets(ctx: Ctx, endpoint: VpcEndpoint, ids: readonly string[]): VpcEndpoint {
  const added = ids.filter((id) => endpoint.SubnetIds?.includes(id) !== true);
  let next = endpoint;
  for (const id of added) {
    const subnet = need(ctx, SUBNET, id);
    if (subnet.VpcId !== endpoint.VpcId)
      throw refusal("InvalidParameter", `The subnet ID '${id}' does not belong to the VPC ${endpoint.VpcId}`);
    const zones = next.SubnetIds?.map((each) => find(ctx, SUBNET, each)?.AvailabilityZone);
    if (zones?.includes(subnet.AvailabilityZone) === true) {
      const text = `Found another VPC endpoint subnet in the availability zone of ${id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`;
      throw refusal("DuplicateSubnetsInSameZone", text);
    }
    const made = makeInterface(ctx, subnet, {
      Description: `VPC Endpoint Interface ${endpoint.VpcEndpointId}`,
      InterfaceType: "vpc_endpoint",
      Groups: endpoint.Groups?.map(({ GroupId, GroupName }) => ({ GroupId, GroupName })) ?? [],
    });
    next = {
      ...next,
      SubnetIds: [...(next.SubnetIds ?? []), id],
      NetworkInterfaceIds: [...(next.NetworkInterfaceIds ?? []), made.NetworkInterfaceId ?? ""],
    };
  }
  return next;
}

export function withoutSubnets(ctx: Ctx, endpoint: VpcEndpoint, ids: readonly string[]): VpcEndpoint {
  const isGone = (id: string) => ids.includes(find(ctx, NETWORK_INTERFACE, id)?.SubnetId ?? "");
  const gone = endpoint.NetworkInterfaceIds?.filter(isGone) ?? [];
  for (const id of gone) removeInterface(ctx, id);
  return {
    ...endpoint,
    SubnetIds: endpoint.SubnetIds?.filter((id) => !ids.includes(id)) ?? [],
    NetworkInterfaceIds: endpoint.NetworkInterfaceIds?.filter((id) => !gone.includes(id)) ?? [],
  };
}

/** The endpoint and its interfaces with these groups, the VPC's default one where there are none. */
export function withGroups(ctx: Ctx, endpoint: VpcEndpoint, ids: readonly string[] | undefined): VpcEndpoint {
  const Groups = groupsOf(ctx, endpoint.VpcId, ids);
  for (const id of endpoint.NetworkInterfaceIds ?? [])
    put(ctx, NETWORK_INTERFACE, { ...need(ctx, NETWORK_INTERFACE, id), Groups });
  return { ...endpoint, Groups };
}

/** Switches private DNS. Throws InvalidParameter where the VPC's attributes or another endpoint stand against it. */
export function withPrivateDns(ctx: Ctx, endpoint: VpcEndpoint, PrivateDnsEnabled: boolean): VpcEndpoint {
  if (!PrivateDnsEnabled) return { ...endpoint, PrivateDnsEnabled };
  const { VpcId } = endpoint;
  const { dnsSupport, dnsHostnames } = need(ctx, VPC, VpcId);
  if (!dnsSupport || !dnsHostnames) {
    const text = `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${VpcId}`;
    throw refusal("InvalidParameter", text);
  }
  const hasConflict = all(ctx, ENDPOINT).some(
    (other) =>
      other.VpcEndpointId !== endpoint.VpcEndpointId &&
      other.VpcId === VpcId &&
      other.ServiceName === endpoint.ServiceName &&
      other.PrivateDnsEnabled === true,
  );
  const [name] = serviceOf(ctx, endpoint)?.privateNames ?? [];
  if (hasConflict) {
    const text = `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC ${VpcId}`;
    throw refusal("InvalidParameter", text);
  }
  return { ...endpoint, PrivateDnsEnabled };
}

const serviceOf = (ctx: Ctx, { ServiceName }: VpcEndpoint): EndpointService | undefined =>
  interfaceServices(ctx.region).find(({ name }) => name === ServiceName);

/** Its own name, one a zone, and the service's where private DNS is on. */
export function withNames(ctx: Ctx, endpoint: VpcEndpoint): VpcEndpoint {
  const { VpcEndpointId = "", ServiceName = "" } = endpoint;
  const mark = VpcEndpointId.slice(-8);
  const host = `${ServiceName.split(".").slice(3).reverse().join(".")}.${ctx.region}.vpce.amazonaws.com`;
  const zones = (endpoint.SubnetIds ?? []).flatMap((id) => find(ctx, SUBNET, id)?.AvailabilityZone ?? []);
  const own = ["", ...zones.map((zone) => `-${zone}`)].map(
    (zone): DnsEntry => ({
      DnsName: `${VpcEndpointId}-${mark}${zone}.${host}`,
      HostedZoneId: ZONE,
    }),
  );
  const names = endpoint.PrivateDnsEnabled === true ? (serviceOf(ctx, endpoint)?.privateNames ?? []) : [];
  const zone = `Z${VpcEndpointId.slice(-17).toUpperCase()}`;
  return { ...endpoint, DnsEntries: [...own, ...names.map((DnsName) => ({ DnsName, HostedZoneId: zone }))] };
}
