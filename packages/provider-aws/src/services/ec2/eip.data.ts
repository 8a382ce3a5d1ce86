import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { readAddress } from "./eip.resource.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";

/** `aws_eip`. Behaviour: `internal/service/ec2/ec2_eip_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_eip",
  async read(aws, config) {
    const [id, ip] = [textAt(config, "id"), textAt(config, "public_ip")];
    const missing = ["InvalidAllocationID.NotFound", "InvalidAddress.NotFound"];
    const address = await lookUp("EC2 EIP", missing, async () => {
      const { Addresses } = await aws.clients.ec2.describeAddresses({
        ...(id === undefined ? {} : { AllocationIds: [id] }),
        ...(ip === undefined ? {} : { PublicIps: [ip] }),
        ...lookupFilters(config),
      });
      return Addresses;
    });
    const found = (await readAddress(aws, { id: address.AllocationId ?? "" })) ?? {};
    const same = [
      "arn",
      "association_id",
      "carrier_ip",
      "customer_owned_ip",
      "customer_owned_ipv4_pool",
      "domain",
      "private_dns",
      "private_ip",
      "ptr_record",
      "public_dns",
      "public_ip",
      "public_ipv4_pool",
    ];
    return {
      ...Object.fromEntries(same.map((name) => [name, found[name] ?? null])),
      id: requiredText(found, "id"),
      instance_id: address.InstanceId ?? "",
      network_interface_id: address.NetworkInterfaceId ?? "",
      network_interface_owner_id: address.NetworkInterfaceOwnerId ?? "",
      tags: shownTags(aws, address.Tags),
    };
  },
};
