/** What gateway endpoints do: they put a route to a service's addresses into route tables. */
import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { gatewayServices } from "./endpoint-services.ts";
import { refusal } from "./errors.ts";
import { ROUTE_TABLE } from "./kinds.ts";
import { find, need, put } from "./records.ts";

/** The endpoint with further route tables, each of which has the route then. */
export function withTables(ctx: Ctx, endpoint: VpcEndpoint, ids: readonly string[]): VpcEndpoint {
  const service = gatewayServices(ctx.region).find(({ name }) => name === endpoint.ServiceName);
  const prefixListId = service?.prefixListId;
  const added = ids.filter((id) => endpoint.RouteTableIds?.includes(id) !== true);
  for (const id of added) {
    const table = need(ctx, ROUTE_TABLE, id);
    if (table.VpcId !== endpoint.VpcId)
      throw refusal("InvalidParameter", `Route table ${id} does not belong to network ${endpoint.VpcId}.`);
    if (table.Routes?.some(({ DestinationPrefixListId }) => DestinationPrefixListId === prefixListId) === true)
      throw refusal(
        "RouteAlreadyExists",
        `route table ${id} already has a route with destination-prefix-list-id ${prefixListId}`,
      );
    const route = {
      DestinationPrefixListId: prefixListId,
      GatewayId: endpoint.VpcEndpointId,
      Origin: "CreateRoute",
      State: "active",
    } as const;
    put(ctx, ROUTE_TABLE, { ...table, Routes: [...(table.Routes ?? []), route] });
  }
  return { ...endpoint, RouteTableIds: [...(endpoint.RouteTableIds ?? []), ...added] };
}

export function withoutTables(ctx: Ctx, endpoint: VpcEndpoint, ids: readonly string[]): VpcEndpoint {
  for (const id of ids) {
    const table = find(ctx, ROUTE_TABLE, id);
    if (table === undefined) continue;
    const Routes = table.Routes?.filter(({ GatewayId }) => GatewayId !== endpoint.VpcEndpointId) ?? [];
    put(ctx, ROUTE_TABLE, { ...table, Routes });
  }
  return { ...endpoint, RouteTableIds: endpoint.RouteTableIds?.filter((id) => !ids.includes(id)) ?? [] };
}
