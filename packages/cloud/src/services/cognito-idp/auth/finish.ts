import { randomUuid } from "@dovetail/model";
import type { StoreRead } from "../../../core/store.ts";
import { deviceSettings, newDevice } from "../devices.ts";
import { masked, newCode, sendMessage } from "../messages.ts";
import { keys, type PoolRecord, type UserRecord } from "../store.ts";
import { issueTokens } from "../tokens.ts";
import { callTrigger, userAttributes } from "../triggers.ts";
import { deviceChallenge, mustProveDevice, replacesFactor } from "./device-step.ts";
import type { AuthAnswer, AuthRequest } from "./request.ts";
import { openSession } from "./session.ts";

/** The end of every sign-in: a second factor where one is due, then PostAuthentication and the tokens. */

/** A second factor's challenge, or the tokens when none is due. */
export async function afterFirstFactor(request: AuthRequest, user: UserRecord, source: string): Promise<AuthAnswer> {
  if (replacesFactor(request, user)) return finish(request, user, source);
  const factors = dueFactors(request.pool, user);
  if (factors === undefined) return finish(request, user, source);
  if (factors.length === 0) return setupChallenge(request, user);
  if (factors.length > 1) return selectChallenge(request, user, factors);
  return factorChallenge(request, user, factors[0] ?? "");
}

/** Second factors to ask for, one of them; none in the list: one has to be set up first; undefined: none is due. */
function dueFactors(pool: PoolRecord, user: UserRecord): string[] | undefined {
  const mode = pool.settings.MfaConfiguration ?? "OFF";
  if (mode === "OFF") return undefined;
  const offered = offeredFactors(pool);
  const enabled = (user.mfaEnabled ?? []).filter((factor) => offered.includes(factor));
  if (user.mfaPreferred !== undefined && enabled.includes(user.mfaPreferred)) return [user.mfaPreferred];
  if (enabled.length > 0) return enabled;
  if (mode === "OPTIONAL") return undefined;
  if (offered.includes("SMS_MFA") && user.attributes.phone_number) return ["SMS_MFA"];
  if (offered.includes("EMAIL_OTP") && user.attributes.email) return ["EMAIL_OTP"];
  return [];
}

export function offeredFactors(pool: PoolRecord): string[] {
  return [
    ...(pool.factors.SmsMfaConfiguration?.SmsConfiguration === undefined ? [] : ["SMS_MFA"]),
    ...(pool.factors.SoftwareTokenMfaConfiguration?.Enabled === true ? ["SOFTWARE_TOKEN_MFA"] : []),
    ...(pool.factors.EmailMfaConfiguration === undefined ? [] : ["EMAIL_OTP"]),
  ];
}

function setupChallenge(request: AuthRequest, user: UserRecord): AuthAnswer {
  const session = openSession(request.ctx, request.pool, request.client, { username: user.username, awaits: ["MFA_SETUP"] });
  const canSetUp = offeredFactors(request.pool).filter((factor) => factor !== "SMS_MFA");
  return {
    ChallengeName: "MFA_SETUP",
    Session: session,
    ChallengeParameters: { MFAS_CAN_SETUP: JSON.stringify(canSetUp), USER_ID_FOR_SRP: user.username },
  };
}

function selectChallenge(request: AuthRequest, user: UserRecord, factors: readonly string[]): AuthAnswer {
  const session = openSession(request.ctx, request.pool, request.client, {
    username: user.username,
    awaits: ["SELECT_MFA_TYPE"],
  });
  return {
    ChallengeName: "SELECT_MFA_TYPE",
    Session: session,
    ChallengeParameters: { MFAS_CAN_CHOOSE: JSON.stringify(factors), USER_ID_FOR_SRP: user.username },
  };
}

/** Asks for one factor, sending its code where it has one. */
export async function factorChallenge(request: AuthRequest, user: UserRecord, factor: string): Promise<AuthAnswer> {
  if (factor === "SOFTWARE_TOKEN_MFA") {
    const session = openSession(request.ctx, request.pool, request.client, { username: user.username, awaits: [factor] });
    return { ChallengeName: factor, Session: session, ChallengeParameters: { USER_ID_FOR_SRP: user.username } };
  }
  const medium = factor === "EMAIL_OTP" ? "EMAIL" : "SMS";
  const to = user.attributes[medium === "EMAIL" ? "email" : "phone_number"] ?? "";
  const code = factor === "EMAIL_OTP" ? newCode(request.ctx) + newCode(request.ctx).slice(0, 2) : newCode(request.ctx);
  await sendMessage(request.ctx, request.pool, {
    kind: "Authentication",
    medium,
    to,
    user,
    code,
    clientId: request.client.id,
    clientMetadata: { ...request.clientMetadata },
  });
  const session = openSession(request.ctx, request.pool, request.client, { username: user.username, awaits: [factor], code });
  return {
    ChallengeName: factor,
    Session: session,
    ChallengeParameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: medium,
      CODE_DELIVERY_DESTINATION: masked(medium, to),
      USER_ID_FOR_SRP: user.username,
    },
  };
}

/** A named device's proof where it is due, PostAuthentication, then the tokens. */
export async function finish(request: AuthRequest, user: UserRecord, source: string): Promise<AuthAnswer> {
  if (mustProveDevice(request, user)) return deviceChallenge(request, user);
  const isNewDevice =
    request.hosted !== true && deviceSettings(request.pool) !== undefined && request.parameters.DEVICE_KEY === undefined;
  await callTrigger(request.ctx, request.pool, {
    trigger: "PostAuthentication",
    source: "PostAuthentication_Authentication",
    userName: user.username,
    clientId: request.client.id,
    request: {
      userAttributes: userAttributes(user),
      newDeviceUsed: isNewDevice,
      ...(request.clientMetadata === undefined ? {} : { clientMetadata: request.clientMetadata }),
    },
    response: {},
  });
  // A trigger may have changed the user.
  const latest =
    request.ctx.snapshot((store: StoreRead) => store.get<UserRecord>(keys.user(request.pool.id, user.username))) ?? user;
  if (request.hosted === true) return { ChallengeParameters: {}, proved: latest.username };
  const made = isNewDevice && request.deviceProved === undefined ? newDevice(request.ctx, request.pool, latest) : undefined;
  const deviceKey = made?.key ?? request.deviceProved ?? request.parameters.DEVICE_KEY;
  const result = await issueTokens(request.ctx, {
    pool: request.pool,
    client: request.client,
    user: latest,
    source,
    clientMetadata: request.clientMetadata,
    withRefresh: true,
    eventId: randomUuid(request.ctx.random),
    ...(deviceKey === undefined || deviceSettings(request.pool) === undefined ? {} : { deviceKey }),
  });
  const NewDeviceMetadata =
    made === undefined ? {} : { NewDeviceMetadata: { DeviceKey: made.key, DeviceGroupKey: made.groupKey } };
  return { ChallengeParameters: {}, AuthenticationResult: { ...result, ...NewDeviceMetadata } };
}
