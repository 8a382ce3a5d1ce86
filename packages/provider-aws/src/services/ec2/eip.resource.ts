import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, requiredText, textAt } from "../attribute-map.ts";
import { conflicts, oneOf, runChecks } from "../checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";

const MISSING = ["InvalidAllocationID.NotFound", "InvalidAddress.NotFound"];

/** `aws_eip`. Behaviour: `internal/service/ec2/ec2_eip.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_eip",
  noun: "EC2 EIP",
  forceNew: ["address", "domain", "ipam_pool_id", "network_border_group", "public_ipv4_pool", "vpc"],
  tagged: true,
  validate: (config) =>
    runChecks(
      [
        oneOf("domain", ["vpc", "standard"]),
        conflicts("domain", ["vpc"]),
        conflicts("vpc", ["domain"]),
        conflicts("instance", ["network_interface"]),
        conflicts("network_interface", ["instance"]),
      ],
      config,
    ),
  async create(aws, planned, onCreated) {
    const { AllocationId: id = "" } = await aws.clients.ec2.allocateAddress({
      Domain: enumAt(planned, "domain") ?? (planned.vpc === true ? "vpc" : undefined),
      Address: textAt(planned, "address"),
      CustomerOwnedIpv4Pool: textAt(planned, "customer_owned_ipv4_pool"),
      IpamPoolId: textAt(planned, "ipam_pool_id"),
      NetworkBorderGroup: textAt(planned, "network_border_group"),
      PublicIpv4Pool: textAt(planned, "public_ipv4_pool"),
      ...tagsOnCreate(planned, "elastic-ip"),
    });
    await onCreated({ id });
    await associate(aws, id, planned);
  },
  read: readAddress,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    if (TARGETS.some((name) => changed(name))) {
      await disassociate(aws, prior);
      await associate(aws, id, planned);
    }
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const AllocationId = requiredText(state, "id");
    if (TARGETS.some((name) => textAt(state, name) !== undefined)) await disassociate(aws, state);
    await unlessMissing(MISSING, () => aws.clients.ec2.releaseAddress({ AllocationId }));
  },
};

/** The whole object, from `id`. */
export async function readAddress(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeAddresses({ AllocationIds: [id] }));
  const address = found?.Addresses?.[0];
  if (address === undefined) return null;
  const reverse = await aws.clients.ec2.describeAddressesAttribute({ AllocationIds: [id], Attribute: "domain-name" });
  const { PublicIp = "", PrivateIpAddress = "" } = address;
  return {
    id,
    address: state.address ?? null,
    allocation_id: id,
    associate_with_private_ip: state.associate_with_private_ip ?? null,
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
}

/** What an address may be associated with, and which of its addresses. */
const TARGETS = ["instance", "network_interface", "associate_with_private_ip"];

async function associate(aws: AwsContext, AllocationId: string, planned: ValueObject): Promise<void> {
  const [InstanceId, NetworkInterfaceId, PrivateIpAddress] = TARGETS.map((name) => textAt(planned, name));
  if (InstanceId === undefined && NetworkInterfaceId === undefined) return;
  await aws.clients.ec2.associateAddress({ AllocationId, InstanceId, NetworkInterfaceId, PrivateIpAddress });
}

async function disassociate(aws: AwsContext, state: ValueObject): Promise<void> {
  const AssociationId = textAt(state, "association_id");
  if (AssociationId === undefined) return;
  await unlessMissing(["InvalidAssociationID.NotFound"], () => aws.clients.ec2.disassociateAddress({ AssociationId }));
}

const dashed = (ip: string) => ip.replaceAll(".", "-");
const privateZone = ({ region }: AwsContext) => (region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`);
const publicZone = ({ region }: AwsContext) =>
  region === "us-east-1" ? "compute-1.amazonaws.com" : `${region}.compute.amazonaws.com`;
