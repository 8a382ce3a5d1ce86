import type {
  AssignPrivateIpAddressesCommandInput,
  CreateNetworkInterfaceCommandInput,
  DeleteNetworkInterfaceCommandInput,
  DescribeNetworkInterfaceAttributeCommandInput,
  DescribeNetworkInterfacesCommandInput,
  ModifyNetworkInterfaceAttributeCommandInput,
  NetworkInterface,
  UnassignPrivateIpAddressesCommandInput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type FilterTable, select } from "../describe.ts";
import { invalidParameter, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { NETWORK_INTERFACE, SUBNET } from "../kinds.ts";
import { addressesIn, countAddresses, groupsOf, makeInterface, privateAddress, removeInterface } from "../network-interfaces.ts";
import { chosen, need, put } from "../records.ts";
import { tagsFor } from "../tagging.ts";

/** Network interfaces, whose tags are called `TagSet`. Source: Amazon EC2 API reference, CreateNetworkInterface (read 2026-11). */

const FILTERS: FilterTable<NetworkInterface> = {
  "addresses.private-ip-address": ({ PrivateIpAddresses = [] }) => PrivateIpAddresses.map((each) => each.PrivateIpAddress),
  "addresses.primary": ({ PrivateIpAddresses = [] }) => PrivateIpAddresses.map((each) => String(each.Primary)),
  "association.allocation-id": ({ Association }) => [Association?.AllocationId],
  "association.association-id": ({ Association }) => [Association?.AssociationId],
  "association.public-ip": ({ Association }) => [Association?.PublicIp],
  "attachment.attachment-id": ({ Attachment }) => [Attachment?.AttachmentId],
  "attachment.instance-id": ({ Attachment }) => [Attachment?.InstanceId],
  "attachment.instance-owner-id": ({ Attachment }) => [Attachment?.InstanceOwnerId],
  "attachment.status": ({ Attachment }) => [Attachment?.Status],
  "availability-zone": (each) => [each.AvailabilityZone],
  description: (each) => [each.Description],
  "group-id": ({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId),
  "group-name": ({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName),
  "interface-type": (each) => [each.InterfaceType],
  "mac-address": (each) => [each.MacAddress],
  "network-interface-id": (each) => [each.NetworkInterfaceId],
  "owner-id": (each) => [each.OwnerId],
  "private-dns-name": (each) => [each.PrivateDnsName],
  "private-ip-address": (each) => [each.PrivateIpAddress],
  "requester-id": (each) => [each.RequesterId],
  "requester-managed": (each) => [String(each.RequesterManaged)],
  "source-dest-check": (each) => [String(each.SourceDestCheck)],
  status: (each) => [each.Status],
  "subnet-id": (each) => [each.SubnetId],
  "vpc-id": (each) => [each.VpcId],
};

export function describeNetworkInterfaces(ctx: Ctx, input: DescribeNetworkInterfacesCommandInput) {
  const interfaces = chosen(ctx, NETWORK_INTERFACE, input.NetworkInterfaceIds).map((each) => ({ ...each, Tags: each.TagSet }));
  const { items, ...next } = select(interfaces, input, FILTERS);
  return { NetworkInterfaces: items, ...next };
}

/** Members that stand for IPv6, prefixes and hardware that nobody has here. */
const ABSENT = [
  "Ipv6AddressCount",
  "Ipv6Addresses",
  "Ipv4Prefixes",
  "Ipv4PrefixCount",
  "Ipv6Prefixes",
  "Ipv6PrefixCount",
  "EnablePrimaryIpv6",
] as const;

export function createNetworkInterface(ctx: Ctx, input: CreateNetworkInterfaceCommandInput) {
  if (input.SubnetId === undefined) throw missingParameter("subnetId");
  const strange = ABSENT.find((name) => input[name] !== undefined);
  if (strange !== undefined) throw notCarriedOut(`CreateNetworkInterface with ${strange}`);
  if (input.InterfaceType !== undefined) throw notCarriedOut(`CreateNetworkInterface of the type ${input.InterfaceType}`);
  const subnet = need(ctx, SUBNET, input.SubnetId);
  const listed = input.PrivateIpAddresses ?? [];
  const primary = input.PrivateIpAddress ?? listed.find(({ Primary }) => Primary === true)?.PrivateIpAddress;
  const others = listed.flatMap(({ PrivateIpAddress }) =>
    PrivateIpAddress === undefined || PrivateIpAddress === primary ? [] : [PrivateIpAddress],
  );
  const count =
    1 + Math.max(input.SecondaryPrivateIpAddressCount ?? 0, primary === undefined ? others.length - 1 : others.length);
  const addresses = addressesIn(ctx, subnet, { primary, others, count: Math.max(count, 1) });
  const { Tags } = tagsFor(NETWORK_INTERFACE, input.TagSpecifications);
  const made = makeInterface(ctx, subnet, {
    Description: input.Description ?? "",
    Groups: groupsOf(ctx, subnet.VpcId, input.Groups),
    InterfaceType: "interface",
    RequesterManaged: false,
    SourceDestCheck: true,
    Status: "available",
    TagSet: Tags,
    ...(addresses[0] === undefined ? {} : { PrivateIpAddress: addresses[0] }),
    PrivateIpAddresses: addresses.map((address, i) => privateAddress(ctx, address, i === 0)),
  });
  return { NetworkInterface: { ...made, Status: "pending" as const }, ClientToken: input.ClientToken };
}

/** Throws while it is used by what AWS made it for. */
export function deleteNetworkInterface(ctx: Ctx, { NetworkInterfaceId: id }: DeleteNetworkInterfaceCommandInput): object {
  const found = need(ctx, NETWORK_INTERFACE, id);
  if (found.RequesterManaged === true) throw refusal("InvalidParameterValue", `Network interface '${id}' is currently in use.`);
  if (found.Association !== undefined)
    throw refusal("InvalidParameterValue", `Network interface '${id}' has an associated address.`);
  removeInterface(ctx, id);
  return {};
}

export function modifyNetworkInterfaceAttribute(ctx: Ctx, input: ModifyNetworkInterfaceAttributeCommandInput): object {
  const found = need(ctx, NETWORK_INTERFACE, input.NetworkInterfaceId);
  if (input.Attachment !== undefined) throw notCarriedOut("ModifyNetworkInterfaceAttribute with Attachment");
  put(ctx, NETWORK_INTERFACE, {
    ...found,
    Description: input.Description?.Value ?? found.Description,
    Groups: input.Groups === undefined ? found.Groups : groupsOf(ctx, found.VpcId, input.Groups),
    SourceDestCheck: input.SourceDestCheck?.Value ?? found.SourceDestCheck,
  });
  return {};
}

export function describeNetworkInterfaceAttribute(ctx: Ctx, input: DescribeNetworkInterfaceAttributeCommandInput): object {
  const { NetworkInterfaceId, Description, Groups, SourceDestCheck } = need(ctx, NETWORK_INTERFACE, input.NetworkInterfaceId);
  const { Attribute } = input;
  if (Attribute === "description") return { NetworkInterfaceId, Description: { Value: Description } };
  if (Attribute === "groupSet") return { NetworkInterfaceId, Groups };
  if (Attribute === "sourceDestCheck") return { NetworkInterfaceId, SourceDestCheck: { Value: SourceDestCheck } };
  if (Attribute === "attachment") return { NetworkInterfaceId };
  throw invalidParameter("attribute", String(Attribute));
}

export function assignPrivateIpAddresses(ctx: Ctx, input: AssignPrivateIpAddressesCommandInput) {
  const found = need(ctx, NETWORK_INTERFACE, input.NetworkInterfaceId);
  if (input.Ipv4PrefixCount !== undefined || input.Ipv4Prefixes !== undefined)
    throw notCarriedOut("AssignPrivateIpAddresses with prefixes");
  const others = input.PrivateIpAddresses ?? [];
  const count = input.SecondaryPrivateIpAddressCount ?? others.length;
  const added = addressesIn(ctx, need(ctx, SUBNET, found.SubnetId), { others, count });
  const more = added.map((address) => privateAddress(ctx, address, false));
  put(ctx, NETWORK_INTERFACE, { ...found, PrivateIpAddresses: [...(found.PrivateIpAddresses ?? []), ...more] });
  countAddresses(ctx, found.SubnetId, -added.length);
  return {
    NetworkInterfaceId: found.NetworkInterfaceId,
    AssignedPrivateIpAddresses: added.map((PrivateIpAddress) => ({ PrivateIpAddress })),
  };
}

export function unassignPrivateIpAddresses(ctx: Ctx, input: UnassignPrivateIpAddressesCommandInput): object {
  const found = need(ctx, NETWORK_INTERFACE, input.NetworkInterfaceId);
  const given = input.PrivateIpAddresses ?? [];
  const present = found.PrivateIpAddresses ?? [];
  const isSecondary = (address: string) =>
    present.some(({ PrivateIpAddress, Primary }) => PrivateIpAddress === address && Primary !== true);
  const strange = given.find((address) => !isSecondary(address));
  if (strange !== undefined)
    throw refusal("InvalidParameterValue", `Some of ${strange} are not assigned to interface ${found.NetworkInterfaceId}`);
  const rest = present.filter(({ PrivateIpAddress = "" }) => !given.includes(PrivateIpAddress));
  put(ctx, NETWORK_INTERFACE, { ...found, PrivateIpAddresses: rest });
  countAddresses(ctx, found.SubnetId, given.length);
  return {};
}
