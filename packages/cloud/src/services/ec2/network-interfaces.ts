/** Network interfaces that AWS makes for NAT gateways and interface endpoints; nobody else makes any here. */
import type { NetworkInterface, Subnet } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { addressText, parseBlock } from "./cidr.ts";
import { refusal } from "./errors.ts";
import { all, find, NETWORK_INTERFACE, newId, put, remove, SUBNET } from "./records.ts";

/** AWS keeps the first four addresses of a subnet and the last. */
const FIRST_FREE = 4;

/** Makes one in the subnet, at its first free address. Throws InsufficientFreeAddressesInSubnet, InvalidParameterValue. */
export function makeInterface(ctx: Ctx, subnet: Subnet, more: NetworkInterface): NetworkInterface {
  const { SubnetId, VpcId, AvailabilityZone } = subnet;
  const PrivateIpAddress = more.PrivateIpAddress ?? freeIn(ctx, subnet);
  const dashed = PrivateIpAddress.replaceAll(".", "-");
  const made = put(ctx, NETWORK_INTERFACE, {
    NetworkInterfaceId: newId(ctx, NETWORK_INTERFACE.prefix),
    AvailabilityZone,
    SubnetId,
    VpcId,
    OwnerId: ctx.account,
    MacAddress: ["02", ...(Buffer.from(ctx.random.bytes(5)).toString("hex").match(/../g) ?? [])].join(":"),
    PrivateDnsName: `ip-${dashed}.${ctx.region === "us-east-1" ? "ec2" : `${ctx.region}.compute`}.internal`,
    RequesterManaged: true,
    SourceDestCheck: false,
    Status: "in-use",
    Groups: [],
    Ipv6Addresses: [],
    TagSet: [],
    ...more,
    PrivateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress }],
  });
  countAddresses(ctx, SubnetId, -1);
  return made;
}

export function removeInterface(ctx: Ctx, id: string | undefined): void {
  const found = find(ctx, NETWORK_INTERFACE, id);
  if (found === undefined) return;
  remove(ctx, NETWORK_INTERFACE, id);
  countAddresses(ctx, found.SubnetId, 1);
}

function countAddresses(ctx: Ctx, subnetId: string | undefined, change: number): void {
  const subnet = find(ctx, SUBNET, subnetId);
  if (subnet !== undefined)
    put(ctx, SUBNET, { ...subnet, AvailableIpAddressCount: (subnet.AvailableIpAddressCount ?? 0) + change });
}

function freeIn(ctx: Ctx, { SubnetId, CidrBlock = "" }: Subnet): string {
  const taken = new Set(
    all(ctx, NETWORK_INTERFACE)
      .filter((each) => each.SubnetId === SubnetId)
      .map((each) => each.PrivateIpAddress),
  );
  const block = parseBlock(CidrBlock);
  for (let at = (block?.first ?? 0) + FIRST_FREE; at < (block?.last ?? 0); at++)
    if (!taken.has(addressText(at))) return addressText(at);
  throw refusal(
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${SubnetId}' to satisfy the requested number of instances.`,
  );
}
