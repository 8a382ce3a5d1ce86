/**
 * Sign-ups, sign-ins and refreshes as CloudWatch is told of them: 1 for each that went well, 0 for each that was refused; a challenge is
 * neither. Cognito developer guide, "User pool metrics in CloudWatch" (read 2026-11-21).
 */
import { type Ctx, type EndedOperation, ServiceError } from "../../core/service.ts";
import { type ClientRecord, keys, type PoolRecord } from "./store.ts";

type Kind = "SignUp" | "SignIn" | "TokenRefresh" | "Federation";

const KINDS: { readonly [operation: string]: Kind } = {
  SignUp: "SignUp",
  AdminCreateUser: "SignUp",
  InitiateAuth: "SignIn",
  AdminInitiateAuth: "SignIn",
  RespondToAuthChallenge: "SignIn",
  AdminRespondToAuthChallenge: "SignIn",
  GetTokensFromRefreshToken: "TokenRefresh",
};

interface Asked {
  readonly UserPoolId?: string;
  readonly ClientId?: string;
  readonly AuthFlow?: string;
}

export function observeRequest(ctx: Ctx, { operation, input, output, error }: EndedOperation): void {
  const asked = input as Asked;
  const named = KINDS[operation];
  if (named === undefined) return;
  const kind = asked.AuthFlow?.startsWith("REFRESH_TOKEN") === true ? "TokenRefresh" : named;
  const isChallenge = kind === "SignIn" && error === undefined && !hasTokens(output);
  if (isChallenge) return;
  const poolId = asked.UserPoolId ?? ctx.store.get<ClientRecord>(keys.client(asked.ClientId ?? ""))?.poolId;
  const pool = poolId === undefined ? undefined : ctx.store.get<PoolRecord>(keys.pool(poolId));
  if (pool === undefined) return;
  const client = operation === "AdminCreateUser" ? "Admin" : (asked.ClientId ?? "");
  tellOutcome(ctx, pool, kind, { UserPoolClient: client }, error === undefined);
  if (error instanceof ServiceError && error.code === "TooManyRequestsException")
    ctx
      .with({ account: pool.account, region: pool.region })
      .metric("AWS/Cognito", `${kind}Throttles`, { UserPool: pool.id, UserPoolClient: client }, 1, "Count");
}

/** Tells of one attempt, in the pool's account and region. */
export function tellOutcome(
  ctx: Ctx,
  pool: PoolRecord,
  kind: Kind,
  dimensions: { readonly UserPoolClient: string; readonly IdentityProvider?: string },
  isSuccess: boolean,
): void {
  ctx
    .with({ account: pool.account, region: pool.region })
    .metric("AWS/Cognito", `${kind}Successes`, { UserPool: pool.id, ...dimensions }, isSuccess ? 1 : 0, "Count");
}

function hasTokens(output: unknown): boolean {
  return (
    typeof output === "object" && output !== null && "AuthenticationResult" in output && output.AuthenticationResult !== undefined
  );
}
