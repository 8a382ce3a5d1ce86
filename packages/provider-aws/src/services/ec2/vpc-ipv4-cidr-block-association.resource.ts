import type { VpcCidrBlockAssociation } from "@aws-sdk/client-ec2";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { numberAt, requiredText, textAt } from "../attribute-map.ts";
import { between, runChecks } from "../checks.ts";
import { isNetwork } from "../network-checks.ts";
import { timed } from "../timeouts.ts";
import { WAIT } from "./waits.ts";

const MISSING = ["InvalidVpcCidrBlockAssociationID.NotFound", "InvalidVpcCidrBlockAssociationIDError.NotFound"];
const CHECKS = [isNetwork("cidr_block", 16, 28), between("ipv4_netmask_length", 16, 28)];

/** The association and the VPC that it is of. */
async function find(aws: AwsContext, id: string): Promise<readonly [VpcCidrBlockAssociation, string] | undefined> {
  const { Vpcs = [] } = await aws.clients.ec2.describeVpcs({
    Filters: [{ Name: "cidr-block-association.association-id", Values: [id] }],
  });
  const found = Vpcs[0]?.CidrBlockAssociationSet?.find(({ AssociationId }) => AssociationId === id);
  return found === undefined || found.CidrBlockState?.State === "disassociated" ? undefined : [found, Vpcs[0]?.VpcId ?? ""];
}

/** `aws_vpc_ipv4_cidr_block_association`. Behaviour: `internal/service/ec2/vpc_ipv4_cidr_block_association.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc_ipv4_cidr_block_association",
  noun: "EC2 VPC IPv4 CIDR Block Association",
  forceNew: ["cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length", "vpc_id"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const { CidrBlockAssociation } = await aws.clients.ec2.associateVpcCidrBlock({
      VpcId: requiredText(planned, "vpc_id"),
      CidrBlock: textAt(planned, "cidr_block"),
      Ipv4IpamPoolId: textAt(planned, "ipv4_ipam_pool_id"),
      Ipv4NetmaskLength: numberAt(planned, "ipv4_netmask_length") || undefined,
    });
    const id = CidrBlockAssociation?.AssociationId ?? "";
    await onCreated({ id });
    await aws.wait(timed({ ...WAIT, what: "EC2 VPC IPv4 CIDR block association" }, planned, "create"), async () =>
      (await find(aws, id))?.[0].CidrBlockState?.State === "associated" ? true : undefined,
    );
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await find(aws, id);
    return found === undefined ? null : { ...state, id, cidr_block: found[0].CidrBlock ?? "", vpc_id: found[1] };
  },
  async delete(aws, state) {
    const AssociationId = requiredText(state, "id");
    await unlessMissing(MISSING, () => aws.clients.ec2.disassociateVpcCidrBlock({ AssociationId }));
    await aws.wait(timed({ ...WAIT, what: "EC2 VPC IPv4 CIDR block disassociation" }, state, "delete"), async () =>
      (await find(aws, AssociationId)) === undefined ? true : undefined,
    );
  },
};
