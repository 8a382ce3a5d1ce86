import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { tagMap } from "../tags.ts";
import { aclAttributes, changeEntries, EMPTY_ENTRY, findAcl, releaseSubnets, subnetsBeside, takeSubnets } from "./acl-entries.ts";
import { arnOf } from "./arn.ts";
import { completed } from "./nested-objects.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD } from "./waits.ts";

const SIDES = ["egress", "ingress"];

/** `aws_network_acl`. Behaviour: `internal/service/ec2/vpc_network_acl.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_network_acl",
  noun: "EC2 Network ACL",
  forceNew: ["vpc_id"],
  tagged: true,
  customizePlan: (_prior, planned, config) => ({ planned: completed(planned, SIDES, EMPTY_ENTRY, config) }),
  async create(aws, planned, onCreated) {
    const VpcId = requiredText(planned, "vpc_id");
    const { NetworkAcl } = await aws.clients.ec2.createNetworkAcl({ VpcId, ...tagsOnCreate(planned, "network-acl") });
    const id = NetworkAcl?.NetworkAclId ?? "";
    await onCreated({ id, vpc_id: VpcId, ingress: planned.ingress ?? null, egress: planned.egress ?? null });
    await changeEntries(aws, id, {}, planned);
    await takeSubnets(aws, id, subnetsBeside(planned, {}));
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const acl = await findAcl(aws, id);
    if (acl === undefined) return null;
    const arn = arnOf(aws, acl.OwnerId, `network-acl/${id}`);
    return { id, arn, ...aclAttributes(acl, state), tags_all: tagMap(acl.Tags) };
  },
  async update(aws, prior, planned) {
    const id = requiredText(prior, "id");
    await changeEntries(aws, id, prior, planned);
    await releaseSubnets(aws, requiredText(prior, "vpc_id"), subnetsBeside(prior, planned));
    await takeSubnets(aws, id, subnetsBeside(planned, prior));
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const NetworkAclId = requiredText(state, "id");
    const acl = await findAcl(aws, NetworkAclId);
    const used = (acl?.Associations ?? []).map(({ SubnetId = "" }) => SubnetId);
    await releaseSubnets(aws, acl?.VpcId ?? "", used);
    await aws.retry(HELD, () =>
      unlessMissing(["InvalidNetworkAclID.NotFound"], () => aws.clients.ec2.deleteNetworkAcl({ NetworkAclId })),
    );
  },
};
