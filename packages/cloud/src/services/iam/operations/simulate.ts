/** SimulatePrincipalPolicy and SimulateCustomPolicy: the evaluator that every request goes through, asked directly. */
import { type EntityRecord, getEntity, identityOf } from "../../../core/identities.ts";
import { type Decision, evaluate, type NamedPolicy } from "../../../core/policy/evaluate.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { noSuchEntity } from "../names.ts";

interface ContextEntry {
  readonly ContextKeyName?: string;
  readonly ContextKeyValues?: readonly string[];
}

interface SimulateInput {
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly ResourcePolicy?: string;
  readonly PolicyInputList?: readonly string[];
  readonly PermissionsBoundaryPolicyInputList?: readonly string[];
  readonly ContextEntries?: readonly ContextEntry[];
}

const WORDS: { readonly [reason in Decision["reason"]]: string } = {
  allowed: "allowed",
  "identity-deny": "explicitDeny",
  "resource-deny": "explicitDeny",
  "boundary-deny": "explicitDeny",
  "session-deny": "explicitDeny",
  "no-identity-allow": "implicitDeny",
  "no-resource-allow": "implicitDeny",
  "no-boundary-allow": "implicitDeny",
  "no-session-allow": "implicitDeny",
};

function simulate(
  ctx: Ctx,
  input: SimulateInput,
  policies: readonly NamedPolicy[],
  boundary: NamedPolicy | undefined,
  arn: string,
) {
  const context: Record<string, readonly string[]> = { "aws:requestedregion": [ctx.region], "aws:principalarn": [arn] };
  for (const { ContextKeyName = "", ContextKeyValues = [] } of input.ContextEntries ?? [])
    context[ContextKeyName.toLowerCase()] = ContextKeyValues;
  const EvaluationResults = [];
  for (const action of input.ActionNames)
    for (const resource of input.ResourceArns ?? ["*"]) {
      const decision = evaluate({
        caller: { arn, account: ctx.account, ...(arn.includes(":role/") ? { roleArn: arn } : {}) },
        action,
        resource,
        resourceAccount: ctx.account,
        context,
        identityPolicies: policies,
        ...(input.ResourcePolicy === undefined ? {} : { resourcePolicy: input.ResourcePolicy }),
        ...(boundary === undefined ? {} : { boundary }),
      });
      EvaluationResults.push({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: WORDS[decision.reason],
        MatchedStatements:
          decision.statement === undefined ? [] : [{ SourcePolicyId: decision.statement.policy, SourcePolicyType: "IAM Policy" }],
        MissingContextValues: [],
      });
    }
  return { EvaluationResults, IsTruncated: false };
}

function custom(input: SimulateInput): NamedPolicy[] {
  return (input.PolicyInputList ?? []).map((document, index) => ({ name: `PolicyInputList.${index + 1}`, document }));
}

export function simulateCustomPolicy(ctx: Ctx, input: SimulateInput) {
  const boundary = input.PermissionsBoundaryPolicyInputList?.[0];
  return simulate(
    ctx,
    input,
    custom(input),
    boundary === undefined ? undefined : { name: "boundary", document: boundary },
    `arn:aws:iam::${ctx.account}:user/simulated`,
  );
}

function sourceEntity(ctx: Ctx, arn: string): EntityRecord {
  const found = /^arn:aws:iam::\d{12}:(role|user|group)\/(?:.*\/)?([^/]+)$/.exec(arn);
  if (found === null)
    throw new ServiceError(
      "InvalidInputException",
      400,
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    );
  const kind = found[1] === "role" || found[1] === "user" ? found[1] : "group";
  const entity = getEntity(ctx.store, kind, ctx.account, found[2] ?? "");
  if (entity === undefined) throw noSuchEntity(`Invalid principal: ${arn}`);
  return entity;
}

export function simulatePrincipalPolicy(ctx: Ctx, input: SimulateInput & { readonly PolicySourceArn: string }) {
  const entity = sourceEntity(ctx, input.PolicySourceArn);
  const { policies, boundary } = identityOf(ctx.store, entity);
  return simulate(ctx, input, [...policies, ...custom(input)], boundary, entity.arn);
}
