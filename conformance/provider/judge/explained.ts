/**
 * Where ours differs from the real provider and stays so: each row names the types, the argument and the precise reason, and how many rows
 * of the judge it covers. What no row covers is unequal, and fails; so does a reason that covers more rows than counted, or fewer.
 */
import type { Difference } from "./compare.ts";

export interface Explanation {
  /** How many rows of the judge it covers, by type. */
  readonly rows: { readonly [type: string]: number };
  readonly attribute: string;
  /** Shown in the report. */
  readonly why: string;
  readonly aspect: RegExp;
  /** The row's name. */
  readonly row?: RegExp;
  /** Default: the attribute, or what lies within it. */
  readonly path?: RegExp;
  readonly ours?: RegExp;
  readonly real?: RegExp;
  /** The real one answers by chance, so that the count is only the most that may be. */
  readonly byChance?: boolean;
}

export function explanationOf(
  type: string,
  row: string,
  difference: Difference,
  table: readonly Explanation[],
): Explanation | undefined {
  return table.find(
    (each) =>
      Object.hasOwn(each.rows, type) &&
      each.aspect.test(difference.aspect) &&
      (each.row?.test(row) ?? true) &&
      isAt(each, difference.path) &&
      (each.ours?.test(difference.ours) ?? true) &&
      (each.real?.test(difference.real) ?? true),
  );
}

/** Refusals and replacements have no path of their own. */
function isAt({ attribute, path }: Explanation, at: string): boolean {
  if (path !== undefined) return path.test(at);
  return at === "" || at === attribute || at.startsWith(`${attribute}.`) || at.startsWith(`${attribute}[`);
}

const REFUSED = /^(refusal|other words|some words)$/;
const PLANNED = /^(plan|zero)$/;

/** Arguments that ours refuses by name instead of ignoring them; the reason stands in the type itself. */
const NOT_CARRIED_OUT: readonly (readonly [type: string, attribute: string, rows: number, why: string])[] = [
  ["aws_dynamodb_table", "import_table", 14, "imports from S3 are not carried out"],
  ["aws_dynamodb_table", "replica", 30, "replicas in other regions are not carried out"],
  ["aws_iam_access_key", "pgp_key", 7, "secrets are not encrypted with OpenPGP"],
  ["aws_iam_user_login_profile", "pgp_key", 7, "passwords are not encrypted with OpenPGP"],
  [
    "aws_lambda_function",
    "replace_security_groups_on_destroy",
    2,
    "without the groups to put there, the VPC's own would have to be looked up in EC2",
  ],
  ...(
    [
      ["enable_primary_ipv6", 5],
      ["ipv4_prefix_count", 9],
      ["ipv4_prefixes", 5],
      ["ipv6_address_count", 9],
      ["ipv6_address_list", 5],
      ["ipv6_address_list_enabled", 5],
      ["ipv6_addresses", 5],
      ["ipv6_prefix_count", 9],
      ["ipv6_prefixes", 5],
    ] as const
  ).map(
    ([attribute, rows]) =>
      ["aws_network_interface", attribute, rows, "IPv6 addresses and prefixes of interfaces are not carried out"] as const,
  ),
  ...(
    [
      ["acceleration_status", 7],
      ["acl", 7],
      ["cors_rule", 22],
      ["grant", 32],
      ["lifecycle_rule", 72],
      ["logging", 16],
      ["object_lock_configuration", 38],
      ["policy", 7],
      ["replication_configuration", 8],
      ["request_payer", 7],
      ["server_side_encryption_configuration", 2],
      ["versioning", 14],
      ["website", 34],
    ] as const
  ).map(([attribute, rows]) => ["aws_s3_bucket", attribute, rows, "deprecated since 4.0 for a resource of its own"] as const),
];

/** Names that AWS refuses when the object is made; ours says so in the plan (DVT3007). */
const NAMES: readonly (readonly [type: string, attribute: string, rows: number, where: string])[] = [
  ["aws_apigatewayv2_stage", "name", 2, "CreateStage"],
  ["aws_cloudwatch_event_bus", "name", 2, "CreateEventBus"],
  ["aws_cognito_user_pool", "name", 2, "CreateUserPool"],
  ["aws_cognito_user_pool_client", "name", 1, "CreateUserPoolClient"],
  ["aws_dynamodb_table", "name", 4, "CreateTable"],
  ["aws_lambda_alias", "name", 4, "CreateAlias"],
  ["aws_s3_bucket", "bucket", 2, "CreateBucket"],
];

