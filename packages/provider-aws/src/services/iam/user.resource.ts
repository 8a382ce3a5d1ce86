import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { lengthBetween, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { currentName, principalName } from "./names.ts";
import { IAM_MISSING } from "./paging.ts";
import { CONCURRENT } from "./policy-text.ts";
import { leaveGroups, removeCredentials } from "./user-parts.ts";

const CHECKS = [principalName("name"), lengthBetween("permissions_boundary", 0, 2048)];

/** `aws_iam_user`; id is the name, which can change. Behaviour: `internal/service/iam/user.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_user",
  defaults: { force_destroy: false, path: "/" },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const name = requiredText(planned, "name");
    const tags = tagList(textMapAt(planned, "tags_all"));
    await aws.clients.iam.createUser({
      UserName: name,
      Path: textAt(planned, "path"),
      PermissionsBoundary: textAt(planned, "permissions_boundary"),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    });
    await onCreated({ id: name, name });
  },
  async read(aws, state) {
    const answer = await unlessMissing(IAM_MISSING, () => aws.clients.iam.getUser({ UserName: currentName(state) }));
    const user = answer?.User;
    if (user === undefined) return null;
    return {
      id: user.UserName ?? "",
      arn: user.Arn ?? "",
      name: user.UserName ?? "",
      path: user.Path ?? "/",
      permissions_boundary: user.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      unique_id: user.UserId ?? "",
      tags_all: tagMap(user.Tags),
    };
  },
  async update(aws, prior, planned, changed) {
    const { iam } = aws.clients;
    const before = requiredText(prior, "id");
    const UserName = requiredText(planned, "name");
    if (changed("name") || changed("path"))
      await aws.retry(CONCURRENT, () =>
        iam.updateUser({ UserName: before, NewUserName: UserName, NewPath: textAt(planned, "path") }),
      );
    if (changed("permissions_boundary")) {
      const boundary = textAt(planned, "permissions_boundary");
      if (boundary === undefined) await iam.deleteUserPermissionsBoundary({ UserName });
      else await iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary: boundary });
    }
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await iam.untagUser({ UserName, TagKeys: removed });
    if (Object.keys(added).length > 0) await iam.tagUser({ UserName, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const UserName = requiredText(state, "id");
    await unlessMissing(IAM_MISSING, async () => {
      await leaveGroups(aws, UserName);
      if (isTrue(state, "force_destroy")) await removeCredentials(aws, UserName);
      await aws.retry(CONCURRENT, () => aws.clients.iam.deleteUser({ UserName }));
    });
  },
  async find(_aws, planned): Promise<ValueObject | null> {
    const id = textAt(planned, "name");
    return id === undefined ? null : { id };
  },
};
