import type { NatGateway } from "@aws-sdk/client-ec2";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, numberAt, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { configError, conflicts, oneOf, runChecks } from "../checks.ts";
import { isAddress } from "../network-checks.ts";
import { tagMap } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { WAIT } from "./waits.ts";

const MISSING = ["NatGatewayNotFound"];
const NO_REGIONAL = "the embedded cloud has no regional NAT gateways";

const CHECKS = [
  oneOf("connectivity_type", ["private", "public"]),
  isAddress("private_ip", "IPv4"),
  conflicts("secondary_private_ip_address_count", ["secondary_private_ip_addresses"]),
  conflicts("secondary_private_ip_addresses", ["secondary_private_ip_address_count"]),
];
const SECONDARY = ["secondary_allocation_ids", "secondary_private_ip_address_count", "secondary_private_ip_addresses"];

/** `aws_nat_gateway`. Behaviour: `internal/service/ec2/vpc_nat_gateway.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_nat_gateway",
  noun: "EC2 NAT Gateway",
  defaults: { connectivity_type: "public" },
  forceNew: ["allocation_id", "connectivity_type", "private_ip", "subnet_id"],
  tagged: true,
  unsupported: {
    availability_mode: NO_REGIONAL,
    availability_zone_address: NO_REGIONAL,
  },
  recomputedWhen: {
    secondary_private_ip_address_count: ["secondary_allocation_ids"],
    secondary_private_ip_addresses: ["secondary_allocation_ids"],
  },
  validate: (config) => runChecks(CHECKS, config),
  checkPlan: (config) =>
    typeof config.secondary_private_ip_address_count === "number" && config.connectivity_type !== "private"
      ? [
          configError(
            'secondary_private_ip_address_count is not supported with connectivity_type = "public"',
            "secondary_private_ip_address_count",
          ),
        ]
      : [],
  async create(aws, planned, onCreated) {
    const { NatGateway } = await aws.clients.ec2.createNatGateway({
      AllocationId: textAt(planned, "allocation_id"),
      ConnectivityType: enumAt(planned, "connectivity_type"),
      PrivateIpAddress: textAt(planned, "private_ip"),
      ...secondaryOf(planned),
      SubnetId: requiredText(planned, "subnet_id"),
      ...tagsOnCreate(planned, "natgateway"),
    });
    const id = NatGateway?.NatGatewayId ?? "";
    await onCreated({ id });
    await aws.wait(timed({ ...WAIT, what: "EC2 NAT Gateway create" }, planned, "create"), async () => {
      const gateway = await find(aws, id);
      if (gateway?.State === "failed") throw failed(id, gateway);
      return gateway?.State === "available" ? true : undefined;
    });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const gateway = await find(aws, id);
    if (gateway === undefined) return null;
    const addresses = gateway.NatGatewayAddresses ?? [];
    const address = addresses.find(({ IsPrimary }) => IsPrimary === true) ?? addresses[0];
    const others = addresses.filter((each) => each !== address);
    return {
      id,
      allocation_id: address?.AllocationId ?? "",
      association_id: address?.AssociationId ?? "",
      connectivity_type: gateway.ConnectivityType ?? "",
      network_interface_id: address?.NetworkInterfaceId ?? "",
      private_ip: address?.PrivateIp ?? "",
      public_ip: address?.PublicIp ?? "",
      secondary_allocation_ids: others.flatMap(({ AllocationId }) => AllocationId ?? []),
      secondary_private_ip_address_count: others.length,
      secondary_private_ip_addresses: others.flatMap(({ PrivateIp }) => PrivateIp ?? []),
      subnet_id: gateway.SubnetId ?? "",
      tags_all: tagMap(gateway.Tags),
      ...(aws.edition === "5.100.0" ? {} : { availability_mode: "zonal", vpc_id: gateway.VpcId ?? "" }),
    };
  },
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    if (SECONDARY.some((name) => changed(name))) await changeSecondary(aws, id, prior, planned);
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const id = requiredText(state, "id");
    await unlessMissing(MISSING, () => aws.clients.ec2.deleteNatGateway({ NatGatewayId: id }));
    await aws.wait(timed({ ...WAIT, what: "EC2 NAT Gateway delete" }, state, "delete"), async () =>
      (await find(aws, id)) === undefined ? true : undefined,
    );
  },
};

function secondaryOf(planned: ValueObject) {
  const [allocations, addresses] = [
    textsAt(planned, "secondary_allocation_ids"),
    textsAt(planned, "secondary_private_ip_addresses"),
  ];
  const count = numberAt(planned, "secondary_private_ip_address_count") || undefined;
  return {
    ...(allocations.length === 0 ? {} : { SecondaryAllocationIds: allocations }),
    ...(addresses.length === 0
      ? { ...(count === undefined || allocations.length > 0 ? {} : { SecondaryPrivateIpAddressCount: count }) }
      : { SecondaryPrivateIpAddresses: addresses }),
  };
}

/** Addresses of a public gateway are associated with it, those of a private one assigned. */
async function changeSecondary(aws: AwsContext, NatGatewayId: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const { ec2 } = aws.clients;
  const change = (name: string) => {
    const [before, after] = [textsAt(prior, name), textsAt(planned, name)];
    return { gone: before.filter((each) => !after.includes(each)), added: after.filter((each) => !before.includes(each)) };
  };
  const [allocations, addresses] = [change("secondary_allocation_ids"), change("secondary_private_ip_addresses")];
  if (planned.connectivity_type === "private") {
    if (addresses.added.length > 0)
      await ec2.assignPrivateNatGatewayAddress({ NatGatewayId, PrivateIpAddresses: addresses.added });
    if (addresses.gone.length > 0)
      await ec2.unassignPrivateNatGatewayAddress({ NatGatewayId, PrivateIpAddresses: addresses.gone });
    return;
  }
  if (allocations.added.length > 0)
    await ec2.associateNatGatewayAddress({
      NatGatewayId,
      AllocationIds: allocations.added,
      ...(addresses.added.length === 0 ? {} : { PrivateIpAddresses: addresses.added }),
    });
  const present = (await find(aws, NatGatewayId))?.NatGatewayAddresses ?? [];
  const AssociationIds = present.flatMap(({ AllocationId = "", AssociationId = "" }) =>
    allocations.gone.includes(AllocationId) ? [AssociationId] : [],
  );
  if (AssociationIds.length > 0) await ec2.disassociateNatGatewayAddress({ NatGatewayId, AssociationIds });
}

/** AWS shows deleted ones for an hour. */
async function find(aws: AwsContext, id: string): Promise<NatGateway | undefined> {
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeNatGateways({ NatGatewayIds: [id] }));
  const gateway = found?.NatGateways?.[0];
  return gateway?.State === "deleted" ? undefined : gateway;
}

function failed(id: string, { FailureCode, FailureMessage }: NatGateway): DiagnosticError {
  const detail = `waiting for EC2 NAT Gateway (${id}) create: ${FailureCode}: ${FailureMessage}`;
  return new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
}
