import type { AllowedPublishers, CodeSigningPolicies, CreateCodeSigningConfigCommandInput } from "@aws-sdk/client-lambda";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, expand, flatten, requiredText, rowsOf, text, textAt, textMapAt, texts } from "../attribute-map.ts";
import { isArn, oneOf, runChecks } from "../checks.ts";
import { changedTags } from "../tags.ts";

const MISSING = ["ResourceNotFoundException", "CodeSigningConfigNotFoundException"];
const CHECKS = [
  isArn("allowed_publishers.signing_profile_version_arns"),
  oneOf("policies.untrusted_artifact_on_deployment", ["Warn", "Enforce"]),
];

const row = rowsOf<CreateCodeSigningConfigCommandInput>();
const CONFIG = [
  row(
    "allowed_publishers",
    "AllowedPublishers",
    block([rowsOf<AllowedPublishers>()("signing_profile_version_arns", "SigningProfileVersionArns", texts())]),
  ),
  row("description", "Description", text()),
  row(
    "policies",
    "CodeSigningPolicies",
    block([rowsOf<CodeSigningPolicies>()("untrusted_artifact_on_deployment", "UntrustedArtifactOnDeployment", text())]),
  ),
];

/** aws_lambda_code_signing_config; id is the ARN. Behaviour: `internal/service/lambda/code_signing_config.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_lambda_code_signing_config",
  noun: "Lambda Code Signing Config",
  computedBlocks: { policies: true },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const Tags = textMapAt(planned, "tags_all");
    const { CodeSigningConfig: made } = await aws.clients.lambda.createCodeSigningConfig({
      ...expand<CreateCodeSigningConfigCommandInput>(CONFIG, planned),
      ...(Object.keys(Tags).length === 0 ? {} : { Tags }),
    });
    await onCreated({ id: made?.CodeSigningConfigArn ?? "", arn: made?.CodeSigningConfigArn ?? "" });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const answer = await unlessMissing(MISSING, () => aws.clients.lambda.getCodeSigningConfig({ CodeSigningConfigArn: id }));
    const found = answer?.CodeSigningConfig;
    if (found === undefined) return null;
    const { Tags = {} } = await aws.clients.lambda.listTags({ Resource: id });
    return {
      ...flatten(CONFIG, found),
      id,
      arn: found.CodeSigningConfigArn ?? "",
      config_id: found.CodeSigningConfigId ?? "",
      last_modified: found.LastModified ?? "",
      tags_all: Tags,
    };
  },
  async update(aws, prior, planned, changed) {
    const CodeSigningConfigArn = requiredText(prior, "id");
    const rows = CONFIG.filter(({ attribute }) => changed(attribute));
    if (rows.length > 0)
      await aws.clients.lambda.updateCodeSigningConfig({
        ...expand<Partial<CreateCodeSigningConfigCommandInput>>(rows, planned),
        ...(changed("description") ? { Description: textAt(planned, "description") ?? "" } : {}),
        CodeSigningConfigArn,
      });
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await aws.clients.lambda.untagResource({ Resource: CodeSigningConfigArn, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.lambda.tagResource({ Resource: CodeSigningConfigArn, Tags: added });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () =>
      aws.clients.lambda.deleteCodeSigningConfig({ CodeSigningConfigArn: requiredText(state, "id") }),
    );
  },
  // Nothing tells two of them apart.
  find: async () => null,
};
