import type {
  Address,
  AllocateAddressCommandInput,
  DescribeAddressesAttributeCommandInput,
  DescribeAddressesCommandInput,
  DisassociateAddressCommandInput,
  ReleaseAddressCommandInput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { addressText } from "../cidr.ts";
import { type FilterTable, select } from "../describe.ts";
import { invalidParameter, notCarriedOut, refusal } from "../errors.ts";
import { ADDRESS, all, need, newId, page, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";

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

/** Only NAT gateways hold addresses here, and those hold theirs until they are deleted. */
export function disassociateAddress(ctx: Ctx, { AssociationId, PublicIp }: DisassociateAddressCommandInput): object {
  const address = all(ctx, ADDRESS).find((each) =>
    AssociationId !== undefined ? each.AssociationId === AssociationId : each.PublicIp === PublicIp,
  );
  if (address?.AssociationId === undefined)
    throw refusal("InvalidAssociationID.NotFound", `The association ID '${AssociationId ?? PublicIp}' does not exist`);
  throw refusal("AuthFailure", "You do not have permission to access the specified resource.");
}
