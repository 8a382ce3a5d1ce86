import type {
  AnalyticsConfigurationType,
  CreateUserPoolClientCommandInput,
  RefreshTokenRotationType,
  TokenValidityUnitsType,
  UpdateUserPoolClientCommandInput,
  UserPoolClientDescription,
  UserPoolClientType,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Diagnostic, errorDiagnostic, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blocksAt,
  type Codec,
  clearableText,
  expand,
  flag,
  flatten,
  isTrue,
  nonZero,
  requiredText,
  rowsOf,
  text,
  textAt,
  texts,
  textsAt,
  whole,
} from "../attribute-map.ts";
import { between, each, isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { wrongImportId } from "../import-id.ts";
import { allPages } from "../pages.ts";

const MISSING = ["ResourceNotFoundException"];

/** Sets are sent even when empty: that is how they are cleared. */
function allTexts<E extends string>(): Codec<E[]> {
  return {
    expand: (value) => (Array.isArray(value) ? value.filter((v): v is E => typeof v === "string") : undefined),
    flatten: texts<E>().flatten,
  };
}

const units = rowsOf<TokenValidityUnitsType>();
const UNITS = [
  units("access_token", "AccessToken", text()),
  units("id_token", "IdToken", text()),
  units("refresh_token", "RefreshToken", text()),
];
const analytics = rowsOf<AnalyticsConfigurationType>();
const rotation = rowsOf<RefreshTokenRotationType>();

const row = rowsOf<UpdateUserPoolClientCommandInput>();
export const CLIENT = [
  row("access_token_validity", "AccessTokenValidity", nonZero()),
  row("allowed_oauth_flows", "AllowedOAuthFlows", allTexts()),
  row("allowed_oauth_flows_user_pool_client", "AllowedOAuthFlowsUserPoolClient", flag()),
  row("allowed_oauth_scopes", "AllowedOAuthScopes", allTexts()),
  row(
    "analytics_configuration",
    "AnalyticsConfiguration",
    block([
      analytics("application_arn", "ApplicationArn", text()),
      analytics("application_id", "ApplicationId", text()),
      analytics("external_id", "ExternalId", text()),
      analytics("role_arn", "RoleArn", text()),
      analytics("user_data_shared", "UserDataShared", flag()),
    ]),
  ),
  row("auth_session_validity", "AuthSessionValidity", nonZero()),
  row("callback_urls", "CallbackURLs", allTexts()),
  row("default_redirect_uri", "DefaultRedirectURI", clearableText()),
  row("enable_propagate_additional_user_context_data", "EnablePropagateAdditionalUserContextData", flag()),
  row("enable_token_revocation", "EnableTokenRevocation", flag()),
  row("explicit_auth_flows", "ExplicitAuthFlows", allTexts()),
  row("id_token_validity", "IdTokenValidity", nonZero()),
  row("logout_urls", "LogoutURLs", allTexts()),
  row("name", "ClientName", text()),
  row("prevent_user_existence_errors", "PreventUserExistenceErrors", text()),
  row("read_attributes", "ReadAttributes", allTexts()),
  row(
    "refresh_token_rotation",
    "RefreshTokenRotation",
    block([rotation("feature", "Feature", text()), rotation("retry_grace_period_seconds", "RetryGracePeriodSeconds", whole())]),
  ),
  row("refresh_token_validity", "RefreshTokenValidity", nonZero()),
  row("supported_identity_providers", "SupportedIdentityProviders", allTexts()),
  row("token_validity_units", "TokenValidityUnits", block(UNITS)),
  row("write_attributes", "WriteAttributes", allTexts()),
];

const FLOWS = [
  "ADMIN_NO_SRP_AUTH",
  "CUSTOM_AUTH_FLOW_ONLY",
  "USER_PASSWORD_AUTH",
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_AUTH",
];

const CHECKS = [
  oneOf("allowed_oauth_flows", ["code", "implicit", "client_credentials"]),
  isArn("analytics_configuration.application_arn"),
  isArn("analytics_configuration.role_arn"),
  between("auth_session_validity", 3, 15),
  ...["callback_urls", "logout_urls", "default_redirect_uri"].flatMap((name) => [
    lengthBetween(name, 1, 1024),
    each(name, (value, key) =>
      /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(String(value))
        ? undefined
        : `Attribute ${key} can include any valid Unicode letter, combining character, symbol, number, or punctuation, got: ${String(value)}`,
    ),
  ]),
  oneOf("explicit_auth_flows", FLOWS),
  between("refresh_token_rotation.retry_grace_period_seconds", 0, 60),
  each("supported_identity_providers", (v, key) =>
    typeof v === "string" && (v.length < 1 || v.length > 32)
      ? `expected length of ${key} to be in the range (1 - 32), got ${v}`
      : undefined,
  ),
];
const NAME_CHECKS = [
  lengthBetween("name", 1, 128, { code: "DVT3007" }),
  each(
    "name",
    (value, key) =>
      /^[\w\s+=,.@-]+$/.test(String(value))
        ? undefined
        : `Attribute ${key} can include any letter, number, space, tab, or one of "+=,.@-", got: ${String(value)}`,
    { code: "DVT3007" },
  ),
];

/** What is refused of a client whoever made it. */
export function clientDiagnostics(config: ValueObject): Diagnostic[] {
  return [...runChecks(CHECKS, config), ...analyticsDiagnostics(config), ...validityDiagnostics(config)];
}

export const UNITS_OF_A_CLIENT = {
  "token_validity_units.access_token": "hours",
  "token_validity_units.id_token": "hours",
  "token_validity_units.refresh_token": "days",
};

/** aws_cognito_user_pool_client. */
export const resource: NativeResource = {
  type: "aws_cognito_user_pool_client",
  noun: "Cognito User Pool Client",
  defaults: UNITS_OF_A_CLIENT,
  forceNew: ["generate_secret", "user_pool_id"],
  validate: (config) => [...runChecks(NAME_CHECKS, config), ...clientDiagnostics(config)],
  async create(aws, planned, onCreated) {
    const input: CreateUserPoolClientCommandInput = {
      ...(expand(CLIENT, planned) as Partial<CreateUserPoolClientCommandInput>),
      UserPoolId: requiredText(planned, "user_pool_id"),
      ClientName: requiredText(planned, "name"),
      ...(isTrue(planned, "generate_secret") ? { GenerateSecret: true } : {}),
    };
    const answer = await aws.clients.cognito.createUserPoolClient(input);
    await onCreated({ id: answer.UserPoolClient?.ClientId ?? "" });
  },
  async read(aws, state) {
    const client = await findClient(aws, state);
    return client === undefined ? null : { ...state, ...toState(client, state) };
  },
  update: updateClient,
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.deleteUserPoolClient(keyOf(state)));
  },
  importId: clientOfImportId,
  find,
};

