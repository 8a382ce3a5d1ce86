import { incorrectLogin, invalidLambdaResponse, invalidParameter, userNotConfirmed } from "../errors.ts";
import type { UserRecord } from "../store.ts";
import { callTrigger, hasTrigger, isRecord, type TriggerName, userAttributes } from "../triggers.ts";
import { finish } from "./finish.ts";
import {
  type AuthAnswer,
  type AuthRequest,
  checkEnabled,
  hidesUsers,
  preAuthentication,
  required,
  unknownUser,
} from "./request.ts";
import { type AuthSession, type ChallengeResult, closeSession, openSession } from "./session.ts";
import { srpChallenge } from "./srp-step.ts";

/**
 * CUSTOM_AUTH: DefineAuthChallenge decides what comes next, CreateAuthChallenge makes a challenge, VerifyAuthChallengeResponse judges the answer.
 * Source: developer guide, "Custom authentication challenge Lambda triggers".
 */
const ROUNDS_MAX = 100;

/** InitiateAuth with CUSTOM_AUTH. */
export async function startCustom(request: AuthRequest, user: UserRecord | undefined): Promise<AuthAnswer> {
  if (
    !(["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"] as TriggerName[]).some((name) =>
      hasTrigger(request.pool, name),
    )
  )
    throw invalidParameter("Custom auth lambda trigger is not configured for the user pool.");
  if (user === undefined && !hidesUsers(request.client)) throw unknownUser(request.client);
  if (user !== undefined) {
    checkEnabled(user);
    if (user.status === "UNCONFIRMED") throw userNotConfirmed("User is not confirmed.");
  }
  await preAuthentication(request, user);
  // InitiateAuth's ClientMetadata is for PreAuthentication and UserMigration only.
  const { clientMetadata: _consumed, ...rest } = request;
  const first: ChallengeResult[] =
    request.parameters.CHALLENGE_NAME === "SRP_A"
      ? [{ challengeName: "SRP_A", challengeResult: true, challengeMetadata: null }]
      : [];
  return nextStep(rest, user, first);
}

/** The step after these results: another challenge, tokens, or the end. */
export async function nextStep(
  request: AuthRequest,
  user: UserRecord | undefined,
  results: readonly ChallengeResult[],
): Promise<AuthAnswer> {
  const decision = await call(
    request,
    "DefineAuthChallenge",
    user,
    { session: results },
    { challengeName: null, issueTokens: null, failAuthentication: null },
  );
  if (decision.failAuthentication === true || results.length >= ROUNDS_MAX) throw incorrectLogin();
  if (decision.issueTokens === true) {
    if (user === undefined) throw incorrectLogin();
    return finish(request, user, "TokenGeneration_Authentication");
  }
  switch (decision.challengeName) {
    case "CUSTOM_CHALLENGE":
      return customChallenge(request, user, results);
    case "PASSWORD_VERIFIER":
      return srpChallenge(request, user, results);
    default:
      throw invalidLambdaResponse("Unrecognizable lambda output");
  }
}

async function customChallenge(
  request: AuthRequest,
  user: UserRecord | undefined,
  results: readonly ChallengeResult[],
): Promise<AuthAnswer> {
  const made = await call(
    request,
    "CreateAuthChallenge",
    user,
    { challengeName: "CUSTOM_CHALLENGE", session: results },
    { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
  );
  const username = user?.username ?? required(request.parameters, "USERNAME");
  const session = openSession(request.ctx, request.pool, request.client, {
    username,
    ...(user === undefined ? { userNotFound: true } : {}),
    awaits: ["CUSTOM_CHALLENGE"],
    custom: {
      results,
      privateParameters: texts(made.privateChallengeParameters),
      ...(typeof made.challengeMetadata === "string" ? { metadata: made.challengeMetadata } : {}),
    },
  });
  return {
    ChallengeName: "CUSTOM_CHALLENGE",
    Session: session,
    ChallengeParameters: { USERNAME: username, ...texts(made.publicChallengeParameters) },
  };
}

/** RespondToAuthChallenge with CUSTOM_CHALLENGE. */
export async function answerCustom(
  request: AuthRequest,
  session: AuthSession,
  user: UserRecord | undefined,
): Promise<AuthAnswer> {
  const answer = required(request.parameters, "ANSWER");
  const progress = session.custom;
  if (progress === undefined || request.session === undefined) throw incorrectLogin();
  closeSession(request.ctx, request.session);
  const verdict = await call(
    request,
    "VerifyAuthChallengeResponse",
    user,
    { privateChallengeParameters: progress.privateParameters, challengeAnswer: answer },
    { answerCorrect: null },
  );
  const result: ChallengeResult = {
    challengeName: "CUSTOM_CHALLENGE",
    challengeResult: verdict.answerCorrect === true,
    challengeMetadata: progress.metadata ?? null,
  };
  return nextStep(request, user, [...progress.results, result]);
}

async function call(
  request: AuthRequest,
  trigger: TriggerName,
  user: UserRecord | undefined,
  members: Readonly<Record<string, unknown>>,
  response: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await callTrigger(request.ctx, request.pool, {
    trigger,
    source: `${trigger}_Authentication`,
    userName: user?.username ?? request.parameters.USERNAME ?? null,
    clientId: request.client.id,
    request: {
      userAttributes: user === undefined ? {} : userAttributes(user),
      ...members,
      ...(request.clientMetadata === undefined ? {} : { clientMetadata: request.clientMetadata }),
      ...(user === undefined ? { userNotFound: true } : {}),
    },
    response,
  });
  if (answer === undefined) throw invalidParameter("Custom auth lambda trigger is not configured for the user pool.");
  return answer;
}

/** A map of texts, as challenge parameters must be. */
function texts(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  const out: Record<string, string> = {};
  for (const [name, item] of Object.entries(value))
    if (item !== null && item !== undefined) out[name] = typeof item === "string" ? item : JSON.stringify(item);
  return out;
}
