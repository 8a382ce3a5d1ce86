/** Network interfaces: own ones, and those that AWS makes for NAT gateways and interface endpoints. */
import type { GroupIdentifier, NetworkInterface, NetworkInterfacePrivateIpAddress, Subnet } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { addressText, type Block, parseBlock } from "./cidr.ts";
import { invalidParameter, invalidValue, refusal } from "./errors.ts";
import { NETWORK_INTERFACE, SECURITY_GROUP, SUBNET } from "./kinds.ts";
import { all, find, need, newId, put, remove } from "./records.ts";

/** AWS keeps the first four addresses of a subnet and the last. */
const FIRST_FREE = 4;

/** Makes one in the subnet, at its first free address. Throws InsufficientFreeAddressesInSubnet, InvalidParameterValue. */
export function makeInterface(ctx: Ctx, subnet: Subnet, more: NetworkInterface): NetworkInterface {
  const { SubnetId, VpcId, AvailabilityZone } = subnet;
  const [PrivateIpAddress = ""] = addressesIn(ctx, subnet, { primary: more.PrivateIpAddress, count: 1 });
  const made = put(ctx, NETWORK_INTERFACE, {
    NetworkInterfaceId: newId(ctx, NETWORK_INTERFACE.prefix),
    AvailabilityZone,
    SubnetId,
    VpcId,
    OwnerId: ctx.account,
    MacAddress: ["02", ...(Buffer.from(ctx.random.bytes(5)).toString("hex").match(/../g) ?? [])].join(":"),
    PrivateDnsName: privateName(ctx.region, PrivateIpAddress),
    RequesterManaged: true,
    SourceDestCheck: false,
    Status: "in-use",
    Groups: [],
    Ipv6Addresses: [],
    TagSet: [],
    ...more,
    PrivateIpAddress,
    PrivateIpAddresses: more.PrivateIpAddresses ?? [{ Primary: true, PrivateIpAddress }],
  });
  countAddresses(ctx, SubnetId, -(made.PrivateIpAddresses?.length ?? 1));
  return made;
}

/** `ip-10-0-0-4.eu-west-1.compute.internal`. */
export function privateName(region: string, address: string): string {
  return `ip-${address.replaceAll(".", "-")}.${region === "us-east-1" ? "ec2" : `${region}.compute`}.internal`;
}

/** An address of an interface with its name, as DescribeNetworkInterfaces answers it. */
export function privateAddress(ctx: Ctx, PrivateIpAddress: string, Primary: boolean): NetworkInterfacePrivateIpAddress {
  return { Primary, PrivateIpAddress, PrivateDnsName: privateName(ctx.region, PrivateIpAddress) };
}

export function removeInterface(ctx: Ctx, id: string | undefined): void {
  const found = find(ctx, NETWORK_INTERFACE, id);
  if (found === undefined) return;
  remove(ctx, NETWORK_INTERFACE, id);
  countAddresses(ctx, found.SubnetId, found.PrivateIpAddresses?.length ?? 1);
}

export function countAddresses(ctx: Ctx, subnetId: string | undefined, change: number): void {
  const subnet = find(ctx, SUBNET, subnetId);
  if (subnet !== undefined)
    put(ctx, SUBNET, { ...subnet, AvailableIpAddressCount: (subnet.AvailableIpAddressCount ?? 0) + change });
}

interface Wanted {
  /** Taken first, where given. */
  readonly primary?: string | undefined;
  /** Further ones by their value. */
  readonly others?: readonly string[] | undefined;
  /** How many in all; those that are not given are the first free ones. */
  readonly count: number;
}

/** Free addresses of the subnet. Throws InvalidParameterValue, InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet. */
export function addressesIn(ctx: Ctx, subnet: Subnet, { primary, others = [], count }: Wanted): string[] {
  const block = parseBlock(subnet.CidrBlock ?? "");
  if (block === undefined) throw invalidValue(`Subnet ${subnet.SubnetId} has no IPv4 addresses`);
  const taken = takenIn(ctx, subnet.SubnetId);
  const given = [...(primary === undefined ? [] : [primary]), ...others];
  for (const address of given) {
    if (!isUsable(block, address))
      throw invalidParameter("privateIpAddress", address, "Address does not fall within the subnet's address range");
    if (taken.has(address)) throw refusal("InvalidIPAddress.InUse", `Address ${address} is in use.`);
    taken.add(address);
  }
  const found = [...given];
  for (let at = block.first + FIRST_FREE; found.length < count && at < block.last; at++)
    if (!taken.has(addressText(at))) found.push(addressText(at));
  if (found.length < count) {
    const text = `There are not enough free addresses in subnet '${subnet.SubnetId}' to satisfy the requested number of instances.`;
    throw refusal("InsufficientFreeAddressesInSubnet", text);
  }
  return found;
}

function isUsable(block: Block, address: string): boolean {
  const one = parseBlock(`${address}/32`);
  return one !== undefined && one.first >= block.first + FIRST_FREE && one.first < block.last;
}

function takenIn(ctx: Ctx, subnetId: string | undefined): Set<string> {
  const present = all(ctx, NETWORK_INTERFACE).filter((each) => each.SubnetId === subnetId);
  return new Set(present.flatMap((each) => each.PrivateIpAddresses?.map(({ PrivateIpAddress = "" }) => PrivateIpAddress) ?? []));
}

/** The groups by their IDs, the VPC's default one where there are none. Throws where one is of another VPC. */
export function groupsOf(ctx: Ctx, vpcId: string | undefined, ids: readonly string[] | undefined): GroupIdentifier[] {
  const given = (ids ?? []).map((id) => need(ctx, SECURITY_GROUP, id));
  const strange = given.find((group) => group.VpcId !== vpcId);
  if (strange !== undefined)
    throw refusal("InvalidParameter", `Security group ${strange.GroupId} and subnet belong to different networks.`);
  const own = all(ctx, SECURITY_GROUP).filter((group) => group.VpcId === vpcId && group.GroupName === "default");
  return (given.length > 0 ? given : own).map(({ GroupId, GroupName }) => ({ GroupId, GroupName }));
}
