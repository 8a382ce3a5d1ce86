/** What an account has in a region, kept in the shapes in which EC2 answers it. A record may have members of its own beside those of the shape. */
import type {
  Address,
  InternetGateway,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Tag,
  Vpc,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import type { Key } from "../../core/store.ts";
import { invalidValue, refusal } from "./errors.ts";

export interface VpcRecord extends Vpc {
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly addressMetrics: boolean;
}
export interface SubnetRecord extends Subnet {
  readonly aclAssociationId: string;
}

/** One kind of thing: how its IDs begin, what EC2 calls it, and how it says that there is none. */
export interface Kind<T> {
  /** Collection of the store, and the resource type of tags. */
  readonly type: string;
  readonly prefix: string;
  /** Code and text for an ID that nothing has. */
  readonly missing: readonly [code: string, text: (id: string) => string];
  /** Code for what is no ID of the kind. */
  readonly malformed: string;
  idOf(record: T): string | undefined;
}

const does = (what: string) => (id: string) => `The ${what} '${id}' does not exist`;

export const VPC: Kind<VpcRecord> = {
  type: "vpc",
  prefix: "vpc",
  missing: ["InvalidVpcID.NotFound", does("vpc ID")],
  malformed: "InvalidVpcID.Malformed",
  idOf: (record) => record.VpcId,
};
export const SUBNET: Kind<SubnetRecord> = {
  type: "subnet",
  prefix: "subnet",
  missing: ["InvalidSubnetID.NotFound", does("subnet ID")],
  malformed: "InvalidSubnetID.Malformed",
  idOf: (record) => record.SubnetId,
};
export const INTERNET_GATEWAY: Kind<InternetGateway> = {
  type: "internet-gateway",
  prefix: "igw",
  missing: ["InvalidInternetGatewayID.NotFound", does("internetGateway ID")],
  malformed: "InvalidInternetGatewayId.Malformed",
  idOf: (record) => record.InternetGatewayId,
};
export const ADDRESS: Kind<Address> = {
  type: "elastic-ip",
  prefix: "eipalloc",
  missing: ["InvalidAllocationID.NotFound", does("allocation ID")],
  malformed: "InvalidAllocationId.Malformed",
  idOf: (record) => record.AllocationId,
};
export const NAT_GATEWAY: Kind<NatGateway> = {
  type: "natgateway",
  prefix: "nat",
  missing: ["NatGatewayNotFound", (id) => `NAT gateway ${id} was not found`],
  malformed: "NatGatewayMalformed",
  idOf: (record) => record.NatGatewayId,
};
export const ROUTE_TABLE: Kind<RouteTable> = {
  type: "route-table",
  prefix: "rtb",
  missing: ["InvalidRouteTableID.NotFound", does("routeTable ID")],
  malformed: "InvalidRouteTableId.Malformed",
  idOf: (record) => record.RouteTableId,
};
export const NETWORK_ACL: Kind<NetworkAcl> = {
  type: "network-acl",
  prefix: "acl",
  missing: ["InvalidNetworkAclID.NotFound", does("networkAcl ID")],
  malformed: "InvalidNetworkAclId.Malformed",
  idOf: (record) => record.NetworkAclId,
};
export const NETWORK_INTERFACE: Kind<NetworkInterface> = {
  type: "network-interface",
  prefix: "eni",
  missing: ["InvalidNetworkInterfaceID.NotFound", does("networkInterface ID")],
  malformed: "InvalidNetworkInterfaceId.Malformed",
  idOf: (record) => record.NetworkInterfaceId,
};
export const ENDPOINT: Kind<VpcEndpoint> = {
  type: "vpc-endpoint",
  prefix: "vpce",
  missing: ["InvalidVpcEndpointId.NotFound", does("Vpc Endpoint Id")],
  malformed: "InvalidVpcEndpointId.Malformed",
  idOf: (record) => record.VpcEndpointId,
};
export const SECURITY_GROUP: Kind<SecurityGroup> = {
  type: "security-group",
  prefix: "sg",
  missing: ["InvalidGroup.NotFound", does("security group")],
  malformed: "InvalidGroupId.Malformed",
  idOf: (record) => record.GroupId,
};
export const SECURITY_GROUP_RULE: Kind<SecurityGroupRule> = {
  type: "security-group-rule",
  prefix: "sgr",
  missing: ["InvalidSecurityGroupRuleId.NotFound", does("security group rule ID")],
  malformed: "InvalidSecurityGroupRuleId.Malformed",
  idOf: (record) => record.SecurityGroupRuleId,
};

/** Every kind that has tags. */
export const KINDS: readonly Kind<{ readonly Tags?: Tag[] | undefined }>[] = [
  VPC,
  SUBNET,
  INTERNET_GATEWAY,
  ADDRESS,
  NAT_GATEWAY,
  ROUTE_TABLE,
  NETWORK_ACL,
  NETWORK_INTERFACE,
  ENDPOINT,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
] as readonly Kind<never>[];

const ID_BYTES = 9;

/** `vpc-0` and sixteen hexadecimal digits. */
export function newId(ctx: Ctx, prefix: string): string {
  return `${prefix}-0${Buffer.from(ctx.random.bytes(ID_BYTES)).toString("hex").slice(0, 16)}`;
}

const keyOf = <T>(ctx: Ctx, { type }: Kind<T>, id: string): Key => [type, ctx.account, ctx.region, id];

export function find<T>(ctx: Ctx, kind: Kind<T>, id: string | undefined): T | undefined {
  return id === undefined ? undefined : ctx.store.get<T>(keyOf(ctx, kind, id));
}

/** Throws `….Malformed` for what is no ID, `….NotFound` for one that nothing has. */
export function need<T>(ctx: Ctx, kind: Kind<T>, id: string | undefined): T {
  const found = find(ctx, kind, id);
  if (found !== undefined) return found;
  if (!new RegExp(`^${kind.prefix}-[0-9a-f]{8,17}$`).test(id ?? ""))
    throw refusal(kind.malformed, `Invalid id: "${id}" (expecting "${kind.prefix}-...")`);
  throw refusal(kind.missing[0], kind.missing[1](id ?? ""));
}

export function put<T>(ctx: Ctx, kind: Kind<T>, record: T): T {
  ctx.store.put(keyOf(ctx, kind, kind.idOf(record) ?? ""), record);
  return record;
}

export function remove<T>(ctx: Ctx, kind: Kind<T>, id: string | undefined): void {
  ctx.store.remove(keyOf(ctx, kind, id ?? ""));
}

/** In order of the IDs. */
export function all<T>(ctx: Ctx, kind: Kind<T>): T[] {
  return [...ctx.store.range<T>({ prefix: [kind.type, ctx.account, ctx.region] })].map(({ value }) => value);
}

/** How many of the kind the account has in all regions. */
export function count<T>(ctx: Ctx, kind: Kind<T>, counts: (record: T) => boolean = () => true): number {
  return [...ctx.store.range<T>({ prefix: [kind.type, ctx.account] })].filter(({ value }) => counts(value)).length;
}

export const arnOf = <T>(ctx: Ctx, { type }: Kind<T>, id: string) => `arn:aws:ec2:${ctx.region}:${ctx.account}:${type}/${id}`;

/** The records of the IDs, all where there are none. Throws for the first ID that nothing has. */
export function chosen<T>(ctx: Ctx, kind: Kind<T>, ids: readonly string[] | undefined): T[] {
  if (ids === undefined || ids.length === 0) return all(ctx, kind);
  return ids.map((id) => need(ctx, kind, id));
}

const PAGE_DEFAULT = 1000;

/** A page of a list; the token is the position. */
export function page<T>(
  items: readonly T[],
  { MaxResults, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: T[]; readonly NextToken?: string } {
  const position = NextToken === undefined ? "0" : Buffer.from(NextToken, "base64url").toString();
  const from = Number(position);
  if (!/^\d{1,9}$/.test(position) || from > items.length) throw invalidValue("Unable to parse pagination token");
  const to = from + (MaxResults ?? PAGE_DEFAULT);
  const part = items.slice(from, to);
  return to < items.length ? { items: part, NextToken: Buffer.from(String(to)).toString("base64url") } : { items: part };
}
