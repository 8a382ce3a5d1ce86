import { createHash } from "node:crypto";
import { incorrectLogin, invalidParameter } from "../errors.ts";
import { passwordVerifier, proofHolds, serverPublic } from "../srp.ts";
import { keys, type UserRecord } from "../store.ts";
import { type AuthAnswer, type AuthRequest, required } from "./request.ts";
import { type AuthSession, type ChallengeResult, closeSession, openSession } from "./session.ts";

/** SRP steps: PASSWORD_VERIFIER is asked and answered. The session lies under SECRET_BLOCK, since most clients send back only that. */

const SECRET_BLOCK_BYTES = 768;

/** Asks for the proof of the password. An unknown user gets a made-up salt, always the same, that no password fits. */
export function srpChallenge(
  request: AuthRequest,
  user: UserRecord | undefined,
  results?: readonly ChallengeResult[],
): AuthAnswer {
  const clientA = required(request.parameters, "SRP_A");
  const username = user?.username ?? required(request.parameters, "USERNAME");
  const password = user?.password ?? inventedPassword(request, username);
  const b = Buffer.from(request.ctx.random.bytes(32)).toString("hex");
  const serverB = serverPublic(password.verifier, b, clientA);
  if (serverB === undefined) throw invalidParameter("SRP_A is not valid.");
  const secretBlock = Buffer.from(request.ctx.random.bytes(SECRET_BLOCK_BYTES)).toString("base64");
  const state = {
    username,
    ...(user === undefined ? { userNotFound: true } : {}),
    awaits: ["PASSWORD_VERIFIER"],
    srp: { clientA, serverB, b, secretBlock },
    ...(results === undefined ? {} : { custom: { results, privateParameters: {} } }),
  };
  const session = openSession(request.ctx, request.pool, request.client, state);
  const handle = blockKey(secretBlock);
  request.ctx.transact((store) => store.put(handle, session));
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ...(results === undefined ? {} : { Session: session }),
    ChallengeParameters: {
      SALT: password.salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: serverB,
      USERNAME: username,
      USER_ID_FOR_SRP: username,
    },
  };
}

const blockKey = (secretBlock: string) => keys.session(`block:${createHash("sha256").update(secretBlock).digest("base64")}`);

function inventedPassword(request: AuthRequest, username: string) {
  const salt = createHash("sha256").update(`${request.pool.id} ${username}`).digest().subarray(0, 16);
  return passwordVerifier(request.pool.id, username, Buffer.from(request.ctx.random.bytes(32)).toString("hex"), salt);
}

/** The session that an answer's secret block belongs to; undefined when it is nobody's. */
export function sessionOfBlock(request: AuthRequest): string | undefined {
  const block = required(request.parameters, "PASSWORD_CLAIM_SECRET_BLOCK");
  return request.ctx.snapshot((store) => store.get<string>(blockKey(block)));
}

/** Is the password proved? Uses the session up. */
export function srpProved(request: AuthRequest, sessionId: string, session: AuthSession, user: UserRecord | undefined): boolean {
  const srp = session.srp;
  const signature = required(request.parameters, "PASSWORD_CLAIM_SIGNATURE");
  const timestamp = required(request.parameters, "TIMESTAMP");
  if (srp === undefined) throw incorrectLogin();
  closeSession(request.ctx, sessionId);
  request.ctx.transact((store) => store.remove(blockKey(srp.secretBlock)));
  if (user?.password === undefined) return false;
  return proofHolds({
    ...srp,
    poolId: request.pool.id,
    username: user.username,
    verifier: user.password.verifier,
    timestamp,
    signature,
  });
}
