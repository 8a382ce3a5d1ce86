import type { CreateIdentityProviderCommandInput } from "@aws-sdk/client-cognito-identity-provider";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, requiredText, rowsOf, text, textAt, textMap, texts } from "../attribute-map.ts";
import { lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { importPair } from "./pool-parts.ts";

const MISSING = ["ResourceNotFoundException"];

const row = rowsOf<CreateIdentityProviderCommandInput>();
const PROVIDER = [
  row("attribute_mapping", "AttributeMapping", textMap()),
  row("idp_identifiers", "IdpIdentifiers", texts()),
  row("provider_details", "ProviderDetails", textMap()),
  row("provider_name", "ProviderName", text()),
  row("provider_type", "ProviderType", text()),
];

const CHECKS = [
  lengthBetween("idp_identifiers", 1, 40),
  matches(
    "idp_identifiers",
    /^[\w\s+=.@-]+$/,
    "see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html#API_CreateIdentityProvider_RequestSyntax",
  ),
  oneOf("provider_type", ["SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"]),
];

/** aws_cognito_identity_provider; id is `pool:name`. Behaviour: `internal/service/cognitoidp/identity_provider.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_identity_provider",
  noun: "Cognito Identity Provider",
  forceNew: ["provider_name", "provider_type", "user_pool_id"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const { UserPoolId, ProviderName } = keyOf(planned);
    const input = expand<CreateIdentityProviderCommandInput>(PROVIDER, planned);
    await aws.clients.cognito.createIdentityProvider({ ...input, UserPoolId });
    await onCreated({ id: `${UserPoolId}:${ProviderName}` });
  },
  async read(aws, state) {
    const answer = await unlessMissing(MISSING, () => aws.clients.cognito.describeIdentityProvider(keyOf(state)));
    const provider = answer?.IdentityProvider;
    if (provider === undefined) return null;
    return {
      ...flatten(PROVIDER, provider as Partial<CreateIdentityProviderCommandInput>),
      id: requiredText(state, "id"),
      user_pool_id: provider.UserPoolId ?? "",
    };
  },
  async update(aws, prior, planned, changed) {
    const rows = PROVIDER.slice(0, 3).filter(({ attribute }) => changed(attribute));
    const input = expand<CreateIdentityProviderCommandInput>(rows, planned);
    await aws.clients.cognito.updateIdentityProvider({ ...input, ...keyOf(prior) });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.deleteIdentityProvider(keyOf(state)));
  },
  importId: (id) => importPair(id, ":", "provider_name", "UserPoolID:ProviderName"),
  async find(_aws, planned) {
    const [pool, name] = [textAt(planned, "user_pool_id"), textAt(planned, "provider_name")];
    return pool === undefined || name === undefined ? null : { id: `${pool}:${name}`, user_pool_id: pool, provider_name: name };
  },
};

function keyOf(state: ValueObject): { UserPoolId: string; ProviderName: string } {
  return { UserPoolId: requiredText(state, "user_pool_id"), ProviderName: requiredText(state, "provider_name") };
}
