/** CreateGrant, ListGrants, ListRetirableGrants, RevokeGrant, RetireGrant. */
import { randomHex } from "@dovetail/model";
import { principalArn } from "../../../core/principal.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { notFound, validation } from "../errors.ts";
import { requireDryRunOff, requireEnabled, requireKey } from "../find-key.ts";
import { namesOf } from "../grants.ts";
import { cut, markerOf, type Page } from "../page.ts";
import { type GrantConstraints, type GrantRecord, getKey, grantsOf, keyArn, putGrant, removeGrant } from "../store.ts";
import type { Named } from "./keys.ts";

interface DryRun {
  readonly DryRun?: boolean;
}

interface CreateInput extends Named, DryRun {
  readonly GranteePrincipal: string;
  readonly RetiringPrincipal?: string;
  readonly Operations: readonly string[];
  readonly Constraints?: GrantConstraints;
  readonly Name?: string;
}

const ARN = /^arn:aws[\w-]*:(iam|sts)::\d{12}:.+$|^[\w.-]+\.amazonaws\.com$/;

function sameGrant(grant: GrantRecord, input: CreateInput): boolean {
  const of = (grantee: unknown, retiring: unknown, operations: readonly string[], constraints: unknown) =>
    JSON.stringify([grantee, retiring ?? null, [...operations].sort(), constraints ?? null]);
  return (
    of(grant.grantee, grant.retiring, grant.operations, grant.constraints) ===
    of(input.GranteePrincipal, input.RetiringPrincipal, input.Operations, input.Constraints)
  );
}

export function createGrant(ctx: Ctx, input: CreateInput) {
  const key = requireEnabled(requireKey(ctx, input.KeyId));
  for (const principal of [input.GranteePrincipal, input.RetiringPrincipal])
    if (principal !== undefined && !ARN.test(principal))
      throw new ServiceError("InvalidArnException", 400, `Invalid principal ARN: ${principal}`);
  requireDryRunOff(input);
  // With a name, the same request again finds the grant it made.
  const known =
    input.Name === undefined
      ? undefined
      : grantsOf(ctx, key, key.id).find((grant) => grant.name === input.Name && sameGrant(grant, input));
  const token = Buffer.from(ctx.random.bytes(96)).toString("base64");
  if (known !== undefined) return { GrantId: known.id, GrantToken: known.token };
  const grant: GrantRecord = {
    id: randomHex(ctx.random, 64),
    token,
    keyId: key.id,
    account: key.account,
    region: key.region,
    ...(input.Name === undefined ? {} : { name: input.Name }),
    grantee: input.GranteePrincipal,
    ...(input.RetiringPrincipal === undefined ? {} : { retiring: input.RetiringPrincipal }),
    operations: input.Operations,
    ...(input.Constraints === undefined ? {} : { constraints: input.Constraints }),
    createdMs: ctx.now(),
  };
  putGrant(ctx, grant);
  return { GrantId: grant.id, GrantToken: grant.token };
}

function present(grant: GrantRecord) {
  return {
    KeyId: keyArn({ account: grant.account, region: grant.region, id: grant.keyId }),
    GrantId: grant.id,
    Name: grant.name ?? "",
    CreationDate: new Date(grant.createdMs),
    GranteePrincipal: grant.grantee,
    ...(grant.retiring === undefined ? {} : { RetiringPrincipal: grant.retiring }),
    IssuingAccount: `arn:aws:iam::${grant.account}:root`,
    Operations: grant.operations,
    ...(grant.constraints === undefined ? {} : { Constraints: grant.constraints }),
  };
}

function page(input: Page, grants: readonly GrantRecord[]) {
  const after = markerOf(input);
  const rest = grants.filter((grant) => grant.id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
  const { shown, more } = cut(input, rest, (grant) => grant.id, 50);
  return { Grants: shown.map(present), ...more };
}

export function listGrants(ctx: Ctx, input: Named & Page & { readonly GrantId?: string; readonly GranteePrincipal?: string }) {
  const key = requireKey(ctx, input.KeyId);
  const wanted = (grant: GrantRecord) =>
    (input.GrantId === undefined || grant.id === input.GrantId) &&
    (input.GranteePrincipal === undefined || grant.grantee === input.GranteePrincipal);
  return page(input, grantsOf(ctx, key, key.id).filter(wanted));
}

export function listRetirableGrants(ctx: Ctx, input: Page & { readonly RetiringPrincipal: string }) {
  return page(
    input,
    grantsOf(ctx, ctx).filter((grant) => grant.retiring === input.RetiringPrincipal),
  );
}

export function revokeGrant(ctx: Ctx, input: Named & DryRun & { readonly GrantId: string }): void {
  const key = requireKey(ctx, input.KeyId);
  const grant = grantsOf(ctx, key, key.id).find((each) => each.id === input.GrantId);
  if (grant === undefined) throw notFound(`Grant ID ${input.GrantId} not found`);
  requireDryRunOff(input);
  removeGrant(ctx, grant);
}

interface RetireInput extends DryRun {
  readonly GrantToken?: string;
  readonly KeyId?: string;
  readonly GrantId?: string;
}

/** The account's root, the retiring principal, and the grantee where the grant covers RetireGrant may retire it. */
export function retireGrant(ctx: Ctx, input: RetireInput): void {
  if (input.GrantToken === undefined && (input.KeyId === undefined || input.GrantId === undefined))
    throw validation("You must provide either a grant token, or a key ID and a grant ID.");
  const key = input.KeyId === undefined ? undefined : requireKey(ctx, input.KeyId);
  const grant = grantsOf(ctx, key ?? ctx, key?.id).find((each) =>
    input.GrantToken === undefined ? each.id === input.GrantId : each.token === input.GrantToken,
  );
  if (grant === undefined || getKey(ctx, grant, grant.keyId) === undefined)
    throw input.GrantToken === undefined
      ? notFound(`Grant ID ${input.GrantId} not found`)
      : new ServiceError("InvalidGrantTokenException", 400, "Invalid grant token");
  const names = namesOf(ctx.principal);
  const isGrantee = names.includes(grant.grantee) && grant.operations.includes("RetireGrant");
  const isRoot = ctx.principal.kind === "root" && ctx.principal.accountId === grant.account;
  if (!isRoot && !isGrantee && !(grant.retiring !== undefined && names.includes(grant.retiring)))
    throw new ServiceError(
      "AccessDeniedException",
      400,
      `User: ${principalArn(ctx.principal)} is not authorized to perform: kms:RetireGrant`,
    );
  requireDryRunOff(input);
  removeGrant(ctx, grant);
}
