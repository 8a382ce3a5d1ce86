import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, isTrue, requiredText, textAt } from "../attribute-map.ts";
import { conflicts, lengthBetween, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { atomsFrom, atomsOf, blocksFrom, EMPTY_RULE, keyOf, permissionOf } from "./group-rules.ts";
import { completed } from "./nested-objects.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD } from "./waits.ts";

const MISSING = ["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"];
const NO_RULE = ["InvalidPermission.NotFound"];
/** The rule that everything may go out, which EC2 makes and Terraform takes away. */
const ALL_OUT = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };

export const SIDES = ["egress", "ingress"];
const CHECKS = [
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  lengthBetween("description", 0, 255),
  lengthBetween("name", 0, 255),
];

/** `aws_security_group`. Behaviour: `internal/service/ec2/vpc_security_group.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_security_group",
  noun: "Security Group",
  defaults: { description: "Managed by Terraform", revoke_rules_on_delete: false },
  forceNew: ["description", "name", "name_prefix", "vpc_id"],
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 255 },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned, config) => ({ planned: completed(planned, SIDES, EMPTY_RULE, config) }),
  async create(aws, planned, onCreated) {
    const { GroupId = "" } = await aws.clients.ec2.createSecurityGroup({
      GroupName: requiredText(planned, "name"),
      Description: requiredText(planned, "description"),
      VpcId: textAt(planned, "vpc_id"),
      ...tagsOnCreate(planned, "security-group"),
    });
    await onCreated({ id: GroupId, ingress: blocksAt(planned, "ingress"), egress: blocksAt(planned, "egress") });
    await unlessMissing(NO_RULE, () => aws.clients.ec2.revokeSecurityGroupEgress({ GroupId, IpPermissions: [ALL_OUT] }));
    await changeRules(aws, GroupId, {}, planned);
  },
  read: readGroup,
  async update(aws, prior, planned) {
    const id = requiredText(prior, "id");
    await changeRules(aws, id, prior, planned);
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const GroupId = requiredText(state, "id");
    if (isTrue(state, "revoke_rules_on_delete")) await changeRules(aws, GroupId, state, {});
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteSecurityGroup({ GroupId })));
  },
};

/** Takes away what is no more and then adds what is new. */
export async function changeRules(aws: AwsContext, GroupId: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const { ec2 } = aws.clients;
  for (const name of ["ingress", "egress"] as const) {
    const [before, after] = [atomsOf(prior, name), atomsOf(planned, name)];
    const keys = { before: new Set(before.map(keyOf)), after: new Set(after.map(keyOf)) };
    const permissions = (atoms: typeof before) => ({ GroupId, IpPermissions: atoms.map((atom) => permissionOf(atom, GroupId)) });
    const removed = permissions(before.filter((atom) => !keys.after.has(keyOf(atom))));
    const added = permissions(after.filter((atom) => !keys.before.has(keyOf(atom))));
    const gone = [...NO_RULE, ...MISSING];
    if (removed.IpPermissions.length > 0)
      await unlessMissing(gone, () =>
        name === "ingress" ? ec2.revokeSecurityGroupIngress(removed) : ec2.revokeSecurityGroupEgress(removed),
      );
    if (added.IpPermissions.length > 0)
      await (name === "ingress" ? ec2.authorizeSecurityGroupIngress(added) : ec2.authorizeSecurityGroupEgress(added));
  }
}

export async function readGroup(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeSecurityGroups({ GroupIds: [id] }));
  const group = found?.SecurityGroups?.[0];
  if (group === undefined) return null;
  const name = group.GroupName ?? "";
  return {
    id,
    arn: arnOf(aws, group.OwnerId, `security-group/${id}`),
    description: group.Description ?? "",
    egress: blocksFrom(atomsFrom(group.IpPermissionsEgress, id), blocksAt(state, "egress")),
    ingress: blocksFrom(atomsFrom(group.IpPermissions, id), blocksAt(state, "ingress")),
    name,
    name_prefix: prefixOfName(name),
    owner_id: group.OwnerId ?? "",
    tags_all: tagMap(group.Tags),
    vpc_id: group.VpcId ?? "",
  };
}
