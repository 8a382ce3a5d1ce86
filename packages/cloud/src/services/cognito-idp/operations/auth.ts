import type {
  AdminInitiateAuthCommandInput,
  AdminRespondToAuthChallengeCommandInput,
  AdminUserGlobalSignOutCommandInput,
  GetTokensFromRefreshTokenCommandInput,
  GlobalSignOutCommandInput,
  InitiateAuthCommandInput,
  RespondToAuthChallengeCommandInput,
  RevokeTokenCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import { type AuthRequest, placed, placeOfClient } from "../auth/request.ts";
import { respond } from "../auth/respond.ts";
import { refresh, startAuth } from "../auth/start.ts";
import { invalidParameter, notAuthorized, unsupportedToken } from "../errors.ts";
import type { UserRecord } from "../store.ts";
import { checkAccessToken, refreshRecord, revokeAll, revokeRefreshToken } from "../tokens.ts";
import { findPool } from "../user-pool.ts";
import { findClient } from "../user-pool-client.ts";
import { findUser } from "../users.ts";

/** Signing in, staying in, signing out. */

export async function initiateAuth(ctx: Ctx, input: InitiateAuthCommandInput) {
  const place = placeOfClient(ctx, input.ClientId);
  const request: AuthRequest = {
    ...place,
    parameters: input.AuthParameters ?? {},
    clientMetadata: input.ClientMetadata,
    session: input.Session,
    admin: false,
  };
  return startAuth(request, input.AuthFlow ?? "");
}

export async function respondToAuthChallenge(ctx: Ctx, input: RespondToAuthChallengeCommandInput) {
  const place = placeOfClient(ctx, input.ClientId);
  const request: AuthRequest = {
    ...place,
    parameters: input.ChallengeResponses ?? {},
    clientMetadata: input.ClientMetadata,
    session: input.Session,
    admin: false,
  };
  return respond(request, input.ChallengeName ?? "");
}

function adminRequest(
  ctx: Ctx,
  input: AdminInitiateAuthCommandInput | AdminRespondToAuthChallengeCommandInput,
  parameters: Record<string, string> | undefined,
): AuthRequest {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const client = findClient(ctx.store, pool, input.ClientId);
  return {
    ctx,
    pool,
    client,
    parameters: parameters ?? {},
    clientMetadata: input.ClientMetadata,
    session: input.Session,
    admin: true,
  };
}

export async function adminInitiateAuth(ctx: Ctx, input: AdminInitiateAuthCommandInput) {
  const request = adminRequest(ctx, input, input.AuthParameters);
  return startAuth(request, input.AuthFlow ?? "");
}

export async function adminRespondToAuthChallenge(ctx: Ctx, input: AdminRespondToAuthChallengeCommandInput) {
  const request = adminRequest(ctx, input, input.ChallengeResponses);
  return respond(request, input.ChallengeName ?? "");
}

export async function getTokensFromRefreshToken(ctx: Ctx, input: GetTokensFromRefreshTokenCommandInput) {
  const place = placeOfClient(ctx, input.ClientId);
  if (place.client.secret !== undefined && input.ClientSecret !== place.client.secret)
    throw notAuthorized(
      input.ClientSecret === undefined
        ? `Client ${place.client.id} is configured with secret but CLIENT_SECRET was not received`
        : "Invalid client secret.",
    );
  const rotate = place.client.settings.RefreshTokenRotation?.Feature === "ENABLED";
  const { secret: _checked, ...client } = place.client;
  const answer = await refresh(
    { ...place, client, parameters: {}, clientMetadata: input.ClientMetadata, admin: false },
    input.RefreshToken ?? "",
    rotate,
  );
  return { AuthenticationResult: answer.AuthenticationResult };
}

export function revokeToken(ctx: Ctx, input: RevokeTokenCommandInput): object {
  const { client } = placeOfClient(ctx, input.ClientId);
  if (client.secret !== undefined && input.ClientSecret !== client.secret) throw notAuthorized("Invalid client secret.");
  const record = refreshRecord(ctx.store, input.Token);
  if (record === undefined) {
    // Access and ID tokens have three parts, refresh tokens five.
    if ((input.Token ?? "").split(".").length === 3) throw unsupportedToken("Unsupported token type");
    throw invalidParameter("Invalid Refresh Token");
  }
  if (record.clientId !== client.id) throw notAuthorized("Refresh Token was not issued to this client.");
  if (client.settings.EnableTokenRevocation === false) throw invalidParameter("Token revocation is not enabled for this client.");
  revokeRefreshToken(ctx.store, input.Token ?? "", record);
  return {};
}

export function globalSignOut(ctx: Ctx, input: GlobalSignOutCommandInput): object {
  const { pool, user } = checkAccessToken(ctx, ctx.store, input.AccessToken);
  revokeAll(placed(ctx, pool), ctx.store, pool, user);
  return {};
}

export function adminUserGlobalSignOut(ctx: Ctx, input: AdminUserGlobalSignOutCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const user: UserRecord = findUser(ctx.store, pool, input.Username);
  revokeAll(ctx, ctx.store, pool, user);
  return {};
}
