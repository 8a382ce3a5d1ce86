import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import { CODE_LIFETIME_MS, deliveryDetails, type MessageKind, newCode, putCode, sendMessage } from "../messages.ts";
import type { PoolRecord, UserRecord } from "../store.ts";

/** Changed e-mail addresses and phone numbers have to be proved again: what waits, and the codes. */

/**
 * The user with new values. Addresses that the pool wants proved before they count wait in `pendingAttributes`;
 * others count at once and are no longer verified (unless an administrator says that they are).
 */
export function splitPending(
  pool: PoolRecord,
  user: UserRecord,
  given: Readonly<Record<string, string>>,
  byAdmin: boolean,
): { readonly changed: UserRecord; readonly pending: readonly string[] } {
  const before: readonly string[] = pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  const auto: readonly string[] = pool.settings.AutoVerifiedAttributes ?? [];
  const attributes: Record<string, string> = { ...user.attributes };
  const waiting: Record<string, string> = { ...user.pendingAttributes };
  const pending: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const address = name === "email" || name === "phone_number";
    const saidVerified = byAdmin && given[`${name}_verified`] === "true";
    if (address && value !== user.attributes[name] && !saidVerified) {
      if (auto.includes(name) && value !== "") pending.push(name);
      if (before.includes(name) && user.attributes[name] !== undefined) {
        waiting[name] = value;
        continue;
      }
      attributes[`${name}_verified`] = "false";
    }
    if (value === "") delete attributes[name];
    else attributes[name] = value;
  }
  const { pendingAttributes: _old, ...rest } = user;
  return {
    changed: { ...rest, attributes, ...(Object.keys(waiting).length === 0 ? {} : { pendingAttributes: waiting }) },
    pending,
  };
}

/** Sends a code for each changed address. */
export async function sendChangedAttributeCodes(
  ctx: Ctx,
  pool: PoolRecord,
  user: UserRecord,
  names: readonly string[],
  clientId: string | undefined,
  clientMetadata: Record<string, string> | undefined,
): Promise<CodeDeliveryDetailsType[]> {
  const sent: CodeDeliveryDetailsType[] = [];
  for (const name of names)
    sent.push(await sendAttributeCode(ctx, pool, user, name, "UpdateUserAttribute", clientId, clientMetadata));
  return sent;
}

export async function sendAttributeCode(
  ctx: Ctx,
  pool: PoolRecord,
  user: UserRecord,
  name: string,
  kind: MessageKind,
  clientId: string | undefined,
  clientMetadata: Record<string, string> | undefined,
): Promise<CodeDeliveryDetailsType> {
  const to = user.pendingAttributes?.[name] ?? user.attributes[name] ?? "";
  const code = newCode(ctx);
  const expiresMs = ctx.now() + CODE_LIFETIME_MS.attribute;
  ctx.transact((store) => putCode(store, pool, user, `attribute:${name}`, { code, expiresMs, attribute: name, wrongTries: 0 }));
  const medium = name === "email" ? "EMAIL" : "SMS";
  await sendMessage(ctx, pool, { kind, medium, to, user, code, ...(clientId === undefined ? {} : { clientId }), clientMetadata });
  return deliveryDetails(medium, name, to);
}
