/** Connections and API destinations as they are stored, and the credentials of a connection, which lie in Secrets Manager. */
import { arn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { notFound } from "./errors.ts";

export interface Parameter {
  readonly Key?: string;
  readonly Value?: string;
  readonly IsValueSecret?: boolean;
}

export interface HttpParameters {
  readonly HeaderParameters?: readonly Parameter[];
  readonly QueryStringParameters?: readonly Parameter[];
  readonly BodyParameters?: readonly Parameter[];
}

/** As clients give it. */
export interface AuthParameters {
  readonly BasicAuthParameters?: { readonly Username?: string; readonly Password?: string };
  readonly ApiKeyAuthParameters?: { readonly ApiKeyName?: string; readonly ApiKeyValue?: string };
  readonly OAuthParameters?: {
    readonly ClientParameters?: { readonly ClientID?: string; readonly ClientSecret?: string };
    readonly AuthorizationEndpoint?: string;
    readonly HttpMethod?: string;
    readonly OAuthHttpParameters?: HttpParameters;
  };
  readonly InvocationHttpParameters?: HttpParameters;
  readonly ConnectivityParameters?: unknown;
}

export interface ConnectionRecord {
  readonly name: string;
  readonly id: string;
  readonly type: "BASIC" | "API_KEY" | "OAUTH_CLIENT_CREDENTIALS";
  readonly state: "AUTHORIZED" | "DEAUTHORIZED";
  readonly secretArn: string;
  readonly description?: string;
  readonly kmsKey?: string;
  /** Without its secrets. */
  readonly shown: AuthParameters;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly authorizedMs: number;
}

export interface DestinationRecord {
  readonly name: string;
  readonly id: string;
  readonly connectionArn: string;
  readonly endpoint: string;
  readonly method: string;
  readonly rate: number;
  readonly description?: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export const connectionKey = (ctx: Ctx, name: string) => ["connection", ctx.account, ctx.region, name];
export const destinationKey = (ctx: Ctx, name: string) => ["destination", ctx.account, ctx.region, name];

export const connectionArn = (ctx: Ctx, record: Pick<ConnectionRecord, "name" | "id">) =>
  arn("events", ctx.region, ctx.account, `connection/${record.name}/${record.id}`);
export const destinationArn = (ctx: Ctx, record: Pick<DestinationRecord, "name" | "id">) =>
  arn("events", ctx.region, ctx.account, `api-destination/${record.name}/${record.id}`);

export function needConnection(ctx: Ctx, name: string | undefined): ConnectionRecord {
  const found = ctx.store.get<ConnectionRecord>(connectionKey(ctx, name ?? ""));
  if (found === undefined) throw notFound(`Failed to describe the connection(s). Connection '${name}' does not exist.`);
  return found;
}

export function needDestination(ctx: Ctx, name: string | undefined): DestinationRecord {
  const found = ctx.store.get<DestinationRecord>(destinationKey(ctx, name ?? ""));
  if (found === undefined) throw notFound(`Failed to describe the api-destination(s). Api-destination '${name}' does not exist.`);
  return found;
}

/** By ARN, which names one connection and no later one of its name. */
export function connectionByArn(ctx: Ctx, text: string): ConnectionRecord | undefined {
  const [, name = "", id] = /:connection\/([^/]+)\/(.+)$/.exec(text) ?? [];
  const found = ctx.store.get<ConnectionRecord>(connectionKey(ctx, name));
  return found?.id === id ? found : undefined;
}

export function destinationByArn(ctx: Ctx, text: string): DestinationRecord | undefined {
  const [, name = "", id] = /:api-destination\/([^/]+)\/(.+)$/.exec(text) ?? [];
  const found = ctx.store.get<DestinationRecord>(destinationKey(ctx, name));
  return found?.id === id ? found : undefined;
}

function withoutSecrets(parameters: HttpParameters | undefined): HttpParameters | undefined {
  if (parameters === undefined) return undefined;
  const hide = (list: readonly Parameter[] | undefined) =>
    list?.map((each) =>
      each.IsValueSecret === true ? { Key: each.Key ?? "", IsValueSecret: true } : { IsValueSecret: false, ...each },
    );
  const { HeaderParameters: headers, QueryStringParameters: query, BodyParameters: body } = parameters;
  return {
    ...(headers === undefined ? {} : { HeaderParameters: hide(headers) ?? [] }),
    ...(query === undefined ? {} : { QueryStringParameters: hide(query) ?? [] }),
    ...(body === undefined ? {} : { BodyParameters: hide(body) ?? [] }),
  };
}

/** What DescribeConnection shows of the parameters. */
export function shownOf(auth: AuthParameters): AuthParameters {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: key, OAuthParameters: oauth, InvocationHttpParameters: http } = auth;
  const hidden = withoutSecrets(http);
  const oauthHttp = withoutSecrets(oauth?.OAuthHttpParameters);
  return {
    ...(basic === undefined ? {} : { BasicAuthParameters: { Username: basic.Username ?? "" } }),
    ...(key === undefined ? {} : { ApiKeyAuthParameters: { ApiKeyName: key.ApiKeyName ?? "" } }),
    ...(oauth === undefined
      ? {}
      : {
          OAuthParameters: {
            ClientParameters: { ClientID: oauth.ClientParameters?.ClientID ?? "" },
            AuthorizationEndpoint: oauth.AuthorizationEndpoint ?? "",
            HttpMethod: oauth.HttpMethod ?? "POST",
            ...(oauthHttp === undefined ? {} : { OAuthHttpParameters: oauthHttp }),
          },
        }),
    ...(hidden === undefined ? {} : { InvocationHttpParameters: hidden }),
  };
}

/** The account itself, in whose place EventBridge keeps the secret. */
function owner(ctx: Ctx): Ctx {
  return ctx.with({ principal: { kind: "root", accountId: ctx.account, accessKeyId: "" } });
}

export async function keepSecret(ctx: Ctx, record: { name: string; id: string }, auth: AuthParameters): Promise<string> {
  const Name = `events!connection/${record.name}/${record.id}`;
  const { ARN } = await owner(ctx).call<{ ARN: string }>("secretsmanager", "CreateSecret", {
    Name,
    SecretString: JSON.stringify(auth),
  });
  return ARN;
}

export async function changeSecret(ctx: Ctx, secretArn: string, auth: AuthParameters): Promise<void> {
  await owner(ctx).call("secretsmanager", "PutSecretValue", { SecretId: secretArn, SecretString: JSON.stringify(auth) });
}

export async function dropSecret(ctx: Ctx, secretArn: string): Promise<void> {
  try {
    await owner(ctx).call("secretsmanager", "DeleteSecret", { SecretId: secretArn, ForceDeleteWithoutRecovery: true });
  } catch (error) {
    // Somebody was faster: gone is gone.
    if (!(error instanceof ServiceError) || error.code !== "ResourceNotFoundException") throw error;
  }
}

export async function readSecret(ctx: Ctx, secretArn: string): Promise<AuthParameters> {
  const { SecretString } = await owner(ctx).call<{ SecretString: string }>("secretsmanager", "GetSecretValue", {
    SecretId: secretArn,
  });
  return JSON.parse(SecretString) as AuthParameters;
}
