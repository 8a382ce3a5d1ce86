/** Asks IAM whether a principal may do what it asks; the refusal is worded as AWS words it, the log says which statement is missing. */
import { parseArn } from "../core/arn.ts";
import { encodeRefusal } from "../core/authorization-message.ts";
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import { noteDenial } from "../core/denials.ts";
import { identityPolicies } from "../core/identities.ts";
import { callerOf, factsOf, globalContext } from "../core/policy/context.ts";
import { type Decision, evaluate } from "../core/policy/evaluate.ts";
import { principalArn, principalUserId } from "../core/principal.ts";
import { type AuthorizationRequest, type Ctx, type Operation, type Principal, ServiceError } from "../core/service.ts";

export type Authorize = (
  cloud: CloudCore,
  service: LoadedService,
  name: string,
  operation: Operation,
  ctx: Ctx,
  input: unknown,
) => void;

/** What AWS answers to everybody who has credentials. */
const NEVER_ASKED = new Set([
  "sts:GetCallerIdentity",
  "sts:GetSessionToken",
  "sts:GetAccessKeyInfo",
  // Decided by the role's trust policy, in the operation.
  "sts:AssumeRole",
  "sts:AssumeRoleWithWebIdentity",
]);

/** The decision for one action on one resource, with the principal's own policies. */
export function decide(cloud: CloudCore, ctx: Ctx, request: AuthorizationRequest): Decision {
  const { principal } = ctx;
  const identity = identityPolicies(cloud.store.of("iam"), principal);
  const context = globalContext(ctx, identity.entity?.tags ?? {});
  for (const [key, value] of Object.entries(request.conditions ?? {}))
    context[key.toLowerCase()] = typeof value === "string" ? [value] : value;
  const owner = parseArn(request.resource)?.account;
  const { sessionPolicies } = factsOf(principal);
  return evaluate({
    caller: callerOf(principal),
    action: request.action,
    resource: request.resource,
    resourceAccount: request.owner ?? (owner === undefined || !/^\d{12}$/.test(owner) ? ctx.account : owner),
    context,
    identityPolicies: identity.policies,
    ...(request.resourcePolicy === undefined ? {} : { resourcePolicy: request.resourcePolicy }),
    ...(identity.boundary === undefined ? {} : { boundary: identity.boundary }),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
  });
}

const BECAUSE: { readonly [reason in Decision["reason"]]: string } = {
  allowed: "",
  "identity-deny": "with an explicit deny in an identity-based policy",
  "resource-deny": "with an explicit deny in a resource-based policy",
  "boundary-deny": "with an explicit deny in a permissions boundary",
  "session-deny": "with an explicit deny in a session policy",
  "no-identity-allow": "because no identity-based policy allows the {action} action",
  "no-resource-allow": "because no resource-based policy allows the {action} action",
  "no-boundary-allow": "because no permissions boundary allows the {action} action",
  "no-session-allow": "because no session policy allows the {action} action",
};

/** The code of a refusal by service family: S3 and the query protocol leave the `Exception` out. */
function refusalCode(service: string): { code: string; status: number } {
  if (["s3", "iam", "sts", "cloudwatch"].includes(service)) return { code: "AccessDenied", status: 403 };
  if (service === "sns") return { code: "AuthorizationError", status: 403 };
  if (service === "ec2") return { code: "UnauthorizedOperation", status: 403 };
  if (["lambda", "apigatewayv2", "apigatewaymanagementapi", "scheduler"].includes(service))
    return { code: "AccessDeniedException", status: 403 };
  if (service === "sqs") return { code: "AccessDenied", status: 403 };
  return { code: "AccessDeniedException", status: 400 };
}

/** "User: arn:… is not authorized to perform: sqs:SendMessage on resource: arn:… because no identity-based policy allows the … action" */
export function refusalMessage(principal: Principal, action: string, resource: string, reason: Decision["reason"]): string {
  const user = principal.kind === "anonymous" ? "anonymous" : principalArn(principal);
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  return `User: ${user} is not authorized to perform: ${action}${on} ${BECAUSE[reason].replace("{action}", action)}`;
}

/** What EC2 says before the refusal. */
const EC2_PREFIX = "You are not authorized to perform this operation. ";

function missingStatement(action: string, resource: string): string {
  return JSON.stringify({ Effect: "Allow", Action: action, Resource: resource });
}

