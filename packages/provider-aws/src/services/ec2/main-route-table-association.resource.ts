import type { RouteTableAssociation } from "@aws-sdk/client-ec2";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { noImport } from "../import-id.ts";

const TYPE = "aws_main_route_table_association";

/** The association by which a VPC has its main route table. */
async function mainOf(aws: AwsContext, vpcId: string): Promise<RouteTableAssociation | undefined> {
  const { RouteTables = [] } = await aws.clients.ec2.describeRouteTables({
    Filters: [
      { Name: "association.main", Values: ["true"] },
      { Name: "vpc-id", Values: [vpcId] },
    ],
  });
  return RouteTables[0]?.Associations?.find(({ Main }) => Main === true);
}

async function replace(aws: AwsContext, AssociationId: string, RouteTableId: string): Promise<string> {
  const { NewAssociationId = "" } = await aws.clients.ec2.replaceRouteTableAssociation({ AssociationId, RouteTableId });
  return NewAssociationId;
}

/** `aws_main_route_table_association`; what was main before becomes it again with the deletion. Behaviour: `internal/service/ec2/vpc_main_route_table_association.go` (read 2026-11). */
export const resource: NativeResource = {
  type: TYPE,
  noun: "Main Route Table Association",
  async create(aws, planned, onCreated) {
    const vpcId = requiredText(planned, "vpc_id");
    const before = await mainOf(aws, vpcId);
    if (before?.RouteTableAssociationId === undefined) {
      const detail = `reading EC2 VPC (${vpcId}) main route table association: couldn't find resource`;
      throw new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
    }
    const id = await replace(aws, before.RouteTableAssociationId, requiredText(planned, "route_table_id"));
    await onCreated({ id, vpc_id: vpcId, original_route_table_id: before.RouteTableId ?? "" });
  },
  async read(aws, state) {
    const found = await mainOf(aws, requiredText(state, "vpc_id"));
    if (found === undefined || found.RouteTableAssociationId !== state.id) return null;
    return { ...state, id: found.RouteTableAssociationId ?? "", route_table_id: found.RouteTableId ?? "" };
  },
  async update(aws, prior, planned) {
    return { id: await replace(aws, requiredText(prior, "id"), requiredText(planned, "route_table_id")) };
  },
  async delete(aws, state) {
    await unlessMissing(["InvalidAssociationID.NotFound"], () =>
      replace(aws, requiredText(state, "id"), requiredText(state, "original_route_table_id")),
    );
  },
  forceNew: ["vpc_id"],
  importId: noImport(TYPE),
};
