import type { AddPermissionCommandInput } from "@aws-sdk/client-lambda";
import { DiagnosticError, errorDiagnostic, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flag, requiredText, rowsOf, text, textAt } from "../attribute-map.ts";
import { conflicts, each, isArn, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { timed } from "../timeouts.ts";
import { FUNCTION, functionNameOf, LAMBDA_MISSING, qualifierOf } from "./find.ts";

const row = rowsOf<AddPermissionCommandInput>();
const PERMISSION = [
  row("action", "Action", text()),
  row("event_source_token", "EventSourceToken", text()),
  row("function_name", "FunctionName", text()),
  row("function_url_auth_type", "FunctionUrlAuthType", text()),
  row("invoked_via_function_url", "InvokedViaFunctionUrl", flag()),
  row("principal", "Principal", text()),
  row("principal_org_id", "PrincipalOrgID", text()),
  row("qualifier", "Qualifier", text()),
  row("source_account", "SourceAccount", text()),
  row("source_arn", "SourceArn", text()),
  row("statement_id", "StatementId", text()),
];

const STATEMENT_ID = /^[0-9A-Za-z_-]+$/;
const STATEMENT_SAYS = "must contain alphanumeric, underscores or dashes only";
const STATEMENT_CHARS_MAX = 100;

const CHECKS = [
  matches("action", /^(lambda:[*]|lambda:[A-Za-z]+|[*])$/, "must be a valid action (usually starts with lambda:)"),
  matches("event_source_token", /^[0-9A-Za-z._-]+$/, "must contain alphanumeric, periods, underscores or dashes only"),
  lengthBetween("event_source_token", 1, 256),
  matches("function_name", FUNCTION, "must be valid function name or function ARN"),
  lengthBetween("function_name", 1, 140),
  oneOf("function_url_auth_type", ["NONE", "AWS_IAM"]),
  matches("qualifier", /^[0-9A-Za-z$_-]+$/, "must contain alphanumeric, dollar signs, underscores or dashes only"),
  lengthBetween("qualifier", 1, 128),
  isArn("source_arn"),
  each("source_account", (value, key) =>
    typeof value === "string" && !/^\d{12}$/.test(value)
      ? `"${key}" doesn't look like AWS Account ID (exactly 12 digits): "${value}"`
      : undefined,
  ),
  ...["statement_id", "statement_id_prefix"].flatMap((name) => [
    matches(name, STATEMENT_ID, STATEMENT_SAYS, { code: "DVT3007" }),
    lengthBetween(name, 1, STATEMENT_CHARS_MAX, { code: "DVT3007" }),
  ]),
  conflicts("statement_id", ["statement_id_prefix"]),
  conflicts("statement_id_prefix", ["statement_id"]),
];

const ATTRIBUTES = [...PERMISSION.map((r) => r.attribute), "statement_id_prefix"];

/** aws_lambda_permission: one statement of a function's policy. Its id is the statement's. */
export const resource: NativeResource = {
  type: "aws_lambda_permission",
  forceNew: ATTRIBUTES,
  naming: { attribute: "statement_id", prefix: "statement_id_prefix", maxLength: STATEMENT_CHARS_MAX },
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const retry = {
      codes: ["ResourceConflictException", "ResourceNotFoundException"],
      // A statement of this id that is there already stays there.
      message: /^(?!The statement id)/,
      timeoutMs: 300_000,
      why: "the function or role has only just been made",
      source: "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
    };
    await aws.retry(timed(retry, planned, "create"), () => aws.clients.lambda.addPermission(expand(PERMISSION, planned)));
    await onCreated({ id: requiredText(planned, "statement_id") });
  },
  async read(aws, state) {
    const statement = await findStatement(aws, state);
    return statement === undefined ? null : { ...state, ...toState(aws, state, statement) };
  },
  async delete(aws, state) {
    const Qualifier = textAt(state, "qualifier");
    await unlessMissing(LAMBDA_MISSING, () =>
      aws.clients.lambda.removePermission({
        FunctionName: requiredText(state, "function_name"),
        StatementId: requiredText(state, "id"),
        ...(Qualifier ? { Qualifier } : {}),
      }),
    );
  },
  importId,
  async find(aws, planned) {
    const id = textAt(planned, "statement_id");
    if (id === undefined) return null;
    const state: ValueObject = {
      id,
      function_name: requiredText(planned, "function_name"),
      qualifier: planned.qualifier ?? null,
    };
    return (await findStatement(aws, state)) === undefined ? null : state;
  },
};

