import type { Group, Made } from "./life.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Federated: "cognito-identity.amazonaws.com" }, Action: "sts:AssumeRoleWithWebIdentity" },
  ],
});
const provider = (made: Made) =>
  `cognito-idp.us-east-1.amazonaws.com/${String(made("pool", "id"))}:${String(made("client", "id"))}`;
const GOOGLE = { client_id: "a", client_secret: "b", authorize_scopes: "email" };

export const COGNITO: Group = {
  name: "Cognito",
  rows: [
    { type: "aws_cognito_user_pool", name: "pool", config: () => ({ name: "lives" }) },
    {
      type: "aws_cognito_user_pool_client",
      name: "client",
      importId: (made) => `${String(made("pool", "id"))}/${String(made("client", "id"))}`,
      config: (made) => ({ name: "c", user_pool_id: made("pool", "id") }),
    },
    {
      type: "aws_cognito_managed_user_pool_client",
      name: "managed",
      importId: null,
      remains: true,
      config: (made) => ({
        name_prefix: "c",
        user_pool_id: made("client", "user_pool_id"),
        explicit_auth_flows: ["ADMIN_NO_SRP_AUTH"],
      }),
      changes: [
        (made) => ({
          name_prefix: "c",
          user_pool_id: made("pool", "id"),
          callback_urls: ["https://a.example"],
          access_token_validity: 2,
          token_validity_units: [{ access_token: "hours" }],
        }),
        () => ({ name_pattern: "^c", user_pool_id: "us-east-1_AAAAAAAAA" }),
      ],
    },
    {
      type: "aws_cognito_resource_server",
      name: "server",
      config: (made) => ({ user_pool_id: made("pool", "id"), identifier: "https://api.example", name: "api" }),
      changes: [
        (made) => ({
          user_pool_id: made("pool", "id"),
          identifier: "https://api.example",
          name: "api",
          scope: [
            { scope_name: "read", scope_description: "to read" },
            { scope_name: "write", scope_description: "to write" },
          ],
        }),
        (made) => ({ user_pool_id: made("pool", "id"), identifier: "https://api.example", name: "renamed" }),
        (made) => ({ user_pool_id: made("pool", "id"), identifier: "other", name: "renamed" }),
      ],
    },
    {
      type: "aws_cognito_identity_provider",
      name: "google",
      config: (made) => ({
        user_pool_id: made("pool", "id"),
        provider_name: "Google",
        provider_type: "Google",
        provider_details: GOOGLE,
        attribute_mapping: { email: "email", username: "sub" },
      }),
      changes: [
        (made) => ({
          user_pool_id: made("pool", "id"),
          provider_name: "Google",
          provider_type: "Google",
          provider_details: { ...GOOGLE, authorize_scopes: "email profile" },
          attribute_mapping: { email: "email" },
          idp_identifiers: ["g"],
        }),
      ],
    },
    {
      type: "aws_cognito_user_group",
      name: "group",
      config: (made) => ({ name: "admins", user_pool_id: made("pool", "id") }),
    },
    {
      type: "aws_cognito_user",
      name: "user",
      config: (made) => ({ user_pool_id: made("pool", "id"), username: "ada" }),
      changes: [
        (made) => ({
          user_pool_id: made("pool", "id"),
          username: "ada",
          attributes: { email: "ada@example.com", email_verified: "true" },
          enabled: false,
        }),
        (made) => ({
          user_pool_id: made("pool", "id"),
          username: "ada",
          attributes: { email: "b@example.com" },
          password: "Passw0rd!x",
        }),
        (made) => ({ user_pool_id: made("pool", "id"), username: "bob" }),
      ],
      differs: [
        [/^(creation_date|last_modified_date)$/, "the two are made at different seconds"],
        [/^attributes.sub$/, "drawn by the service"],
      ],
    },
    {
      type: "aws_cognito_user",
      name: "second",
      config: (made) => ({
        user_pool_id: made("pool", "id"),
        username: "eve",
        temporary_password: "Temp0rary!x",
        message_action: "SUPPRESS",
        desired_delivery_mediums: ["EMAIL"],
        attributes: { email: "eve@example.com" },
        validation_data: { a: "b" },
        client_metadata: { c: "d" },
      }),
      differs: [
        [/^(creation_date|last_modified_date)$/, "the two are made at different seconds"],
        [/^attributes.sub$/, "drawn by the service"],
      ],
    },
    {
      type: "aws_cognito_user_in_group",
      name: "member",
      importId: null,
      config: (made) => ({ user_pool_id: made("pool", "id"), group_name: "admins", username: "ada" }),
      changes: [(made) => ({ user_pool_id: made("pool", "id"), group_name: "admins", username: "eve" })],
      differs: [[/^id$/, "the real one draws an id"]],
    },
    {
      type: "aws_cognito_user_pool_domain",
      name: "domain",
      config: (made) => ({ domain: "lives", user_pool_id: made("pool", "id") }),
    },
    {
      type: "aws_cognito_user_pool_ui_customization",
      name: "look",
      config: (made) => ({ user_pool_id: made("pool", "id"), css: ".label-customizable {font-weight: 400;}" }),
      changes: [(made) => ({ user_pool_id: made("pool", "id"), css: ".label-customizable {font-weight: 500;}" })],
    },
    {
      type: "aws_cognito_risk_configuration",
      name: "risk",
      config: (made) => ({
        user_pool_id: made("pool", "id"),
        risk_exception_configuration: [{ blocked_ip_range_list: ["10.10.10.10/32"] }],
      }),
      changes: [
        (made) => ({
          user_pool_id: made("pool", "id"),
          compromised_credentials_risk_configuration: [{ event_filter: ["SIGN_IN"], actions: [{ event_action: "BLOCK" }] }],
        }),
        (made) => ({
          user_pool_id: made("pool", "id"),
          account_takeover_risk_configuration: [
            {
              notify_configuration: [
                {
                  source_arn: "arn:aws:ses:us-east-1:123456789012:identity/a@example.com",
                  block_email: [{ html_body: "<p>html</p>", subject: "s", text_body: "a text" }],
                },
              ],
              actions: [{ high_action: [{ event_action: "BLOCK", notify: true }] }],
            },
          ],
        }),
      ],
    },
    {
      type: "aws_cognito_identity_pool",
      name: "identities",
      config: () => ({ identity_pool_name: "lives" }),
      changes: [
        (made) => ({
          identity_pool_name: "lives",
          allow_unauthenticated_identities: true,
          allow_classic_flow: true,
          cognito_identity_providers: [
            {
              client_id: made("client", "id"),
              provider_name: `cognito-idp.us-east-1.amazonaws.com/${String(made("pool", "id"))}`,
              server_side_token_check: false,
            },
          ],
          supported_login_providers: { "accounts.google.com": "123.apps.googleusercontent.com" },
          tags: { a: "b" },
        }),
        () => ({ identity_pool_name: "lives", allow_unauthenticated_identities: false, tags: { a: "c" } }),
        () => ({ identity_pool_name: "lives2" }),
      ],
    },
    {
      type: "aws_cognito_identity_pool",
      name: "developer",
      config: () => ({
        identity_pool_name: "lives dev",
        developer_provider_name: "dev.login",
        openid_connect_provider_arns: ["arn:aws:iam::123456789012:oidc-provider/accounts.example.com"],
        saml_provider_arns: ["arn:aws:iam::123456789012:saml-provider/s"],
      }),
    },
    { type: "aws_iam_role", name: "role", config: () => ({ name: "lives-identities", assume_role_policy: TRUST }) },
    {
      type: "aws_cognito_identity_pool_roles_attachment",
      name: "roles",
      config: (made) => ({ identity_pool_id: made("identities", "id"), roles: { authenticated: made("role", "arn") } }),
      changes: [
        (made) => ({
          identity_pool_id: made("identities", "id"),
          roles: { authenticated: made("role", "arn"), unauthenticated: made("role", "arn") },
          role_mapping: [
            { identity_provider: "graph.facebook.com", ambiguous_role_resolution: "AuthenticatedRole", type: "Token" },
            {
              identity_provider: provider(made),
              ambiguous_role_resolution: "Deny",
              type: "Rules",
              mapping_rule: [{ claim: "isAdmin", match_type: "Equals", role_arn: made("role", "arn"), value: "paid" }],
            },
          ],
        }),
        (made) => ({ identity_pool_id: made("identities", "id"), roles: { unauthenticated: made("role", "arn") } }),
      ],
    },
    {
      type: "aws_cognito_identity_pool_provider_principal_tag",
      name: "tags",
      config: (made) => ({
        identity_pool_id: made("identities", "id"),
        identity_provider_name: `cognito-idp.us-east-1.amazonaws.com/${String(made("pool", "id"))}`,
        use_defaults: false,
        principal_tags: { test: "value" },
      }),
      changes: [
        (made) => ({
          identity_pool_id: made("identities", "id"),
          identity_provider_name: `cognito-idp.us-east-1.amazonaws.com/${String(made("pool", "id"))}`,
          use_defaults: false,
          principal_tags: { test: "other", more: "x" },
        }),
        (made) => ({
          identity_pool_id: made("identities", "id"),
          identity_provider_name: `cognito-idp.us-east-1.amazonaws.com/${String(made("pool", "id"))}`,
        }),
      ],
      remains: true,
    },
  ],
  looks: [
    {
      data: "aws_cognito_user_group",
      name: "group",
      config: (made) => ({ name: made("group", "name"), user_pool_id: made("pool", "id") }),
    },
    { data: "aws_cognito_user_groups", name: "all", config: (made) => ({ user_pool_id: made("pool", "id") }) },
    {
      data: "aws_cognito_identity_pool",
      name: "named",
      config: (made) => ({ identity_pool_name: made("identities", "identity_pool_name") }),
    },
    { data: "aws_cognito_user_pool", name: "pool", config: (made) => ({ user_pool_id: made("pool", "id") }) },
    {
      data: "aws_cognito_user_pool_client",
      name: "client",
      config: (made) => ({ user_pool_id: made("pool", "id"), client_id: made("client", "id") }),
    },
    { data: "aws_cognito_user_pools", name: "named", config: () => ({ name: "lives" }) },
    { data: "aws_cognito_user_pool_clients", name: "all", config: (made) => ({ user_pool_id: made("pool", "id") }) },
  ],
  refusals: [
    { refused: "aws_cognito_managed_user_pool_client", name: "unnamed", config: { user_pool_id: "p" } },
    {
      refused: "aws_cognito_managed_user_pool_client",
      name: "flow",
      config: { user_pool_id: "p", name_prefix: "c", explicit_auth_flows: ["X"] },
    },
    { refused: "aws_cognito_identity_pool", name: "name", config: { identity_pool_name: "a{b" } },
    {
      refused: "aws_cognito_identity_pool",
      name: "developer",
      config: { identity_pool_name: "a", developer_provider_name: "a b" },
    },
    { refused: "aws_cognito_identity_pool", name: "arn", config: { identity_pool_name: "a", saml_provider_arns: ["x"] } },
    {
      refused: "aws_cognito_identity_pool",
      name: "client",
      config: { identity_pool_name: "a", cognito_identity_providers: [{ client_id: "a-b" }] },
    },
    {
      refused: "aws_cognito_identity_pool",
      name: "provider",
      config: { identity_pool_name: "a", cognito_identity_providers: [{ provider_name: "a b" }] },
    },
    {
      refused: "aws_cognito_identity_pool_roles_attachment",
      name: "type",
      config: { identity_pool_id: "a", roles: {}, role_mapping: [{ identity_provider: "a", type: "None" }] },
    },
    {
      refused: "aws_cognito_identity_pool_provider_principal_tag",
      name: "name",
      config: { identity_pool_id: "a", identity_provider_name: "" },
    },
    {
      refused: "aws_cognito_identity_provider",
      name: "type",
      config: { user_pool_id: "a", provider_name: "abc", provider_type: "x", provider_details: {} },
    },
    {
      refused: "aws_cognito_user",
      name: "both",
      config: { user_pool_id: "a", username: "u", password: "Passw0rd!", temporary_password: "Passw0rd!" },
    },
    { refused: "aws_cognito_user", name: "short", config: { user_pool_id: "a", username: "u", password: "a" } },
    {
      refused: "aws_cognito_user",
      name: "media",
      config: { user_pool_id: "a", username: "u", desired_delivery_mediums: ["PIGEON"] },
    },
    { refused: "aws_cognito_user", name: "action", config: { user_pool_id: "a", username: "u", message_action: "x" } },
    { refused: "aws_cognito_user_pool_ui_customization", name: "nothing", config: { user_pool_id: "us-east-1_a" } },
    { refused: "aws_cognito_risk_configuration", name: "nothing", config: { user_pool_id: "us-east-1_a" } },
    {
      refused: "aws_cognito_risk_configuration",
      name: "pool",
      config: { user_pool_id: "a", risk_exception_configuration: [{ blocked_ip_range_list: ["10.10.10.10/32"] }] },
    },
    {
      refused: "aws_cognito_risk_configuration",
      name: "range",
      config: { user_pool_id: "us-east-1_a", risk_exception_configuration: [{ blocked_ip_range_list: ["x"] }] },
    },
    {
      refused: "aws_cognito_risk_configuration",
      name: "event",
      config: {
        user_pool_id: "us-east-1_a",
        compromised_credentials_risk_configuration: [{ event_filter: ["x"], actions: [{ event_action: "BLOCK" }] }],
      },
    },
    {
      refused: "aws_cognito_risk_configuration",
      name: "action",
      config: { user_pool_id: "us-east-1_a", compromised_credentials_risk_configuration: [{ actions: [{ event_action: "x" }] }] },
    },
  ],
};
