import type {
  AssociateRouteTableCommandInput,
  CreateRouteTableCommandInput,
  DeleteRouteTableCommandInput,
  DescribeRouteTablesCommandInput,
  DisassociateRouteTableCommandInput,
  ReplaceRouteTableAssociationCommandInput,
  RouteTable,
  RouteTableAssociation,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { describe, type FilterTable } from "../describe.ts";
import { hasDependencies, invalidValue, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { INTERNET_GATEWAY, ROUTE_TABLE, SUBNET, VPC } from "../kinds.ts";
import { all, need, newId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";
import { localRoutes } from "../vpc-blocks.ts";

/** Route tables and the subnets that use them. Source: Amazon VPC User Guide, "Route tables" (read 2026-11). */

const FILTERS: FilterTable<RouteTable> = {
  "association.gateway-id": ({ Associations = [] }) => Associations.map((each) => each.GatewayId),
  "association.main": ({ Associations = [] }) => Associations.map((each) => String(each.Main)),
  "association.route-table-association-id": ({ Associations = [] }) => Associations.map((each) => each.RouteTableAssociationId),
  "association.route-table-id": ({ Associations = [] }) => Associations.map((each) => each.RouteTableId),
  "association.subnet-id": ({ Associations = [] }) => Associations.map((each) => each.SubnetId),
  "owner-id": (table) => [table.OwnerId],
  "route-table-id": (table) => [table.RouteTableId],
  "route.destination-cidr-block": ({ Routes = [] }) => Routes.map((each) => each.DestinationCidrBlock),
  "route.destination-ipv6-cidr-block": ({ Routes = [] }) => Routes.map((each) => each.DestinationIpv6CidrBlock),
  "route.egress-only-internet-gateway-id": ({ Routes = [] }) => Routes.map((each) => each.EgressOnlyInternetGatewayId),
  "route.vpc-peering-connection-id": ({ Routes = [] }) => Routes.map((each) => each.VpcPeeringConnectionId),
  "route.instance-id": ({ Routes = [] }) => Routes.map((each) => each.InstanceId),
  "route.transit-gateway-id": ({ Routes = [] }) => Routes.map((each) => each.TransitGatewayId),
  "route.destination-prefix-list-id": ({ Routes = [] }) => Routes.map((each) => each.DestinationPrefixListId),
  "route.gateway-id": ({ Routes = [] }) => Routes.map((each) => each.GatewayId),
  "route.nat-gateway-id": ({ Routes = [] }) => Routes.map((each) => each.NatGatewayId),
  "route.origin": ({ Routes = [] }) => Routes.map((each) => each.Origin),
  "route.state": ({ Routes = [] }) => Routes.map((each) => each.State),
  "vpc-id": (table) => [table.VpcId],
};

export function createRouteTable(ctx: Ctx, input: CreateRouteTableCommandInput) {
  const vpc = need(ctx, VPC, input.VpcId);
  const table: RouteTable = {
    RouteTableId: newId(ctx, ROUTE_TABLE.prefix),
    VpcId: vpc.VpcId,
    OwnerId: ctx.account,
    Associations: [],
    PropagatingVgws: [],
    Routes: localRoutes(vpc),
    ...tagsFor(ROUTE_TABLE, input.TagSpecifications),
  };
  return { RouteTable: put(ctx, ROUTE_TABLE, table) };
}

export function describeRouteTables(ctx: Ctx, input: DescribeRouteTablesCommandInput) {
  const { items, ...next } = describe(ctx, ROUTE_TABLE, { ...input, ids: input.RouteTableIds }, FILTERS);
  return { RouteTables: items, ...next };
}

export function deleteRouteTable(ctx: Ctx, { RouteTableId: id }: DeleteRouteTableCommandInput): object {
  const { Associations = [] } = need(ctx, ROUTE_TABLE, id);
  if (Associations.length > 0) throw hasDependencies("routeTable", id ?? "");
  remove(ctx, ROUTE_TABLE, id);
  return {};
}

const ASSOCIATED = { State: "associated" } as const;

export function associateRouteTable(ctx: Ctx, input: AssociateRouteTableCommandInput) {
  const { RouteTableId, SubnetId, GatewayId } = input;
  if (SubnetId === undefined && GatewayId === undefined) throw missingParameter("subnetId or gatewayId");
  const table = need(ctx, ROUTE_TABLE, RouteTableId);
  if (SubnetId !== undefined) requireSameNetwork(table, need(ctx, SUBNET, SubnetId));
  if (GatewayId !== undefined) requireAttached(ctx, table, GatewayId);
  const [used] = all(ctx, ROUTE_TABLE).flatMap(({ Associations = [] }) =>
    Associations.filter((each) => (SubnetId === undefined ? each.GatewayId === GatewayId : each.SubnetId === SubnetId)),
  );
  if (used?.RouteTableId === RouteTableId) return { AssociationId: used?.RouteTableAssociationId, AssociationState: ASSOCIATED };
  if (used !== undefined) {
    const text = `the specified association for route table ${RouteTableId} conflicts with an existing association`;
    throw refusal("Resource.AlreadyAssociated", text);
  }
  const AssociationId = newId(ctx, "rtbassoc");
  const made = {
    Main: false,
    RouteTableAssociationId: AssociationId,
    RouteTableId,
    ...(SubnetId === undefined ? { GatewayId } : { SubnetId }),
    AssociationState: ASSOCIATED,
  };
  put(ctx, ROUTE_TABLE, { ...table, Associations: [...(table.Associations ?? []), made] });
  return { AssociationId, AssociationState: ASSOCIATED };
}

function requireSameNetwork(
  table: RouteTable,
  { SubnetId, VpcId }: { SubnetId?: string | undefined; VpcId?: string | undefined },
) {
  if (VpcId !== table.VpcId)
    throw invalidValue(`Route table ${table.RouteTableId} and network ${SubnetId} belong to different networks`);
}

function requireAttached(ctx: Ctx, { RouteTableId, VpcId }: RouteTable, id: string): void {
  if (id.startsWith("vgw-")) throw notCarriedOut("AssociateRouteTable with a virtual private gateway");
  const { Attachments = [] } = need(ctx, INTERNET_GATEWAY, id);
  if (!Attachments.some((each) => each.VpcId === VpcId))
    throw invalidValue(`Route table ${RouteTableId} and network gateway ${id} belong to different networks`);
}

/** Throws InvalidAssociationID.NotFound. */
function needAssociation(ctx: Ctx, id: string | undefined): readonly [RouteTable, RouteTableAssociation] {
  for (const table of all(ctx, ROUTE_TABLE)) {
    const found = table.Associations?.find((each) => each.RouteTableAssociationId === id);
    if (found !== undefined) return [table, found];
  }
  throw refusal("InvalidAssociationID.NotFound", `The association ID '${id}' does not exist`);
}

const without = (table: RouteTable, { RouteTableAssociationId: id }: RouteTableAssociation): RouteTable => ({
  ...table,
  Associations: table.Associations?.filter((each) => each.RouteTableAssociationId !== id) ?? [],
});

export function disassociateRouteTable(ctx: Ctx, { AssociationId }: DisassociateRouteTableCommandInput): object {
  const [table, association] = needAssociation(ctx, AssociationId);
  if (association.Main === true) {
    const text = `cannot disassociate the main route table association ${AssociationId}`;
    throw invalidValue(text);
  }
  put(ctx, ROUTE_TABLE, without(table, association));
  return {};
}

/** Also makes another table the main one, by the association of the main one. */
export function replaceRouteTableAssociation(ctx: Ctx, input: ReplaceRouteTableAssociationCommandInput) {
  const [table, association] = needAssociation(ctx, input.AssociationId);
  const next = need(ctx, ROUTE_TABLE, input.RouteTableId);
  requireSameNetwork(next, { SubnetId: association.SubnetId ?? table.VpcId, VpcId: table.VpcId });
  const NewAssociationId = newId(ctx, "rtbassoc");
  put(ctx, ROUTE_TABLE, without(table, association));
  const target = need(ctx, ROUTE_TABLE, input.RouteTableId);
  const made = { ...association, RouteTableId: target.RouteTableId, RouteTableAssociationId: NewAssociationId };
  put(ctx, ROUTE_TABLE, { ...target, Associations: [...(target.Associations ?? []), made] });
  return { NewAssociationId, AssociationState: ASSOCIATED };
}
