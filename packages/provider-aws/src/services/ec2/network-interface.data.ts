import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { arnOf } from "./arn.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";
import { addressesOf } from "./network-interface.resource.ts";

/** `aws_network_interface`. Behaviour: `internal/service/ec2/vpc_network_interface_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_network_interface",
  async read(aws, config) {
    const asked = textAt(config, "id");
    const found = await lookUp("EC2 Network Interface", ["InvalidNetworkInterfaceID.NotFound"], async () => {
      const { NetworkInterfaces } = await aws.clients.ec2.describeNetworkInterfaces({
        ...(asked === undefined ? {} : { NetworkInterfaceIds: [asked] }),
        ...lookupFilters(config),
      });
      return NetworkInterfaces;
    });
    const { Association: at, Attachment: use, NetworkInterfaceId: id = "" } = found;
    return {
      id,
      arn: arnOf(aws, found.OwnerId, `network-interface/${id}`),
      association:
        at === undefined
          ? []
          : [
              {
                allocation_id: at.AllocationId ?? "",
                association_id: at.AssociationId ?? "",
                carrier_ip: at.CarrierIp ?? "",
                customer_owned_ip: at.CustomerOwnedIp ?? "",
                ip_owner_id: at.IpOwnerId ?? "",
                public_dns_name: at.PublicDnsName ?? "",
                public_ip: at.PublicIp ?? "",
              },
            ],
      attachment:
        use === undefined
          ? []
          : [
              {
                attachment_id: use.AttachmentId ?? "",
                device_index: use.DeviceIndex ?? 0,
                instance_id: use.InstanceId ?? "",
                instance_owner_id: use.InstanceOwnerId ?? "",
              },
            ],
      availability_zone: found.AvailabilityZone ?? "",
      description: found.Description ?? "",
      interface_type: found.InterfaceType ?? "",
      ipv6_addresses: (found.Ipv6Addresses ?? []).flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
      mac_address: found.MacAddress ?? "",
      outpost_arn: found.OutpostArn ?? "",
      owner_id: found.OwnerId ?? "",
      private_dns_name: found.PrivateDnsName ?? "",
      private_ip: found.PrivateIpAddress ?? "",
      private_ips: addressesOf(found),
      requester_id: found.RequesterId ?? "",
      security_groups: (found.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      subnet_id: found.SubnetId ?? "",
      tags: shownTags(aws, found.TagSet),
      vpc_id: found.VpcId ?? "",
    };
  },
};
