/** GetSessionToken, GetFederationToken, GetAccessKeyInfo, DecodeAuthorizationMessage. */
import { decodeRefusal } from "../../../core/authorization-message.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { accessDenied } from "../errors.ts";
import { packedPercent, type SessionInput, secondFactor, sessionPolicies, sessionTags } from "../session-input.ts";
import { shown } from "../shown.ts";

const SESSION_SECONDS = 43_200;
const ROOT_SECONDS_MAX = 3_600;

function needLongTermKey(ctx: Ctx, operation: string): void {
  if (ctx.principal.kind === "role-session") throw accessDenied(`Cannot call ${operation} with session credentials`);
}

function seconds(ctx: Ctx, wanted: number | undefined): number {
  const given = wanted ?? SESSION_SECONDS;
  return ctx.principal.kind === "root" ? Math.min(given, ROOT_SECONDS_MAX) : given;
}

export async function getSessionToken(ctx: Ctx, input: SessionInput & { readonly DurationSeconds?: number }) {
  needLongTermKey(ctx, "GetSessionToken");
  const context = {
    ...(await secondFactor(ctx, input)),
    "aws:tokenissuetime": [new Date(ctx.now()).toISOString()],
  };
  return {
    Credentials: shown(ctx.transact(() => ctx.issueSessionCredentials(seconds(ctx, input.DurationSeconds), { context }))),
  };
}

/** Without a policy the session may nothing but what resource policies give to its own name. */
const NOTHING = JSON.stringify({ Version: "2012-10-17", Statement: [] });

export function getFederationToken(ctx: Ctx, input: SessionInput & { readonly Name: string; readonly DurationSeconds?: number }) {
  needLongTermKey(ctx, "GetFederationToken");
  const credentials = ctx.issueSessionCredentials(seconds(ctx, input.DurationSeconds), {
    federatedName: input.Name,
    sessionPolicies: sessionPolicies(ctx, input) ?? [NOTHING],
    ...sessionTags(ctx, input),
    context: { "aws:tokenissuetime": [new Date(ctx.now()).toISOString()] },
  });
  return {
    Credentials: shown(credentials),
    FederatedUser: {
      FederatedUserId: `${ctx.account}:${input.Name}`,
      Arn: `arn:aws:sts::${ctx.account}:federated-user/${input.Name}`,
    },
    PackedPolicySize: packedPercent(input),
  };
}

export function getAccessKeyInfo(ctx: Ctx, input: { readonly AccessKeyId: string }): { Account: string } {
  const key = ctx.store.get<{ account: string }>(["access-key", input.AccessKeyId]);
  return { Account: key?.account ?? (/^\d{12}$/.test(input.AccessKeyId) ? input.AccessKeyId : ctx.account) };
}

/** Of messages that this cloud encoded: EC2's refusals. Throws InvalidAuthorizationMessageException. */
export function decodeAuthorizationMessage(ctx: Ctx, input: { readonly EncodedMessage: string }): { DecodedMessage: string } {
  const DecodedMessage = decodeRefusal(ctx.store, input.EncodedMessage);
  if (DecodedMessage === undefined)
    throw new ServiceError("InvalidAuthorizationMessageException", 400, "The encoded message could not be decoded.");
  return { DecodedMessage };
}
