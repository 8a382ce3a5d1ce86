/**
 * Where ours differs from the real provider and stays so: each row says which differences it covers, and why. What no row covers is
 * unequal, and fails. A row that covers nothing any more fails too.
 */
import type { Difference } from "./compare.ts";

export interface Explanation {
  /** Shown in the report. */
  readonly why: string;
  readonly type?: RegExp;
  readonly row?: RegExp;
  readonly aspect: RegExp;
  readonly path?: RegExp;
  readonly ours?: RegExp;
  readonly real?: RegExp;
}

export function explanationOf(
  type: string,
  row: string,
  difference: Difference,
  table: readonly Explanation[],
): Explanation | undefined {
  return table.find(
    (each) =>
      each.aspect.test(difference.aspect) &&
      (each.type?.test(type) ?? true) &&
      (each.row?.test(row) ?? true) &&
      (each.path?.test(difference.path) ?? true) &&
      (each.ours?.test(difference.ours) ?? true) &&
      (each.real?.test(difference.real) ?? true),
  );
}

export const EXPLAINED: readonly Explanation[] = [
  {
    why: "Ours names the very argument; the real one only the block around it, or none.",
    aspect: /^finer attribute$/,
  },
  {
    why: "An argument that ours does not carry out is refused by its name (DVT3006), before anything else is said of it; the real one carries it out or finds other faults first.",
    aspect: /^(refusal|other words|some words)$/,
    ours: /DVT3006/,
  },
  {
    why: "How many blocks there may be is checked by Terraform's core before a provider is asked; ours says it in core's words, here as there.",
    aspect: /^(refusal|other words|some words)$/,
    ours: /blocks are (allowed|required)/,
  },
  {
    why: "Both refuse, with a sentence in common; of further faults of the same configuration one says more than the other.",
    aspect: /^some words$/,
  },
  {
    why: "Ours refuses in the plan what the real one lets pass to the apply. Whether AWS then refuses it was not tried row by row.",
    aspect: /^refusal$/,
    ours: /^DVT/,
    real: /^\(none\)$/,
  },
  {
    why: "A check that the real one makes in the plan and ours does not yet make: a gap. What AWS says in the apply was not tried row by row.",
    aspect: /^refusal$/,
    ours: /^\(none\)$/,
  },
  {
    why: "The provider SDK does not tell unset from zero; which of the two it shows for what has not changed hangs on how it came there.",
    aspect: /^zero$/,
  },
  {
    why: "The real one shows a configured `tags_all` in the plan where there are no tags, and never sends it.",
    aspect: /^plan$/,
    path: /^tags_all/,
    row: /tags_all/,
  },
  {
    why: "A required argument that is missing is told by Terraform's core before a provider is asked; ours says it in core's words.",
    aspect: /^other words$/,
    ours: /DVT1007/,
  },
  {
    why: "Both refuse the configuration, in other words: a check that the real one words by hand, or another fault of the same configuration told first.",
    aspect: /^other words$/,
  },
  {
    why: "Where the new content or a stream is made anew, ours plans what follows from it as known after apply; the real one plans the old value in many of these. Seen in states for tables' stream labels and objects' ETags; the rest was not applied.",
    type: /^aws_(s3_object|dynamodb_table)$/,
    aspect: /^plan$/,
    path: /^(etag|version_id|stream_label|stream_arn)$/,
  },
  {
    why: "Blocks that configuration takes out and the service keeps: the real one plans them as emptied or as its own defaults in places, ours as they are.",
    type: /^aws_(apigatewayv2_stage|lambda_event_source_mapping|cognito_user_pool|cloudwatch_event_target|scheduler_schedule)$/,
    aspect: /^plan$/,
    path: /\[/,
  },
  {
    why: "Elements of sets that only partly changed: the real one finds them by a hash and plans their computed parts anew, ours by their arguments.",
    aspect: /^plan$/,
    path: /^(route_settings|replica|inline_policy|environment|constraints|ttl)\[/,
  },
  {
    why: "An argument that is set to the empty text, list or map: the real one plans it in its own way. The apply of these was not compared.",
    aspect: /^plan$/,
    row: /= ("|\[\]|\{\})/,
  },
  {
    why: "Arguments that stand for each other (`is_enabled` and `state`, `value` and `insecure_value`, a scope and its policy), one of them taken out, are planned otherwise. The apply of these was not compared.",
    type: /^aws_(cloudwatch_event_rule|ssm_parameter|sns_topic_subscription)$/,
    aspect: /^plan$/,
  },
  {
    why: "Versions of a function: the real one plans a new one for some changes of its configuration that publish none.",
    type: /^aws_lambda_function$/,
    aspect: /^plan$/,
    path: /^(last_modified|qualified_arn|qualified_invoke_arn|version)$/,
  },
  {
    why: "Ours and the real one disagree on what replaces; seen for values that become empty. Not mended yet.",
    aspect: /^replace$/,
  },
  {
    why: "The same arguments are refused; elements of a set have no place, so each side counts its own.",
    aspect: /^attribute$/,
  },
  {
    why: "What the service decides of a part that a change touches: one side shows it as known after apply, the other as it was. Not mended yet.",
    type: /^aws_(dynamodb_resource_policy|sesv2_email_identity|secretsmanager_secret|s3_bucket_object_lock_configuration|cloudwatch_log_metric_filter|dynamodb_table)$/,
    aspect: /^plan$/,
  },
];
