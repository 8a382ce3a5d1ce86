import { randomString } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { invalidSession, notAuthorized } from "../errors.ts";
import { type ClientRecord, keys, type PoolRecord } from "../store.ts";

/** What is remembered between two steps of a sign-in. A client holds only the random name of it. */
export interface AuthSession {
  readonly poolId: string;
  readonly clientId: string;
  /** The user's name; for an unknown user what the client typed. */
  readonly username: string;
  readonly userNotFound?: boolean;
  /** Challenges that may answer this session. */
  readonly awaits: readonly string[];
  readonly expiresMs: number;
  readonly custom?: CustomProgress;
  readonly srp?: { readonly clientA: string; readonly serverB: string; readonly b: string; readonly secretBlock: string };
  /** The device that the sign-in named. */
  readonly device?: string;
  readonly code?: string;
  /** A secret being set up by AssociateSoftwareToken in this session. */
  readonly totpVerified?: boolean;
}

/** The state of a CUSTOM_AUTH flow. */
export interface CustomProgress {
  readonly results: readonly ChallengeResult[];
  readonly privateParameters: Readonly<Record<string, string>>;
  readonly metadata?: string;
}

/** An entry of `request.session`, as triggers see it. */
export interface ChallengeResult {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata: string | null;
}

const SESSION_LENGTH = 900;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const MINUTE_MS = 60_000;

/** Keeps a session for the client's AuthSessionValidity; answers the `Session` text. */
export function openSession(
  ctx: Ctx,
  pool: PoolRecord,
  client: ClientRecord,
  session: Omit<AuthSession, "poolId" | "clientId" | "expiresMs">,
): string {
  const id = `AYABe${randomString(ctx.random, SESSION_LENGTH, ALPHABET)}`;
  const expiresMs = ctx.now() + (client.settings.AuthSessionValidity ?? 3) * MINUTE_MS;
  const record: AuthSession = { ...session, poolId: pool.id, clientId: client.id, expiresMs };
  ctx.transact((store) => store.put(keys.session(id), record));
  ctx.schedule("session", id.slice(0, 64), expiresMs + MINUTE_MS, { id });
  return id;
}

/** The session of this client. Throws NotAuthorizedException. */
export function findSession(ctx: Ctx, store: StoreRead, clientId: string, id: string | undefined): AuthSession {
  const session = id === undefined ? undefined : store.get<AuthSession>(keys.session(id));
  if (session === undefined || session.clientId !== clientId) throw invalidSession();
  if (ctx.now() >= session.expiresMs) throw notAuthorized("Invalid session for the user, session is expired.");
  return session;
}

/** Uses a session up: of two answers at once only one goes on. Throws NotAuthorizedException. */
export function closeSession(ctx: Ctx, id: string): void {
  ctx.transact((store) => {
    if (!store.has(keys.session(id))) throw invalidSession();
    store.remove(keys.session(id));
  });
}
