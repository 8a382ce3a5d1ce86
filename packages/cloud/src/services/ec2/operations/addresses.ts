import type {
  Address,
  AllocateAddressCommandInput,
  AssociateAddressCommandInput,
  DescribeAddressesAttributeCommandInput,
  DescribeAddressesCommandInput,
  DisassociateAddressCommandInput,
  ReleaseAddressCommandInput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { addressText } from "../cidr.ts";
import { type FilterTable, select } from "../describe.ts";
import { invalidParameter, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { ADDRESS, NETWORK_INTERFACE } from "../kinds.ts";
import { all, find, need, newId, page, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";
import { gatewayOf } from "./internet-gateways.ts";

/** Elastic IP addresses. They are of the block that is kept for tests (RFC 2544: 198.18.0.0/15), so that none is anybody's. */

const FIRST = 198 * 2 ** 24 + 18 * 2 ** 16;
const ADDRESSES = 2 ** 17;
const FILTERS: FilterTable<Address> = {
  "allocation-id": (address) => [address.AllocationId],
  "association-id": (address) => [address.AssociationId],
  "instance-id": (address) => [address.InstanceId],
  "network-border-group": (address) => [address.NetworkBorderGroup],
  "network-interface-id": (address) => [address.NetworkInterfaceId],
  "network-interface-owner-id": (address) => [address.NetworkInterfaceOwnerId],
  "private-ip-address": (address) => [address.PrivateIpAddress],
  "public-ip": (address) => [address.PublicIp],
  domain: (address) => [address.Domain],
};

export function allocateAddress(ctx: Ctx, input: AllocateAddressCommandInput) {
  if (input.Domain === "standard") throw invalidParameter("domain", "standard", "EC2-Classic is retired.");
  if (input.Address !== undefined || input.CustomerOwnedIpv4Pool !== undefined || input.IpamPoolId !== undefined)
    throw notCarriedOut("AllocateAddress from an own pool");
  if (input.PublicIpv4Pool !== undefined && input.PublicIpv4Pool !== "amazon")
    throw refusal("InvalidPublicIpv4PoolID.NotFound", `The publicIpv4Pool ID '${input.PublicIpv4Pool}' does not exist`);
  const group = input.NetworkBorderGroup ?? ctx.region;
  if (group !== ctx.region) throw invalidParameter("networkBorderGroup", group);
  const address: Address = {
    AllocationId: newId(ctx, ADDRESS.prefix),
    PublicIp: freeAddress(ctx),
    Domain: "vpc",
    NetworkBorderGroup: group,
    PublicIpv4Pool: "amazon",
    ...tagsFor(ADDRESS, input.TagSpecifications),
  };
  return put(ctx, ADDRESS, address);
}

/** A random address that no other one of the region has. */
function freeAddress(ctx: Ctx): string {
  const taken = new Set(all(ctx, ADDRESS).map(({ PublicIp }) => PublicIp));
  const [a = 0, b = 0, c = 0] = ctx.random.bytes(3);
  let offset = ((a << 16) | (b << 8) | c) % ADDRESSES;
  while (taken.has(addressText(FIRST + offset))) offset = (offset + 1) % ADDRESSES;
  return addressText(FIRST + offset);
}

const noAddress = (ip: string) => refusal("InvalidAddress.NotFound", `Address '${ip}' not found.`);

export function describeAddresses(ctx: Ctx, input: DescribeAddressesCommandInput) {
  const { AllocationIds = [], PublicIps = [] } = input;
  for (const id of AllocationIds) need(ctx, ADDRESS, id);
  const addresses = all(ctx, ADDRESS);
  for (const ip of PublicIps) if (!addresses.some(({ PublicIp }) => PublicIp === ip)) throw noAddress(ip);
  const asked = addresses.filter(
    ({ AllocationId = "", PublicIp = "" }) =>
      (AllocationIds.length === 0 || AllocationIds.includes(AllocationId)) &&
      (PublicIps.length === 0 || PublicIps.includes(PublicIp)),
  );
  return { Addresses: select(asked, { Filters: input.Filters }, FILTERS).items };
}

/** Reverse names: none is ever set. */
export function describeAddressesAttribute(ctx: Ctx, input: DescribeAddressesAttributeCommandInput) {
  const ids = input.AllocationIds ?? [];
  const addresses = ids.length > 0 ? ids.map((id) => need(ctx, ADDRESS, id)) : all(ctx, ADDRESS);
  const { items, ...next } = page(addresses, input);
  return { Addresses: items.map(({ AllocationId, PublicIp }) => ({ AllocationId, PublicIp })), ...next };
}

export function releaseAddress(ctx: Ctx, input: ReleaseAddressCommandInput): object {
  const byIp = all(ctx, ADDRESS).find(({ PublicIp }) => PublicIp === input.PublicIp);
  if (input.AllocationId === undefined && input.PublicIp !== undefined && byIp === undefined) throw noAddress(input.PublicIp);
  const address = need(ctx, ADDRESS, input.AllocationId ?? byIp?.AllocationId);
  if (address.AssociationId !== undefined) throw refusal("InvalidIPAddress.InUse", `Address ${address.PublicIp} is in use.`);
  remove(ctx, ADDRESS, address.AllocationId);
  return {};
}

/** The address by its allocation or by itself. Throws InvalidAllocationID.NotFound, InvalidAddress.NotFound. */
function asked(
  ctx: Ctx,
  { AllocationId, PublicIp }: { AllocationId?: string | undefined; PublicIp?: string | undefined },
): Address {
  if (AllocationId === undefined && PublicIp === undefined) throw missingParameter("AllocationId or PublicIp");
  if (AllocationId !== undefined) return need(ctx, ADDRESS, AllocationId);
  const found = all(ctx, ADDRESS).find((address) => address.PublicIp === PublicIp);
  if (found === undefined) throw noAddress(PublicIp ?? "");
  return found;
}

/** To a network interface; there are no instances. */
export function associateAddress(ctx: Ctx, input: AssociateAddressCommandInput) {
  const address = asked(ctx, input);
  if (input.InstanceId !== undefined)
    throw refusal("InvalidInstanceID.NotFound", `The instance ID '${input.InstanceId}' does not exist`);
  if (input.NetworkInterfaceId === undefined) throw missingParameter("InstanceId or NetworkInterfaceId");
  const target = need(ctx, NETWORK_INTERFACE, input.NetworkInterfaceId);
  if (target.RequesterManaged === true)
    throw refusal("AuthFailure", "You do not have permission to access the specified resource.");
  const PrivateIpAddress = input.PrivateIpAddress ?? target.PrivateIpAddress;
  if (target.PrivateIpAddresses?.some((each) => each.PrivateIpAddress === PrivateIpAddress) !== true)
    throw invalidParameter("privateIpAddress", PrivateIpAddress ?? "", "It is not an address of the network interface.");
  if (gatewayOf(ctx, target.VpcId) === undefined)
    throw refusal("Gateway.NotAttached", `Network ${target.VpcId} is not attached to any internet gateway`);
  const isThere = address.NetworkInterfaceId === target.NetworkInterfaceId && address.PrivateIpAddress === PrivateIpAddress;
  if (isThere) return { AssociationId: address.AssociationId };
  const taken = address.AssociationId !== undefined || target.Association !== undefined;
  if (taken && input.AllowReassociation !== true)
    throw refusal(
      "Resource.AlreadyAssociated",
      `resource ${address.AssociationId === undefined ? target.NetworkInterfaceId : address.AllocationId} is already associated`,
    );
  if (target.Association !== undefined) free(ctx, need(ctx, ADDRESS, target.Association.AllocationId));
  const current = free(ctx, address);
  const AssociationId = newId(ctx, "eipassoc");
  put(ctx, ADDRESS, {
    ...current,
    AssociationId,
    NetworkInterfaceId: target.NetworkInterfaceId,
    NetworkInterfaceOwnerId: ctx.account,
    PrivateIpAddress,
  });
  const { AllocationId, PublicIp } = address;
  const Association = {
    AllocationId,
    AssociationId,
    IpOwnerId: ctx.account,
    PublicIp,
    PublicDnsName: publicName(ctx, PublicIp ?? ""),
  };
  put(ctx, NETWORK_INTERFACE, { ...need(ctx, NETWORK_INTERFACE, target.NetworkInterfaceId), Association });
  return { AssociationId };
}

const publicName = ({ region }: Ctx, ip: string) =>
  `ec2-${ip.replaceAll(".", "-")}.${region === "us-east-1" ? "compute-1" : `${region}.compute`}.amazonaws.com`;

/** Takes the address from its interface; the address as it is then. */
function free(ctx: Ctx, address: Address): Address {
  const { AssociationId: _, NetworkInterfaceId: id, NetworkInterfaceOwnerId: __, PrivateIpAddress: ___, ...rest } = address;
  const found = find(ctx, NETWORK_INTERFACE, id);
  if (found !== undefined) {
    const { Association, ...plain } = found;
    put(ctx, NETWORK_INTERFACE, plain);
  }
  return put(ctx, ADDRESS, rest);
}

/** NAT gateways hold theirs until they are deleted. */
export function disassociateAddress(ctx: Ctx, { AssociationId, PublicIp }: DisassociateAddressCommandInput): object {
  const address = all(ctx, ADDRESS).find((each) =>
    AssociationId !== undefined ? each.AssociationId === AssociationId : each.PublicIp === PublicIp,
  );
  if (address?.AssociationId === undefined)
    throw refusal("InvalidAssociationID.NotFound", `The association ID '${AssociationId ?? PublicIp}' does not exist`);
  if (find(ctx, NETWORK_INTERFACE, address.NetworkInterfaceId)?.RequesterManaged === true)
    throw refusal("AuthFailure", "You do not have permission to access the specified resource.");
  free(ctx, address);
  return {};
}
