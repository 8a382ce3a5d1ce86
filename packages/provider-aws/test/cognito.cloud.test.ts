import { expect, it } from "vitest";
import { EDITIONS, liveThrough, openLab, type Step } from "./lab.ts";

const TENANT = {
  name: "tenant",
  attribute_data_type: "String",
  mutable: true,
  string_attribute_constraints: [{ min_length: "1", max_length: "50" }],
};
const EMAIL = { name: "email", attribute_data_type: "String", required: true, mutable: true };
const POOL = { name: "pool", username_attributes: ["email"], auto_verified_attributes: ["email"] };

const STEPS: readonly Step[] = [
  {
    type: "aws_cognito_user_pool",
    name: "pool",
    config: () => ({
      ...POOL,
      mfa_configuration: "OPTIONAL",
      software_token_mfa_configuration: [{ enabled: true }],
      schema: [TENANT, EMAIL],
      tags: { a: "b" },
    }),
    update: () => ({
      ...POOL,
      password_policy: [{ minimum_length: 12 }],
      schema: [
        TENANT,
        EMAIL,
        { name: "age", attribute_data_type: "Number", number_attribute_constraints: [{ max_value: "100" }] },
      ],
    }),
    replace: {
      config: () => ({ ...POOL, username_attributes: ["phone_number"], schema: [TENANT, EMAIL] }),
      path: "username_attributes",
    },
    importLeaves: ["schema"],
  },
  { type: "aws_cognito_user_pool", name: "plain", config: () => ({ name: "plain" }) },
  {
    type: "aws_cognito_user_pool_client",
    name: "client",
    importId: (made) => `${made("pool", "id")}/${made("client", "id")}`,
    config: (made) => ({
      name: "c",
      user_pool_id: made("pool", "id"),
      explicit_auth_flows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
    update: (made) => ({
      name: "c2",
      user_pool_id: made("pool", "id"),
      explicit_auth_flows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      access_token_validity: 30,
      token_validity_units: [{ access_token: "minutes" }],
      callback_urls: ["https://a.example"],
      allowed_oauth_flows: ["code"],
      allowed_oauth_flows_user_pool_client: true,
      allowed_oauth_scopes: ["openid"],
      supported_identity_providers: ["COGNITO"],
    }),
    replace: {
      config: (made) => ({ name: "c", user_pool_id: made("pool", "id"), generate_secret: true }),
      path: "generate_secret",
    },
  },
  {
    type: "aws_cognito_user_pool_client",
    name: "secret",
    importId: (made) => `${made("pool", "id")}/${made("secret", "id")}`,
    config: (made) => ({ name: "s", user_pool_id: made("pool", "id"), generate_secret: true }),
    importLeaves: ["generate_secret"],
  },
  {
    type: "aws_cognito_user_pool_domain",
    name: "domain",
    config: (made) => ({ domain: "dom-x", user_pool_id: made("pool", "id") }),
  },
  {
    type: "aws_cognito_user_group",
    name: "group",
    config: (made) => ({ name: "admins", user_pool_id: made("pool", "id") }),
    update: (made) => ({ name: "admins", user_pool_id: made("pool", "id"), description: "d", precedence: 3 }),
  },
];

it.each(EDITIONS)("user pools, clients, domains and groups live and end in the embedded cloud, edition %s", async (edition) => {
  const lab = await openLab(edition);
  try {
    expect(await liveThrough(lab, STEPS)).toEqual([]);
  } finally {
    await lab.close();
  }
});