export function clientOfImportId(id: string): ValueObject {
  const [pool = "", client = "", ...more] = id.split("/");
  if (pool === "" || client === "" || more.length > 0) throw wrongImportId(id, "user-pool-id/client-id");
  return { id: client, user_pool_id: pool };
}

/** Analytics name their application by its ARN, or by its id with a role. Texts of terraform-plugin-framework-validators. */
function analyticsDiagnostics(config: ValueObject): Diagnostic[] {
  return blocksAt(config, "analytics_configuration").flatMap((block, i) => {
    const at = (name: string) => `analytics_configuration[${i}].${name}`;
    const problem = (detail: string, name: string) =>
      errorDiagnostic("DVT3001", "Invalid Attribute Combination", { detail, attribute: at(name) });
    const choices = `[${at("application_arn.<.application_arn")},${at("application_arn.<.application_id")}]`;
    const given = ["application_arn", "application_id"].filter((name) => (block[name] ?? null) !== null);
    if (given.length === 0)
      return [problem(`No attribute specified when one (and only one) of ${choices} is required`, "application_arn")];
    if (given.length > 1)
      return [problem(`2 attributes specified when one (and only one) of ${choices} is required`, "application_arn")];
    if (given[0] === "application_arn" || block.application_id === UNKNOWN) return [];
    return ["external_id", "role_arn"]
      .filter((name) => (block[name] ?? null) === null)
      .map((name) =>
        problem(`Attribute "${at(name)}" must be specified when "${at("application_id")}" is specified`, "application_id"),
      );
  });
}

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const DAY_SECONDS = 86_400;
const LIMITS = [
  ["access_token_validity", "access_token", "hours", 300, DAY_SECONDS],
  ["id_token_validity", "id_token", "hours", 300, DAY_SECONDS],
  ["refresh_token_validity", "refresh_token", "days", 3600, 315_360_000],
] as const;

/** internal/service/cognitoidp/user_pool_client.go, userPoolClientResourceAccessTokenValidityValidator and its siblings. */
function validityDiagnostics(config: ValueObject): Diagnostic[] {
  const [chosen] = blocksAt(config, "token_validity_units");
  return LIMITS.flatMap(([attribute, name, fallback, min, max]) => {
    const validity = config[attribute];
    const unit = textAt(chosen ?? {}, name) ?? fallback;
    const factor = Object.entries(SECONDS).find(([key]) => key === unit)?.[1];
    if (typeof validity !== "number" || factor === undefined) return [];
    const seconds = validity * factor;
    if (seconds >= min && seconds <= max) return [];
    const detail = `Attribute ${attribute} must have a duration between ${goDuration(min)} and ${goDuration(max)}, got: ${goDuration(seconds)}`;
    return [errorDiagnostic("DVT3001", "Invalid Attribute Value", { detail, attribute })];
  });
}

