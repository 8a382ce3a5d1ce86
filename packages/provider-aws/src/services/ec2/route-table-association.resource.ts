import type { RouteTableAssociation } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { exactlyOneOf, runChecks } from "../checks.ts";
import { refusedImport } from "../import-id.ts";

const MISSING = ["InvalidAssociationID.NotFound"];

/** `aws_route_table_association`. Behaviour: `internal/service/ec2/vpc_route_table_association.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_route_table_association",
  noun: "EC2 Route Table Association",
  forceNew: ["gateway_id", "subnet_id"],
  validate: (config) => runChecks([exactlyOneOf(["subnet_id", "gateway_id"])], config),
  async create(aws, planned, onCreated) {
    const { AssociationId: id = "" } = await aws.clients.ec2.associateRouteTable({
      RouteTableId: requiredText(planned, "route_table_id"),
      SubnetId: textAt(planned, "subnet_id"),
      GatewayId: textAt(planned, "gateway_id"),
    });
    await onCreated({ id });
  },
  async read(aws, state) {
    const found = await find(aws, state);
    if (found === undefined) return null;
    return {
      id: found.RouteTableAssociationId ?? "",
      gateway_id: found.GatewayId ?? "",
      route_table_id: found.RouteTableId ?? "",
      subnet_id: found.SubnetId ?? "",
    };
  },
  async update(aws, prior, planned) {
    const { NewAssociationId = "" } = await aws.clients.ec2.replaceRouteTableAssociation({
      AssociationId: requiredText(prior, "id"),
      RouteTableId: requiredText(planned, "route_table_id"),
    });
    return { id: NewAssociationId };
  },
  async delete(aws, state) {
    const AssociationId = requiredText(state, "id");
    await unlessMissing(MISSING, () => aws.clients.ec2.disassociateRouteTable({ AssociationId }));
  },
  importId(id) {
    const [target = "", table = "", ...more] = id.split("/");
    if (target === "" || table === "" || more.length > 0)
      throw refusedImport(`Unexpected format for import: ${id}. Use 'subnet ID/route table ID' or 'gateway ID/route table ID`);
    return { [target.startsWith("subnet-") ? "subnet_id" : "gateway_id"]: target, route_table_id: table };
  },
};

/** By its id, or after an import by what it joins. */
async function find(aws: AwsContext, state: ValueObject): Promise<RouteTableAssociation | undefined> {
  const [id, subnet, gateway] = ["id", "subnet_id", "gateway_id"].map((name) => textAt(state, name));
  const [Name, value] =
    id !== undefined
      ? ["association.route-table-association-id", id]
      : subnet === undefined
        ? ["association.gateway-id", gateway ?? ""]
        : ["association.subnet-id", subnet];
  const { RouteTables = [] } = await aws.clients.ec2.describeRouteTables({ Filters: [{ Name, Values: [value] }] });
  return RouteTables.flatMap(({ Associations = [] }) => Associations).find((each) => {
    if (id !== undefined) return each.RouteTableAssociationId === id;
    return (each.SubnetId ?? each.GatewayId) === value && each.RouteTableId === state.route_table_id;
  });
}
