/** The blocks of addresses of a VPC, and the local routes to them that each of its route tables has. */
import type { Route, RouteTable, Vpc, VpcIpv6CidrBlockAssociation } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { addressText6 } from "./cidr6.ts";
import { invalidParameter } from "./errors.ts";
import { ROUTE_TABLE, VPC } from "./kinds.ts";
import { all, newId, put } from "./records.ts";

/** Of the block that is kept for documentation (RFC 3849: 2001:db8::/32), so that no address is anybody's. */
const FIRST = 0x20010db8n << 96n;
const BLOCKS = 2 ** 24;
const PREFIX = 56n;

export const ipv4BlocksOf = ({ CidrBlockAssociationSet = [] }: Vpc): string[] =>
  CidrBlockAssociationSet.map(({ CidrBlock = "" }) => CidrBlock);
export const ipv6BlocksOf = ({ Ipv6CidrBlockAssociationSet = [] }: Vpc): string[] =>
  Ipv6CidrBlockAssociationSet.map(({ Ipv6CidrBlock = "" }) => Ipv6CidrBlock);

/** A /56 of Amazon's that no other VPC has. Throws InvalidParameterValue for a border group that is not the region. */
export function amazonBlock(ctx: Ctx, group: string | undefined): VpcIpv6CidrBlockAssociation {
  if (group !== undefined && group !== ctx.region) throw invalidParameter("ipv6CidrBlockNetworkBorderGroup", group);
  const taken = new Set(all(ctx, VPC).flatMap(ipv6BlocksOf));
  const [a = 0, b = 0, c = 0] = ctx.random.bytes(3);
  let at = (a << 16) | (b << 8) | c;
  const block = () => `${addressText6(FIRST + (BigInt(at) << (128n - PREFIX)))}/${PREFIX}`;
  while (taken.has(block())) at = (at + 1) % BLOCKS;
  return {
    AssociationId: newId(ctx, "vpc-cidr-assoc"),
    Ipv6CidrBlock: block(),
    Ipv6CidrBlockState: { State: "associated" },
    NetworkBorderGroup: ctx.region,
    Ipv6Pool: "Amazon",
    Ipv6AddressAttribute: "public",
    IpSource: "amazon",
  };
}

const local = { GatewayId: "local", Origin: "CreateRouteTable", State: "active" } as const;

/** What a new route table of the VPC has. */
export function localRoutes(vpc: Vpc): Route[] {
  return [
    ...ipv4BlocksOf(vpc).map((DestinationCidrBlock) => ({ DestinationCidrBlock, ...local })),
    ...ipv6BlocksOf(vpc).map((DestinationIpv6CidrBlock) => ({ DestinationIpv6CidrBlock, ...local })),
  ];
}

/** Every route table of the VPC has a local route to each of its blocks, and to no other. */
export function spreadLocalRoutes(ctx: Ctx, vpc: Vpc): void {
  for (const table of all(ctx, ROUTE_TABLE)) {
    if (table.VpcId !== vpc.VpcId) continue;
    const own = table.Routes?.filter(({ GatewayId }) => GatewayId !== "local") ?? [];
    const next: RouteTable = { ...table, Routes: [...localRoutes(vpc), ...own] };
    put(ctx, ROUTE_TABLE, next);
  }
}
