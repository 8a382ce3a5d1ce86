/** Whether a grant lets the caller do something. KMS developer guide, "Grants in AWS KMS" and "Using grant constraints". */
import { principalArn } from "../../core/principal.ts";
import type { Ctx, Principal } from "../../core/service.ts";
import type { EncryptionContext } from "./ciphertext.ts";
import { type GrantConstraints, grantsOf, type KeyRecord } from "./store.ts";

/** The ARNs a principal answers to: a session's own and its role's. */
export function namesOf(principal: Principal): readonly string[] {
  const own = principalArn(principal);
  return principal.kind === "role-session" ? [own, principal.roleArn] : [own];
}

function holds(constraints: GrantConstraints | undefined, context: EncryptionContext): boolean {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints ?? {};
  const has = (wanted: EncryptionContext) => Object.entries(wanted).every(([key, value]) => context[key] === value);
  if (equals !== undefined) return has(equals) && Object.keys(equals).length === Object.keys(context).length;
  return subset === undefined || has(subset);
}

/** `operation` without prefix: `Decrypt`. */
export function grantsFor(ctx: Ctx, key: KeyRecord, operation: string, context: EncryptionContext): boolean {
  const names = namesOf(ctx.principal);
  return grantsOf(ctx, key, key.id).some(
    (grant) => names.includes(grant.grantee) && grant.operations.includes(operation) && holds(grant.constraints, context),
  );
}
