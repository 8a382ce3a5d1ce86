import type { UserPoolClientType } from "@aws-sdk/client-cognito-identity-provider";
import type { StoreRead } from "../../core/store.ts";
import { invalidOAuthFlow, invalidParameter, resourceNotFound, scopeDoesNotExist } from "./errors.ts";
import { type ClientRecord, type ClientSettings, keys, type PoolRecord } from "./store.ts";

/** An app client's settings: AWS's defaults and rules. */

const UNIT_SECONDS: { readonly [unit: string]: number } = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const LEGACY_FLOWS = new Set(["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"]);
const OPENID_SCOPES = new Set(["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"]);

/** The client of this pool. Throws ResourceNotFoundException. */
export function findClient(store: StoreRead, pool: PoolRecord, clientId: string | undefined): ClientRecord {
  const client = store.get<ClientRecord>(keys.client(clientId ?? ""));
  if (client === undefined || client.poolId !== pool.id) throw resourceNotFound(`User pool client ${clientId} does not exist.`);
  return client;
}

export interface TokenLifetimes {
  readonly accessSeconds: number;
  readonly idSeconds: number;
  readonly refreshSeconds: number;
}

/** How long the client's tokens live. Defaults: one hour, one hour, 30 days. */
export function tokenLifetimes(settings: ClientSettings): TokenLifetimes {
  const units = settings.TokenValidityUnits;
  return {
    accessSeconds: (settings.AccessTokenValidity ?? 0) * unit(units?.AccessToken, "hours") || 3600,
    idSeconds: (settings.IdTokenValidity ?? 0) * unit(units?.IdToken, "hours") || 3600,
    refreshSeconds: (settings.RefreshTokenValidity ?? 0) * unit(units?.RefreshToken, "days") || 30 * 86_400,
  };
}

const unit = (name: string | undefined, fallback: string) => UNIT_SECONDS[name ?? fallback] ?? 1;

/** Settings with AWS's defaults. Throws what AWS throws. */
export function checkClientSettings(
  store: StoreRead,
  pool: PoolRecord,
  given: ClientSettings,
  hasSecret: boolean,
): ClientSettings {
  checkAuthFlows(given);
  checkLifetimes(given);
  checkOAuth(given, hasSecret);
  checkScopes(store, pool, given.AllowedOAuthScopes ?? []);
  checkAttributeLists(pool, given);
  for (const name of given.SupportedIdentityProviders ?? [])
    if (name !== "COGNITO" && !store.has(keys.provider(pool.id, name)))
      throw invalidParameter(`The provider ${name} does not exist for User Pool ${pool.id}.`);
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    RefreshTokenValidity: given.RefreshTokenValidity || 30,
    TokenValidityUnits: { ...given.TokenValidityUnits },
    AllowedOAuthFlowsUserPoolClient: given.AllowedOAuthFlowsUserPoolClient ?? false,
    EnableTokenRevocation: given.EnableTokenRevocation ?? true,
    EnablePropagateAdditionalUserContextData: given.EnablePropagateAdditionalUserContextData ?? false,
    AuthSessionValidity: given.AuthSessionValidity ?? 3,
  };
}

function checkAuthFlows(given: ClientSettings): void {
  const flows = given.ExplicitAuthFlows ?? [];
  const legacy = flows.filter((flow) => LEGACY_FLOWS.has(flow));
  if (legacy.length > 0 && legacy.length < flows.length)
    throw invalidParameter("Cannot mix legacy explicit auth flows with the ones that have the ALLOW_ prefix.");
  if (legacy.includes("CUSTOM_AUTH_FLOW_ONLY") && legacy.length > 1)
    throw invalidParameter("CUSTOM_AUTH_FLOW_ONLY can not be used along with other explicit auth flows.");
  if (given.RefreshTokenRotation?.Feature === "ENABLED" && flows.includes("ALLOW_REFRESH_TOKEN_AUTH"))
    throw invalidParameter("Refresh token rotation cannot be enabled when ALLOW_REFRESH_TOKEN_AUTH is set in ExplicitAuthFlows.");
}

function checkLifetimes(given: ClientSettings): void {
  const { accessSeconds, idSeconds, refreshSeconds } = tokenLifetimes(given);
  const inRange = (seconds: number, min: number, max: number) => seconds >= min && seconds <= max;
  if (!inRange(accessSeconds, 300, 86_400) || !inRange(idSeconds, 300, 86_400) || !inRange(refreshSeconds, 3600, 315_360_000))
    throw invalidParameter("Invalid range for token validity.");
  if (refreshSeconds < accessSeconds || refreshSeconds < idSeconds)
    throw invalidParameter("Refresh token validity must be longer than access and ID token validity.");
}

