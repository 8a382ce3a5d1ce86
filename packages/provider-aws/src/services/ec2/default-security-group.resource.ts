import type { NativeResource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { EMPTY_RULE } from "./group-rules.ts";
import { completed } from "./nested-objects.ts";
import { changeRules, readGroup, SIDES } from "./security-group.resource.ts";
import { updateTags } from "./tagging.ts";

/** `aws_default_security_group`: takes over a VPC's own group, rules and all, and leaves it there. Behaviour: `internal/service/ec2/vpc_default_security_group.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_default_security_group",
  noun: "Default Security Group",
  defaults: { revoke_rules_on_delete: false },
  forceNew: ["vpc_id"],
  tagged: true,
  customizePlan: (_prior, planned, config) => ({ planned: completed(planned, SIDES, EMPTY_RULE, config) }),
  async create(aws, planned, onCreated) {
    const vpcId = textAt(planned, "vpc_id");
    const { SecurityGroups = [] } = await aws.clients.ec2.describeSecurityGroups({
      Filters: [
        { Name: "group-name", Values: ["default"] },
        ...(vpcId === undefined ? [] : [{ Name: "vpc-id", Values: [vpcId] }]),
      ],
    });
    const id = SecurityGroups[0]?.GroupId;
    const before = id === undefined ? null : await readGroup(aws, { id });
    if (id === undefined || before === null) throw notFound(`default Security Group of ${vpcId ?? "the default VPC"}`);
    await onCreated({ id, ingress: planned.ingress ?? null, egress: planned.egress ?? null });
    await changeRules(aws, id, before, planned);
    await updateTags(aws, id, before, planned);
  },
  read: readGroup,
  async update(aws, prior, planned) {
    const id = requiredText(prior, "id");
    await changeRules(aws, id, prior, planned);
    await updateTags(aws, id, prior, planned);
  },
  async delete() {
    // It is the VPC's, and goes with it.
  },
};
