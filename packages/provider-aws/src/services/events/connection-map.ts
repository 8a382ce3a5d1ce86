/** A connection's authorisation: blocks to the API's structures and back. What the service does not give back stays as the state has it. */
import type {
  ConnectionAuthResponseParameters,
  ConnectionHttpParameters,
  ConnectionOAuthHttpMethod,
  ConnectionOAuthResponseParameters,
  ConnectivityResourceParameters,
  CreateConnectionAuthRequestParameters,
  CreateConnectionOAuthRequestParameters,
} from "@aws-sdk/client-eventbridge";
import type { ValueObject } from "@dovetail/model";
import { blockAt, blocksAt, enumAt, isTrue, requiredText, textAt } from "../attribute-map.ts";

interface HttpParameter {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
  readonly IsValueSecret?: boolean | undefined;
}

/** The blocks under `auth_parameters` as the API wants them. */
export function expandAuth(block: ValueObject): CreateConnectionAuthRequestParameters {
  const [key, basic, oauth] = [blockAt(block, "api_key"), blockAt(block, "basic"), blockAt(block, "oauth")];
  const http = blockAt(block, "invocation_http_parameters");
  const connectivity = expandConnectivity(blockAt(block, "connectivity_parameters"));
  return {
    ...(key ? { ApiKeyAuthParameters: { ApiKeyName: requiredText(key, "key"), ApiKeyValue: requiredText(key, "value") } } : {}),
    ...(basic
      ? { BasicAuthParameters: { Username: requiredText(basic, "username"), Password: requiredText(basic, "password") } }
      : {}),
    ...(oauth ? { OAuthParameters: expandOAuth(oauth) } : {}),
    ...(http ? { InvocationHttpParameters: expandHttp(http) } : {}),
    ...(connectivity ? { ConnectivityParameters: connectivity } : {}),
  };
}

/** `{ resource_parameters { resource_configuration_arn } }` as the API wants it. */
export function expandConnectivity(block: ValueObject | undefined): ConnectivityResourceParameters | undefined {
  const parameters = block === undefined ? undefined : blockAt(block, "resource_parameters");
  if (parameters === undefined) return undefined;
  return { ResourceParameters: { ResourceConfigurationArn: requiredText(parameters, "resource_configuration_arn") } };
}

function expandOAuth(block: ValueObject): CreateConnectionOAuthRequestParameters {
  const client = blockAt(block, "client_parameters");
  const http = blockAt(block, "oauth_http_parameters");
  return {
    AuthorizationEndpoint: requiredText(block, "authorization_endpoint"),
    HttpMethod: enumAt<ConnectionOAuthHttpMethod>(block, "http_method"),
    ClientParameters:
      client === undefined
        ? undefined
        : { ClientID: requiredText(client, "client_id"), ClientSecret: requiredText(client, "client_secret") },
    ...(http ? { OAuthHttpParameters: expandHttp(http) } : {}),
  };
}

function expandHttp(block: ValueObject): ConnectionHttpParameters {
  const list = (name: string) => {
    const items = blocksAt(block, name).map(
      (item): HttpParameter => ({
        Key: textAt(item, "key"),
        Value: textAt(item, "value"),
        IsValueSecret: isTrue(item, "is_value_secret"),
      }),
    );
    return items.length > 0 ? items : undefined;
  };
  return { BodyParameters: list("body"), HeaderParameters: list("header"), QueryStringParameters: list("query_string") };
}

/** What the service tells, completed by the secrets that `known`, the state's `auth_parameters`, has. `withConnectivity`: edition 6 has that block. */
export function flattenAuth(found: ConnectionAuthResponseParameters, known: ValueObject, withConnectivity: boolean): ValueObject {
  const [key, basic] = [found.ApiKeyAuthParameters, found.BasicAuthParameters];
  const secret = (block: string, name: string) => textAt(blockAt(known, block) ?? {}, name) ?? "";
  return {
    api_key: key === undefined ? [] : [{ key: key.ApiKeyName ?? "", value: secret("api_key", "value") }],
    basic: basic === undefined ? [] : [{ username: basic.Username ?? "", password: secret("basic", "password") }],
    oauth: found.OAuthParameters === undefined ? [] : [flattenOAuth(found.OAuthParameters, blockAt(known, "oauth") ?? {})],
    invocation_http_parameters:
      found.InvocationHttpParameters === undefined
        ? []
        : [flattenHttp(found.InvocationHttpParameters, blockAt(known, "invocation_http_parameters") ?? {})],
    ...(withConnectivity ? { connectivity_parameters: flattenConnectivity(found.ConnectivityParameters) } : {}),
  };
}

/** The association that the service made for a resource configuration. */
export function flattenConnectivity(
  found:
    | {
        readonly ResourceParameters?:
          | { readonly ResourceConfigurationArn?: string | undefined; readonly ResourceAssociationArn?: string | undefined }
          | undefined;
      }
    | undefined,
): ValueObject[] {
  const parameters = found?.ResourceParameters;
  if (parameters === undefined) return [];
  const { ResourceConfigurationArn = "", ResourceAssociationArn = "" } = parameters;
  return [
    {
      resource_parameters: [
        { resource_configuration_arn: ResourceConfigurationArn, resource_association_arn: ResourceAssociationArn },
      ],
    },
  ];
}

function flattenOAuth(found: ConnectionOAuthResponseParameters, known: ValueObject): ValueObject {
  const client = found.ClientParameters;
  const client_secret = textAt(blockAt(known, "client_parameters") ?? {}, "client_secret") ?? "";
  const http = found.OAuthHttpParameters;
  return {
    authorization_endpoint: found.AuthorizationEndpoint ?? "",
    http_method: found.HttpMethod ?? "",
    client_parameters: client === undefined ? [] : [{ client_id: client.ClientID ?? "", client_secret }],
    oauth_http_parameters: http === undefined ? [] : [flattenHttp(http, blockAt(known, "oauth_http_parameters") ?? {})],
  };
}

function flattenHttp(found: ConnectionHttpParameters, known: ValueObject): ValueObject {
  const list = (items: readonly HttpParameter[] | undefined, name: string) =>
    (items ?? []).map((item, i): ValueObject => {
      const value = item.Value ?? textAt(blocksAt(known, name)[i] ?? {}, "value") ?? "";
      return { is_value_secret: item.IsValueSecret ?? false, key: item.Key ?? "", value };
    });
  return {
    body: list(found.BodyParameters, "body"),
    header: list(found.HeaderParameters, "header"),
    query_string: list(found.QueryStringParameters, "query_string"),
  };
}
