/**
 * The decision. IAM user guide, "Policy evaluation logic": an explicit deny anywhere ends it; then every kind of policy that bounds
 * (session policy, permissions boundary) must allow, and identity or resource policy must; across accounts both must. Pure.
 */
import { conditionsHold } from "./conditions.ts";
import { type PolicyDocument, type PrincipalSet, parsePolicy, type Statement } from "./document.ts";
import { matchesAction, matchesArn, matchesWildcard, substitute, type Values } from "./match.ts";

export interface Caller {
  /** `arn:aws:sts::…:assumed-role/…`, a user's ARN, a service's name, or `anonymous`. */
  readonly arn: string;
  /** The role behind a session. */
  readonly roleArn?: string;
  readonly account: string;
  readonly service?: string;
  /** Names of an identity provider, for `Principal: { Federated }`. */
  readonly federated?: readonly string[];
  readonly isAnonymous?: boolean;
  /** An account's root: its identity allows everything. */
  readonly isRoot?: boolean;
}

export interface NamedPolicy {
  readonly name: string;
  readonly document: string;
}

export interface Question {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  /** Who owns the resource. */
  readonly resourceAccount: string;
  /** Keys in lower case. */
  readonly context: Values;
  readonly identityPolicies: readonly NamedPolicy[];
  readonly resourcePolicy?: string;
  readonly boundary?: NamedPolicy;
  /** Of a session: one of them must allow. */
  readonly sessionPolicies?: readonly string[];
}

export type Reason =
  | "allowed"
  | "identity-deny"
  | "resource-deny"
  | "boundary-deny"
  | "session-deny"
  | "no-identity-allow"
  | "no-resource-allow"
  | "no-boundary-allow"
  | "no-session-allow";

export interface Decision {
  readonly allowed: boolean;
  readonly reason: Reason;
  /** Which policy's statement decided, if one did. */
  readonly statement?: { readonly policy: string; readonly sid: string | undefined; readonly index: number };
}

function principalMatches(set: PrincipalSet, caller: Caller): boolean {
  if (set === "*") return true;
  if (set["*"] !== undefined) return true;
  const aws = set.AWS ?? [];
  if (aws.includes("*")) return true;
  if (caller.service !== undefined) return (set.Service ?? []).some((name) => name === "*" || name === caller.service);
  if (caller.federated !== undefined) return (set.Federated ?? []).some((name) => caller.federated?.includes(name) === true);
  if (caller.isAnonymous === true) return false;
  return aws.some(
    (name) =>
      name === caller.account ||
      name === `arn:aws:iam::${caller.account}:root` ||
      name === caller.arn ||
      (caller.roleArn !== undefined && name === caller.roleArn),
  );
}

/** The principal is named itself, not only its account: then the resource policy alone is enough in the same account. */
function namesCaller(set: PrincipalSet, caller: Caller): boolean {
  if (set === "*" || set["*"] !== undefined) return true;
  const aws = set.AWS ?? [];
  return aws.includes("*") || aws.includes(caller.arn) || (caller.roleArn !== undefined && aws.includes(caller.roleArn));
}

function resourceMatches(patterns: readonly string[], question: Question, hasVariables: boolean): boolean {
  return patterns.some((pattern) => {
    const text = hasVariables ? substitute(pattern, question.context) : pattern;
    return (
      text !== undefined && (matchesArn(text, question.resource) || (question.resource === "*" && matchesWildcard(text, "*")))
    );
  });
}

/** `isResource`: a resource's own policy, where Principal counts. */
function applies(statement: Statement, question: Question, document: PolicyDocument, isResource: boolean): boolean {
  const { action, caller } = question;
  if (statement.actions !== undefined && !statement.actions.some((each) => matchesAction(each, action))) return false;
  if (statement.notActions?.some((each) => matchesAction(each, action)) === true) return false;
  if (statement.resources !== undefined && !resourceMatches(statement.resources, question, document.hasVariables)) return false;
  if (statement.notResources !== undefined && resourceMatches(statement.notResources, question, document.hasVariables))
    return false;
  if (isResource) {
    if (statement.principals !== undefined && !principalMatches(statement.principals, caller)) return false;
    if (statement.notPrincipals !== undefined && principalMatches(statement.notPrincipals, caller)) return false;
    if (statement.principals === undefined && statement.notPrincipals === undefined) return false;
  }
  return conditionsHold(statement.conditions, question.context, document.hasVariables);
}

interface Verdict {
  readonly deny?: Decision["statement"];
  readonly allow?: Decision["statement"];
  readonly allowsCaller: boolean;
}

function judge(policies: readonly NamedPolicy[], question: Question, isResource: boolean): Verdict {
  let allow: Decision["statement"];
  let allowsCaller = false;
  for (const { name, document: text } of policies) {
    const document = parsed(text);
    for (const [index, statement] of document.statements.entries()) {
      if (!applies(statement, question, document, isResource)) continue;
      const where = { policy: name, sid: statement.sid, index };
      if (statement.effect === "Deny") return { deny: where, allowsCaller: false };
      allow ??= where;
      if (statement.principals !== undefined && namesCaller(statement.principals, question.caller)) allowsCaller = true;
    }
  }
  return allow === undefined ? { allowsCaller } : { allow, allowsCaller };
}

const NOTHING: PolicyDocument = { hasVariables: false, statements: [] };

/** A document that cannot be read allows nothing. */
function parsed(text: string): PolicyDocument {
  try {
    return parsePolicy(text);
  } catch {
    return NOTHING;
  }
}

function no(reason: Reason, statement?: Decision["statement"]): Decision {
  return { allowed: false, reason, ...(statement === undefined ? {} : { statement }) };
}

function yes(statement: Decision["statement"]): Decision {
  return { allowed: true, reason: "allowed", ...(statement === undefined ? {} : { statement }) };
}

/** Services and nobody have no identity policies: the resource's policy alone decides. */
function withoutIdentity(caller: Caller): boolean {
  return caller.service !== undefined || caller.isAnonymous === true || caller.federated !== undefined;
}

export function evaluate(question: Question): Decision {
  const { caller } = question;
  const identity = judge(question.identityPolicies, question, false);
  const resource = judge(
    question.resourcePolicy === undefined ? [] : [{ name: "resource policy", document: question.resourcePolicy }],
    question,
    true,
  );
  const boundary = question.boundary === undefined ? undefined : judge([question.boundary], question, false);
  const session =
    question.sessionPolicies === undefined || question.sessionPolicies.length === 0
      ? undefined
      : judge(
          question.sessionPolicies.map((document) => ({ name: "session policy", document })),
          question,
          false,
        );
  if (identity.deny !== undefined) return no("identity-deny", identity.deny);
  if (resource.deny !== undefined) return no("resource-deny", resource.deny);
  if (boundary?.deny !== undefined) return no("boundary-deny", boundary.deny);
  if (session?.deny !== undefined) return no("session-deny", session.deny);
  if (withoutIdentity(caller)) return resource.allow === undefined ? no("no-resource-allow") : yes(resource.allow);
  const sameAccount = caller.account === question.resourceAccount;
  const byIdentity = caller.isRoot === true || identity.allow !== undefined;
  if (!sameAccount) {
    if (resource.allow === undefined) return no("no-resource-allow");
    if (!byIdentity) return no("no-identity-allow");
  } else if (!byIdentity && !(resource.allow !== undefined && resource.allowsCaller)) return no("no-identity-allow");
  if (boundary !== undefined && boundary.allow === undefined) return no("no-boundary-allow");
  if (session !== undefined && session.allow === undefined) return no("no-session-allow");
  return yes(identity.allow ?? resource.allow);
}