/** Seconds as Go writes them: `1h0m0s`. */
function goDuration(seconds: number): string {
  const [h, m, s] = [Math.trunc(seconds / 3600), Math.abs(Math.trunc((seconds % 3600) / 60)), Math.abs(seconds % 60)];
  return h !== 0 ? `${h}h${m}m${s}s` : m > 0 ? `${m}m${s}s` : `${s}s`;
}

function keyOf(state: ValueObject): { UserPoolId: string; ClientId: string } {
  return { UserPoolId: requiredText(state, "user_pool_id"), ClientId: requiredText(state, "id") };
}

export async function findClient(aws: AwsContext, state: ValueObject): Promise<UserPoolClientType | undefined> {
  return (await unlessMissing(MISSING, () => aws.clients.cognito.describeUserPoolClient(keyOf(state))))?.UserPoolClient;
}

const DEFAULT_UNITS = { AccessToken: "hours", IdToken: "hours", RefreshToken: "days" } as const;

function hasDefaultUnits(given: TokenValidityUnitsType | undefined): boolean {
  if (given === undefined) return true;
  return Object.entries(DEFAULT_UNITS).every(([name, unit]) => (given[name as keyof typeof DEFAULT_UNITS] ?? unit) === unit);
}

export function toState(client: UserPoolClientType, state: ValueObject): ValueObject {
  const values: MutableValueObject = flatten(CLIENT, client as Partial<UpdateUserPoolClientCommandInput>);
  // Units that nobody asked for are not shown.
  const asked = blocksAt(state, "token_validity_units").length > 0;
  if (!asked && hasDefaultUnits(client.TokenValidityUnits)) values.token_validity_units = [];
  else values.token_validity_units = [flatten(UNITS, { ...DEFAULT_UNITS, ...client.TokenValidityUnits })];
  if (blocksAt(state, "refresh_token_rotation").length === 0 && client.RefreshTokenRotation?.Feature !== "ENABLED")
    values.refresh_token_rotation = [];
  return {
    ...values,
    id: client.ClientId ?? "",
    client_secret: client.ClientSecret ?? "",
    generate_secret: state.generate_secret ?? null,
    user_pool_id: client.UserPoolId ?? "",
  };
}

export async function updateClient(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const input: UpdateUserPoolClientCommandInput = { ...expand(CLIENT, planned), ...keyOf(prior) };
  if (blocksAt(prior, "token_validity_units").length > 0) input.TokenValidityUnits ??= { ...DEFAULT_UNITS };
  if (textAt(planned, "default_redirect_uri") === undefined) delete input.DefaultRedirectURI;
  const retry = {
    codes: ["ConcurrentModificationException"],
    timeoutMs: 120_000,
    why: "another change of the pool is not yet done",
    source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html",
  };
  await aws.retry(retry, () => aws.clients.cognito.updateUserPoolClient(input));
}

/** Of a pool. The service's pages are of sixty at most. */
export function listClients(aws: AwsContext, UserPoolId: string): Promise<UserPoolClientDescription[]> {
  return allPages(async (NextToken) => {
    const input = { UserPoolId, MaxResults: 60, ...(NextToken === undefined ? {} : { NextToken }) };
    const answer = await aws.clients.cognito.listUserPoolClients(input);
    return { items: answer.UserPoolClients, next: answer.NextToken };
  });
}

/** A client of the pool of that name and with those URLs. Several may be alike: any that is free will do, as nobody has its id yet. */
async function find(aws: AwsContext, planned: ValueObject, isFree: (start: ValueObject) => boolean): Promise<ValueObject | null> {
  const UserPoolId = requiredText(planned, "user_pool_id");
  const wanted = JSON.stringify(textsAt(planned, "callback_urls").sort());
  for (const { ClientName, ClientId } of (await unlessMissing(MISSING, () => listClients(aws, UserPoolId))) ?? []) {
    const start = { id: ClientId ?? "", user_pool_id: UserPoolId };
    if (ClientName !== planned.name || !isFree(start)) continue;
    const client = await findClient(aws, start);
    if (JSON.stringify([...(client?.CallbackURLs ?? [])].sort()) === wanted) return start;
  }
  return null;
}