/** A configured `tags_all`, by type. */
const WITH_TAGS_ALL = [
  "aws_appautoscaling_target",
  "aws_api_gateway_stage",
  "aws_api_gateway_rest_api",
  "aws_apigatewayv2_api",
  "aws_apigatewayv2_stage",
  "aws_budgets_budget",
  "aws_cloudwatch_composite_alarm",
  "aws_cloudwatch_event_bus",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_metric_alarm",
  "aws_cognito_identity_pool",
  "aws_cognito_user_pool",
  "aws_dynamodb_table",
  "aws_eip",
  "aws_iam_policy",
  "aws_iam_user",
  "aws_internet_gateway",
  "aws_kinesis_stream",
  "aws_kms_key",
  "aws_lambda_code_signing_config",
  "aws_lambda_event_source_mapping",
  "aws_lambda_function",
  "aws_route_table",
  "aws_s3_object",
  "aws_s3_object_copy",
  "aws_secretsmanager_secret",
  "aws_security_group",
  "aws_sesv2_configuration_set",
  "aws_sqs_queue",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
];

export const EXPLAINED: readonly Explanation[] = [
  ...NOT_CARRIED_OUT.map(
    ([type, attribute, rows, why]): Explanation => ({
      rows: { [type]: rows },
      attribute,
      why: `Refused by name (DVT3006): ${why}. The real one carries it out, or finds other faults first.`,
      aspect: REFUSED,
      ours: new RegExp(`DVT3006 .*\\b${attribute}\\b`),
    }),
  ),
  ...NAMES.map(
    ([type, attribute, rows, where]): Explanation => ({
      rows: { [type]: rows },
      attribute,
      why: `A name that ${where} refuses: ours says so in the plan (DVT3007), the real one finds out in the apply.`,
      aspect: /^refusal$/,
      ours: /^DVT3007/,
      real: /^\(none\)$/,
    }),
  ),
  {
    rows: { aws_cloudwatch_event_rule: 4, aws_scheduler_schedule: 4 },
    attribute: "schedule_expression",
    why: "An expression that is no schedule at all: ours says so in the plan (DVT3009), the real one finds out in the apply.",
    aspect: /^refusal$/,
    ours: /^DVT3009/,
    real: /^\(none\)$/,
  },
  {
    rows: { aws_cognito_user_pool: 1 },
    attribute: "software_token_mfa_configuration",
    why: "Without any factor SetUserPoolMfaConfig refuses a pool whose mfa_configuration is on: ours says so in the plan (DVT3009).",
    aspect: /^refusal$/,
    row: /without software_token_mfa_configuration/,
    ours: /^DVT3009/,
  },
  {
    rows: { ...Object.fromEntries(WITH_TAGS_ALL.map((type) => [type, 3])), aws_sns_topic: 1 },
    attribute: "tags_all",
    why: "The real one shows a configured `tags_all` in the plan where there are no tags, never sends it, and plans it again for ever; ours plans what will be.",
    aspect: /^plan$/,
    row: /tags_all/,
  },
  {
    rows: { aws_dynamodb_table: 7 },
    attribute: "hash_key",
    why: "The real one takes a key that is known after apply for none (or for a placeholder's text), and refuses a legal table; ours waits for the value.",
    aspect: /^refusal$/,
    row: /hash_key = "\(known|attribute = \[\{"name":"\(known|secondary_index = /,
    ours: /^\(none\)$/,
  },
  {
    rows: { aws_dynamodb_table: 4 },
    attribute: "stream_label",
    why: "A stream that is turned on or renewed has another label: ours plans it as known after apply, the real one as it was, and stores another.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_dynamodb_table: 7 },
    attribute: "zeros of a table that exists",
    why: "Set to its zero where nothing was: the real one shows the zero since it also rewrites `stream_view_type`; nothing is sent by either.",
    aspect: /^zero$/,
    path: /^(deletion_protection_enabled|range_key|restore_source_name|restore_source_table_arn|restore_to_latest_time|stream_enabled)$/,
    ours: /^\(none\)$/,
  },
  {
    rows: { aws_dynamodb_table: 1 },
    attribute: "restore_to_latest_time",
    why: "The real one makes a table anew because `restore_to_latest_time = false` was written out; ours does not lose a table over it.",
    aspect: /^replace$/,
    row: /restore_to_latest_time = false/,
  },
  {
    rows: { aws_dynamodb_table: 1 },
    attribute: "stream_view_type",
    why: "The row's prior text is in lower case, which no service answers; ours writes it in capitals, the real one keeps it where config has the empty text.",
    aspect: /^plan$/,
    row: /stream_view_type = ""/,
  },
  {
    rows: { aws_dynamodb_table: 1 },
    attribute: "attribute",
    why: "An attribute whose type was known after apply: the real one finds the element by its name and plans the old type, ours the configured one.",
    aspect: /^plan$/,
    row: /"type":"\(known/,
  },
  {
    rows: { aws_dynamodb_table: 1 },
    attribute: "point_in_time_recovery",
    why: "Turned on without a number of days DynamoDB takes 35: ours plans the number as known after apply, the real one as unset.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_dynamodb_table: 1 },
    attribute: "server_side_encryption",
    why: "An empty `kms_key_arn` in a block that is new to a table that exists: the real one shows the empty text, ours nothing; neither is sent.",
    aspect: /^zero$/,
  },
  {
    rows: { aws_api_gateway_base_path_mapping: 4 },
    attribute: "domain_name_id",
    why: "Another private domain name: the real one plans the mapping in place, and its apply goes on with the old name; ours makes it anew.",
    aspect: /^replace$/,
    real: /^\(none\)$/,
  },
  {
    rows: { aws_api_gateway_method_settings: 5 },
    attribute: "settings",
    why: "A setting that is known after apply and was unset: the real one plans its zero, ours the unknown value.",
    aspect: /^plan$/,
    ours: /known after apply/,
    row: /"\(known a|require_authorization_for_cache/,
  },
  {
    rows: { aws_default_route_table: 2, aws_route_table: 2 },
    attribute: "route",
    why: "A null element in a set of objects: the real one refuses it, ours leaves it out.",
    aspect: /^refusal$/,
    row: /null\]$/,
    real: /Null value found in list/,
  },
  {
    rows: { aws_default_security_group: 4, aws_network_acl: 4, aws_security_group: 4 },
    attribute: "ingress, egress",
    why: "A null element in a set of objects: the real one refuses it, ours leaves it out.",
    aspect: /^refusal$/,
    row: /null\]$/,
    real: /Null value found in list/,
  },
  {
    rows: { aws_network_acl: 15 },
    attribute: "icmp_code, icmp_type",
    why: "Left out of an entry: the real one plans nothing for a new ACL and 0 with any change of one that exists; ours plans nothing in both.",
    aspect: /^zero$/,
    path: /^(in|e)gress\[\d+\]\.icmp_(code|type)$/,
  },
  {
    rows: { aws_default_vpc: 2 },
    attribute: "assign_generated_ipv6_cidr_block",
    why: "Another block is not known before it is there: ours plans its parts as known after apply, the real one as they were, and stores others.",
    aspect: /^plan$/,
    path: /^ipv6_(association_id|cidr_block)$/,
    ours: /known after apply/,
  },
  {
    rows: { aws_main_route_table_association: 4 },
    attribute: "vpc_id",
    why: "Another VPC: the real one plans it in place, and its apply changes the old one's table; ours makes the association anew.",
    aspect: /^replace$/,
    real: /^\(none\)$/,
  },
  {
    rows: { aws_network_interface: 2 },
    attribute: "private_ip_list",
    why: "An empty list beside `private_ips`: the real one counts it as given, ours does not.",
    aspect: /^refusal$/,
    row: /private_ip_list = \[\]$/,
  },
  {
    rows: { aws_network_interface: 4 },
    attribute: "private_ips_count",
    why: "A count beside the addresses themselves: the real one plans either as known after apply where the other changes, ours keeps what config says.",
    aspect: /^plan$/,
    path: /^private_ips/,
    row: /private_ips_count = /,
  },
  {
    rows: { aws_apigatewayv2_stage: 2 },
    attribute: "default_route_settings",
    why: "The real one takes the 1 of a limit for the count of a block that is left out, and so never takes a limit of 1 back.",
    aspect: /^plan$/,
    real: /^1$/,
  },
  {
    rows: { aws_apigatewayv2_stage: 3 },
    attribute: "route_settings",
    why: "A route's logging level that nobody set: the real one shows it as known after apply with any change of the stage, ours as it is.",
    aspect: /^plan$/,
    real: /known after apply/,
  },
  {
    rows: { aws_cloudwatch_event_rule: 9 },
    attribute: "state",
    why: "`is_enabled` and `state` are one setting: ours shows what the other becomes, the real one shows it as unset, and reads it back.",
    aspect: PLANNED,
    path: /^(state|is_enabled)$/,
  },
  {
    rows: { aws_cloudwatch_event_target: 8 },
    attribute: "sagemaker_pipeline_target",
    why: "The block is left out: the real one forgets the block and plans its parameters all the same, which its apply then drops.",
    aspect: PLANNED,
    ours: /^\(none\)$/,
  },
  {
    rows: { aws_cloudwatch_log_metric_filter: 1 },
    attribute: "metric_transformation",
    why: "Dimensions that are known after apply: the real one plans a map inside a new block as unset, ours as unknown.",
    aspect: /^plan$/,
    row: /dimensions|known/,
  },
  {
    rows: { aws_cognito_risk_configuration: 8 },
    attribute: "account_takeover_risk_configuration",
    why: "The SDK writes two places into one slice, so that a fault at `event_action` is told at the argument it walked to next, by chance.",
    aspect: /^attribute$/,
    byChance: true,
  },
  {
    rows: { aws_sesv2_configuration_set: 2 },
    attribute: "suppression_options",
    why: "The SDK writes the places of a list's elements into one slice, so that both faults are told at the last element.",
    aspect: /^attribute$/,
  },
  {
    rows: { aws_cognito_user_pool: 5 },
    attribute: "email_mfa_configuration",
    why: "The block is left out: the real one plans it with empty texts, ours without it; Cognito keeps what it has in both.",
    aspect: /^zero$/,
  },
  {
    rows: { aws_cognito_user_pool: 1 },
    attribute: "lambda_config",
    why: "An empty text in a block that is new to a pool that exists: the real one shows it, ours nothing; neither is sent.",
    aspect: /^zero$/,
  },
  {
    rows: { aws_cognito_user_pool: 1 },
    attribute: "username_configuration",
    why: "An empty block where there was none: the real one plans a pool with it in place, which Cognito cannot do; ours makes the pool anew.",
    aspect: /^replace$/,
  },
  {
    rows: { aws_iam_role: 2 },
    attribute: "inline_policy",
    why: "A policy's name or text that is known after apply beside an existing one: the real one plans the block, ours finds it equal to the one without a name.",
    aspect: PLANNED,
  },
  {
    rows: { aws_kinesis_stream: 2 },
    attribute: "shard_count",
    why: "The real one asks DescribeLimits while it plans how many shards the account may have; ours plans without a call, and Kinesis refuses in the apply.",
    aspect: /^refusal$/,
    real: /Kinesis account limit/,
  },
  {
    rows: { aws_kms_grant: 1 },
    attribute: "constraints",
    why: "An empty map in a constraint: the real one keeps the map of the block that was there, and so plans no new grant; ours plans what config says.",
    aspect: /^(plan|replace)$/,
  },
  {
    rows: { aws_lambda_event_source_mapping: 5 },
    attribute: "provisioned_poller_config",
    why: "The block is left out: the real one plans it with no numbers, ours with those that Lambda keeps.",
    aspect: PLANNED,
  },
  {
    rows: { aws_lambda_event_source_mapping: 1 },
    attribute: "destination_config",
    why: "A destination of the empty text is left out: the real one plans the empty text, ours nothing; neither is sent.",
    aspect: /^zero$/,
  },
  {
    rows: { aws_lambda_function: 2 },
    attribute: "handler",
    why: "A handler or runtime that is known after apply: the real one takes it for missing, ours waits for the value.",
    aspect: /^refusal$/,
    row: /(handler|runtime) = "\(known/,
    ours: /^\(none\)$/,
  },
  {
    rows: { aws_lambda_function: 1 },
    attribute: "source_code_hash",
    why: "An empty hash beside a computed one: the real one marks `last_modified`, though nothing is sent; ours plans no change.",
    aspect: /^plan$/,
    path: /^last_modified$/,
  },
  {
    rows: { aws_lambda_function: 1 },
    attribute: "environment",
    why: "Variables that are known after apply in a block that is new to a function that exists: the real one plans them as unset, ours as unknown.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_lambda_function: 1 },
    attribute: "image_config",
    why: "An empty text in a block that is new to a function that exists: the real one shows it, ours nothing; neither is sent.",
    aspect: /^zero$/,
  },
  {
    rows: { aws_lambda_function: 1 },
    attribute: "logging_config",
    why: "Logging that is left out stays as it is with Lambda: the real one plans a new version all the same, ours none.",
    aspect: /^plan$/,
    path: /^(qualified_arn|qualified_invoke_arn|version)$/,
    row: /without logging_config/,
  },
  {
    rows: { aws_s3_bucket_acl: 4 },
    attribute: "access_control_policy",
    why: "Both `acl` and a policy with an unknown part: the real one plans the whole block as unknown, ours the part; known, both refuse the pair.",
    aspect: PLANNED,
  },
  {
    rows: { aws_s3_bucket_lifecycle_configuration: 1 },
    attribute: "transition_default_minimum_object_size",
    why: "From the empty text back to unset: the real one plans S3's default, ours the empty text that S3 has not got; both read the default.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_s3_bucket_notification: 1 },
    attribute: "lambda_function",
    why: "An empty id in a block that is new to an object that exists: the real one shows it, ours nothing; both let S3 make one up.",
    aspect: /^zero$/,
  },
  {
    rows: { aws_s3_bucket_object_lock_configuration: 1 },
    attribute: "rule",
    why: "Years that are known after apply beside days: the real one plans the old number, ours the unknown one.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_s3_object: 19 },
    attribute: "etag",
    why: "New content has another ETag and other checksums: ours plans them as known after apply, the real one as they were, and stores others.",
    aspect: /^plan$/,
    path: /^(etag|checksum_(crc32|crc32c|crc64nvme|sha1|sha256))$/,
    ours: /known after apply/,
  },
  {
    rows: { aws_s3_object: 3 },
    attribute: "version_id",
    why: "An argument is set to the empty text, which is not sent: the real one expects a new version, ours no change.",
    aspect: /^plan$/,
    row: / = ""/,
  },
  {
    rows: { aws_scheduler_schedule: 1 },
    attribute: "flexible_time_window",
    why: "A window that is known after apply: the real one plans the old number, ours the unknown one.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_secretsmanager_secret: 1 },
    attribute: "policy",
    why: "`{}` takes a policy away: the real one plans it as known after apply, ours as it is written.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_ses_event_destination: 10 },
    attribute: "cloudwatch_destination",
    why: "The type has no update: the real one plans a change of a destination's content in place, which its apply cannot do; ours makes it anew.",
    aspect: /^replace$/,
    real: /^\(none\)$/,
  },
  {
    rows: { aws_sns_topic_subscription: 4 },
    attribute: "filter_policy_scope",
    why: "The scope comes and goes with its policy: ours plans it as known after apply then, the real one as a text that SNS may answer otherwise.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_ssm_parameter: 2 },
    attribute: "insecure_value",
    why: "`value` and `insecure_value` are one text: the real one marks the other as known after apply where one is emptied or moved, ours plans the text.",
    aspect: /^plan$/,
    path: /^(insecure_value|version)$/,
  },
  {
    rows: { aws_s3_bucket_intelligent_tiering_configuration: 7 },
    attribute: "import id",
    why: "A malformed id is refused in the words that the other settings with a name have; the real one words this type by itself.",
    aspect: /^other words$/,
    row: /^import of /,
  },
  {
    rows: { aws_dynamodb_contributor_insights: 1 },
    attribute: "import id",
    why: "The real one takes any three parts; ours wants the id that the type itself makes, `name:TABLE/index:INDEX/ACCOUNT`.",
    aspect: /^refusal$/,
    row: /^import of a\/b\/c$/,
  },
  {
    rows: { aws_s3_bucket_acl: 1 },
    attribute: "import id",
    why: "The real one takes any text after the comma for an ACL and finds out by reading; ours knows the ACLs' names.",
    aspect: /^refusal$/,
    row: /^import of a,b$/,
  },
  {
    rows: { aws_s3_bucket_lifecycle_configuration: 1 },
    attribute: "rule",
    why: "An empty date in a state of version 0: the real one drops it in the upgrade, ours with the reading that follows.",
    aspect: /^upgrade$/,
  },
  {
    rows: { aws_sns_topic_data_protection_policy: 4 },
    attribute: "policy",
    why: "The real one compares policies by version and statements, and so plans no change of a policy's `Name`; ours plans it.",
    aspect: /^plan$/,
  },
  {
    rows: { aws_cognito_managed_user_pool_client: 3 },
    attribute: "name_pattern",
    why: "An empty or unknown pattern beside a prefix: the real one does not count it as given; ours says that both are.",
    aspect: /^(refusal|some words)$/,
    row: /name_pattern = ("\(known|""$)/,
  },
];
