import { randomUuid } from "@dovetail/model";
import { invalidParameter, notAuthorized, refreshTokenReuse } from "../errors.ts";
import { keys, type RefreshRecord, type UserRecord } from "../store.ts";
import { checkSecretHash, issueTokens, putRefreshRecord, refreshRecord } from "../tokens.ts";
import { allowsFlow } from "../user-pool-client.ts";
import { lookUpUser } from "../users.ts";
import { startCustom } from "./custom.ts";
import { factorChallenge } from "./finish.ts";
import { startPassword } from "./password.ts";
import {
  type AuthAnswer,
  type AuthRequest,
  checkEnabled,
  hidesUsers,
  preAuthentication,
  required,
  unknownUser,
} from "./request.ts";
import { openSession } from "./session.ts";
import { srpChallenge } from "./srp-step.ts";

/** The first step of a sign-in, by AuthFlow. */
export async function startAuth(request: AuthRequest, flow: string): Promise<AuthAnswer> {
  checkFlow(request, flow);
  if (flow === "REFRESH_TOKEN_AUTH" || flow === "REFRESH_TOKEN")
    return refresh(request, required(request.parameters, "REFRESH_TOKEN"), false);
  const username = required(request.parameters, "USERNAME");
  const user = request.ctx.snapshot((store) => lookUpUser(store, request.pool, username));
  checkSecretHash(request.client, [username, user?.username], request.parameters.SECRET_HASH);
  switch (flow) {
    case "CUSTOM_AUTH":
      return startCustom(request, user);
    case "USER_SRP_AUTH":
      return startSrp(request, user);
    case "USER_AUTH":
      return startChoice(request, user);
    default:
      return startPassword(request, user);
  }
}

const ADMIN_FLOWS = new Set(["ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"]);

function checkFlow(request: AuthRequest, flow: string): void {
  if (!request.admin && ADMIN_FLOWS.has(flow)) throw invalidParameter("Initiate Auth method not supported.");
  if (request.admin && flow === "USER_PASSWORD_AUTH") throw invalidParameter("AdminInitiateAuth method not supported.");
  const { settings } = request.client;
  if (flow.startsWith("REFRESH_TOKEN")) {
    if (settings.RefreshTokenRotation?.Feature === "ENABLED")
      throw invalidParameter("REFRESH_TOKEN_AUTH is not supported when refresh token rotation is enabled.");
    if (!allowsFlow(settings, "REFRESH_TOKEN_AUTH")) throw notAuthorized("REFRESH_TOKEN_AUTH flow not enabled for this client");
    return;
  }
  const name = flow === "ADMIN_NO_SRP_AUTH" ? "ADMIN_USER_PASSWORD_AUTH" : flow;
  if (allowsFlow(settings, name)) return;
  if (ADMIN_FLOWS.has(flow)) throw invalidParameter("Auth flow not enabled for this client");
  if (flow === "USER_PASSWORD_AUTH") throw invalidParameter("USER_PASSWORD_AUTH flow not enabled for this client");
  throw invalidParameter(`${flow} is not enabled for the client.`);
}

async function startSrp(request: AuthRequest, user: UserRecord | undefined): Promise<AuthAnswer> {
  if (user === undefined && !hidesUsers(request.client)) throw unknownUser(request.client);
  if (user !== undefined) checkEnabled(user);
  await preAuthentication(request, user);
  return srpChallenge(request, user);
}

const FIRST_FACTORS: { readonly [challenge: string]: string } = {
  PASSWORD: "PASSWORD",
  PASSWORD_SRP: "PASSWORD",
  EMAIL_OTP: "EMAIL_OTP",
  SMS_OTP: "SMS_OTP",
};

/** USER_AUTH: the preferred first factor where the user has it, else a choice. */
async function startChoice(request: AuthRequest, user: UserRecord | undefined): Promise<AuthAnswer> {
  if (user === undefined && !hidesUsers(request.client)) throw unknownUser(request.client);
  if (user !== undefined) checkEnabled(user);
  const available = firstFactors(request, user);
  const preferred = request.parameters.PREFERRED_CHALLENGE;
  if (preferred !== undefined && available.includes(preferred)) return firstFactor(request, user, preferred);
  const username = user?.username ?? request.parameters.USERNAME ?? "";
  const session = openSession(request.ctx, request.pool, request.client, {
    username,
    ...(user === undefined ? { userNotFound: true } : {}),
    awaits: ["SELECT_CHALLENGE"],
  });
  return { ChallengeName: "SELECT_CHALLENGE", Session: session, ChallengeParameters: {}, AvailableChallenges: available };
}

