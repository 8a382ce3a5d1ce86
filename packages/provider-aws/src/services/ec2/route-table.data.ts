import type { Route } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { arnOf } from "./arn.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";
import { targetsOf } from "./routes.ts";

const isTold = ({ GatewayId, Origin, DestinationPrefixListId }: Route) =>
  GatewayId !== "local" &&
  Origin !== "EnableVgwRoutePropagation" &&
  !(GatewayId?.startsWith("vpce-") === true && DestinationPrefixListId !== undefined);

/** `aws_route_table`. Behaviour: `internal/service/ec2/vpc_route_table_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_route_table",
  async read(aws, config) {
    const table = await lookUp("EC2 Route Table", ["InvalidRouteTableID.NotFound"], async () => {
      const { RouteTables } = await aws.clients.ec2.describeRouteTables(
        lookupFilters(config, {
          "route-table-id": textAt(config, "route_table_id"),
          "vpc-id": textAt(config, "vpc_id"),
          "association.subnet-id": textAt(config, "subnet_id"),
          "association.gateway-id": textAt(config, "gateway_id"),
        }),
      );
      return RouteTables;
    });
    const id = table.RouteTableId ?? "";
    return {
      id,
      arn: arnOf(aws, table.OwnerId, `route-table/${id}`),
      associations: (table.Associations ?? []).map((each) => ({
        gateway_id: each.GatewayId ?? "",
        main: each.Main ?? false,
        route_table_association_id: each.RouteTableAssociationId ?? "",
        route_table_id: each.RouteTableId ?? "",
        subnet_id: each.SubnetId ?? "",
      })),
      gateway_id: config.gateway_id ?? null,
      owner_id: table.OwnerId ?? "",
      route_table_id: id,
      routes: (table.Routes ?? []).filter(isTold).map(shownRoute),
      subnet_id: config.subnet_id ?? null,
      tags: shownTags(aws, table.Tags),
      vpc_id: table.VpcId ?? "",
    };
  },
};

const shownRoute = (route: Route): ValueObject => ({
  ...targetsOf(route),
  cidr_block: route.DestinationCidrBlock ?? "",
  destination_prefix_list_id: route.DestinationPrefixListId ?? "",
  instance_id: route.InstanceId ?? "",
  ipv6_cidr_block: route.DestinationIpv6CidrBlock ?? "",
});
