/** SimulatePrincipalPolicy and SimulateCustomPolicy: the evaluator that every request goes through, asked directly. */
import { type EntityRecord, getEntity, identityOf } from "../../../core/identities.ts";
import { type Decision, evaluate, type NamedPolicy } from "../../../core/policy/evaluate.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { noSuchEntity, type PageInput, paged } from "../names.ts";
import { contextKeys } from "./reports.ts";

interface ContextEntry {
  readonly ContextKeyName?: string;
  readonly ContextKeyValues?: readonly string[];
}

interface SimulateInput extends PageInput {
  readonly CallerArn?: string;
  readonly ResourceOwner?: string;
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

interface Simulation {
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly arn: string;
}

function matched(decision: Decision, text: (policy: string) => string | undefined) {
  const { statement } = decision;
  if (statement === undefined) return [];
  const document = text(statement.policy);
  const position = document === undefined ? {} : placeOf(document, statement.index);
  const type = statement.policy === "resource policy" ? "Resource Policy" : "IAM Policy";
  return [{ SourcePolicyId: statement.policy, SourcePolicyType: type, ...position }];
}

/** Where the statement stands in the policy's text: line and column, both from 1. */
function placeOf(document: string, index: number) {
  let depth = 0;
  let seen = -1;
  let start = -1;
  let inText = false;
  const place = (offset: number) => {
    const before = document.slice(0, offset).split("\n");
    return { Line: before.length, Column: (before.at(-1)?.length ?? 0) + 1 };
  };
  for (let at = 0; at < document.length; at++) {
    const letter = document[at];
    if (letter === "\\" && inText) at++;
    else if (letter === '"') inText = !inText;
    else if (inText) continue;
    else if (letter === "{") {
      if (depth++ === 1 && ++seen === index) start = at;
    } else if (letter === "}" && --depth === 1 && start >= 0 && seen === index)
      return { StartPosition: place(start), EndPosition: place(at + 1) };
  }
  return {};
}

/** Condition keys that the policies ask for and the request doesn't give. */
function missingKeys(policies: readonly NamedPolicy[], context: { readonly [key: string]: unknown }): string[] {
  const known = policies.filter(({ name }) => name !== "").map(({ document }) => document);
  return contextKeys(known).filter((key) => context[key.toLowerCase()] === undefined);
}

function simulate(ctx: Ctx, input: SimulateInput, { policies, boundary, arn }: Simulation) {
  const context: Record<string, readonly string[]> = {};
  for (const { ContextKeyName = "", ContextKeyValues = [] } of input.ContextEntries ?? [])
    context[ContextKeyName.toLowerCase()] = ContextKeyValues;
  const MissingContextValues = missingKeys(policies, context);
  const full = { "aws:requestedregion": [ctx.region], "aws:principalarn": [arn], ...context };
  const text = (name: string) =>
    name === "resource policy" ? input.ResourcePolicy : policies.find((policy) => policy.name === name)?.document;
  const ask = (action: string, resource: string) =>
    evaluate({
      caller: { arn, account: ctx.account, ...(arn.includes(":role/") ? { roleArn: arn } : {}) },
      action,
      resource,
      resourceAccount: accountIn(input.ResourceOwner) ?? ctx.account,
      context: full,
      identityPolicies: policies,
      ...(input.ResourcePolicy === undefined ? {} : { resourcePolicy: input.ResourcePolicy }),
      ...(boundary === undefined ? {} : { boundary }),
    });
  const bounded = (decision: Decision) =>
    boundary === undefined
      ? {}
      : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: !/boundary/.test(decision.reason) } };
  const rows = input.ActionNames.flatMap((action) =>
    (input.ResourceArns ?? ["*"]).map((resource) => {
      const decision = ask(action, resource);
      const shared = { MatchedStatements: matched(decision, text), MissingContextValues, ...bounded(decision) };
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: WORDS[decision.reason],
        ...shared,
        ResourceSpecificResults:
          input.ResourceArns === undefined
            ? []
            : [{ EvalResourceName: resource, EvalResourceDecision: WORDS[decision.reason], ...shared }],
      };
    }),
  );
  const { page, rest } = paged(rows, input, (row) => `${row.EvalActionName} ${row.EvalResourceName}`);
  return { EvaluationResults: page, ...rest };
}

const accountIn = (owner: string | undefined) => owner?.split(":")[4] ?? (/^\d{12}$/.test(owner ?? "") ? owner : undefined);

function custom(input: SimulateInput): NamedPolicy[] {
  return (input.PolicyInputList ?? []).map((document, index) => ({ name: `PolicyInputList.${index + 1}`, document }));
}

export function simulateCustomPolicy(ctx: Ctx, input: SimulateInput) {
  const boundary = input.PermissionsBoundaryPolicyInputList?.[0];
  return simulate(ctx, input, {
    policies: custom(input),
    boundary: boundary === undefined ? undefined : { name: "boundary", document: boundary },
    arn: input.CallerArn ?? `arn:aws:iam::${ctx.account}:user/simulated`,
  });
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
  const given = input.PermissionsBoundaryPolicyInputList?.[0];
  return simulate(ctx, input, {
    policies: [...policies, ...custom(input)],
    boundary: given === undefined ? boundary : { name: "boundary", document: given },
    arn: input.CallerArn ?? entity.arn,
  });
}
