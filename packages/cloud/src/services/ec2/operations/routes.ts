import type {
  CreateRouteCommandInput,
  DeleteRouteCommandInput,
  ReplaceRouteCommandInput,
  Route,
  RouteTable,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { parseBlock } from "../cidr.ts";
import { parseBlock6 } from "../cidr6.ts";
import { invalidParameter, invalidValue, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { EGRESS_GATEWAY, INTERNET_GATEWAY, NAT_GATEWAY, NETWORK_INTERFACE, PEERING, ROUTE_TABLE } from "../kinds.ts";
import { joins } from "../peering.ts";
import { needPrefixList } from "../prefix-lists.ts";
import { find, need, put } from "../records.ts";

/** Routes by their destination. Source: Amazon EC2 API reference, CreateRoute (read 2026-11). */

/** Targets that this cloud has not. */
const ABSENT = [
  "CarrierGatewayId",
  "CoreNetworkArn",
  "InstanceId",
  "LocalGatewayId",
  "OdbNetworkArn",
  "TransitGatewayId",
  "VpcEndpointId",
] as const;
const TARGETS = [
  "GatewayId",
  "NatGatewayId",
  "NetworkInterfaceId",
  "EgressOnlyInternetGatewayId",
  "VpcPeeringConnectionId",
] as const;
type Target = Pick<Route, (typeof TARGETS)[number]>;
const DESTINATIONS = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"] as const;
/** One member with its value. */
interface Destination {
  readonly member: (typeof DESTINATIONS)[number];
  readonly value: string;
}

export function createRoute(ctx: Ctx, input: CreateRouteCommandInput) {
  const table = need(ctx, ROUTE_TABLE, input.RouteTableId);
  const destination = destinationOf(ctx, input, "CreateRoute");
  const found = routeTo(table, destination);
  const target = targetOf(ctx, table, input, destination);
  if (found?.GatewayId === "local" || (found !== undefined && !sameTarget(found, target)))
    throw refusal("RouteAlreadyExists", `The route identified by ${destination.value} already exists.`);
  if (found === undefined) save(ctx, table, [...(table.Routes ?? []), made(destination, target)]);
  return { Return: true };
}

export function replaceRoute(ctx: Ctx, input: ReplaceRouteCommandInput): object {
  const table = need(ctx, ROUTE_TABLE, input.RouteTableId);
  const destination = destinationOf(ctx, input, "ReplaceRoute");
  needRoute(table, destination);
  const target = targetOf(ctx, table, input, destination);
  const routes = (table.Routes ?? []).map((route) => (isTo(route, destination) ? made(destination, target) : route));
  save(ctx, table, routes);
  return {};
}

export function deleteRoute(ctx: Ctx, input: DeleteRouteCommandInput): object {
  const table = need(ctx, ROUTE_TABLE, input.RouteTableId);
  const destination = destinationOf(ctx, input, "DeleteRoute");
  const found = needRoute(table, destination);
  if (found.GatewayId === "local")
    throw invalidValue(`cannot remove local route ${destination.value} in route table ${table.RouteTableId}`);
  const routes = (table.Routes ?? []).filter((route) => !isTo(route, destination));
  save(ctx, table, routes);
  return {};
}

const save = (ctx: Ctx, table: RouteTable, Routes: Route[]) => put(ctx, ROUTE_TABLE, { ...table, Routes });
const made = ({ member, value }: Destination, target: Target): Route => ({
  [member]: value,
  ...target,
  Origin: "CreateRoute",
  State: "active",
});
const isTo = (route: Route, { member, value }: Destination) => route[member] === value;
const routeTo = (table: RouteTable, destination: Destination) => table.Routes?.find((route) => isTo(route, destination));
const sameTarget = (route: Route, target: Target) => TARGETS.every((name) => route[name] === target[name]);

const WORDS = {
  DestinationCidrBlock: "destination-cidr-block",
  DestinationIpv6CidrBlock: "destination-ipv6-cidr-block",
  DestinationPrefixListId: "destination-prefix-list-id",
} as const;

function needRoute(table: RouteTable, destination: Destination): Route {
  const found = routeTo(table, destination);
  if (found !== undefined) return found;
  const text = `no route with ${WORDS[destination.member]} ${destination.value} in route table ${table.RouteTableId}`;
  throw refusal("InvalidRoute.NotFound", text);
}

type Destined = { readonly [member in Destination["member"]]?: string | undefined };

/** Throws where there is none or more than one. */
function destinationOf(ctx: Ctx, input: Destined, operation: string): Destination {
  const strange = ABSENT.find((name) => (input as Record<string, unknown>)[name] !== undefined);
  if (strange !== undefined) throw notCarriedOut(`${operation} with ${strange}`);
  const given = DESTINATIONS.flatMap((member) => {
    const value = input[member];
    return value === undefined ? [] : [{ member, value }];
  });
  const [first, ...more] = given;
  if (first === undefined) throw missingParameter("destinationCidrBlock, destinationIpv6CidrBlock or destinationPrefixListId");
  if (more.length > 0)
    throw refusal("InvalidParameterCombination", "The request must contain exactly one of the destination parameters.");
  if (first.member === "DestinationPrefixListId") {
    needPrefixList(ctx, first.value);
    return first;
  }
  const block = first.member === "DestinationCidrBlock" ? parseBlock(first.value) : parseBlock6(first.value);
  if (block === undefined)
    throw invalidParameter(
      first.member === "DestinationCidrBlock" ? "destinationCidrBlock" : "destinationIpv6CidrBlock",
      first.value,
      "This is not a valid CIDR block.",
    );
  return { member: first.member, value: block.text };
}

type Aimed = Target & { readonly LocalTarget?: boolean | undefined };

/** Throws where there is none, more than one, or one that is not of the table's VPC. */
function targetOf(ctx: Ctx, table: RouteTable, input: Aimed, destination: Destination): Target {
  const given = TARGETS.filter((name) => input[name] !== undefined);
  const [name, ...more] = given;
  if (input.LocalTarget === true || input.GatewayId?.startsWith("vgw-") === true)
    throw notCarriedOut("a route to a local target or a virtual private gateway");
  if (name === undefined) throw missingParameter("gatewayId, natGatewayId or networkInterfaceId");
  if (more.length > 0) {
    const text = "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId";
    throw refusal("InvalidParameterCombination", text);
  }
  const id = input[name] ?? "";
  if (name === "EgressOnlyInternetGatewayId" && destination.member !== "DestinationIpv6CidrBlock")
    throw invalidValue(`The egress only internet gateway '${id}' takes IPv6 destinations only.`);
  if (!isInNetwork(ctx, name, id, table.VpcId)) {
    const what = name === "GatewayId" ? "network gateway" : "interface";
    throw invalidValue(`route table ${table.RouteTableId} and ${what} ${id} belong to different networks`);
  }
  return { [name]: id };
}

function isInNetwork(ctx: Ctx, name: keyof Target, id: string, vpcId: string | undefined): boolean {
  if (name === "GatewayId") return need(ctx, INTERNET_GATEWAY, id).Attachments?.[0]?.VpcId === vpcId;
  if (name === "EgressOnlyInternetGatewayId") return need(ctx, EGRESS_GATEWAY, id).Attachments?.[0]?.VpcId === vpcId;
  if (name === "VpcPeeringConnectionId") return joins(need(ctx, PEERING, id), vpcId);
  if (name === "NetworkInterfaceId") return need(ctx, NETWORK_INTERFACE, id).VpcId === vpcId;
  const gateway = find(ctx, NAT_GATEWAY, id);
  if (gateway === undefined) throw refusal("InvalidNatGatewayID.NotFound", `The natGateway ID '${id}' does not exist`);
  return gateway.VpcId === vpcId;
}
