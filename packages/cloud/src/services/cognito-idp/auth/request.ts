import type { Ctx } from "../../../core/service.ts";
import { incorrectLogin, invalidParameter, noSuchUser, notAuthorized, resourceNotFound } from "../errors.ts";
import { type ClientRecord, keys, type PoolRecord, type UserRecord } from "../store.ts";
import { callTrigger, userAttributes } from "../triggers.ts";

/** One step of a sign-in as the flows see it. */
export interface AuthRequest {
  /** Of the pool's account and region. */
  readonly ctx: Ctx;
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  /** AuthParameters or ChallengeResponses. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
  readonly session?: string | undefined;
  /** AdminInitiateAuth, AdminRespondToAuthChallenge. */
  readonly admin: boolean;
  /** On the hosted pages: a proved user gets no tokens yet, an authorization code comes first. */
  readonly hosted?: boolean;
  /** Key of the device that has proved itself in this sign-in. */
  readonly deviceProved?: string;
}

export interface AuthAnswer {
  readonly ChallengeName?: string;
  readonly Session?: string;
  readonly ChallengeParameters: Readonly<Record<string, string>>;
  readonly AuthenticationResult?: object;
  readonly AvailableChallenges?: readonly string[];
  /** Hosted pages only: who has proved everything. */
  readonly proved?: string;
}

export interface ClientPlace {
  readonly ctx: Ctx;
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
}

/** The client that an unsigned call names, with a ctx of its pool's account and region. Throws ResourceNotFoundException. */
export function placeOfClient(ctx: Ctx, clientId: string | undefined): ClientPlace {
  const client = ctx.store.get<ClientRecord>(keys.client(clientId ?? ""));
  const pool = client === undefined ? undefined : ctx.store.get<PoolRecord>(keys.pool(client.poolId));
  if (client === undefined || pool === undefined) throw resourceNotFound(`User pool client ${clientId} does not exist.`);
  return { ctx: placed(ctx, pool), pool, client };
}

export function placed(ctx: Ctx, pool: PoolRecord): Ctx {
  return pool.account === ctx.account && pool.region === ctx.region
    ? ctx
    : ctx.with({ account: pool.account, region: pool.region });
}

/** Throws InvalidParameterException. */
export function required(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

export const hidesUsers = (client: ClientRecord) => client.settings.PreventUserExistenceErrors === "ENABLED";

/** The refusal for a user that doesn't exist, as the client wants it told. */
export function unknownUser(client: ClientRecord): Error {
  return hidesUsers(client) ? incorrectLogin() : noSuchUser();
}

export function checkEnabled(user: UserRecord): void {
  if (!user.enabled) throw notAuthorized("User is disabled.");
}

/** PreAuthentication: may refuse the sign-in by failing. InitiateAuth's ClientMetadata is its validationData. */
export async function preAuthentication(request: AuthRequest, user: UserRecord | undefined): Promise<void> {
  await callTrigger(request.ctx, request.pool, {
    trigger: "PreAuthentication",
    source: "PreAuthentication_Authentication",
    userName: user?.username ?? request.parameters.USERNAME ?? null,
    clientId: request.client.id,
    request: {
      userAttributes: user === undefined ? {} : userAttributes(user),
      validationData: request.clientMetadata ?? null,
      ...(user === undefined ? { userNotFound: true } : {}),
    },
    response: {},
  });
}
