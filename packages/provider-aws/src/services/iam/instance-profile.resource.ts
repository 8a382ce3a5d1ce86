import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { conflicts, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { nameChecks, UNIQUE_SUFFIX_LENGTH } from "./names.ts";
import { IAM_MISSING } from "./paging.ts";

const CHECKS = [...nameChecks(128, UNIQUE_SUFFIX_LENGTH), conflicts("name", ["name_prefix"]), conflicts("name_prefix", ["name"])];

/** `aws_iam_instance_profile`; id is the name. Behaviour: `internal/service/iam/instance_profile.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_instance_profile",
  defaults: { path: "/" },
  forceNew: ["name", "name_prefix", "path"],
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 128 },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const InstanceProfileName = requiredText(planned, "name");
    const tags = tagList(textMapAt(planned, "tags_all"));
    await aws.clients.iam.createInstanceProfile({
      InstanceProfileName,
      Path: textAt(planned, "path"),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    });
    await onCreated({ id: InstanceProfileName, name: InstanceProfileName });
    const RoleName = textAt(planned, "role");
    if (RoleName !== undefined) await aws.clients.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
  },
  async read(aws, state) {
    const InstanceProfileName = requiredText(state, "id");
    const answer = await unlessMissing(IAM_MISSING, () => aws.clients.iam.getInstanceProfile({ InstanceProfileName }));
    const profile = answer?.InstanceProfile;
    if (profile === undefined) return null;
    const name = profile.InstanceProfileName ?? "";
    return {
      id: name,
      arn: profile.Arn ?? "",
      create_date: rfc3339(profile.CreateDate),
      name,
      name_prefix: prefixOfName(name),
      path: profile.Path ?? "/",
      role: profile.Roles?.[0]?.RoleName ?? (textAt(state, "role") === undefined ? (state.role ?? null) : ""),
      unique_id: profile.InstanceProfileId ?? "",
      tags_all: tagMap(profile.Tags),
    };
  },
  async update(aws, prior, planned, changed) {
    const { iam } = aws.clients;
    const InstanceProfileName = requiredText(prior, "id");
    if (changed("role")) {
      const [before, after] = [textAt(prior, "role"), textAt(planned, "role")];
      if (before !== undefined)
        await unlessMissing(IAM_MISSING, () => iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: before }));
      if (after !== undefined) await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: after });
    }
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await iam.untagInstanceProfile({ InstanceProfileName, TagKeys: removed });
    if (Object.keys(added).length > 0) await iam.tagInstanceProfile({ InstanceProfileName, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const InstanceProfileName = requiredText(state, "id");
    const RoleName = textAt(state, "role");
    if (RoleName !== undefined)
      await unlessMissing(IAM_MISSING, () => aws.clients.iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName }));
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteInstanceProfile({ InstanceProfileName }));
  },
};
