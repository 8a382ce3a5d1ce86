import type {
  AttachInternetGatewayCommandInput,
  CreateInternetGatewayCommandInput,
  DeleteInternetGatewayCommandInput,
  DescribeInternetGatewaysCommandInput,
  DetachInternetGatewayCommandInput,
  InternetGateway,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { describe, type FilterTable } from "../describe.ts";
import { hasDependencies, invalidValue, refusal } from "../errors.ts";
import { INTERNET_GATEWAY, NETWORK_INTERFACE, VPC } from "../kinds.ts";
import { all, need, newId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";

/** Internet gateways: at most one a VPC. Source: Amazon EC2 API reference, AttachInternetGateway (read 2026-11). */

const FILTERS: FilterTable<InternetGateway> = {
  "attachment.state": ({ Attachments = [] }) => Attachments.map(({ State }) => State),
  "attachment.vpc-id": ({ Attachments = [] }) => Attachments.map(({ VpcId }) => VpcId),
  "internet-gateway-id": (gateway) => [gateway.InternetGatewayId],
  "owner-id": (gateway) => [gateway.OwnerId],
};

export function createInternetGateway(ctx: Ctx, input: CreateInternetGatewayCommandInput) {
  const gateway: InternetGateway = {
    InternetGatewayId: newId(ctx, INTERNET_GATEWAY.prefix),
    OwnerId: ctx.account,
    Attachments: [],
    ...tagsFor(INTERNET_GATEWAY, input.TagSpecifications),
  };
  return { InternetGateway: put(ctx, INTERNET_GATEWAY, gateway) };
}

export function describeInternetGateways(ctx: Ctx, input: DescribeInternetGatewaysCommandInput) {
  const { items, ...next } = describe(ctx, INTERNET_GATEWAY, { ...input, ids: input.InternetGatewayIds }, FILTERS);
  return { InternetGateways: items, ...next };
}

export function attachInternetGateway(ctx: Ctx, input: AttachInternetGatewayCommandInput): object {
  const { InternetGatewayId: id, VpcId } = input;
  const gateway = need(ctx, INTERNET_GATEWAY, id);
  need(ctx, VPC, VpcId);
  const [attached] = gateway.Attachments ?? [];
  if (attached !== undefined)
    throw refusal("Resource.AlreadyAssociated", `resource ${id} is already attached to network ${attached.VpcId}`);
  if (gatewayOf(ctx, VpcId) !== undefined) throw invalidValue(`Network ${VpcId} already has an internet gateway attached`);
  // The state of an attached internet gateway is `available`, which the SDK's type leaves out.
  put(ctx, INTERNET_GATEWAY, { ...gateway, Attachments: [{ State: "available" as never, VpcId }] });
  return {};
}

/** The internet gateway that is attached to the VPC. */
export function gatewayOf(ctx: Ctx, vpcId: string | undefined): InternetGateway | undefined {
  return all(ctx, INTERNET_GATEWAY).find(({ Attachments = [] }) => Attachments.some(({ VpcId }) => VpcId === vpcId));
}

export function detachInternetGateway(ctx: Ctx, input: DetachInternetGatewayCommandInput): object {
  const { InternetGatewayId: id, VpcId } = input;
  const gateway = need(ctx, INTERNET_GATEWAY, id);
  need(ctx, VPC, VpcId);
  if (gateway.Attachments?.[0]?.VpcId !== VpcId)
    throw refusal("Gateway.NotAttached", `resource ${id} is not attached to network ${VpcId}`);
  const isMapped = all(ctx, NETWORK_INTERFACE).some((each) => each.VpcId === VpcId && each.Association !== undefined);
  if (isMapped) {
    const text = `Network ${VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
    throw refusal("DependencyViolation", text);
  }
  put(ctx, INTERNET_GATEWAY, { ...gateway, Attachments: [] });
  return {};
}

export function deleteInternetGateway(ctx: Ctx, { InternetGatewayId: id }: DeleteInternetGatewayCommandInput): object {
  const { Attachments = [] } = need(ctx, INTERNET_GATEWAY, id);
  if (Attachments.length > 0) throw hasDependencies("internetGateway", id ?? "");
  remove(ctx, INTERNET_GATEWAY, id);
  return {};
}
