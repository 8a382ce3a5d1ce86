import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { matches, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { IAM_MISSING } from "./paging.ts";

const CHECKS = [matches("aws_service_name", /\./, "must be a full service hostname e.g. elasticbeanstalk.amazonaws.com")];

const DELETED = {
  what: "the deletion of the service-linked role",
  timeoutMs: 300_000,
  source: "terraform-provider-aws, internal/service/iam/wait.go, waitServiceLinkedRoleDeleted (read 2026-11)",
};

/** `aws_iam_service_linked_role`; id is the role's ARN. Behaviour: `internal/service/iam/service_linked_role.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_service_linked_role",
  forceNew: ["aws_service_name", "custom_suffix"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  // Application Auto Scaling gives its roles a suffix by itself.
  suppressDiff: (path, _prior, config, objects) =>
    path === "custom_suffix" &&
    (config === null || config === "") &&
    String(objects.config.aws_service_name).includes(".application-autoscaling."),
  async create(aws, planned, onCreated) {
    const { Role } = await aws.clients.iam.createServiceLinkedRole({
      AWSServiceName: requiredText(planned, "aws_service_name"),
      CustomSuffix: textAt(planned, "custom_suffix"),
      Description: textAt(planned, "description"),
    });
    await onCreated({ id: Role?.Arn ?? "", arn: Role?.Arn ?? "" });
    const Tags = tagList(textMapAt(planned, "tags_all"));
    if (Tags.length > 0) await aws.clients.iam.tagRole({ RoleName: Role?.RoleName, Tags });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const { service, name } = partsOf(id);
    const answer = await unlessMissing(IAM_MISSING, () => aws.clients.iam.getRole({ RoleName: name }));
    const role = answer?.Role;
    if (role === undefined) return null;
    const suffix = name.split("_");
    return {
      id,
      arn: role.Arn ?? "",
      aws_service_name: service,
      create_date: rfc3339(role.CreateDate),
      custom_suffix: suffix.length === 2 ? (suffix[1] ?? "") : "",
      description: role.Description ?? "",
      name: role.RoleName ?? "",
      path: role.Path ?? "",
      unique_id: role.RoleId ?? "",
      tags_all: tagMap(role.Tags),
    };
  },
  async update(aws, prior, planned, changed) {
    const { iam } = aws.clients;
    const { name: RoleName } = partsOf(requiredText(prior, "id"));
    if (changed("description")) await iam.updateRole({ RoleName, Description: textAt(planned, "description") ?? "" });
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await iam.untagRole({ RoleName, TagKeys: removed });
    if (Object.keys(added).length > 0) await iam.tagRole({ RoleName, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const { name } = partsOf(requiredText(state, "id"));
    const asked = await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteServiceLinkedRole({ RoleName: name }));
    if (asked?.DeletionTaskId !== undefined) await untilDeleted(aws, asked.DeletionTaskId);
  },
  // A service may have several roles that nothing tells apart.
  find: async () => null,
};

async function untilDeleted(aws: AwsContext, DeletionTaskId: string): Promise<void> {
  await aws.wait(DELETED, async () => {
    const { Status, Reason } = await aws.clients.iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId });
    if (Status !== "FAILED") return Status === "SUCCEEDED" ? true : undefined;
    const detail = `The service-linked role was not deleted: ${Reason?.Reason ?? "no reason given"}`;
    throw new DiagnosticError(errorDiagnostic("DVT4001", "AWS refused the deletion", { detail }));
  });
}

/** `arn:…:role/aws-service-role/SERVICE/NAME` -> service and name. */
function partsOf(arn: string): { readonly service: string; readonly name: string } {
  const parts = arn.split(":").slice(5).join(":").split("/");
  const [, , service = "", name = ""] = parts;
  if (parts.length === 4) return { service, name };
  const expected = "arn:PARTITION:iam::ACCOUNTID:role/aws-service-role/SERVICENAME/ROLENAME";
  const detail = arn.startsWith("arn:") ? `expected IAM Service Role ARN (${expected}), received: ${arn}` : "arn: invalid prefix";
  throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
}
