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
import { all, need, newId, put, ROUTE_TABLE, remove, SUBNET, VPC } from "../records.ts";
import { tagsFor } from "../tagging.ts";

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
  "route.destination-prefix-list-id": ({ Routes = [] }) => Routes.map((each) => each.DestinationPrefixListId),
  "route.gateway-id": ({ Routes = [] }) => Routes.map((each) => each.GatewayId),
  "route.nat-gateway-id": ({ Routes = [] }) => Routes.map((each) => each.NatGatewayId),
  "route.origin": ({ Routes = [] }) => Routes.map((each) => each.Origin),
  "route.state": ({ Routes = [] }) => Routes.map((each) => each.State),
  "vpc-id": (table) => [table.VpcId],
};

export function createRouteTable(ctx: Ctx, input: CreateRouteTableCommandInput) {
  const { VpcId, CidrBlock } = need(ctx, VPC, input.VpcId);
  const table: RouteTable = {
    RouteTableId: newId(ctx, ROUTE_TABLE.prefix),
    VpcId,
    OwnerId: ctx.account,
    Associations: [],
    PropagatingVgws: [],
    Routes: [{ DestinationCidrBlock: CidrBlock, GatewayId: "local", Origin: "CreateRouteTable", State: "active" }],
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
  const { RouteTableId, SubnetId } = input;
  if (input.GatewayId !== undefined) throw notCarriedOut("AssociateRouteTable with GatewayId");
  if (SubnetId === undefined) throw missingParameter("subnetId");
  const table = need(ctx, ROUTE_TABLE, RouteTableId);
  requireSameNetwork(table, need(ctx, SUBNET, SubnetId));
  const [used] = all(ctx, ROUTE_TABLE).flatMap(({ Associations = [] }) =>
    Associations.filter((each) => each.SubnetId === SubnetId),
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
    SubnetId,
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
