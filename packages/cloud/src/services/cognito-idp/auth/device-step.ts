import { createHash } from "node:crypto";
import { deviceKey, deviceSettings, findDevice, needDevice } from "../devices.ts";
import { incorrectLogin, invalidParameter } from "../errors.ts";
import { proofHolds, serverPublic } from "../srp.ts";
import { keys, type UserRecord } from "../store.ts";
import { type AuthAnswer, type AuthRequest, required } from "./request.ts";
import { type AuthSession, closeSession, openSession } from "./session.ts";

/** A known device proves itself: DEVICE_SRP_AUTH, then DEVICE_PASSWORD_VERIFIER, with its own SRP secret. */

const SECRET_BLOCK_BYTES = 768;

/** A confirmed, remembered device takes the second factor's place where the pool says so. Throws ResourceNotFoundException. */
export function replacesFactor(request: AuthRequest, user: UserRecord): boolean {
  const settings = deviceSettings(request.pool);
  const key = request.parameters.DEVICE_KEY;
  if (settings === undefined || key === undefined) return false;
  const device = request.ctx.snapshot((store) => needDevice(store, request.pool, user, key));
  return settings.ChallengeRequiredOnNewDevice === true && device.remembered;
}

/** Whether the device that the request names has still to be proved. */
export function mustProveDevice(request: AuthRequest, user: UserRecord): boolean {
  if (request.hosted === true || request.deviceProved !== undefined || deviceSettings(request.pool) === undefined) return false;
  const key = request.parameters.DEVICE_KEY;
  if (key === undefined) return false;
  return request.ctx.snapshot((store) => needDevice(store, request.pool, user, key)).remembered;
}

export function deviceChallenge(request: AuthRequest, user: UserRecord): AuthAnswer {
  const session = openSession(request.ctx, request.pool, request.client, {
    username: user.username,
    awaits: ["DEVICE_SRP_AUTH"],
    ...(request.parameters.DEVICE_KEY === undefined ? {} : { device: request.parameters.DEVICE_KEY }),
  });
  return { ChallengeName: "DEVICE_SRP_AUTH", Session: session, ChallengeParameters: { USERNAME: user.username } };
}

export function answerDeviceSrp(request: AuthRequest, session: AuthSession, user: UserRecord): AuthAnswer {
  const { ctx, pool } = request;
  const key = required(request.parameters, "DEVICE_KEY");
  const clientA = required(request.parameters, "SRP_A");
  const { secret } = ctx.snapshot((store) => needDevice(store, pool, user, key));
  if (secret === undefined || session.device !== key) throw incorrectLogin();
  const b = Buffer.from(ctx.random.bytes(32)).toString("hex");
  const serverB = serverPublic(secret.verifier, b, clientA);
  if (serverB === undefined) throw invalidParameter("SRP_A is not valid.");
  if (request.session !== undefined) closeSession(ctx, request.session);
  const secretBlock = Buffer.from(ctx.random.bytes(SECRET_BLOCK_BYTES)).toString("base64");
  const next = openSession(ctx, pool, request.client, {
    username: user.username,
    awaits: ["DEVICE_PASSWORD_VERIFIER"],
    device: key,
    srp: { clientA, serverB, b, secretBlock },
  });
  const block = keys.session(`block:${createHash("sha256").update(secretBlock).digest("base64")}`);
  ctx.transact((store) => store.put(block, next));
  return {
    ChallengeName: "DEVICE_PASSWORD_VERIFIER",
    Session: next,
    ChallengeParameters: {
      SALT: secret.salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: serverB,
      USERNAME: user.username,
      DEVICE_KEY: key,
    },
  };
}

/** The proved device's key. Throws NotAuthorizedException. */
export function provedDevice(request: AuthRequest, session: AuthSession, user: UserRecord): string {
  const { ctx, pool } = request;
  const { srp, device: key } = session;
  const device = ctx.snapshot((store) => findDevice(store, pool, user, key));
  if (request.session !== undefined) closeSession(ctx, request.session);
  if (srp === undefined || device?.secret === undefined) throw incorrectLogin();
  const holds = proofHolds({
    ...srp,
    poolId: device.groupKey,
    username: device.key,
    verifier: device.secret.verifier,
    timestamp: required(request.parameters, "TIMESTAMP"),
    signature: required(request.parameters, "PASSWORD_CLAIM_SIGNATURE"),
  });
  if (!holds) throw incorrectLogin();
  ctx.transact((store) => store.put(deviceKey(pool.id, user.username, device.key), { ...device, authenticatedMs: ctx.now() }));
  return device.key;
}
