import type {
  CreateEgressOnlyInternetGatewayCommandInput,
  DeleteEgressOnlyInternetGatewayCommandInput,
  DescribeEgressOnlyInternetGatewaysCommandInput,
  EgressOnlyInternetGateway,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type FilterTable, select } from "../describe.ts";
import { hasDependencies } from "../errors.ts";
import { EGRESS_GATEWAY, ROUTE_TABLE, VPC } from "../kinds.ts";
import { all, find, need, newId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";

/** Egress-only internet gateways: IPv6 out, nothing in. Source: Amazon EC2 API reference, CreateEgressOnlyInternetGateway (read 2026-11). */

const FILTERS: FilterTable<EgressOnlyInternetGateway> = {};

export function createEgressOnlyInternetGateway(ctx: Ctx, input: CreateEgressOnlyInternetGatewayCommandInput) {
  const { VpcId } = need(ctx, VPC, input.VpcId);
  const gateway: EgressOnlyInternetGateway = {
    EgressOnlyInternetGatewayId: newId(ctx, EGRESS_GATEWAY.prefix),
    Attachments: [{ State: "attached", VpcId }],
    ...tagsFor(EGRESS_GATEWAY, input.TagSpecifications),
  };
  return { ClientToken: input.ClientToken, EgressOnlyInternetGateway: put(ctx, EGRESS_GATEWAY, gateway) };
}

/** An ID that there is not is left out of the answer. */
export function describeEgressOnlyInternetGateways(ctx: Ctx, input: DescribeEgressOnlyInternetGatewaysCommandInput) {
  const ids = input.EgressOnlyInternetGatewayIds ?? [];
  const asked = ids.length === 0 ? all(ctx, EGRESS_GATEWAY) : ids.flatMap((id) => find(ctx, EGRESS_GATEWAY, id) ?? []);
  const { items, ...next } = select(asked, input, FILTERS);
  return { EgressOnlyInternetGateways: items, ...next };
}

export function deleteEgressOnlyInternetGateway(ctx: Ctx, input: DeleteEgressOnlyInternetGatewayCommandInput) {
  const { EgressOnlyInternetGatewayId: id } = input;
  need(ctx, EGRESS_GATEWAY, id);
  const isUsed = all(ctx, ROUTE_TABLE).some(({ Routes = [] }) =>
    Routes.some((route) => route.EgressOnlyInternetGatewayId === id),
  );
  if (isUsed) throw hasDependencies("egressOnlyInternetGateway", id ?? "");
  remove(ctx, EGRESS_GATEWAY, id);
  return { ReturnCode: true };
}
