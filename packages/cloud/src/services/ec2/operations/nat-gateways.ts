import type {
  Address,
  CreateNatGatewayCommandInput,
  DeleteNatGatewayCommandInput,
  DescribeNatGatewaysCommandInput,
  NatGateway,
  NatGatewayAddress,
  Subnet,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { describe, type FilterTable } from "../describe.ts";
import { missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { ADDRESS, NAT_GATEWAY, NETWORK_INTERFACE, SUBNET } from "../kinds.ts";
import { makeInterface, removeInterface } from "../network-interfaces.ts";
import { find, need, newId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";
import { gatewayOf } from "./internet-gateways.ts";

/** NAT gateways: available (or failed) at once, gone at once. Source: Amazon VPC User Guide, "NAT gateways" (read 2026-11). */

const FILTERS: FilterTable<NatGateway> = {
  "nat-gateway-id": (gateway) => [gateway.NatGatewayId],
  state: (gateway) => [gateway.State],
  "subnet-id": (gateway) => [gateway.SubnetId],
  "vpc-id": (gateway) => [gateway.VpcId],
};

export function createNatGateway(ctx: Ctx, input: CreateNatGatewayCommandInput) {
  if (input.SubnetId === undefined) throw missingParameter("subnetId");
  if (input.SecondaryAllocationIds !== undefined || input.SecondaryPrivateIpAddresses !== undefined)
    throw notCarriedOut("CreateNatGateway with secondary addresses");
  if (input.SecondaryPrivateIpAddressCount !== undefined) throw notCarriedOut("CreateNatGateway with secondary addresses");
  const subnet = need(ctx, SUBNET, input.SubnetId);
  const ConnectivityType = input.ConnectivityType ?? "public";
  const isPublic = ConnectivityType === "public";
  if (isPublic && input.AllocationId === undefined) throw missingParameter("AllocationId");
  if (!isPublic && input.AllocationId !== undefined)
    throw refusal("InvalidParameter", "AllocationId cannot be specified for a private NAT gateway.");
  const address = isPublic ? need(ctx, ADDRESS, input.AllocationId) : undefined;
  if (address?.AssociationId !== undefined)
    throw refusal("Resource.AlreadyAssociated", `Elastic IP address [${address.AllocationId}] is already associated`);
  const NatGatewayId = newId(ctx, NAT_GATEWAY.prefix);
  const canReachOut = !isPublic || gatewayOf(ctx, subnet.VpcId) !== undefined;
  const gateway: NatGateway = {
    NatGatewayId,
    VpcId: subnet.VpcId,
    SubnetId: subnet.SubnetId,
    ConnectivityType,
    CreateTime: new Date(ctx.now()),
    ...(canReachOut
      ? { State: "available", NatGatewayAddresses: [placed(ctx, subnet, NatGatewayId, address, input.PrivateIpAddress)] }
      : {
          State: "failed",
          FailureCode: "Gateway.NotAttached",
          FailureMessage: `Network ${subnet.VpcId} has no Internet gateway attached`,
          NatGatewayAddresses: [{ AllocationId: address?.AllocationId, IsPrimary: true, Status: "failed" }],
        }),
    ...tagsFor(NAT_GATEWAY, input.TagSpecifications),
  };
  put(ctx, NAT_GATEWAY, gateway);
  return { NatGateway: { ...gateway, State: "pending" as const } };
}

/** Its network interface, at which the address then is. */
function placed(
  ctx: Ctx,
  subnet: Subnet,
  natGatewayId: string,
  address: Address | undefined,
  privateIp: string | undefined,
): NatGatewayAddress {
  const association =
    address === undefined
      ? undefined
      : { AllocationId: address.AllocationId, AssociationId: newId(ctx, "eipassoc"), PublicIp: address.PublicIp };
  const { NetworkInterfaceId, PrivateIpAddress } = makeInterface(ctx, subnet, {
    Description: `Interface for NAT Gateway ${natGatewayId}`,
    // As EC2 writes it, whatever its model says.
    InterfaceType: "nat_gateway" as never,
    ...(privateIp === undefined ? {} : { PrivateIpAddress: privateIp }),
    ...(association === undefined ? {} : { Association: association }),
  });
  if (address !== undefined)
    put(ctx, ADDRESS, {
      ...address,
      AssociationId: association?.AssociationId,
      NetworkInterfaceId,
      NetworkInterfaceOwnerId: ctx.account,
      PrivateIpAddress,
    });
  return {
    ...association,
    IsPrimary: true,
    NetworkInterfaceId,
    PrivateIp: PrivateIpAddress,
    Status: "succeeded",
  };
}

export function describeNatGateways(ctx: Ctx, { Filter, ...input }: DescribeNatGatewaysCommandInput) {
  const { items, ...next } = describe(ctx, NAT_GATEWAY, { ...input, Filters: Filter, ids: input.NatGatewayIds }, FILTERS);
  return { NatGateways: items, ...next };
}

/** Its address is free again. */
export function deleteNatGateway(ctx: Ctx, { NatGatewayId }: DeleteNatGatewayCommandInput) {
  const { NatGatewayAddresses = [] } = need(ctx, NAT_GATEWAY, NatGatewayId);
  for (const { AllocationId, NetworkInterfaceId } of NatGatewayAddresses) {
    const address = find(ctx, ADDRESS, AllocationId);
    if (find(ctx, NETWORK_INTERFACE, NetworkInterfaceId) !== undefined && address !== undefined) {
      const { AssociationId: _, NetworkInterfaceId: __, NetworkInterfaceOwnerId: ___, PrivateIpAddress: ____, ...free } = address;
      put(ctx, ADDRESS, free);
    }
    removeInterface(ctx, NetworkInterfaceId);
  }
  remove(ctx, NAT_GATEWAY, NatGatewayId);
  return { NatGatewayId };
}
