/** What a route is in Terraform and in EC2: one destination, one target. */
import type { Route } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { textAt } from "../attribute-map.ts";

/** Members of a route that are targets, and the attribute of each. */
export const TARGETS = [
  ["carrier_gateway_id", "CarrierGatewayId"],
  ["core_network_arn", "CoreNetworkArn"],
  ["egress_only_gateway_id", "EgressOnlyInternetGatewayId"],
  ["gateway_id", "GatewayId"],
  ["local_gateway_id", "LocalGatewayId"],
  ["nat_gateway_id", "NatGatewayId"],
  ["network_interface_id", "NetworkInterfaceId"],
  ["transit_gateway_id", "TransitGatewayId"],
  ["vpc_endpoint_id", "VpcEndpointId"],
  ["vpc_peering_connection_id", "VpcPeeringConnectionId"],
] as const;

export type Rows = readonly (readonly [attribute: string, member: string])[];

export function toMembers(route: ValueObject, rows: Rows): Record<string, string> {
  return Object.fromEntries(
    rows.flatMap(([attribute, member]) => {
      const value = textAt(route, attribute);
      return value === undefined ? [] : [[member, value]];
    }),
  );
}

/** EC2 tells a VPC endpoint as a gateway. */
export function targetsOf(route: Route): ValueObject {
  const isEndpoint = route.GatewayId?.startsWith("vpce-") === true;
  return {
    ...Object.fromEntries(TARGETS.map(([attribute, member]) => [attribute, route[member as "GatewayId"] ?? ""])),
    ...(isEndpoint ? { gateway_id: "", vpc_endpoint_id: route.GatewayId ?? "" } : {}),
  };
}

const MISSING_TABLE = ["InvalidRouteTableID.NotFound"];

/** The table's routes; undefined where the table is gone. */
export async function routesOf(aws: AwsContext, tableId: string): Promise<Route[] | undefined> {
  const found = await unlessMissing(MISSING_TABLE, () => aws.clients.ec2.describeRouteTables({ RouteTableIds: [tableId] }));
  return found?.RouteTables?.[0] === undefined ? undefined : (found.RouteTables[0].Routes ?? []);
}
