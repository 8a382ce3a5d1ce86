import type { AwsContext, NativeResource } from "../../resource.ts";
import { blocksAt, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { refusedImport } from "../import-id.ts";
import { notFound } from "../not-found.ts";
import { completedRoutes, propagate, readRouteTable, routeProblems, updateRoutes } from "./route-table.resource.ts";
import { updateTags } from "./tagging.ts";

/** `aws_default_route_table`: takes over a VPC's own table, and leaves it there. Behaviour: `internal/service/ec2/vpc_default_route_table.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_default_route_table",
  noun: "EC2 Default Route Table",
  forceNew: ["default_route_table_id"],
  tagged: true,
  validate: routeProblems,
  customizePlan: completedRoutes,
  async create(aws, planned, onCreated) {
    const id = requiredText(planned, "default_route_table_id");
    const before = await readRouteTable(aws, { id });
    if (before === null) throw notFound(`EC2 Default Route Table (${id})`);
    await onCreated({ id, default_route_table_id: id });
    // What is there goes, unless it is in config: the table is taken over.
    await propagate(aws, id, textsAt(before, "propagating_vgws"), textsAt(planned, "propagating_vgws"));
    await updateRoutes(aws, id, blocksAt(before, "route"), blocksAt(planned, "route"));
    await updateTags(aws, id, before, planned);
  },
  async read(aws, state) {
    const id = textAt(state, "id") ?? (await mainTableOf(aws, requiredText(state, "vpc_id")));
    const found = await readRouteTable(aws, { ...state, id });
    return found === null ? null : { ...found, default_route_table_id: id };
  },
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    if (changed("route")) await updateRoutes(aws, id, blocksAt(prior, "route"), blocksAt(planned, "route"));
    if (changed("propagating_vgws"))
      await propagate(aws, id, textsAt(prior, "propagating_vgws"), textsAt(planned, "propagating_vgws"));
    await updateTags(aws, id, prior, planned);
  },
  async delete() {
    // It is the VPC's, and goes with it.
  },
  // By its VPC.
  importId: (id) => ({ vpc_id: id }),
};

async function mainTableOf(aws: AwsContext, vpcId: string): Promise<string> {
  const { RouteTables = [] } = await aws.clients.ec2.describeRouteTables({
    Filters: [
      { Name: "association.main", Values: ["true"] },
      { Name: "vpc-id", Values: [vpcId] },
    ],
  });
  const id = RouteTables[0]?.RouteTableId;
  if (id === undefined) throw refusedImport("empty result");
  return id;
}
