import type { NativeDataSource } from "../../resource.ts";
import { numberAt, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { between, lengthBetween, runChecks } from "../checks.ts";

const CHECKS = [
  lengthBetween("identity_id", 1, 55),
  lengthBetween("identity_pool_id", 1, 55),
  between("token_duration", 1, 86_400),
];

/** `aws_cognito_identity_openid_token_for_developer_identity` (ephemeral). */
export const ephemeral: NativeDataSource = {
  type: "aws_cognito_identity_openid_token_for_developer_identity",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config) {
    const tags = textMapAt(config, "principal_tags");
    const { IdentityId = "", Token = "" } = await aws.clients.cognitoidentity.getOpenIdTokenForDeveloperIdentity({
      IdentityPoolId: requiredText(config, "identity_pool_id"),
      IdentityId: textAt(config, "identity_id"),
      Logins: textMapAt(config, "logins"),
      PrincipalTags: Object.keys(tags).length > 0 ? tags : undefined,
      TokenDuration: numberAt(config, "token_duration"),
    });
    return { identity_id: IdentityId, token: Token };
  },
};
