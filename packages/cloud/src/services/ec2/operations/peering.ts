import type {
  AcceptVpcPeeringConnectionCommandInput,
  CreateVpcPeeringConnectionCommandInput,
  DeleteVpcPeeringConnectionCommandInput,
  DescribeVpcPeeringConnectionsCommandInput,
  ModifyVpcPeeringConnectionOptionsCommandInput,
  RejectVpcPeeringConnectionCommandInput,
  Vpc,
  VpcPeeringConnection,
  VpcPeeringConnectionVpcInfo,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { overlap, parseBlock } from "../cidr.ts";
import { describe, type FilterTable } from "../describe.ts";
import { missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { PEERING, VPC } from "../kinds.ts";
import { ended, inState, isLive, joins } from "../peering.ts";
import { all, need, newId, put } from "../records.ts";
import { tagsFor } from "../tagging.ts";
import { ipv4BlocksOf, ipv6BlocksOf } from "../vpc-blocks.ts";

/** Peering connections of two VPCs of one region. Source: Amazon VPC Peering Guide, "VPC peering connection lifecycle" (read 2026-11). */

const WEEK_MS = 7 * 24 * 3_600_000;
const FILTERS: FilterTable<VpcPeeringConnection> = {
  "accepter-vpc-info.cidr-block": ({ AccepterVpcInfo }) => [AccepterVpcInfo?.CidrBlock],
  "accepter-vpc-info.owner-id": ({ AccepterVpcInfo }) => [AccepterVpcInfo?.OwnerId],
  "accepter-vpc-info.vpc-id": ({ AccepterVpcInfo }) => [AccepterVpcInfo?.VpcId],
  "requester-vpc-info.cidr-block": ({ RequesterVpcInfo }) => [RequesterVpcInfo?.CidrBlock],
  "requester-vpc-info.owner-id": ({ RequesterVpcInfo }) => [RequesterVpcInfo?.OwnerId],
  "requester-vpc-info.vpc-id": ({ RequesterVpcInfo }) => [RequesterVpcInfo?.VpcId],
  "status-code": ({ Status }) => [Status?.Code],
  "status-message": ({ Status }) => [Status?.Message],
  "vpc-peering-connection-id": (peering) => [peering.VpcPeeringConnectionId],
};
const NO_OPTIONS = {
  AllowDnsResolutionFromRemoteVpc: false,
  AllowEgressFromLocalClassicLinkToRemoteVpc: false,
  AllowEgressFromLocalVpcToRemoteClassicLink: false,
};

export function createVpcPeeringConnection(ctx: Ctx, input: CreateVpcPeeringConnectionCommandInput) {
  if (input.VpcId === undefined) throw missingParameter("vpcId");
  if (input.PeerVpcId === undefined) throw missingParameter("peerVpcId");
  if ((input.PeerRegion ?? ctx.region) !== ctx.region || (input.PeerOwnerId ?? ctx.account) !== ctx.account)
    throw notCarriedOut("a peering connection to another region or account");
  const [requester, accepter] = [need(ctx, VPC, input.VpcId), need(ctx, VPC, input.PeerVpcId)];
  const present = all(ctx, PEERING).find((each) => isLive(each) && joins(each, input.VpcId) && joins(each, input.PeerVpcId));
  if (present !== undefined && input.VpcId !== input.PeerVpcId) return { VpcPeeringConnection: present };
  const peering: VpcPeeringConnection = {
    VpcPeeringConnectionId: newId(ctx, PEERING.prefix),
    RequesterVpcInfo: infoOf(ctx, requester),
    AccepterVpcInfo: infoOf(ctx, accepter),
    ExpirationTime: new Date(ctx.now() + WEEK_MS),
    ...tagsFor(PEERING, input.TagSpecifications),
  };
  const overlaps = input.VpcId === input.PeerVpcId || blocksOverlap(requester, accepter);
  const state = inState(peering, overlaps ? "failed" : "pending-acceptance");
  const Message = `Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range`;
  put(ctx, PEERING, overlaps ? { ...state, Status: { Code: "failed", Message } } : state);
  return {
    VpcPeeringConnection: {
      ...state,
      Status: { Code: "initiating-request" as const, Message: `Initiating Request to ${ctx.account}` },
    },
  };
}

function infoOf(ctx: Ctx, vpc: Vpc): VpcPeeringConnectionVpcInfo {
  return {
    VpcId: vpc.VpcId,
    OwnerId: ctx.account,
    Region: ctx.region,
    CidrBlock: vpc.CidrBlock,
    CidrBlockSet: ipv4BlocksOf(vpc).map((CidrBlock) => ({ CidrBlock })),
    Ipv6CidrBlockSet: ipv6BlocksOf(vpc).map((Ipv6CidrBlock) => ({ Ipv6CidrBlock })),
    PeeringOptions: NO_OPTIONS,
  };
}

function blocksOverlap(a: Vpc, b: Vpc): boolean {
  return ipv4BlocksOf(a).some((one) =>
    ipv4BlocksOf(b).some((other) => {
      const [first, second] = [parseBlock(one), parseBlock(other)];
      return first !== undefined && second !== undefined && overlap(first, second);
    }),
  );
}

function needPending(ctx: Ctx, id: string | undefined, doing: string): VpcPeeringConnection {
  const peering = need(ctx, PEERING, id);
  if (peering.Status?.Code !== "pending-acceptance")
    throw refusal(
      "InvalidStateTransition",
      `Invalid state transition for ${id}, attempted to transition from ${peering.Status?.Code} to ${doing}`,
    );
  return peering;
}

export function acceptVpcPeeringConnection(ctx: Ctx, { VpcPeeringConnectionId: id }: AcceptVpcPeeringConnectionCommandInput) {
  const { ExpirationTime: _, ...peering } = needPending(ctx, id, "active");
  const active = put(ctx, PEERING, inState(peering, "active"));
  return { VpcPeeringConnection: { ...active, Status: { Code: "provisioning" as const, Message: "Provisioning" } } };
}

export function rejectVpcPeeringConnection(ctx: Ctx, { VpcPeeringConnectionId: id }: RejectVpcPeeringConnectionCommandInput) {
  put(ctx, PEERING, ended(needPending(ctx, id, "rejected"), "rejected"));
  return { Return: true };
}

/** It is shown as deleted afterwards. */
export function deleteVpcPeeringConnection(ctx: Ctx, { VpcPeeringConnectionId: id }: DeleteVpcPeeringConnectionCommandInput) {
  const peering = need(ctx, PEERING, id);
  if (!isLive(peering) && peering.Status?.Code !== "failed")
    throw refusal(
      "InvalidStateTransition",
      `Invalid state transition for ${id}, attempted to transition from ${peering.Status?.Code} to deleting`,
    );
  put(ctx, PEERING, ended(peering, "deleted"));
  return { Return: true };
}

export function describeVpcPeeringConnections(ctx: Ctx, input: DescribeVpcPeeringConnectionsCommandInput) {
  const { items, ...next } = describe(ctx, PEERING, { ...input, ids: input.VpcPeeringConnectionIds }, FILTERS);
  return { VpcPeeringConnections: items, ...next };
}

export function modifyVpcPeeringConnectionOptions(ctx: Ctx, input: ModifyVpcPeeringConnectionOptionsCommandInput) {
  const peering = need(ctx, PEERING, input.VpcPeeringConnectionId);
  const { AccepterPeeringConnectionOptions: accepter, RequesterPeeringConnectionOptions: requester } = input;
  if (peering.Status?.Code !== "active")
    throw refusal("OperationNotPermitted", `The peering connection ${input.VpcPeeringConnectionId} is not active`);
  const changed = (info: VpcPeeringConnectionVpcInfo | undefined, options: object | undefined) =>
    options === undefined ? info : { ...info, PeeringOptions: { ...NO_OPTIONS, ...info?.PeeringOptions, ...options } };
  const next = {
    ...peering,
    AccepterVpcInfo: changed(peering.AccepterVpcInfo, accepter),
    RequesterVpcInfo: changed(peering.RequesterVpcInfo, requester),
  };
  put(ctx, PEERING, next);
  return {
    ...(accepter === undefined ? {} : { AccepterPeeringConnectionOptions: next.AccepterVpcInfo?.PeeringOptions }),
    ...(requester === undefined ? {} : { RequesterPeeringConnectionOptions: next.RequesterVpcInfo?.PeeringOptions }),
  };
}
