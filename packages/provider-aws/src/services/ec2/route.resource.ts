import { crc32 } from "node:zlib";
import type { Route } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { hasCodeAndMessage, unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { conflicts, exactlyOneOf, runChecks } from "../checks.ts";
import { refusedImport } from "../import-id.ts";
import { isIpv4Block, isIpv6Block, sameBlock } from "../network-checks.ts";
import { timed } from "../timeouts.ts";
import { routesOf, TARGETS, targetsOf, toMembers } from "./routes.ts";
import { WAIT } from "./waits.ts";

const DESTINATIONS = [
  ["destination_cidr_block", "DestinationCidrBlock"],
  ["destination_ipv6_cidr_block", "DestinationIpv6CidrBlock"],
  ["destination_prefix_list_id", "DestinationPrefixListId"],
] as const;
const TARGET_NAMES = TARGETS.map(([attribute]) => attribute);
const DESTINATION_NAMES = DESTINATIONS.map(([attribute]) => attribute);

const CHECKS = [
  exactlyOneOf(DESTINATION_NAMES),
  exactlyOneOf(TARGET_NAMES),
  conflicts("carrier_gateway_id", ["destination_ipv6_cidr_block"]),
  conflicts("egress_only_gateway_id", ["destination_cidr_block"]),
  conflicts("vpc_endpoint_id", ["destination_prefix_list_id"]),
  isIpv4Block("destination_cidr_block"),
  isIpv6Block("destination_ipv6_cidr_block"),
];

const NEW_TARGET: RetryRow = {
  codes: ["InvalidParameterException", "InvalidTransitGatewayID.NotFound"],
  timeoutMs: 300_000,
  why: "a target that is new is not known everywhere at once",
  source: "internal/service/ec2/vpc_route.go (read 2026-11)",
};

/** The destination that is set, as an attribute and as a member. */
function destinationOf(object: ValueObject) {
  const found = DESTINATIONS.find(([attribute]) => textAt(object, attribute) !== undefined);
  if (found === undefined) throw new Error("a route has no destination");
  return { attribute: found[0], member: found[1], value: requiredText(object, found[0]) };
}

const requestOf = (object: ValueObject) => ({
  RouteTableId: requiredText(object, "route_table_id"),
  ...toMembers(object, DESTINATIONS),
});

async function find(aws: AwsContext, object: ValueObject): Promise<Route | undefined> {
  const { attribute, member, value } = destinationOf(object);
  const routes = await routesOf(aws, requiredText(object, "route_table_id"));
  return routes?.find((route) =>
    attribute === "destination_prefix_list_id" ? route[member] === value : sameBlock(route[member] ?? "", value),
  );
}

/** `aws_route`. Behaviour: `internal/service/ec2/vpc_route.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_route",
  noun: "Route",
  unsupported: {
    odb_network_arn: "Oracle Database networks are not carried out",
  },
  forceNew: [...DESTINATION_NAMES, "route_table_id"],
  equivalence: { destination_ipv6_cidr_block: sameBlock },
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const input = { ...requestOf(planned), ...toMembers(planned, TARGETS) };
    await aws.retry(NEW_TARGET, () => aws.clients.ec2.createRoute(input));
    await onCreated({ id: idOf(planned), ...requestAttributes(planned) });
    await aws.wait(timed({ ...WAIT, what: "Route create" }, planned, "create"), async () =>
      (await find(aws, planned)) === undefined ? undefined : true,
    );
  },
  async read(aws, state) {
    const route = await find(aws, state);
    if (route === undefined) return null;
    return {
      ...state,
      ...Object.fromEntries(DESTINATIONS.map(([attribute, member]) => [attribute, route[member] ?? ""])),
      ...targetsOf(route),
      id: idOf(state),
      instance_id: route.InstanceId ?? "",
      instance_owner_id: route.InstanceOwnerId ?? "",
      origin: route.Origin ?? "",
      state: route.State ?? "",
    };
  },
  async update(aws, _prior, planned, changed) {
    const { GatewayId, ...target } = toMembers(
      planned,
      TARGETS.filter(([attribute]) => changed(attribute)),
    );
    const gateway = GatewayId === "local" ? { LocalTarget: true } : GatewayId === undefined ? {} : { GatewayId };
    await aws.clients.ec2.replaceRoute({ ...requestOf(planned), ...target, ...gateway });
  },
  async delete(aws, state) {
    try {
      const gone = ["InvalidRoute.NotFound", "InvalidRouteTableID.NotFound"];
      await unlessMissing(gone, () => aws.clients.ec2.deleteRoute(requestOf(state)));
    } catch (error) {
      // One that was imported: it goes with its block.
      if (!hasCodeAndMessage(error, "InvalidParameterValue", "cannot remove local route")) throw error;
    }
  },
  importId(id) {
    const [route_table_id = "", destination = "", ...more] = id.split("_");
    if (route_table_id === "" || destination === "" || more.length > 0)
      throw refusedImport(`unexpected format of ID (${JSON.stringify(id)}), expected ROUTETABLEID_DESTINATION`);
    const name = destination.includes(":")
      ? DESTINATION_NAMES[1]
      : destination.includes(".")
        ? DESTINATION_NAMES[0]
        : DESTINATION_NAMES[2];
    const object: ValueObject = { route_table_id, [name ?? "destination_prefix_list_id"]: destination };
    return { id: idOf(object), ...object };
  },
};

function requestAttributes(planned: ValueObject): ValueObject {
  const { attribute, value } = destinationOf(planned);
  return { route_table_id: requiredText(planned, "route_table_id"), [attribute]: value };
}

/** `r-` with the table and Go's hash of the destination. */
function idOf(object: ValueObject): string {
  return `r-${requiredText(object, "route_table_id")}${crc32(destinationOf(object).value)}`;
}
