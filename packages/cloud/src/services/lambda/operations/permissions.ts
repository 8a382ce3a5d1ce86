import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from "@aws-sdk/client-lambda";
import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { conflict, invalidParameter, notFound, preconditionFailed, REVISION_MISMATCH } from "../errors.ts";
import { type FunctionRef, functionArn, parseFunctionRef } from "../names.ts";
import { findTarget, keys, type PolicyRecord, type PolicyStatement } from "../store.ts";

/** A function's resource policy. It hangs on the function, a version or an alias, each apart. */
const POLICY_BYTES_MAX = 20_480;
const NO_POLICY = "The resource you requested does not exist.";

export function policyDocument(record: PolicyRecord): string {
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: record.statements });
}

/** The policy that decides about a call to this reference; undefined when it has none. */
export function resourcePolicyOf(store: StoreRead, ref: FunctionRef): string | undefined {
  const record = store.get<PolicyRecord>(keys.policy(ref, ref.name, ref.qualifier ?? ""));
  return record === undefined || record.statements.length === 0 ? undefined : policyDocument(record);
}

export function addPermission(ctx: Ctx, input: AddPermissionRequest): AddPermissionResponse {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  findTarget(ctx.store, ref);
  if (ref.qualifier === "$LATEST") {
    throw invalidParameter("We currently do not support adding policies for $LATEST.");
  }
  const key = keys.policy(ref, ref.name, ref.qualifier ?? "");
  const before = ctx.store.get<PolicyRecord>(key);
  checkPolicyRevision(before, input.RevisionId);
  const id = input.StatementId ?? "";
  if (before?.statements.some((statement) => statement.Sid === id)) {
    throw conflict(
      `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const statement: PolicyStatement = {
    Sid: id,
    Effect: "Allow",
    Principal: principalOf(input.Principal ?? ""),
    Action: input.Action ?? "",
    Resource: functionArn(ref),
    ...conditionOf(input),
  };
  const record: PolicyRecord = { revisionId: randomUuid(ctx.random), statements: [...(before?.statements ?? []), statement] };
  if (policyDocument(record).length > POLICY_BYTES_MAX)
    throw invalidParameter(
      `The final policy size (${policyDocument(record).length}) is bigger than the limit (${POLICY_BYTES_MAX}).`,
    );
  ctx.store.put(key, record);
  return { Statement: JSON.stringify(statement) };
}

function principalOf(text: string): unknown {
  if (text === "*") return "*";
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  if (parseArn(text) !== undefined) return { AWS: text };
  if (!/^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|alexa-appkit\.amazon\.com)$/.test(text)) {
    throw invalidParameter("The provided principal was invalid. Please check the principal and try again.");
  }
  return { Service: text };
}

function conditionOf(input: AddPermissionRequest): { Condition?: unknown } {
  const equals: Record<string, string> = {};
  if (input.SourceAccount !== undefined) equals["AWS:SourceAccount"] = input.SourceAccount;
  if (input.FunctionUrlAuthType !== undefined) equals["lambda:FunctionUrlAuthType"] = input.FunctionUrlAuthType;
  if (input.EventSourceToken !== undefined) equals["lambda:EventSourceToken"] = input.EventSourceToken;
  if (input.PrincipalOrgID !== undefined) equals["aws:PrincipalOrgID"] = input.PrincipalOrgID;
  const condition: Record<string, unknown> = {};
  if (Object.keys(equals).length > 0) condition.StringEquals = equals;
  if (input.InvokedViaFunctionUrl === true) condition.Bool = { "lambda:InvokedViaFunctionUrl": "true" };
  if (input.SourceArn !== undefined) condition.ArnLike = { "AWS:SourceArn": input.SourceArn };
  return Object.keys(condition).length === 0 ? {} : { Condition: condition };
}

function checkPolicyRevision(record: PolicyRecord | undefined, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== record?.revisionId) throw preconditionFailed(REVISION_MISMATCH);
}

export function removePermission(ctx: Ctx, input: RemovePermissionRequest): object {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  findTarget(ctx.store, ref);
  const key = keys.policy(ref, ref.name, ref.qualifier ?? "");
  const before = ctx.store.get<PolicyRecord>(key);
  if (before === undefined) throw notFound("No policy is associated with the given resource.");
  checkPolicyRevision(before, input.RevisionId);
  const statements = before.statements.filter((statement) => statement.Sid !== input.StatementId);
  if (statements.length === before.statements.length) {
    throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
  }
  if (statements.length === 0) ctx.store.remove(key);
  else ctx.store.put(key, { revisionId: randomUuid(ctx.random), statements } satisfies PolicyRecord);
  return {};
}

export function getPolicy(ctx: Ctx, input: GetPolicyRequest): GetPolicyResponse {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  findTarget(ctx.store, ref);
  const record = ctx.store.get<PolicyRecord>(keys.policy(ref, ref.name, ref.qualifier ?? ""));
  if (record === undefined) throw notFound(NO_POLICY);
  return { Policy: policyDocument(record), RevisionId: record.revisionId };
}
