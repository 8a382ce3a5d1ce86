import type { Address } from "@aws-sdk/client-ec2";
import type { NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt } from "../attribute-map.ts";
import { exactlyOneOf, runChecks } from "../checks.ts";

const NEW_ADDRESS: RetryRow = {
  codes: ["InvalidAllocationID.NotFound"],
  timeoutMs: 60_000,
  why: "an address that is new is not known everywhere at once",
  source: "internal/service/ec2/ec2_eip_association.go (read 2026-11)",
};
const NAMES = [
  ["allocation_id", "AllocationId"],
  ["instance_id", "InstanceId"],
  ["network_interface_id", "NetworkInterfaceId"],
  ["private_ip_address", "PrivateIpAddress"],
  ["public_ip", "PublicIp"],
] as const;

/** `aws_eip_association`. Behaviour: `internal/service/ec2/ec2_eip_association.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_eip_association",
  noun: "EC2 EIP Association",
  forceNew: [...NAMES.map(([attribute]) => attribute), "allow_reassociation"],
  validate: (config) => runChecks([exactlyOneOf(["instance_id", "network_interface_id"])], config),
  async create(aws, planned, onCreated) {
    const input = Object.fromEntries(NAMES.map(([attribute, member]) => [member, textAt(planned, attribute)]));
    const { AssociationId: id = "" } = await aws.retry(NEW_ADDRESS, () =>
      aws.clients.ec2.associateAddress({
        ...input,
        ...(isTrue(planned, "allow_reassociation") ? { AllowReassociation: true } : {}),
      }),
    );
    await onCreated({ id });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const { Addresses = [] } = await aws.clients.ec2.describeAddresses({ Filters: [{ Name: "association-id", Values: [id] }] });
    const address: Address | undefined = Addresses[0];
    if (address === undefined) return null;
    return { ...state, id, ...Object.fromEntries(NAMES.map(([attribute, member]) => [attribute, address[member] ?? ""])) };
  },
  async delete(aws, state) {
    const AssociationId = requiredText(state, "id");
    await unlessMissing(["InvalidAssociationID.NotFound"], () => aws.clients.ec2.disassociateAddress({ AssociationId }));
  },
};
