import type {
  CreateRouteCommandInput,
  DeleteRouteCommandInput,
  ReplaceRouteCommandInput,
  Route,
  RouteTable,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { parseBlock } from "../cidr.ts";
import { invalidParameter, invalidValue, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { find, INTERNET_GATEWAY, NAT_GATEWAY, NETWORK_INTERFACE, need, put, ROUTE_TABLE } from "../records.ts";

/** Routes to internet gateways, NAT gateways and network interfaces. Source: Amazon EC2 API reference, CreateRoute (read 2026-11). */

/** Targets and destinations of what this cloud has not. */
const UNKNOWN_MEMBERS = [
  "CarrierGatewayId",
  "CoreNetworkArn",
  "DestinationIpv6CidrBlock",
  "DestinationPrefixListId",
  "EgressOnlyInternetGatewayId",
  "InstanceId",
  "LocalGatewayId",
  "OdbNetworkArn",
  "TransitGatewayId",
  "VpcEndpointId",
  "VpcPeeringConnectionId",
] as const;

export function createRoute(ctx: Ctx, input: CreateRouteCommandInput) {
  const table = need(ctx, ROUTE_TABLE, input.RouteTableId);
  const destination = destinationOf(input, "CreateRoute");
  const found = routeTo(table, destination);
  const target = targetOf(ctx, table, input);
  if (found?.GatewayId === "local" || (found !== undefined && !sameTarget(found, target)))
    throw refusal("RouteAlreadyExists", `The route identified by ${destination} already exists.`);
  if (found === undefined) save(ctx, table, [...(table.Routes ?? []), made(destination, target)]);
  return { Return: true };
}

export function replaceRoute(ctx: Ctx, input: ReplaceRouteCommandInput): object {
  const table = need(ctx, ROUTE_TABLE, input.RouteTableId);
  const destination = destinationOf(input, "ReplaceRoute");
  const found = needRoute(table, destination);
  const target = targetOf(ctx, table, input);
  save(
    ctx,
    table,
    (table.Routes ?? []).map((route) =>
      route.DestinationCidrBlock === found.DestinationCidrBlock ? made(destination, target) : route,
    ),
  );
  return {};
}

export function deleteRoute(ctx: Ctx, input: DeleteRouteCommandInput): object {
  const table = need(ctx, ROUTE_TABLE, input.RouteTableId);
  const destination = destinationOf(input, "DeleteRoute");
  const found = needRoute(table, destination);
  if (found.GatewayId === "local")
    throw invalidValue(`cannot remove local route ${destination} in route table ${table.RouteTableId}`);
  save(
    ctx,
    table,
    (table.Routes ?? []).filter((route) => route.DestinationCidrBlock !== destination),
  );
  return {};
}

type Target = Pick<Route, "GatewayId" | "NatGatewayId" | "NetworkInterfaceId">;

const save = (ctx: Ctx, table: RouteTable, Routes: Route[]) => put(ctx, ROUTE_TABLE, { ...table, Routes });
const made = (DestinationCidrBlock: string, target: Target): Route => ({
  DestinationCidrBlock,
  ...target,
  Origin: "CreateRoute",
  State: "active",
});
const routeTo = (table: RouteTable, destination: string) =>
  table.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === destination);
const sameTarget = (route: Route, target: Target) =>
  route.GatewayId === target.GatewayId &&
  route.NatGatewayId === target.NatGatewayId &&
  route.NetworkInterfaceId === target.NetworkInterfaceId;

function needRoute(table: RouteTable, destination: string): Route {
  const found = routeTo(table, destination);
  if (found !== undefined) return found;
  const text = `no route with destination-cidr-block ${destination} in route table ${table.RouteTableId}`;
  throw refusal("InvalidRoute.NotFound", text);
}

function destinationOf(input: { readonly DestinationCidrBlock?: string | undefined }, operation: string): string {
  const strange = UNKNOWN_MEMBERS.find((name) => (input as Record<string, unknown>)[name] !== undefined);
  if (strange !== undefined) throw notCarriedOut(`${operation} with ${strange}`);
  if (input.DestinationCidrBlock === undefined) throw missingParameter("destinationCidrBlock");
  const block = parseBlock(input.DestinationCidrBlock);
  if (block === undefined)
    throw invalidParameter("destinationCidrBlock", input.DestinationCidrBlock, "This is not a valid CIDR block.");
  return block.text;
}

/** Throws where there is none, more than one, or one that is not of the table's VPC. */
function targetOf(ctx: Ctx, table: RouteTable, input: Target & { readonly LocalTarget?: boolean | undefined }): Target {
  const { GatewayId, NatGatewayId, NetworkInterfaceId } = input;
  const given = [GatewayId, NatGatewayId, NetworkInterfaceId].filter((id) => id !== undefined);
  if (input.LocalTarget === true || GatewayId?.startsWith("vgw-") === true)
    throw notCarriedOut("a route to a local target or a virtual private gateway");
  if (given.length === 0) throw missingParameter("gatewayId, natGatewayId or networkInterfaceId");
  if (given.length > 1)
    throw refusal(
      "InvalidParameterCombination",
      "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId",
    );
  if (GatewayId !== undefined) {
    const { Attachments = [] } = need(ctx, INTERNET_GATEWAY, GatewayId);
    if (Attachments[0]?.VpcId !== table.VpcId)
      throw invalidValue(`route table ${table.RouteTableId} and network gateway ${GatewayId} belong to different networks`);
    return { GatewayId };
  }
  if (NatGatewayId !== undefined) {
    const gateway = find(ctx, NAT_GATEWAY, NatGatewayId);
    if (gateway === undefined)
      throw refusal("InvalidNatGatewayID.NotFound", `The natGateway ID '${NatGatewayId}' does not exist`);
    if (gateway.VpcId !== table.VpcId)
      throw invalidValue(`route table ${table.RouteTableId} and interface ${NatGatewayId} belong to different networks`);
    return { NatGatewayId };
  }
  const { VpcId } = need(ctx, NETWORK_INTERFACE, NetworkInterfaceId);
  if (VpcId !== table.VpcId)
    throw invalidValue(`route table ${table.RouteTableId} and interface ${NetworkInterfaceId} belong to different networks`);
  return { NetworkInterfaceId };
}
