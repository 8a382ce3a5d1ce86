import type { Route } from "@aws-sdk/client-ec2";
import { type Diagnostic, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { completed } from "./nested-objects.ts";
import { TARGETS, targetsOf, toMembers } from "./routes.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD } from "./waits.ts";

const MISSING = ["InvalidRouteTableID.NotFound"];
const NO_ROUTE = ["InvalidRoute.NotFound"];

const DESTINATIONS = [
  ["cidr_block", "DestinationCidrBlock"],
  ["destination_prefix_list_id", "DestinationPrefixListId"],
  ["ipv6_cidr_block", "DestinationIpv6CidrBlock"],
] as const;
const EMPTY = Object.fromEntries([...DESTINATIONS, ...TARGETS].map(([attribute]) => [attribute, ""]));

/** `aws_route_table`. Behaviour: `internal/service/ec2/vpc_route_table.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_route_table",
  noun: "EC2 Route Table",
  forceNew: ["vpc_id"],
  tagged: true,
  validate: routeProblems,
  customizePlan: completedRoutes,
  async create(aws, planned, onCreated) {
    const { RouteTable } = await aws.clients.ec2.createRouteTable({
      VpcId: requiredText(planned, "vpc_id"),
      ...tagsOnCreate(planned, "route-table"),
    });
    const id = RouteTable?.RouteTableId ?? "";
    await onCreated({ id });
    await updateRoutes(aws, id, [], blocksAt(planned, "route"));
    await propagate(aws, id, [], textsAt(planned, "propagating_vgws"));
  },
  read: readRouteTable,
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    if (changed("route")) await updateRoutes(aws, id, blocksAt(prior, "route"), blocksAt(planned, "route"));
    if (changed("propagating_vgws"))
      await propagate(aws, id, textsAt(prior, "propagating_vgws"), textsAt(planned, "propagating_vgws"));
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const RouteTableId = requiredText(state, "id");
    const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeRouteTables({ RouteTableIds: [RouteTableId] }));
    for (const { RouteTableAssociationId: AssociationId } of found?.RouteTables?.[0]?.Associations ?? [])
      await unlessMissing(["InvalidAssociationID.NotFound"], () => aws.clients.ec2.disassociateRouteTable({ AssociationId }));
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteRouteTable({ RouteTableId })));
  },
};

/** Each route has a destination and a target. */
export function routeProblems(config: ValueObject): Diagnostic[] {
  return blocksAt(config, "route").flatMap((route) => {
    const isSet = ([attribute]: readonly [string, string]) => (route[attribute] ?? "") !== "";
    if (!DESTINATIONS.some(isSet)) return [incomplete("no route destination attribute specified")];
    return TARGETS.some(isSet) ? [] : [incomplete("no route target attribute specified")];
  });
}

/** What config leaves out of a route is planned as the empty text. */
export function completedRoutes(
  _prior: ValueObject | null,
  planned: ValueObject,
  config: ValueObject,
): { readonly planned: ValueObject } {
  return { planned: completed(planned, ["route"], EMPTY, config) };
}

const incomplete = (detail: string) => errorDiagnostic("DVT3001", "Invalid route", { detail, attribute: "route" });

export async function updateRoutes(
  aws: AwsContext,
  RouteTableId: string,
  prior: ValueObject[],
  planned: ValueObject[],
): Promise<void> {
  const { ec2 } = aws.clients;
  const before = new Map(prior.map((route) => [destinationOf(route), route]));
  const after = new Map(planned.map((route) => [destinationOf(route), route]));
  for (const [destination, route] of before)
    if (!after.has(destination))
      await unlessMissing(NO_ROUTE, () => ec2.deleteRoute({ RouteTableId, ...toMembers(route, DESTINATIONS) }));
  for (const [destination, route] of after) {
    const old = before.get(destination);
    if (old === undefined) await ec2.createRoute({ RouteTableId, ...toRoute(route) });
    else if (TARGETS.some(([attribute]) => textAt(old, attribute) !== textAt(route, attribute)))
      await ec2.replaceRoute({ RouteTableId, ...toRoute(route) });
  }
}

/** Virtual private gateways tell the table their routes. */
export async function propagate(aws: AwsContext, RouteTableId: string, before: string[], after: string[]): Promise<void> {
  for (const GatewayId of before.filter((id) => !after.includes(id)))
    await aws.clients.ec2.disableVgwRoutePropagation({ RouteTableId, GatewayId });
  for (const GatewayId of after.filter((id) => !before.includes(id)))
    await aws.clients.ec2.enableVgwRoutePropagation({ RouteTableId, GatewayId });
}

const destinationOf = (route: ValueObject) => DESTINATIONS.map(([attribute]) => textAt(route, attribute) ?? "").join(" ");

/** A VPC endpoint may be given as a gateway. */
function toRoute(route: ValueObject): Record<string, string> {
  return toMembers(route, [...DESTINATIONS, ...TARGETS]);
}

export async function readRouteTable(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeRouteTables({ RouteTableIds: [id] }));
  const table = found?.RouteTables?.[0];
  if (table === undefined) return null;
  return {
    id,
    arn: arnOf(aws, table.OwnerId, `route-table/${id}`),
    owner_id: table.OwnerId ?? "",
    propagating_vgws: (table.PropagatingVgws ?? []).map(({ GatewayId = "" }) => GatewayId),
    route: (table.Routes ?? []).filter(isOwn).map(flattenRoute),
    tags_all: tagMap(table.Tags),
    vpc_id: table.VpcId ?? "",
  };
}

/** Not what AWS put there: the local route, those of gateway endpoints and what virtual private gateways tell. */
function isOwn({ GatewayId, Origin, DestinationPrefixListId }: Route): boolean {
  if (GatewayId === "local" || Origin === "EnableVgwRoutePropagation") return false;
  return !(GatewayId?.startsWith("vpce-") === true && DestinationPrefixListId !== undefined);
}

function flattenRoute(route: Route): ValueObject {
  const to = Object.fromEntries(DESTINATIONS.map(([attribute, member]) => [attribute, route[member] ?? ""]));
  return { ...to, ...targetsOf(route) };
}
