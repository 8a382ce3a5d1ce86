/** Policies of tables and their streams. Developer Guide, "Using resource-based policies for DynamoDB" (read 2026-11-21). */
import { callerOf, globalContext } from "../../core/policy/context.ts";
import { checkPolicy, MalformedPolicy, parsePolicy } from "../../core/policy/document.ts";
import { evaluate } from "../../core/policy/evaluate.ts";
import type { Ctx } from "../../core/service.ts";
import { invalid, invalidParameter } from "./errors.ts";

const BYTES_MAX = 20 * 1024;
/** What is asked of the account, not of a table or a stream, and so is in no table's policy. */
const NOT_OF_TABLES =
  /^dynamodb:(List(?!TagsOfResource$).*|CreateTable|DescribeLimits|DescribeEndpoints|DescribeReservedCapacity.*)$/;
const OF_DYNAMODB = /^(\*|dynamodb:[A-Za-z*?]+)$/;

export interface ResourcePolicy {
  readonly document: string;
  readonly revision: string;
}

function invalidDocument(problem: string): Error {
  return invalidParameter(`Invalid policy document: ${problem}`);
}

/** The document, when it is a policy for a table or a stream. Throws ValidationException. */
export function readPolicy(document: string): string {
  if (Buffer.byteLength(document) > BYTES_MAX)
    throw invalidDocument(`The policy document has a size of more than ${BYTES_MAX} bytes`);
  try {
    checkPolicy(document, "resource");
  } catch (error) {
    if (error instanceof MalformedPolicy) throw invalidDocument(error.message);
    throw error;
  }
  const { statements } = parsePolicy(document);
  if (statements.some((each) => each.principals === undefined && each.notPrincipals === undefined))
    throw invalidDocument("Missing required field Principal");
  const wrong = statements
    .flatMap(({ actions = [], notActions = [] }) => [...actions, ...notActions])
    .filter((action) => !OF_DYNAMODB.test(action) || NOT_OF_TABLES.test(action));
  if (wrong.length > 0)
    throw invalidDocument(`The following action names are invalid: ${wrong.map((name) => JSON.stringify(name)).join(", ")}`);
  return document;
}

/** A policy that keeps its author from changing it again wants to be confirmed. Throws ValidationException. */
export function refuseLockingOut(ctx: Ctx, resource: string, document: string): void {
  const decision = evaluate({
    caller: callerOf(ctx.principal),
    action: "dynamodb:PutResourcePolicy",
    resource,
    resourceAccount: ctx.account,
    context: globalContext(ctx, {}),
    identityPolicies: [],
    resourcePolicy: document,
  });
  if (decision.reason === "resource-deny")
    throw invalid(
      "The new resource policy will not allow you to update the resource policy in the future. " +
        "Confirm with ConfirmRemoveSelfResourceAccess to put it all the same.",
    );
}