function checkOAuth(given: ClientSettings, hasSecret: boolean): void {
  const flows = given.AllowedOAuthFlows ?? [];
  const scopes = given.AllowedOAuthScopes ?? [];
  if (given.AllowedOAuthFlowsUserPoolClient === true && (flows.length === 0 || scopes.length === 0))
    throw invalidParameter(
      "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
    );
  if (flows.includes("client_credentials")) {
    if (flows.length > 1)
      throw invalidOAuthFlow("client_credentials flow can not be selected along with code flow or implicit flow.");
    if (!hasSecret)
      throw invalidOAuthFlow("client_credentials flow can not be selected if client does not have a client secret.");
  } else if (given.AllowedOAuthFlowsUserPoolClient === true && flows.length > 0 && (given.CallbackURLs ?? []).length === 0) {
    throw invalidParameter("CallbackURLs are required if code or implicit flow is selected.");
  }
  for (const url of [...(given.CallbackURLs ?? []), ...(given.LogoutURLs ?? [])]) checkRedirect(url);
  if (given.DefaultRedirectURI !== undefined && given.CallbackURLs?.includes(given.DefaultRedirectURI) !== true)
    throw invalidParameter("DefaultRedirectURI should be part of the CallbackURLs.");
}

/** HTTPS, a private scheme, or plain HTTP to the machine itself; no fragment. */
function checkRedirect(url: string): void {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined || url.includes("#")) throw invalidParameter(`${url} is not a valid redirect URI.`);
  if (scheme === "http" && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(url))
    throw invalidParameter("cannot use the HTTP protocol in callback URLs.");
}

function checkScopes(store: StoreRead, pool: PoolRecord, scopes: readonly string[]): void {
  for (const scope of scopes) {
    const slash = scope.lastIndexOf("/");
    const server =
      slash < 0 ? undefined : store.get<{ Scopes?: { ScopeName?: string }[] }>(keys.server(pool.id, scope.slice(0, slash)));
    const known = OPENID_SCOPES.has(scope) || server?.Scopes?.some((row) => row.ScopeName === scope.slice(slash + 1)) === true;
    if (!known) throw scopeDoesNotExist(`Invalid scope requested: ${scope}`);
  }
}

function checkAttributeLists(pool: PoolRecord, given: ClientSettings): void {
  const names = new Set(pool.schema.map((row) => row.Name));
  const writable = new Set(
    pool.schema.filter((row) => row.Mutable !== false || !/^(sub)$/.test(row.Name ?? "")).map((row) => row.Name),
  );
  if (given.ReadAttributes?.some((name) => !names.has(name)) === true)
    throw invalidParameter("Invalid read attributes specified while creating a client");
  const unwritable = (name: string) =>
    !writable.has(name) || /^(sub|email_verified|phone_number_verified|identities)$/.test(name);
  if (given.WriteAttributes?.some(unwritable) === true)
    throw invalidParameter("Invalid write attributes specified while creating a client");
}

/** Does the client let callers sign in this way? `admin`: the call is signed with AWS credentials. */
export function allowsFlow(settings: ClientSettings, flow: string): boolean {
  const flows: readonly string[] = settings.ExplicitAuthFlows ?? [];
  if (flows.length === 0) return ["USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"].includes(flow);
  if (flows.some((name) => LEGACY_FLOWS.has(name))) return legacyAllows(flows, flow);
  return flows.includes(`ALLOW_${flow}`);
}

function legacyAllows(flows: readonly string[], flow: string): boolean {
  switch (flow) {
    case "REFRESH_TOKEN_AUTH":
      return true;
    case "CUSTOM_AUTH":
      return true;
    case "USER_SRP_AUTH":
      return !flows.includes("CUSTOM_AUTH_FLOW_ONLY");
    case "USER_PASSWORD_AUTH":
      return flows.includes("USER_PASSWORD_AUTH");
    case "ADMIN_USER_PASSWORD_AUTH":
      return flows.includes("ADMIN_NO_SRP_AUTH");
    default:
      return false;
  }
}

/** As DescribeUserPoolClient answers it. */
export function describeClient(client: ClientRecord): UserPoolClientType {
  return {
    UserPoolId: client.poolId,
    ClientName: client.name,
    ClientId: client.id,
    ...(client.secret === undefined ? {} : { ClientSecret: client.secret }),
    LastModifiedDate: new Date(client.modifiedMs),
    CreationDate: new Date(client.createdMs),
    ...client.settings,
  };
}
