import type { DescribeNetworkInterfacesCommandInput, NetworkInterface } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type FilterTable, select } from "../describe.ts";
import { chosen, NETWORK_INTERFACE } from "../records.ts";

/** Network interfaces, whose tags are called `TagSet`. */

const FILTERS: FilterTable<NetworkInterface> = {
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