interface Statement {
  readonly Sid?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

async function findStatement(aws: AwsContext, state: ValueObject): Promise<Statement | undefined> {
  const Qualifier = textAt(state, "qualifier");
  const FunctionName = requiredText(state, "function_name");
  const answer = await unlessMissing(LAMBDA_MISSING, () =>
    aws.clients.lambda.getPolicy({ FunctionName, ...(Qualifier ? { Qualifier } : {}) }),
  );
  if (answer?.Policy === undefined) return undefined;
  const policy: { readonly Statement?: readonly Statement[] } = JSON.parse(answer.Policy);
  return policy.Statement?.find((statement) => statement.Sid === state.id);
}

function toState(aws: AwsContext, state: ValueObject, statement: Statement): ValueObject {
  const arn = String(statement.Resource ?? "");
  const qualifier = qualifierOf(arn);
  const id = String(statement.Sid ?? "");
  const wantsArn = (textAt(state, "function_name") ?? "").startsWith(`arn:${aws.partition}:lambda:`);
  const values: MutableValueObject = {
    id,
    action: String(statement.Action ?? ""),
    function_name: wantsArn ? (qualifier ? arn.slice(0, -qualifier.length - 1) : arn) : functionNameOf(arn),
    principal: principalOf(statement.Principal),
    qualifier,
    statement_id: id,
    statement_id_prefix: prefixOfName(id),
  };
  const equals = condition(statement, "StringEquals");
  if (equals !== undefined) {
    values.event_source_token = equals["lambda:EventSourceToken"] ?? "";
    values.function_url_auth_type = equals["lambda:FunctionUrlAuthType"] ?? "";
    values.principal_org_id = equals["aws:PrincipalOrgID"] ?? "";
    values.source_account = equals["AWS:SourceAccount"] ?? "";
  }
  const via = condition(statement, "Bool")?.["lambda:InvokedViaFunctionUrl"];
  if (via !== undefined && aws.edition !== "5.100.0") values.invoked_via_function_url = via.toLowerCase() === "true";
  const like = condition(statement, "ArnLike");
  if (like !== undefined) values.source_arn = like["AWS:SourceArn"] ?? "";
  return values;
}

function condition(statement: Statement, operator: string): Record<string, string> | undefined {
  const all = statement.Condition;
  if (typeof all !== "object" || all === null || !(operator in all)) return undefined;
  const found: unknown = Object.entries(all).find(([name]) => name === operator)?.[1];
  if (typeof found !== "object" || found === null) return undefined;
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)]));
}

function principalOf(principal: unknown): string {
  if (typeof principal === "string") return principal;
  if (typeof principal !== "object" || principal === null) return "";
  const entries = Object.fromEntries(Object.entries(principal));
  return String(entries.AWS ?? entries.Service ?? "");
}

/** `function/statement` or `function:qualifier/statement`. */
function importId(id: string): ValueObject {
  const [name = "", statement = "", ...more] = id.split("/");
  if (name === "" || statement === "" || more.length > 0) {
    const detail = `Unexpected format of ID ("${id}"), expected FUNCTION_NAME/STATEMENT_ID or FUNCTION_NAME:QUALIFIER/STATEMENT_ID`;
    throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  }
  const [, qualifier] = name.split(":");
  return {
    id: statement,
    function_name: name,
    statement_id: statement,
    ...(name.split(":").length === 2 && qualifier ? { qualifier } : {}),
  };
}