function refuse(cloud: CloudCore, service: string, ctx: Ctx, request: AuthorizationRequest, decision: Decision): ServiceError {
  const { action, resource } = request;
  const why =
    decision.statement === undefined
      ? `missing: ${missingStatement(action, resource)}`
      : `denied by statement ${decision.statement.sid ?? decision.statement.index} of ${decision.statement.policy}`;
  cloud.log(`denied: ${principalArn(ctx.principal)} ${action} on ${resource} (${decision.reason}); ${why}`);
  const { code, status } = refusalCode(service);
  const text = refusalMessage(ctx.principal, action, resource, decision.reason);
  const message =
    service === "s3" && ctx.principal.kind === "anonymous"
      ? "Access Denied"
      : service === "ec2"
        ? `${EC2_PREFIX}${text}. Encoded authorization failure message: ${encoded(cloud, ctx, request, decision)}`
        : text;
  const error = new ServiceError(code, status, message);
  const { statement } = decision;
  noteDenial(
    error,
    statement === undefined
      ? { missing: { Effect: "Allow", Action: action, Resource: resource } }
      : { deniedBy: `${statement.policy}, statement ${statement.sid ?? statement.index}` },
  );
  return error;
}

function encoded(cloud: CloudCore, ctx: Ctx, { action, resource }: AuthorizationRequest, decision: Decision): string {
  const { statement } = decision;
  return encodeRefusal(cloud.store.of("iam"), cloud.random, {
    principal: { id: principalUserId(ctx.principal), arn: principalArn(ctx.principal) },
    action,
    resource,
    explicitDeny: decision.reason.endsWith("-deny"),
    statement: statement === undefined ? undefined : (statement.sid ?? `${statement.policy}, statement ${statement.index}`),
    conditions: { "aws:Region": [ctx.region] },
  });
}

/** Throws the service's refusal unless policies allow it. */
export function requireAllowed(cloud: CloudCore, service: string, ctx: Ctx, request: AuthorizationRequest): void {
  const decision = decide(cloud, ctx, request);
  cloud.iamUsage.add(ctx.principal, request.action, request.resource, decision.allowed);
  if (!decision.allowed) throw refuse(cloud, service, ctx, request, decision);
}

/** Root of the resource's own account is never asked; of another account only the resource's policy is. */
export function mustAsk(cloud: CloudCore, ctx: Ctx): boolean {
  const { principal } = ctx;
  if (principal.kind === "service" || principal.kind === "anonymous") return true;
  if (principal.kind === "root") return principal.accountId !== ctx.account || principal.sessionPolicies !== undefined;
  return cloud.enforceIam;
}

const ACCOUNT_IN_ARN = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;
const ACCOUNT_IN_QUEUE_URL = /\/(\d{12})\/[^/]+$/;

/** Does the request name a thing of another account? Its own members only: on the path of every request. */
function namesAnotherAccount(ctx: Ctx, input: unknown): boolean {
  if (typeof input !== "object" || input === null) return false;
  for (const name in input) {
    const value: unknown = input[name as keyof typeof input];
    if (typeof value !== "string" || value.length < 20) continue;
    const pattern = value.startsWith("arn:") ? ACCOUNT_IN_ARN : name === "QueueUrl" ? ACCOUNT_IN_QUEUE_URL : undefined;
    const account = pattern?.exec(value)?.[1];
    if (account !== undefined && account !== ctx.account) return true;
  }
  return false;
}

function isOfAnother(ctx: Ctx, resource: string): boolean {
  const account = ACCOUNT_IN_ARN.exec(resource)?.[1];
  return account !== undefined && account !== ctx.account;
}

/** Throws the service's AccessDenied. Root of the account is asked only about what is another account's. */
export function authorizer(): Authorize {
  return (cloud, service, name, operation, ctx, input) => {
    const isOwner = !mustAsk(cloud, ctx);
    if (isOwner && (ctx.principal.kind !== "root" || !namesAnotherAccount(ctx, input))) return;
    if (
      ctx.principal.kind === "anonymous" &&
      (operation.anonymous === true || service.model().operation(name)?.anonymous === true)
    )
      return;
    const asked = operation.iam?.(ctx, input as never) ?? {};
    for (const request of Array.isArray(asked) ? asked : [asked]) {
      const action = request.action ?? `${service.row.iamPrefix}:${name}`;
      if (NEVER_ASKED.has(action)) continue;
      const { resources = ["*"], conditions, resourcePolicy, owner } = request;
      for (const resource of resources.length === 0 ? ["*"] : resources) {
        if (isOwner && !isOfAnother(ctx, resource)) continue;
        requireAllowed(cloud, service.row.name, ctx, {
          action,
          resource,
          ...(owner === undefined ? {} : { owner }),
          ...(conditions === undefined ? {} : { conditions }),
          ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
        });
      }
    }
  };
}
