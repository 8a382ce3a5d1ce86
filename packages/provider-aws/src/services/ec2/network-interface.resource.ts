import type { NetworkInterface } from "@aws-sdk/client-ec2";
import { isList, type ValueObject, valuesEqual } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, enumAt, isTrue, numberAt, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { conflicts, oneOf, runChecks } from "../checks.ts";
import { isAddress } from "../network-checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD, WAIT } from "./waits.ts";

const MISSING = ["InvalidNetworkInterfaceID.NotFound"];
const NO_IPV6 = "IPv6 addresses and prefixes of network interfaces are not carried out";
const CHECKS = [
  oneOf("interface_type", ["efa", "efa-only", "branch", "trunk"]),
  isAddress("private_ip_list", "IPv4"),
  conflicts("private_ip_list", ["private_ip", "private_ips", "private_ips_count"]),
  conflicts("private_ips", ["private_ip_list"]),
  conflicts("private_ips_count", ["private_ip_list"]),
];

export async function findInterface(aws: AwsContext, id: string): Promise<NetworkInterface | undefined> {
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [id] }));
  return found?.NetworkInterfaces?.[0];
}

/** The addresses of an interface, the primary one first. */
export function addressesOf({ PrivateIpAddresses = [] }: NetworkInterface): string[] {
  const sorted = [...PrivateIpAddresses].sort((a, b) => Number(b.Primary === true) - Number(a.Primary === true));
  return sorted.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []);
}

