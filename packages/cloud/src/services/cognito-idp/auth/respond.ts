import { matchingStep } from "../../../core/totp.ts";
import { codeMismatch, incorrectLogin, invalidParameter, invalidSession, wrongCode } from "../errors.ts";
import { keys, type UserRecord } from "../store.ts";
import { checkSecretHash } from "../tokens.ts";
import { lookUpUser } from "../users.ts";
import { answerCustom, nextStep } from "./custom.ts";
import { answerDeviceSrp, provedDevice } from "./device-step.ts";
import { factorChallenge, finish } from "./finish.ts";
import { answerNewPassword, checkLock, failedLogin, provedPassword, startPassword } from "./password.ts";
import { type AuthAnswer, type AuthRequest, checkEnabled, required, unknownUser } from "./request.ts";
import { type AuthSession, closeSession, findSession } from "./session.ts";
import { sessionOfBlock, srpProved } from "./srp-step.ts";
import { firstFactor } from "./start.ts";

/** Later steps of a sign-in, by ChallengeName. */
export async function respond(request: AuthRequest, challenge: string): Promise<AuthAnswer> {
  const username = required(request.parameters, "USERNAME");
  const sessionId = challenge.endsWith("PASSWORD_VERIFIER") ? (sessionOfBlock(request) ?? request.session) : request.session;
  if (sessionId === undefined) {
    if (challenge === "PASSWORD_VERIFIER") throw incorrectLogin();
    throw invalidParameter("Missing required parameter Session");
  }
  const session = request.ctx.snapshot((store) => findSession(request.ctx, store, request.client.id, sessionId));
  if (!session.awaits.includes(challenge)) throw invalidSession();
  const user = session.userNotFound === true ? undefined : sessionUser(request, session, username);
  checkSecretHash(request.client, [username, user?.username], request.parameters.SECRET_HASH);
  if (user !== undefined) checkEnabled(user);
  const step = { ...request, session: sessionId };
  if (challenge === "CUSTOM_CHALLENGE") return answerCustom(step, session, user);
  if (challenge === "PASSWORD_VERIFIER") return answerSrp(step, sessionId, session, user);
  if (challenge === "PASSWORD") {
    closeSession(request.ctx, sessionId);
    return startPassword(request, user);
  }
  if (challenge === "SELECT_CHALLENGE") {
    closeSession(request.ctx, sessionId);
    return firstFactor(request, user, required(request.parameters, "ANSWER"));
  }
  if (user === undefined) throw unknownUser(request.client);
  return answerKnown(step, session, user, challenge);
}

/** The session's user, who must be the one that the answer names. */
function sessionUser(request: AuthRequest, session: AuthSession, username: string): UserRecord {
  return request.ctx.snapshot((store) => {
    const named = lookUpUser(store, request.pool, username);
    if (named === undefined || named.username !== session.username) throw invalidSession();
    return named;
  });
}

async function answerKnown(
  request: AuthRequest & { session: string },
  session: AuthSession,
  user: UserRecord,
  challenge: string,
): Promise<AuthAnswer> {
  switch (challenge) {
    case "DEVICE_SRP_AUTH":
      return answerDeviceSrp(request, session, user);
    case "DEVICE_PASSWORD_VERIFIER":
      return finish(
        { ...request, deviceProved: provedDevice(request, session, user) },
        user,
        "TokenGeneration_AuthenticateDevice",
      );
    case "NEW_PASSWORD_REQUIRED":
      return answerNewPassword(request, session, user);
    case "SOFTWARE_TOKEN_MFA":
      return answerTotp(request, user);
    case "SMS_MFA":
    case "SMS_OTP":
    case "EMAIL_OTP":
      return answerCode(request, session, user, challenge);
    case "SELECT_MFA_TYPE": {
      const chosen = required(request.parameters, "ANSWER");
      if (user.mfaEnabled?.includes(chosen) !== true) throw invalidParameter(`${chosen} is not a valid MFA type for the user.`);
      closeSession(request.ctx, request.session);
      return factorChallenge(request, user, chosen);
    }
    case "MFA_SETUP":
      if (session.totpVerified !== true)
        throw invalidParameter("MFA_SETUP challenge needs a verified software token in its session.");
      closeSession(request.ctx, request.session);
      return finish(request, user, "TokenGeneration_Authentication");
    default:
      throw invalidParameter(`Invalid ChallengeName: ${challenge}`);
  }
}

async function answerSrp(
  request: AuthRequest,
  sessionId: string,
  session: AuthSession,
  user: UserRecord | undefined,
): Promise<AuthAnswer> {
  if (user !== undefined) checkLock(request, user);
  const proved = srpProved(request, sessionId, session, user);
  if (!proved || user === undefined) throw user === undefined ? incorrectLogin() : failedLogin(request, user);
  if (session.custom === undefined) return provedPassword(request, user);
  return nextStep(request, user, [
    ...session.custom.results,
    { challengeName: "PASSWORD_VERIFIER", challengeResult: true, challengeMetadata: null },
  ]);
}

/** A wrong one-time password leaves the session open for another try. */
async function answerTotp(request: AuthRequest & { session: string }, user: UserRecord): Promise<AuthAnswer> {
  const code = required(request.parameters, "SOFTWARE_TOKEN_MFA_CODE");
  const totp = user.totp;
  const step = totp?.verified === true ? matchingStep(totp.secret, code, request.ctx.now(), totp.lastStep) : undefined;
  if (totp === undefined || step === undefined) throw codeMismatch("Invalid code received for user");
  closeSession(request.ctx, request.session);
  const changed: UserRecord = { ...user, totp: { ...totp, lastStep: step } };
  request.ctx.transact((store) => store.put(keys.user(request.pool.id, user.username), changed));
  return finish(request, changed, "TokenGeneration_Authentication");
}

async function answerCode(
  request: AuthRequest & { session: string },
  session: AuthSession,
  user: UserRecord,
  challenge: string,
): Promise<AuthAnswer> {
  const code = required(request.parameters, `${challenge}_CODE`);
  if (session.code !== code)
    throw challenge === "SMS_MFA" ? codeMismatch("Invalid code or auth state for the user.") : wrongCode();
  closeSession(request.ctx, request.session);
  return finish(request, user, "TokenGeneration_Authentication");
}
