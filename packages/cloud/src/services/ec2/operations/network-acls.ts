import type { DescribeNetworkAclsCommandInput, NetworkAcl } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { type FilterTable, select } from "../describe.ts";
import { all, chosen, NETWORK_ACL, SUBNET } from "../records.ts";

/** Network ACLs: each VPC has the one that was made with it, which holds all of its subnets. */

const FILTERS: FilterTable<NetworkAcl> = {
  "association.association-id": ({ Associations = [] }) => Associations.map((each) => each.NetworkAclAssociationId),
  "association.network-acl-id": ({ Associations = [] }) => Associations.map((each) => each.NetworkAclId),
  "association.subnet-id": ({ Associations = [] }) => Associations.map((each) => each.SubnetId),
  default: (acl) => [String(acl.IsDefault)],
  "entry.cidr": ({ Entries = [] }) => Entries.map((each) => each.CidrBlock),
  "entry.egress": ({ Entries = [] }) => Entries.map((each) => String(each.Egress)),
  "entry.protocol": ({ Entries = [] }) => Entries.map((each) => each.Protocol),
  "entry.rule-action": ({ Entries = [] }) => Entries.map((each) => each.RuleAction),
  "entry.rule-number": ({ Entries = [] }) => Entries.map((each) => String(each.RuleNumber)),
  "network-acl-id": (acl) => [acl.NetworkAclId],
  "owner-id": (acl) => [acl.OwnerId],
  "vpc-id": (acl) => [acl.VpcId],
};

export function describeNetworkAcls(ctx: Ctx, input: DescribeNetworkAclsCommandInput) {
  const subnets = all(ctx, SUBNET);
  const acls = chosen(ctx, NETWORK_ACL, input.NetworkAclIds).map((acl) => ({
    ...acl,
    Associations: subnets
      .filter(({ VpcId }) => VpcId === acl.VpcId)
      .map(({ SubnetId, aclAssociationId }) => ({
        NetworkAclAssociationId: aclAssociationId,
        NetworkAclId: acl.NetworkAclId,
        SubnetId,
      })),
  }));
  const { items, ...next } = select(acls, input, FILTERS);
  return { NetworkAcls: items, ...next };
}
