/** Whether a role's trust policy lets somebody in. IAM user guide, "How permissions and policies provide access: assume role". */
import { type EntityRecord, getEntity, identityPolicies } from "../../core/identities.ts";
import { callerOf, factsOf, globalContext } from "../../core/policy/context.ts";
import { type Caller, evaluate } from "../../core/policy/evaluate.ts";
import { principalArn } from "../../core/principal.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/(?:[\u0021-\u007E]+\/)?([\w+=,.@-]+)$/;

function denied(ctx: Ctx, action: string, roleArn: string): ServiceError {
  return new ServiceError(
    "AccessDenied",
    403,
    `User: ${principalArn(ctx.principal)} is not authorized to perform: ${action} on resource: ${roleArn}`,
  );
}

export function roleByArn(ctx: Ctx, arn: string): EntityRecord | undefined {
  const found = ROLE_ARN.exec(arn);
  if (found === null) throw new ServiceError("ValidationError", 400, `${arn} is invalid`);
  const role = getEntity(ctx.store, "role", found[1] ?? "", found[2] ?? "");
  return role?.arn === arn ? role : undefined;
}

type Conditions = { readonly [key: string]: readonly string[] };

/** The trust policy must allow; when it names only the caller's account, the caller's own policies must, too. Throws AccessDenied. */
export function needTrust(ctx: Ctx, action: string, arn: string, conditions: Conditions, as?: Caller): EntityRecord {
  const role = roleByArn(ctx, arn);
  if (role?.trust === undefined) throw denied(ctx, action, arn);
  const identity = identityPolicies(ctx.store, ctx.principal);
  const { sessionPolicies } = factsOf(ctx.principal);
  const question = {
    caller: as ?? callerOf(ctx.principal),
    action,
    resource: arn,
    context: { ...globalContext(ctx, identity.entity?.tags ?? {}), ...conditions },
    resourcePolicy: role.trust,
  };
  // Across accounts both sides are needed: asked that way, the answer always includes the trust policy.
  const trusted = evaluate({
    ...question,
    caller: { ...question.caller, isRoot: true },
    resourceAccount: "",
    identityPolicies: [],
  });
  if (!trusted.allowed) throw denied(ctx, action, arn);
  const own = evaluate({
    ...question,
    resourceAccount: role.account,
    identityPolicies: identity.policies,
    ...(identity.boundary === undefined ? {} : { boundary: identity.boundary }),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
  });
  if (!own.allowed) throw denied(ctx, action, arn);
  return role;
}
