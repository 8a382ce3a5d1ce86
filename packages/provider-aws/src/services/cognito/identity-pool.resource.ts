import type { CognitoIdentityProvider, IdentityPool } from "@aws-sdk/client-cognito-identity";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocks, expand, flag, flatten, requiredText, rowsOf, text, textMap, textMapAt, texts } from "../attribute-map.ts";
import { type Check, each, isArn, runChecks } from "../checks.ts";
import { changedTags } from "../tags.ts";

const MISSING = ["ResourceNotFoundException"];

const provider = rowsOf<CognitoIdentityProvider>();
const row = rowsOf<IdentityPool>();
const POOL = [
  row("allow_classic_flow", "AllowClassicFlow", flag()),
  row("allow_unauthenticated_identities", "AllowUnauthenticatedIdentities", flag()),
  row(
    "cognito_identity_providers",
    "CognitoIdentityProviders",
    blocks([
      provider("client_id", "ClientId", text()),
      provider("provider_name", "ProviderName", text()),
      provider("server_side_token_check", "ServerSideTokenCheck", flag()),
    ]),
  ),
  row("developer_provider_name", "DeveloperProviderName", text()),
  row("identity_pool_name", "IdentityPoolName", text()),
  row("openid_connect_provider_arns", "OpenIdConnectProviderARNs", texts()),
  row("saml_provider_arns", "SamlProviderARNs", texts()),
  row("supported_login_providers", "SupportedLoginProviders", textMap()),
];

/** Names of one form, in the words of the provider's own validators. */
function formed(path: string, pattern: RegExp, says: string): Check {
  return each(path, (value, key) =>
    pattern.test(String(value)) ? undefined : `"${key}" must contain only alphanumeric characters${says}`,
  );
}

const CHECKS = [
  formed("cognito_identity_providers.client_id", /^[\w_]+$/, " and underscores"),
  formed("cognito_identity_providers.provider_name", /^[\w._:/-]+$/, ", dots, underscores, colons, slashes and hyphens"),
  formed("developer_provider_name", /^[\w._-]+$/, ", dots, underscores and hyphens"),
  formed("identity_pool_name", /^[\w\s+=,.@-]+$/, ", dots, underscores and hyphens"),
  isArn("openid_connect_provider_arns"),
  isArn("saml_provider_arns"),
];

/** aws_cognito_identity_pool. Behaviour: `internal/service/cognitoidentity/pool.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_identity_pool",
  noun: "Cognito Identity Pool",
  defaults: {
    allow_classic_flow: false,
    allow_unauthenticated_identities: false,
    "cognito_identity_providers.server_side_token_check": false,
  },
  forceNew: ["developer_provider_name", "identity_pool_name"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const { IdentityPoolId = "" } = await aws.clients.cognitoidentity.createIdentityPool({
      ...expand<IdentityPool>(POOL, planned),
      ...(Object.keys(tags).length === 0 ? {} : { IdentityPoolTags: tags }),
    });
    await onCreated({ id: IdentityPoolId });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const pool = await unlessMissing(MISSING, () => aws.clients.cognitoidentity.describeIdentityPool({ IdentityPoolId: id }));
    if (pool === undefined) return null;
    const arn = `arn:${aws.partition}:cognito-identity:${aws.region}:${await aws.accountId()}:identitypool/${id}`;
    return { ...flatten(POOL, pool), id, arn, tags_all: pool.IdentityPoolTags ?? {} };
  },
  async update(aws, prior, planned) {
    const IdentityPoolId = requiredText(prior, "id");
    await aws.clients.cognitoidentity.updateIdentityPool({ ...expand<IdentityPool>(POOL, planned), IdentityPoolId });
    const ResourceArn = requiredText(prior, "arn");
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await aws.clients.cognitoidentity.untagResource({ ResourceArn, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.cognitoidentity.tagResource({ ResourceArn, Tags: added });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () =>
      aws.clients.cognitoidentity.deleteIdentityPool({ IdentityPoolId: requiredText(state, "id") }),
    );
  },
  // There may be any number of pools of one name.
  find: async () => null,
};
