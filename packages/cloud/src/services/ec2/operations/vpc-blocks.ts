import type {
  AssociateVpcCidrBlockCommandInput,
  DisassociateVpcCidrBlockCommandInput,
  VpcCidrBlockAssociation,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type Block, overlap, parseBlock, within } from "../cidr.ts";
import { parseBlock6, within6 } from "../cidr6.ts";
import { invalidParameter, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { SUBNET, VPC, type VpcRecord } from "../kinds.ts";
import { all, need, newId, put } from "../records.ts";
import { amazonBlock, ipv4BlocksOf, spreadLocalRoutes } from "../vpc-blocks.ts";

/** Further blocks of a VPC. Source: Amazon VPC User Guide, "VPC CIDR blocks" (read 2026-11). */

const PREFIX_MIN = 16;
const PREFIX_MAX = 28;
const BLOCKS_MAX = 5;

export function associateVpcCidrBlock(ctx: Ctx, input: AssociateVpcCidrBlockCommandInput) {
  if (input.Ipv4IpamPoolId !== undefined || input.Ipv6IpamPoolId !== undefined || input.Ipv6Pool !== undefined)
    throw notCarriedOut("AssociateVpcCidrBlock from a pool");
  const vpc = need(ctx, VPC, input.VpcId);
  if (input.AmazonProvidedIpv6CidrBlock === true) {
    const Ipv6CidrBlockAssociation = amazonBlock(ctx, input.Ipv6CidrBlockNetworkBorderGroup);
    const Ipv6CidrBlockAssociationSet = [...(vpc.Ipv6CidrBlockAssociationSet ?? []), Ipv6CidrBlockAssociation];
    save(ctx, { ...vpc, Ipv6CidrBlockAssociationSet });
    return { VpcId: vpc.VpcId, Ipv6CidrBlockAssociation };
  }
  if (input.CidrBlock === undefined) throw missingParameter("cidrBlock or amazonProvidedIpv6CidrBlock");
  const block = checkedBlock(vpc, input.CidrBlock);
  const CidrBlockAssociation: VpcCidrBlockAssociation = {
    AssociationId: newId(ctx, "vpc-cidr-assoc"),
    CidrBlock: block.text,
    CidrBlockState: { State: "associated" },
  };
  save(ctx, { ...vpc, CidrBlockAssociationSet: [...(vpc.CidrBlockAssociationSet ?? []), CidrBlockAssociation] });
  return {
    VpcId: vpc.VpcId,
    CidrBlockAssociation: { ...CidrBlockAssociation, CidrBlockState: { State: "associating" as const } },
  };
}

function save(ctx: Ctx, vpc: VpcRecord): void {
  spreadLocalRoutes(ctx, put(ctx, VPC, vpc));
}

function checkedBlock(vpc: VpcRecord, text: string): Block {
  const block = parseBlock(text);
  if (block === undefined) throw invalidParameter("cidrBlock", text, "This is not a valid CIDR block.");
  if (block.prefix < PREFIX_MIN || block.prefix > PREFIX_MAX) throw refusal("InvalidVpc.Range", `The CIDR '${text}' is invalid.`);
  const present = ipv4BlocksOf(vpc);
  if (present.length >= BLOCKS_MAX)
    throw refusal("CidrLimitExceeded", `This network '${vpc.VpcId}' has met its maximum number of allowed CIDRs: ${BLOCKS_MAX}`);
  const isTaken = present.some((each) => {
    const other = parseBlock(each);
    return other !== undefined && overlap(other, block);
  });
  if (isTaken) throw refusal("CidrConflict", `The CIDR '${text}' conflicts with another CIDR of the VPC.`);
  return block;
}

/** Throws while a subnet lies in the block, and for the block that the VPC was made with. */
export function disassociateVpcCidrBlock(ctx: Ctx, { AssociationId }: DisassociateVpcCidrBlockCommandInput) {
  const isIt = (each: { readonly AssociationId?: string | undefined }) => each.AssociationId === AssociationId;
  for (const vpc of all(ctx, VPC)) {
    const v4 = vpc.CidrBlockAssociationSet?.find(isIt);
    const v6 = vpc.Ipv6CidrBlockAssociationSet?.find(isIt);
    if (v4 === undefined && v6 === undefined) continue;
    if (v4 !== undefined && v4.CidrBlock === vpc.CidrBlock)
      throw refusal(
        "OperationNotPermitted",
        `The vpc CIDR block with association ID ${AssociationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
      );
    if (isUsed(ctx, vpc, v4?.CidrBlock, v6?.Ipv6CidrBlock))
      throw refusal(
        "InvalidCidrBlock.InUse",
        `The vpc ${vpc.VpcId} currently has a subnet within CIDR block ${v4?.CidrBlock ?? v6?.Ipv6CidrBlock}`,
      );
    const without = <T extends { readonly AssociationId?: string | undefined }>(set: readonly T[] | undefined) =>
      set?.filter((each) => !isIt(each)) ?? [];
    save(ctx, {
      ...vpc,
      CidrBlockAssociationSet: without(vpc.CidrBlockAssociationSet),
      Ipv6CidrBlockAssociationSet: without(vpc.Ipv6CidrBlockAssociationSet),
    });
    return {
      VpcId: vpc.VpcId,
      ...(v4 === undefined ? {} : { CidrBlockAssociation: { ...v4, CidrBlockState: { State: "disassociating" as const } } }),
      ...(v6 === undefined
        ? {}
        : { Ipv6CidrBlockAssociation: { ...v6, Ipv6CidrBlockState: { State: "disassociating" as const } } }),
    };
  }
  throw refusal(
    "InvalidVpcCidrBlockAssociationID.NotFound",
    `The vpc CIDR block association ID '${AssociationId}' does not exist`,
  );
}

function isUsed(ctx: Ctx, { VpcId }: VpcRecord, v4: string | undefined, v6: string | undefined): boolean {
  const [outer, outer6] = [v4 === undefined ? undefined : parseBlock(v4), v6 === undefined ? undefined : parseBlock6(v6)];
  return all(ctx, SUBNET)
    .filter((subnet) => subnet.VpcId === VpcId)
    .some(({ CidrBlock = "", Ipv6CidrBlockAssociationSet = [] }) => {
      const block = parseBlock(CidrBlock);
      if (outer !== undefined && block !== undefined && within(block, outer)) return true;
      return Ipv6CidrBlockAssociationSet.some(({ Ipv6CidrBlock = "" }) => {
        const block6 = parseBlock6(Ipv6CidrBlock);
        return outer6 !== undefined && block6 !== undefined && within6(block6, outer6);
      });
    });
}
