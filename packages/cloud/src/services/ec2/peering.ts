/** Peering connections between VPCs, as the other operations see them. Pure. */
import type { VpcPeeringConnection, VpcPeeringConnectionStateReasonCode } from "@aws-sdk/client-ec2";

/** The VPC is one of the two. */
export const joins = ({ RequesterVpcInfo, AccepterVpcInfo }: VpcPeeringConnection, vpcId: string | undefined) =>
  RequesterVpcInfo?.VpcId === vpcId || AccepterVpcInfo?.VpcId === vpcId;

const SENTENCES: { readonly [code in VpcPeeringConnectionStateReasonCode]?: (account: string) => string } = {
  active: () => "Active",
  deleted: (account) => `Deleted by ${account}`,
  "pending-acceptance": (account) => `Pending Acceptance by ${account}`,
  rejected: (account) => `Rejected by ${account}`,
};

/** The connection in another state. */
export function inState(peering: VpcPeeringConnection, Code: VpcPeeringConnectionStateReasonCode): VpcPeeringConnection {
  return { ...peering, Status: { Code, Message: SENTENCES[Code]?.(peering.AccepterVpcInfo?.OwnerId ?? "") ?? Code } };
}

/** AWS shows an ended one for some hours. */
export const ended = (peering: VpcPeeringConnection, code: "deleted" | "rejected") => inState(peering, code);

export const isLive = ({ Status }: VpcPeeringConnection) =>
  Status?.Code === "active" || Status?.Code === "pending-acceptance" || Status?.Code === "provisioning";
