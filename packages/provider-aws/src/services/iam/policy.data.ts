import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { textAt } from "../attribute-map.ts";
import { conflicts, isArn, runChecks } from "../checks.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { allOf, IAM_MISSING } from "./paging.ts";
import { decodePolicy } from "./policy-text.ts";

const CHECKS = [isArn("arn"), conflicts("name", ["arn"]), conflicts("path_prefix", ["arn"])];

/** `aws_iam_policy` (data source), by ARN or by name. Behaviour: `internal/service/iam/policy_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_policy",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config) {
    const arn = textAt(config, "arn") ?? (await findByName(aws, config));
    const found = arn === undefined ? undefined : await unlessMissing(IAM_MISSING, () => describe(aws, arn));
    if (found?.policy === undefined) throw notFound(`IAM Policy (${arn ?? textAt(config, "name") ?? ""})`);
    const { policy, document } = found;
    return {
      id: policy.Arn ?? "",
      arn: policy.Arn ?? "",
      attachment_count: policy.AttachmentCount ?? 0,
      description: policy.Description ?? "",
      name: policy.PolicyName ?? "",
      path: policy.Path ?? "",
      policy: decodePolicy(document),
      policy_id: policy.PolicyId ?? "",
      tags: tagMap(policy.Tags),
    };
  },
};

async function describe(aws: AwsContext, PolicyArn: string) {
  const { Policy: policy } = await aws.clients.iam.getPolicy({ PolicyArn });
  const version = await aws.clients.iam.getPolicyVersion({ PolicyArn, VersionId: policy?.DefaultVersionId });
  return { policy, document: version.PolicyVersion?.Document };
}

async function findByName(aws: AwsContext, config: ValueObject): Promise<string | undefined> {
  const prefix = textAt(config, "path_prefix");
  const policies = await allOf(
    (marker) => aws.clients.iam.listPolicies({ ...(prefix === undefined ? {} : { PathPrefix: prefix }), ...marker }),
    (page) => page.Policies,
  );
  const name = textAt(config, "name");
  return policies.find(({ PolicyName }) => name === undefined || PolicyName === name)?.Arn;
}