/** The first factors that the pool allows and the user can use. */
export function firstFactors(request: AuthRequest, user: UserRecord | undefined): string[] {
  const allowed: readonly string[] = request.pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"];
  return Object.keys(FIRST_FACTORS).filter((challenge) => {
    if (!allowed.includes(FIRST_FACTORS[challenge] ?? "")) return false;
    if (user === undefined) return FIRST_FACTORS[challenge] === "PASSWORD";
    if (challenge === "EMAIL_OTP") return user.attributes.email !== undefined;
    if (challenge === "SMS_OTP") return user.attributes.phone_number !== undefined;
    return user.password !== undefined;
  });
}

/** Goes on with one first factor. */
export async function firstFactor(request: AuthRequest, user: UserRecord | undefined, challenge: string): Promise<AuthAnswer> {
  if (challenge === "PASSWORD")
    return request.parameters.PASSWORD === undefined ? passwordChallenge(request, user) : startPassword(request, user);
  if (challenge === "PASSWORD_SRP") return startSrp(request, user);
  if (user === undefined) throw unknownUser(request.client);
  await preAuthentication(request, user);
  const answer = await factorChallenge(request, user, challenge === "EMAIL_OTP" ? "EMAIL_OTP" : "SMS_MFA");
  if (challenge === "EMAIL_OTP") return answer;
  relabel(request, answer.Session, "SMS_OTP");
  return { ...answer, ChallengeName: "SMS_OTP" };
}

function passwordChallenge(request: AuthRequest, user: UserRecord | undefined): AuthAnswer {
  const username = user?.username ?? request.parameters.USERNAME ?? "";
  const session = openSession(request.ctx, request.pool, request.client, {
    username,
    ...(user === undefined ? { userNotFound: true } : {}),
    awaits: ["PASSWORD"],
  });
  return { ChallengeName: "PASSWORD", Session: session, ChallengeParameters: { USERNAME: username } };
}

function relabel(request: AuthRequest, session: string | undefined, challenge: string): void {
  request.ctx.transact((store) => {
    const record = session === undefined ? undefined : store.get<object>(keys.session(session));
    if (session !== undefined && record !== undefined) store.put(keys.session(session), { ...record, awaits: [challenge] });
  });
}

/** New tokens for a refresh token. `rotate`: GetTokensFromRefreshToken with a client that rotates, the old token ends. */
export async function refresh(request: AuthRequest, token: string, rotate: boolean): Promise<AuthAnswer> {
  const record = request.ctx.snapshot((store) => refreshRecord(store, token));
  if (record === undefined || record.clientId !== request.client.id) throw notAuthorized("Invalid Refresh Token");
  const user = request.ctx.snapshot((store) => store.get<UserRecord>(keys.user(record.poolId, record.username)));
  checkSecretHash(request.client, [record.username, user?.sub, request.parameters.USERNAME], request.parameters.SECRET_HASH);
  checkRefresh(request, record);
  if (user === undefined) throw notAuthorized("Refresh Token has been revoked");
  checkEnabled(user);
  const tokens = await issueTokens(request.ctx, {
    pool: request.pool,
    client: request.client,
    user,
    source: "TokenGeneration_RefreshTokens",
    clientMetadata: request.clientMetadata,
    from: record,
    withRefresh: rotate,
    eventId: randomUuid(request.ctx.random),
  });
  if (rotate) {
    const graceMs = (request.client.settings.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0) * 1000;
    request.ctx.transact((store) =>
      putRefreshRecord(store, token, { ...record, rotatedUntilMs: record.rotatedUntilMs ?? request.ctx.now() + graceMs }),
    );
  }
  return { ChallengeParameters: {}, AuthenticationResult: tokens };
}

function checkRefresh(request: AuthRequest, record: RefreshRecord): void {
  const nowMs = request.ctx.now();
  const revoked = request.ctx.snapshot((store) => store.has(keys.revokedOrigin(record.poolId, record.originJti)));
  if (record.revoked === true || revoked) throw notAuthorized("Refresh Token has been revoked");
  if (nowMs >= record.expiresMs) throw notAuthorized("Refresh Token has expired");
  if (record.rotatedUntilMs !== undefined && nowMs >= record.rotatedUntilMs)
    throw refreshTokenReuse("Refresh token reuse detected.");
}
