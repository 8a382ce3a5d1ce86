/** Two resources that manage the same object: each would undo the other's work, or the second create fails. */
import type { ResourceChange } from "@dovetail/engine";
import { type Diagnostic, errorDiagnostic, UNKNOWN } from "@dovetail/model";
import type { PlanCheck, PlanView } from "./check.ts";

/** What makes the object of a type the one it is. `of` names the type that an unknown value must come from. */
type Identity = readonly { readonly attribute: string; readonly of?: string; readonly or?: string }[];

const BUCKET: Identity = [{ attribute: "bucket", of: "aws_s3_bucket" }];

const IDENTITIES: { readonly [type: string]: Identity } = {
  aws_apigatewayv2_route: [{ attribute: "api_id", of: "aws_apigatewayv2_api" }, { attribute: "route_key" }],
  aws_apigatewayv2_stage: [{ attribute: "api_id", of: "aws_apigatewayv2_api" }, { attribute: "name" }],
  aws_cloudwatch_composite_alarm: [{ attribute: "alarm_name" }],
  aws_cloudwatch_dashboard: [{ attribute: "dashboard_name" }],
  aws_cloudwatch_event_rule: [{ attribute: "event_bus_name", or: "default" }, { attribute: "name" }],
  aws_cloudwatch_log_group: [{ attribute: "name" }],
  aws_cloudwatch_metric_alarm: [{ attribute: "alarm_name" }],
  aws_dynamodb_table: [{ attribute: "name" }],
  aws_iam_policy: [{ attribute: "path", or: "/" }, { attribute: "name" }],
  aws_iam_role: [{ attribute: "name" }],
  aws_iam_role_policy: [{ attribute: "role", of: "aws_iam_role" }, { attribute: "name" }],
  aws_iam_role_policy_attachment: [
    { attribute: "role", of: "aws_iam_role" },
    { attribute: "policy_arn", of: "aws_iam_policy" },
  ],
  aws_lambda_alias: [{ attribute: "function_name", of: "aws_lambda_function" }, { attribute: "name" }],
  aws_lambda_function: [{ attribute: "function_name" }],
  aws_s3_bucket: [{ attribute: "bucket" }],
  aws_s3_bucket_acl: BUCKET,
  aws_s3_bucket_cors_configuration: BUCKET,
  aws_s3_bucket_lifecycle_configuration: BUCKET,
  aws_s3_bucket_logging: BUCKET,
  aws_s3_bucket_notification: BUCKET,
  aws_s3_bucket_ownership_controls: BUCKET,
  aws_s3_bucket_policy: BUCKET,
  aws_s3_bucket_public_access_block: BUCKET,
  aws_s3_bucket_server_side_encryption_configuration: BUCKET,
  aws_s3_bucket_versioning: BUCKET,
  aws_s3_bucket_website_configuration: BUCKET,
  aws_s3_object: [...BUCKET, { attribute: "key" }],
  aws_scheduler_schedule: [{ attribute: "group_name", or: "default" }, { attribute: "name" }],
  aws_scheduler_schedule_group: [{ attribute: "name" }],
  aws_sesv2_email_identity: [{ attribute: "email_identity" }],
  aws_sns_topic: [{ attribute: "name" }],
  aws_sns_topic_policy: [{ attribute: "arn", of: "aws_sns_topic" }],
  aws_sqs_queue: [{ attribute: "name" }],
  aws_sqs_queue_policy: [{ attribute: "queue_url", of: "aws_sqs_queue" }],
  aws_sqs_queue_redrive_policy: [{ attribute: "queue_url", of: "aws_sqs_queue" }],
  aws_ssm_parameter: [{ attribute: "name" }],
};

export const ownershipCheck: PlanCheck = {
  name: "ownership",
  run(plan) {
    const owners = new Map<string, ResourceChange>();
    const found: Diagnostic[] = [];
    for (const change of plan.resources) {
      const key = identityOf(plan, change);
      if (key === undefined) continue;
      const first = owners.get(key.join("\0"));
      if (first === undefined) owners.set(key.join("\0"), change);
      else found.push(twice(first, change, key.slice(2)));
    }
    return found;
  },
};

/** Provider, type and the identifying values; undefined where one of them is not known. */
function identityOf(plan: PlanView, change: ResourceChange): readonly string[] | undefined {
  const identity = Object.hasOwn(IDENTITIES, change.type) ? IDENTITIES[change.type] : undefined;
  if (identity === undefined) return undefined;
  const region = typeof change.after?.region === "string" ? change.after.region : "";
  const key = [`${change.provider} ${region}`, change.type];
  for (const { attribute, of, or } of identity) {
    const value = change.after?.[attribute] ?? or;
    if (typeof value === "string" && value !== "") key.push(value);
    else if (value === UNKNOWN && of !== undefined) {
      const sources = change.dependencies.filter((address) => plan.byAddress(address)?.type === of);
      if (sources.length !== 1) return undefined;
      key.push(`${attribute} of ${sources[0]}`);
    } else return undefined;
  }
  return key;
}

function twice(first: ResourceChange, second: ResourceChange, identity: readonly string[]): Diagnostic {
  return errorDiagnostic("DVT3002", "Two resources own the same object", {
    address: second.address,
    ...(second.range === undefined ? {} : { range: second.range }),
    ...(first.range === undefined ? {} : { related: [{ range: first.range, message: `${first.address} is declared here` }] }),
    detail: `${first.address} and ${second.address} both manage the ${second.type} of ${identity.join(", ")}.`,
    fix: "Keep one of them, or give them different names.",
  });
}