/** `aws_network_interface`. Behaviour: `internal/service/ec2/vpc_network_interface.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_network_interface",
  noun: "EC2 Network Interface",
  defaults: { ipv6_address_list_enabled: false, private_ip_list_enabled: false, source_dest_check: true },
  forceNew: ["interface_type", "subnet_id"],
  recomputedWhen: {
    private_ip_list: ["private_ips", "private_ips_count"],
    private_ips: ["private_ips_count"],
    private_ips_count: ["private_ips"],
  },
  computedBlocks: { attachment: true },
  unsupported: {
    "attachment.network_card_index": "network cards are not carried out",
    ena_srd_specification: "ENA Express is not carried out",
    enable_primary_ipv6: NO_IPV6,
    ipv4_prefix_count: NO_IPV6,
    ipv4_prefixes: NO_IPV6,
    ipv6_address_count: NO_IPV6,
    ipv6_address_list: NO_IPV6,
    ipv6_address_list_enabled: NO_IPV6,
    ipv6_addresses: NO_IPV6,
    ipv6_prefix_count: NO_IPV6,
    ipv6_prefixes: NO_IPV6,
  },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  // The primary address cannot change.
  customizePlan(prior, planned) {
    if (prior === null || !isList(planned.private_ips) || isTrue(planned, "private_ip_list_enabled")) return {};
    const isKept =
      valuesEqual(prior.private_ips ?? null, planned.private_ips) || planned.private_ips.includes(prior.private_ip ?? "");
    return { requiresReplace: isKept ? [] : ["private_ips"] };
  },
  async create(aws, planned, onCreated) {
    const isListed = isTrue(planned, "private_ip_list_enabled");
    const given = isListed ? textsAt(planned, "private_ip_list") : textsAt(planned, "private_ips");
    const groups = textsAt(planned, "security_groups");
    const count = numberAt(planned, "private_ips_count");
    const primary = textAt(planned, "private_ip");
    const { NetworkInterface: made } = await aws.clients.ec2.createNetworkInterface({
      SubnetId: requiredText(planned, "subnet_id"),
      Description: textAt(planned, "description"),
      InterfaceType: enumAt(planned, "interface_type"),
      ...(groups.length === 0 ? {} : { Groups: groups }),
      ...(given.length === 0
        ? { PrivateIpAddress: primary }
        : { PrivateIpAddresses: given.map((PrivateIpAddress, i) => ({ PrivateIpAddress, Primary: i === 0 })) }),
      ...(count === undefined || count === 0 || given.length > 0 ? {} : { SecondaryPrivateIpAddressCount: count }),
      ...tagsOnCreate(planned, "network-interface"),
    });
    const id = made?.NetworkInterfaceId ?? "";
    await onCreated({ id });
    await aws.wait({ ...WAIT, what: "EC2 Network Interface create" }, async () =>
      (await findInterface(aws, id))?.Status === undefined ? undefined : true,
    );
    if (planned.source_dest_check === false)
      await aws.clients.ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: id, SourceDestCheck: { Value: false } });
    await attach(aws, id, {}, planned);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await findInterface(aws, id);
    if (found === undefined) return null;
    const addresses = addressesOf(found);
    const { Attachment } = found;
    return {
      ...state,
      id,
      arn: arnOf(aws, found.OwnerId, `network-interface/${id}`),
      attachment:
        Attachment === undefined
          ? []
          : [
              {
                attachment_id: Attachment.AttachmentId ?? "",
                device_index: Attachment.DeviceIndex ?? 0,
                instance: Attachment.InstanceId ?? "",
              },
            ],
      description: found.Description ?? "",
      interface_type: found.InterfaceType ?? "",
      ipv4_prefix_count: found.Ipv4Prefixes?.length ?? 0,
      ipv4_prefixes: (found.Ipv4Prefixes ?? []).map(({ Ipv4Prefix = "" }) => Ipv4Prefix),
      ipv6_address_count: found.Ipv6Addresses?.length ?? 0,
      ipv6_address_list: (found.Ipv6Addresses ?? []).map(({ Ipv6Address = "" }) => Ipv6Address),
      ipv6_addresses: (found.Ipv6Addresses ?? []).map(({ Ipv6Address = "" }) => Ipv6Address),
      ipv6_prefix_count: found.Ipv6Prefixes?.length ?? 0,
      ipv6_prefixes: (found.Ipv6Prefixes ?? []).map(({ Ipv6Prefix = "" }) => Ipv6Prefix),
      mac_address: found.MacAddress ?? "",
      outpost_arn: found.OutpostArn ?? "",
      owner_id: found.OwnerId ?? "",
      private_dns_name: found.PrivateDnsName ?? "",
      private_ip: found.PrivateIpAddress ?? "",
      private_ip_list: addresses,
      private_ips: addresses,
      private_ips_count: addresses.length - 1,
      security_groups: (found.Groups ?? []).map(({ GroupId = "" }) => GroupId),
      source_dest_check: found.SourceDestCheck ?? false,
      subnet_id: found.SubnetId ?? "",
      tags_all: tagMap(found.TagSet),
    };
  },
  async update(aws, prior, planned, changed) {
    const NetworkInterfaceId = requiredText(prior, "id");
    const { ec2 } = aws.clients;
    if (changed("attachment")) await attach(aws, NetworkInterfaceId, prior, planned);
    const name = isTrue(planned, "private_ip_list_enabled") ? "private_ip_list" : "private_ips";
    if (changed(name)) await changeAddresses(aws, NetworkInterfaceId, textsAt(prior, name), textsAt(planned, name));
    else if (changed("private_ips_count")) await changeCount(aws, NetworkInterfaceId, prior, planned);
    if (changed("security_groups"))
      await ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, Groups: textsAt(planned, "security_groups") });
    if (changed("description"))
      await ec2.modifyNetworkInterfaceAttribute({
        NetworkInterfaceId,
        Description: { Value: textAt(planned, "description") ?? "" },
      });
    if (changed("source_dest_check"))
      await ec2.modifyNetworkInterfaceAttribute({
        NetworkInterfaceId,
        SourceDestCheck: { Value: isTrue(planned, "source_dest_check") },
      });
    await updateTags(aws, NetworkInterfaceId, prior, planned);
  },
  async delete(aws, state) {
    const id = requiredText(state, "id");
    await attach(aws, id, state, {});
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteNetworkInterface({ NetworkInterfaceId: id })));
  },
};

async function attach(aws: AwsContext, NetworkInterfaceId: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  for (const block of blocksAt(prior, "attachment"))
    await unlessMissing(["InvalidAttachmentID.NotFound"], () =>
      aws.clients.ec2.detachNetworkInterface({ AttachmentId: requiredText(block, "attachment_id"), Force: true }),
    );
  for (const block of blocksAt(planned, "attachment"))
    await aws.clients.ec2.attachNetworkInterface({
      NetworkInterfaceId,
      InstanceId: requiredText(block, "instance"),
      DeviceIndex: numberAt(block, "device_index") ?? 0,
    });
}

async function changeAddresses(aws: AwsContext, NetworkInterfaceId: string, before: string[], after: string[]): Promise<void> {
  const gone = before.filter((address) => !after.includes(address));
  const added = after.filter((address) => !before.includes(address));
  if (gone.length > 0) await aws.clients.ec2.unassignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses: gone });
  if (added.length > 0) await aws.clients.ec2.assignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses: added });
}

async function changeCount(aws: AwsContext, NetworkInterfaceId: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const more = (numberAt(planned, "private_ips_count") ?? 0) - (numberAt(prior, "private_ips_count") ?? 0);
  if (more > 0) await aws.clients.ec2.assignPrivateIpAddresses({ NetworkInterfaceId, SecondaryPrivateIpAddressCount: more });
  if (more >= 0) return;
  const secondary = textsAt(prior, "private_ip_list").slice(1);
  await aws.clients.ec2.unassignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses: secondary.slice(more) });
}
