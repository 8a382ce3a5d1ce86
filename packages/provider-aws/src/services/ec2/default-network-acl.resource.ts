import type { NativeResource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { runChecks } from "../checks.ts";
import { isIpv4Block, isIpv6Block } from "../network-checks.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { aclAttributes, changeEntries, EMPTY_ENTRY, findAcl, subnetsBeside, takeSubnets } from "./acl-entries.ts";
import { arnOf } from "./arn.ts";
import { completed } from "./nested-objects.ts";
import { updateTags } from "./tagging.ts";

const SIDES = ["egress", "ingress"];
const CHECKS = SIDES.flatMap((side) => [isIpv4Block(`${side}.cidr_block`), isIpv6Block(`${side}.ipv6_cidr_block`)]);

/**
 * `aws_default_network_acl`: takes over a VPC's own ACL, takes its entries away, and leaves it there in the end. A subnet that config no
 * longer names stays in it, for there is no other ACL to give it to. Behaviour: the documentation of the resource (read 2026-11).
 */
export const resource: NativeResource = {
  type: "aws_default_network_acl",
  noun: "EC2 Default Network ACL",
  forceNew: ["default_network_acl_id"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned, config) => ({ planned: completed(planned, SIDES, EMPTY_ENTRY, config) }),
  importId: (id) => ({ id, default_network_acl_id: id }),
  async create(aws, planned, onCreated) {
    const id = requiredText(planned, "default_network_acl_id");
    const acl = await findAcl(aws, id);
    if (acl?.IsDefault !== true) throw notFound(`EC2 Default Network ACL (${id})`);
    const before = { ...aclAttributes(acl, {}), tags_all: tagMap(acl.Tags) };
    await onCreated({ id, ingress: planned.ingress ?? null, egress: planned.egress ?? null });
    await changeEntries(aws, id, before, planned);
    await takeSubnets(aws, id, subnetsBeside(planned, before));
    await updateTags(aws, id, before, planned);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const acl = await findAcl(aws, id);
    if (acl === undefined) return null;
    const arn = arnOf(aws, acl.OwnerId, `network-acl/${id}`);
    return { id, arn, default_network_acl_id: id, ...aclAttributes(acl, state), tags_all: tagMap(acl.Tags) };
  },
  async update(aws, prior, planned) {
    const id = requiredText(prior, "id");
    await changeEntries(aws, id, prior, planned);
    await takeSubnets(aws, id, subnetsBeside(planned, prior));
    await updateTags(aws, id, prior, planned);
  },
  async delete() {
    // It is the VPC's, and goes with it.
  },
};
