/** Records of SES: e-mail identities by account and region. The only file here that touches storage. */
import { arn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";

export interface IdentityRecord {
  readonly name: string;
  readonly kind: "EMAIL_ADDRESS" | "DOMAIN";
  readonly createdAtMs: number;
  readonly configurationSetName?: string;
  readonly dkimTokens: readonly string[];
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

function key(ctx: Ctx, name: string): readonly string[] {
  return ["identity", ctx.account, ctx.region, name.toLowerCase()];
}

export function identityArn(ctx: Ctx, name: string): string {
  return arn("ses", ctx.region, ctx.account, `identity/${name}`);
}

export function findIdentity(ctx: Ctx, name: string): IdentityRecord | undefined {
  return ctx.store.get<IdentityRecord>(key(ctx, name));
}

/** Throws NotFoundException as SES does. */
export function requireIdentity(ctx: Ctx, name: string): IdentityRecord {
  const found = findIdentity(ctx, name);
  if (found === undefined) throw new ServiceError("NotFoundException", 404, `Email identity ${name} does not exist.`);
  return found;
}

export function putIdentity(ctx: Ctx, record: IdentityRecord): void {
  ctx.store.put(key(ctx, record.name), record);
}

export function removeIdentity(ctx: Ctx, name: string): void {
  ctx.store.remove(key(ctx, name));
}

/** In order of name, after `after`, at most `limit`. */
export function listIdentities(ctx: Ctx, after: string | undefined, limit: number): readonly IdentityRecord[] {
  const found: IdentityRecord[] = [];
  for (const { value } of ctx.store.range<IdentityRecord>({ prefix: ["identity", ctx.account, ctx.region] })) {
    if (after !== undefined && value.name.toLowerCase() <= after.toLowerCase()) continue;
    found.push(value);
    if (found.length >= limit) break;
  }
  return found;
}
