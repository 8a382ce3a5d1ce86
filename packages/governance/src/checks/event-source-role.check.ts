/** A function that reads from a queue or stream through a mapping needs a role that may: AWS refuses the mapping otherwise. */
import type { ResourceChange } from "@dovetail/engine";
import { type Diagnostic, isList, isObject, type Value, warningDiagnostic } from "@dovetail/model";
import { type PlanCheck, type PlanView, text } from "./check.ts";

const NEEDED: { readonly [service: string]: readonly string[] } = {
  sqs: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  dynamodb: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
  kinesis: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListShards"],
};

/** Managed policies that are made for it. */
const MANAGED: { readonly [service: string]: RegExp } = {
  sqs: /\/(AWSLambdaSQSQueueExecutionRole|AmazonSQSFullAccess|AdministratorAccess|PowerUserAccess)$/,
  dynamodb:
    /\/(AWSLambdaDynamoDBExecutionRole|AWSLambdaInvocation-DynamoDB|AmazonDynamoDBFullAccess|AdministratorAccess|PowerUserAccess)$/,
  kinesis: /\/(AWSLambdaKinesisExecutionRole|AmazonKinesisFullAccess|AdministratorAccess|PowerUserAccess)$/,
};

export const eventSourceRoleCheck: PlanCheck = {
  name: "event-source-role",
  run: (plan) => plan.byType("aws_lambda_event_source_mapping").flatMap((mapping) => checkMapping(plan, mapping)),
};

function checkMapping(plan: PlanView, mapping: ResourceChange): readonly Diagnostic[] {
  const service = sourceService(plan, mapping);
  const fn = mapping.dependencies.map(plan.byAddress).find((change) => change?.type === "aws_lambda_function");
  const role = fn?.dependencies.map(plan.byAddress).find((change) => change?.type === "aws_iam_role");
  if (service === undefined || fn === undefined || role === undefined) return [];
  const actions = allowedActions(plan, role, service);
  if (actions === "unknown") return [];
  const missing = (NEEDED[service] ?? []).filter((action) => !actions.some((pattern) => matches(pattern, action)));
  if (missing.length === 0) return [];
  return [
    warningDiagnostic("DVT3009", "Setting refused or without effect on AWS", {
      address: mapping.address,
      ...(mapping.range === undefined ? {} : { range: mapping.range }),
      detail: `AWS refuses this mapping: ${role.address}, the role of ${fn.address}, does not allow ${missing.join(", ")}.`,
      fix: "Add the actions to a policy of the role.",
    }),
  ];
}

function sourceService(plan: PlanView, mapping: ResourceChange): string | undefined {
  const arn = text(mapping, "event_source_arn")?.split(":")[2];
  if (arn !== undefined) return Object.hasOwn(NEEDED, arn) ? arn : undefined;
  const types = mapping.dependencies.map((address) => plan.byAddress(address)?.type);
  if (types.includes("aws_sqs_queue")) return "sqs";
  if (types.includes("aws_dynamodb_table")) return "dynamodb";
  return types.includes("aws_kinesis_stream") ? "kinesis" : undefined;
}

/** Action patterns that the role's policies allow; "unknown" when one of them is not known yet or managed elsewhere. */
function allowedActions(plan: PlanView, role: ResourceChange, service: string): readonly string[] | "unknown" {
  const actions: string[] = [];
  const own = plan.resources.filter(
    (change) =>
      change.dependencies.includes(role.address) ||
      (text(role, "name") !== undefined && text(change, "role") === text(role, "name")),
  );
  for (const change of own) {
    if (change.type === "aws_iam_role_policy_attachment") {
      const arn = text(change, "policy_arn");
      if (arn === undefined || !arn.startsWith("arn:aws:iam::aws:")) return "unknown";
      if (MANAGED[service]?.test(arn)) actions.push("*");
    } else if (change.type === "aws_iam_role_policy") {
      const statements = statementsOf(text(change, "policy"));
      if (statements === undefined) return "unknown";
      actions.push(...statements);
    }
  }
  if (isList(role.after?.inline_policy) && role.after.inline_policy.length > 0) return "unknown";
  if (isList(role.after?.managed_policy_arns) && role.after.managed_policy_arns.length > 0) return "unknown";
  return actions;
}

function statementsOf(policy: string | undefined): readonly string[] | undefined {
  if (policy === undefined) return undefined;
  let document: Value;
  try {
    document = JSON.parse(policy) as Value;
  } catch {
    return undefined;
  }
  const statements = isObject(document) ? listOf(document.Statement) : [];
  return statements
    .filter(isObject)
    .flatMap((statement) =>
      statement.Effect === "Allow" ? listOf(statement.Action).filter((action) => typeof action === "string") : [],
    );
}

function listOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** IAM's `*` and `?` in action names, case-blind. Linear: no regular expression is made from a user's text. */
export function matches(pattern: string, action: string): boolean {
  const p = pattern.toLowerCase();
  const a = action.toLowerCase();
  let i = 0;
  let j = 0;
  let star = -1;
  let mark = 0;
  while (j < a.length) {
    if (i < p.length && (p[i] === "?" || p[i] === a[j])) {
      i += 1;
      j += 1;
    } else if (i < p.length && p[i] === "*") {
      star = i;
      mark = j;
      i += 1;
    } else if (star >= 0) {
      i = star + 1;
      mark += 1;
      j = mark;
    } else return false;
  }
  while (p[i] === "*") i += 1;
  return i === p.length;
}
