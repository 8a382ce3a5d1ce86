/** Where the objects of one way differ from those that terraform makes with the real provider, and stay so: counted as the plans' reasons are. */
import type { Explanation } from "./explained.ts";

const OUR_PROVIDER = /^(terraform|our engine), our provider: /;

/** What an import does not tell, and the real one leaves unset until a plan fills in the default. */
const IMPORTED_UNSET =
  "An import does not tell it: the real one leaves it unset and plans its default, ours has the default; neither is sent.";

const IN_ANOTHER_ORDER: Explanation = {
  rows: { aws_vpc_endpoint: 4 },
  attribute: "subnet_configuration",
  why: "The ids of subnets are drawn, so that the elements of the set stand in another order.",
  aspect: /^state$/,
  ours: /^state: subnet_configuration\.\d+\.subnet_id /,
  byChance: true,
};

/** Between our two editions. */
export const EXPLAINED_EDITIONS: readonly Explanation[] = [IN_ANOTHER_ORDER];

export const EXPLAINED_MATRIX: readonly Explanation[] = [
  {
    rows: { aws_kms_external_key: 2, aws_kms_replica_key: 2, aws_kms_replica_external_key: 2 },
    attribute: "bypass_policy_lockout_safety_check",
    why: IMPORTED_UNSET,
    aspect: /^import$/,
    row: OUR_PROVIDER,
    ours: /^update deletion_window_in_days$/,
    real: /^update bypass_policy_lockout_safety_check,deletion_window_in_days$/,
  },
  {
    rows: { aws_secretsmanager_secret: 4 },
    attribute: "force_overwrite_replica_secret",
    why: IMPORTED_UNSET,
    aspect: /^import$/,
    row: OUR_PROVIDER,
    ours: /^update recovery_window_in_days$/,
    real: /^update force_overwrite_replica_secret,recovery_window_in_days$/,
  },
  {
    rows: { aws_iam_role: 6 },
    attribute: "inline_policy",
    why: "The real one keeps in a role's state what other resources attach to it; ours only what the role's own configuration says.",
    aspect: /^state$/,
    row: OUR_PROVIDER,
    ours: /^state: (inline_policy|managed_policy_arns)\./,
  },
  {
    rows: { aws_s3_bucket: 2 },
    attribute: "replication_configuration",
    why: "An argument deprecated since 4.0, which the real one fills from the resource of its own; ours refuses it by name and leaves it empty.",
    aspect: /^state$/,
    row: OUR_PROVIDER,
    ours: /^state: replication_configuration\./,
  },
  {
    rows: { aws_ses_event_destination: 2 },
    attribute: "cloudwatch_destination",
    why: "The type has no update: the real one plans a change in place that its apply cannot do, ours makes it anew.",
    aspect: /^import$/,
    row: OUR_PROVIDER,
    ours: /^replace/,
  },
  {
    rows: { aws_s3_object: 4 },
    attribute: "content",
    why: "The real one also shows arguments that were never stored beside the content that no reading tells.",
    aspect: /^import$/,
    row: OUR_PROVIDER,
    ours: /^update /,
  },
  {
    rows: { aws_lambda_runtime_management_config: 2 },
    attribute: "function_arn",
    why: "The real one's import stores no function ARN and so plans the object anew; ours stores it.",
    aspect: /^import$/,
    row: OUR_PROVIDER,
    ours: /^$/,
  },
  IN_ANOTHER_ORDER,
];
