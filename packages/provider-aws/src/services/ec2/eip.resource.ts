import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, requiredText, textAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf, tagsOnCreate, updateTags } from "./shared.ts";

const MISSING = ["InvalidAllocationID.NotFound", "InvalidAddress.NotFound"];
const NO_INSTANCES = "the embedded cloud has no instances and no network interfaces of one's own";
const NO_POOLS = "the embedded cloud has no own pools of addresses";

/** `aws_eip`. Behaviour: `internal/service/ec2/ec2_eip.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_eip",
  noun: "EC2 EIP",
  forceNew: ["address", "customer_owned_ipv4_pool", "domain", "ipam_pool_id", "network_border_group", "public_ipv4_pool", "vpc"],
  tagged: true,
  unsupported: {
    address: NO_POOLS,
    associate_with_private_ip: NO_INSTANCES,
    customer_owned_ipv4_pool: NO_POOLS,
    instance: NO_INSTANCES,
    ipam_pool_id: NO_POOLS,
    network_interface: NO_INSTANCES,
  },
  validate: (config) => runChecks([oneOf("domain", ["vpc", "standard"])], config),
  async create(aws, planned, onCreated) {
    const { AllocationId: id = "" } = await aws.clients.ec2.allocateAddress({
      Domain: enumAt(planned, "domain"),
      NetworkBorderGroup: textAt(planned, "network_border_group"),
      PublicIpv4Pool: textAt(planned, "public_ipv4_pool"),
      ...tagsOnCreate(planned, "elastic-ip"),
    });
    await onCreated({ id });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeAddresses({ AllocationIds: [id] }));
    const address = found?.Addresses?.[0];
    if (address === undefined) return null;
    const reverse = await aws.clients.ec2.describeAddressesAttribute({ AllocationIds: [id], Attribute: "domain-name" });
    const { PublicIp = "", PrivateIpAddress = "" } = address;
    return {
      id,
      allocation_id: id,
      arn: arnOf(aws, await aws.accountId(), `elastic-ip/${id}`),
      association_id: address.AssociationId ?? "",
      carrier_ip: address.CarrierIp ?? "",
      customer_owned_ip: address.CustomerOwnedIp ?? "",
      customer_owned_ipv4_pool: address.CustomerOwnedIpv4Pool ?? "",
      domain: address.Domain ?? "",
      instance: address.InstanceId ?? "",
      network_border_group: address.NetworkBorderGroup ?? "",
      network_interface: address.NetworkInterfaceId ?? "",
      private_dns: PrivateIpAddress === "" ? "" : `ip-${dashed(PrivateIpAddress)}.${privateZone(aws)}`,
      private_ip: PrivateIpAddress,
      ptr_record: reverse.Addresses?.[0]?.PtrRecord ?? "",
      public_dns: `ec2-${dashed(PublicIp)}.${publicZone(aws)}`,
      public_ip: PublicIp,
      public_ipv4_pool: address.PublicIpv4Pool ?? "",
      tags_all: tagMap(address.Tags),
      ...(aws.edition === "5.100.0" ? { vpc: address.Domain === "vpc" } : {}),
    };
  },
  update: (aws, prior, planned) => updateTags(aws, requiredText(prior, "id"), prior, planned),
  async delete(aws, state) {
    const AllocationId = requiredText(state, "id");
    await unlessMissing(MISSING, () => aws.clients.ec2.releaseAddress({ AllocationId }));
  },
};

const dashed = (ip: string) => ip.replaceAll(".", "-");
const privateZone = ({ region }: AwsContext) => (region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`);
const publicZone = ({ region }: AwsContext) =>
  region === "us-east-1" ? "compute-1.amazonaws.com" : `${region}.compute.amazonaws.com`;
