/** How each service refuses a request that breaks its model, by AWS's documentation ("Common Errors", each operation's "Errors"). */
import type { Generated } from "./python.ts";

export interface Refusal {
  readonly codes: readonly string[];
  /** Whether the message names the member at fault ("… at 'tableName' failed to satisfy constraint"). */
  readonly named: boolean;
}

const VALIDATION = { codes: ["ValidationException"], named: true };
const QUERY_VALIDATION = { codes: ["ValidationError"], named: true };

/** Services without generated cases, each with its reason. */
export const WITHOUT_CASES: { readonly [service: string]: string } = {
  s3: "it looks for the bucket before it looks at most members; scenarios-storage.ts has its refusals",
  ec2: "it looks for what an ID names before it looks at enumerations; scenarios-network.ts has its refusals",
};

export const REFUSALS: { readonly [service: string]: Refusal } = {
  "application-autoscaling": VALIDATION,
  dynamodb: VALIDATION,
  dynamodbstreams: VALIDATION,
  events: VALIDATION,
  kinesis: VALIDATION,
  kms: VALIDATION,
  lambda: VALIDATION,
  scheduler: VALIDATION,
  secretsmanager: VALIDATION,
  ssm: VALIDATION,
  apigateway: { codes: ["BadRequestException", "ValidationException"], named: true },
  budgets: { codes: ["InvalidParameterException", "ValidationException"], named: true },
  apigatewaymanagementapi: { codes: ["BadRequestException", "ValidationException"], named: true },
  apigatewayv2: { codes: ["BadRequestException"], named: true },
  sesv2: { codes: ["BadRequestException"], named: true },
  ses: QUERY_VALIDATION,
  "cognito-idp": { codes: ["InvalidParameterException"], named: true },
  "cognito-identity": VALIDATION,
  logs: { codes: ["InvalidParameterException"], named: true },
  iam: QUERY_VALIDATION,
  sts: QUERY_VALIDATION,
  cloudwatch: { codes: ["ValidationError", "MissingParameter", "MissingRequiredParameter"], named: true },
  sqs: { codes: ["MissingParameter", "InvalidParameterValue"], named: true },
  sns: { codes: ["InvalidParameter"], named: false },
};

interface Exception {
  readonly service: string;
  readonly operation?: string;
  readonly member?: string;
  readonly wrong?: string;
  /** What AWS answers instead; absent: success. */
  readonly codes?: readonly string[];
  /** Absent: 400. */
  readonly status?: number;
  readonly why: string;
}

/** Where AWS does something else than its model suggests. */
const EXCEPTIONS: readonly Exception[] = [
  {
    service: "lambda",
    member: "Runtime",
    wrong: "enum",
    codes: ["InvalidParameterValueException"],
    why: "runtimes have a sentence of their own, and handlers are asked for first",
  },
  {
    service: "lambda",
    member: "CompatibleRuntime",
    wrong: "enum",
    why: "lists filter by runtimes that botocore does not know yet",
  },
  {
    service: "sts",
    member: "ProvidedContexts",
    codes: ["ValidationError"],
    why: "the role's ARN is looked at first",
  },
  {
    service: "ses",
    wrong: "missing",
    codes: ["ValidationError", "ConfigurationSetDoesNotExist"],
    why: "the query protocol has no empty structures: without its only member the whole is missing",
  },
  {
    service: "apigateway",
    member: "tags",
    codes: ["UnknownOperationException"],
    status: 404,
    why: "the case's ARN is none of API Gateway's, and that is what tells version 1's tags from version 2's",
  },
  {
    service: "apigateway",
    member: "tagKeys",
    codes: ["UnknownOperationException"],
    status: 404,
    why: "the same",
  },
  {
    service: "dynamodb",
    codes: ["ValidationException"],
    why: "an item's own faults may be named before those of the request around it",
  },
];

/** The exception that holds for a case, if one does. */
export function exceptionFor(each: Generated): Exception | undefined {
  return EXCEPTIONS.find(
    (row) =>
      row.service === each.service &&
      (row.operation === undefined || row.operation === each.operation) &&
      (row.member === undefined || row.member === each.member) &&
      (row.wrong === undefined || row.wrong === each.wrong),
  );
}

/** What AWS would not have answered, in words; undefined when the case holds. */
export function faultOf(each: Generated): string | undefined {
  const what = `${each.service}.${each.operation} ${each.member} ${each.wrong}`;
  const exception = exceptionFor(each);
  const wanted = exception?.status ?? 400;
  const rule = exception === undefined ? REFUSALS[each.service] : { codes: exception.codes ?? [], named: false };
  if (rule === undefined) return `${what}: nobody said how ${each.service} refuses`;
  if ("output" in each) return rule.codes.length === 0 ? undefined : `${what}: was taken`;
  if ("refused" in each) return `${what}: boto3 itself: ${each.refused}`;
  const { code, status, message } = each.error;
  if (!rule.codes.includes(code) || status !== wanted) return `${what}: answered ${status} ${code}: ${message.slice(0, 100)}`;
  const last = each.member.split(".").at(-1) ?? "";
  if (rule.named && !message.toLowerCase().includes(last.toLowerCase())) return `${what}: not named in: ${message.slice(0, 100)}`;
  return undefined;
}
