import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";

const idOf = (object: ValueObject) => `${requiredText(object, "dhcp_options_id")}-${requiredText(object, "vpc_id")}`;

async function associate(aws: AwsContext, VpcId: string, DhcpOptionsId: string): Promise<void> {
  await aws.clients.ec2.associateDhcpOptions({ VpcId, DhcpOptionsId });
}

/** What the VPC has; undefined where it is gone. */
async function optionsOf(aws: AwsContext, vpcId: string): Promise<string | undefined> {
  const found = await unlessMissing(["InvalidVpcID.NotFound"], () => aws.clients.ec2.describeVpcs({ VpcIds: [vpcId] }));
  return found?.Vpcs?.[0]?.DhcpOptionsId;
}

/** `aws_vpc_dhcp_options_association`; it is imported by its VPC. Behaviour: `internal/service/ec2/vpc_dhcp_options_association.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc_dhcp_options_association",
  noun: "EC2 VPC DHCP Options Set Association",
  forceNew: ["vpc_id"],
  async create(aws, planned, onCreated) {
    await associate(aws, requiredText(planned, "vpc_id"), requiredText(planned, "dhcp_options_id"));
    await onCreated({ ...planned, id: idOf(planned) });
  },
  async read(aws, state) {
    const options = await optionsOf(aws, requiredText(state, "vpc_id"));
    if (options === undefined) return null;
    if (textAt(state, "dhcp_options_id") === undefined) {
      if (options !== "default") return { ...state, dhcp_options_id: options, id: idOf({ ...state, dhcp_options_id: options }) };
      const detail = `EC2 VPC (${requiredText(state, "vpc_id")}) has no DHCP options of its own`;
      throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
    }
    return options === state.dhcp_options_id ? { ...state, id: idOf(state) } : null;
  },
  async update(aws, _prior, planned) {
    await associate(aws, requiredText(planned, "vpc_id"), requiredText(planned, "dhcp_options_id"));
    return { id: idOf(planned) };
  },
  async delete(aws, state) {
    await unlessMissing(["InvalidVpcID.NotFound"], () => associate(aws, requiredText(state, "vpc_id"), "default"));
  },
  importId: (id) => ({ id, vpc_id: id }),
};
