import type { NatGateway } from "@aws-sdk/client-ec2";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, requiredText, textAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { tagMap } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { tagsOnCreate, updateTags, WAIT } from "./shared.ts";

const MISSING = ["NatGatewayNotFound"];
const NO_SECONDARY = "the embedded cloud's NAT gateways have one address";
const NO_REGIONAL = "the embedded cloud has no regional NAT gateways";

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
    secondary_allocation_ids: NO_SECONDARY,
    secondary_private_ip_address_count: NO_SECONDARY,
    secondary_private_ip_addresses: NO_SECONDARY,
  },
  validate: (config) => runChecks([oneOf("connectivity_type", ["private", "public"])], config),
  async create(aws, planned, onCreated) {
    const { NatGateway } = await aws.clients.ec2.createNatGateway({
      AllocationId: textAt(planned, "allocation_id"),
      ConnectivityType: enumAt(planned, "connectivity_type"),
      PrivateIpAddress: textAt(planned, "private_ip"),
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
    return {
      id,
      allocation_id: address?.AllocationId ?? "",
      association_id: address?.AssociationId ?? "",
      connectivity_type: gateway.ConnectivityType ?? "",
      network_interface_id: address?.NetworkInterfaceId ?? "",
      private_ip: address?.PrivateIp ?? "",
      public_ip: address?.PublicIp ?? "",
      secondary_allocation_ids: [],
      secondary_private_ip_address_count: 0,
      secondary_private_ip_addresses: [],
      subnet_id: gateway.SubnetId ?? "",
      tags_all: tagMap(gateway.Tags),
      ...(aws.edition === "5.100.0" ? {} : { availability_mode: "zonal", vpc_id: gateway.VpcId ?? "" }),
    };
  },
  update: (aws, prior, planned) => updateTags(aws, requiredText(prior, "id"), prior, planned),
  async delete(aws, state) {
    const id = requiredText(state, "id");
    await unlessMissing(MISSING, () => aws.clients.ec2.deleteNatGateway({ NatGatewayId: id }));
    await aws.wait(timed({ ...WAIT, what: "EC2 NAT Gateway delete" }, state, "delete"), async () =>
      (await find(aws, id)) === undefined ? true : undefined,
    );
  },
};

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
