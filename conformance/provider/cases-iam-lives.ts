import type { Group } from "./life.ts";

const POLICY = (action: string) =>
  JSON.stringify({ Statement: [{ Resource: "*", Effect: "Allow", Action: action }], Version: "2012-10-17" });
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const DRAWN = [[/^id$/, "the real one draws an id where ours is what an import makes"]] as const;
const SECRET = [[/^(secret|ses_smtp_password_v4|password)$/, "known to the create only"]] as const;
const METADATA = (name: string) =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://${name}.example/saml"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${"MIIB".repeat(200)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://${name}.example/sso"/></IDPSSODescriptor></EntityDescriptor>`;

export const IAM: Group = {
  name: "IAM",
  rows: [
    {
      type: "aws_iam_policy",
      name: "policy",
      config: () => ({ name: "lives-policy", policy: POLICY("s3:GetObject") }),
    },
    {
      type: "aws_iam_role",
      name: "role",
      config: () => ({ name: "lives-role", assume_role_policy: TRUST }),
    },
    {
      type: "aws_iam_user",
      name: "user",
      config: () => ({ name: "lives-user" }),
      changes: [
        () => ({ name: "lives-user", path: "/a/", tags: { a: "b" } }),
        () => ({ name: "lives-renamed", path: "/a/", tags: { a: "b" } }),
        () => ({ name: "lives-renamed", path: "/a/", tags: { a: "c" }, force_destroy: true }),
        (made) => ({ name: "lives-renamed", permissions_boundary: made("policy", "arn"), force_destroy: true }),
        () => ({ name: "lives-renamed" }),
      ],
    },
    {
      type: "aws_iam_user",
      name: "second",
      config: () => ({
        name: "lives-second",
        path: "/x/",
        tags: { t: "1" },
        permissions_boundary: "arn:aws:iam::aws:policy/ReadOnlyAccess",
      }),
    },
    {
      type: "aws_iam_group",
      name: "group",
      config: () => ({ name: "lives-group" }),
      changes: [() => ({ name: "lives-group2", path: "/g/" })],
    },
    { type: "aws_iam_group", name: "other", config: () => ({ name: "lives-other", path: "/o/" }) },
    ...(["user", "group"] as const).flatMap((owner) => [
      {
        type: `aws_iam_${owner}_policy`,
        name: `${owner}-inline`,
        config: (made: (name: string, path: string) => unknown) => ({
          [owner]: String(made(owner, "name")),
          name: "inline",
          policy: POLICY("s3:PutObject"),
        }),
        changes: [
          (made: (name: string, path: string) => unknown) => ({
            [owner]: String(made(owner, "name")),
            name: "inline",
            policy: POLICY("s3:ListBucket"),
          }),
          (made: (name: string, path: string) => unknown) => ({
            [owner]: String(made(owner, "name")),
            name: "inline2",
            policy: POLICY("s3:ListBucket"),
          }),
        ],
      },
      {
        type: `aws_iam_${owner}_policy`,
        name: `${owner}-unnamed`,
        config: (made: (name: string, path: string) => unknown) => ({
          [owner]: String(made(owner, "name")),
          name_prefix: "pre-",
          policy: POLICY("s3:PutObject"),
        }),
      },
      {
        type: `aws_iam_${owner}_policy_attachment`,
        name: `${owner}-attached`,
        config: (made: (name: string, path: string) => unknown) => ({
          [owner]: String(made(owner, "name")),
          policy_arn: String(made("policy", "arn")),
        }),
        importId: (made: (name: string, path: string) => unknown) =>
          `${String(made(owner, "name"))}/${String(made("policy", "arn"))}`,
        differs: DRAWN,
        changes: [
          (made: (name: string, path: string) => unknown) => ({
            [owner]: String(made(owner, "name")),
            policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
          }),
        ],
      },
    ]),
    {
      type: "aws_iam_access_key",
      name: "key",
      config: (made) => ({ user: made("user", "name") }),
      changes: [(made) => ({ user: made("user", "name"), status: "Inactive" }), () => ({ user: "lives-second" })],
      differs: SECRET,
    },
    {
      type: "aws_iam_group_membership",
      remains: true,
      name: "members",
      importId: null,
      config: (made) => ({ name: "m", group: made("group", "name"), users: ["lives-second", made("user", "name")] }),
      changes: [(made) => ({ name: "m", group: made("group", "name"), users: ["lives-second"] })],
    },
    {
      type: "aws_iam_user_group_membership",
      remains: true,
      name: "membership",
      config: (made) => ({ user: made("user", "name"), groups: ["lives-other", made("group", "name")] }),
      changes: [(made) => ({ user: made("user", "name"), groups: ["lives-other"] })],
      importId: (made) => `${String(made("user", "name"))}/lives-other/${String(made("group", "name"))}`,
      differs: DRAWN,
    },
    {
      type: "aws_iam_instance_profile",
      name: "profile",
      config: (made) => ({ name: "lives-profile", role: made("role", "name"), tags: { a: "b" } }),
      changes: [() => ({ name: "lives-profile", tags: { a: "c" } }), () => ({ name: "lives-profile", path: "/p/" })],
    },
    {
      type: "aws_iam_instance_profile",
      name: "unnamed-profile",
      config: () => ({ name_prefix: "pro-", path: "/p/" }),
      changes: [() => ({ name_prefix: "pro-", path: "/p/", role: "lives-role" })],
    },
    {
      type: "aws_iam_openid_connect_provider",
      name: "oidc",
      config: () => ({
        url: "https://accounts.example.com/a",
        client_id_list: ["one", "two"],
        thumbprint_list: ["cf23df2207d99a74fbe169e3eba035e633b65d94"],
        tags: { a: "b" },
      }),
      changes: [
        () => ({
          url: "https://accounts.example.com/a",
          client_id_list: ["one", "two"],
          thumbprint_list: ["0123456789012345678901234567890123456789"],
        }),
        () => ({
          url: "https://accounts.example.com/a",
          client_id_list: ["two", "three"],
          thumbprint_list: ["0123456789012345678901234567890123456789"],
        }),
      ],
    },
    {
      type: "aws_iam_openid_connect_provider",
      name: "oidc-plain",
      config: () => ({ url: "https://token.example.com", client_id_list: ["sts.amazonaws.com"] }),
    },
    {
      type: "aws_iam_saml_provider",
      name: "saml",
      config: () => ({ name: "lives-saml", saml_metadata_document: METADATA("one"), tags: { a: "b" } }),
      changes: [() => ({ name: "lives-saml", saml_metadata_document: METADATA("two") })],
    },
    {
      type: "aws_iam_service_linked_role",
      name: "slr",
      config: () => ({
        aws_service_name: "autoscaling.amazonaws.com",
        custom_suffix: "lives",
        description: "d",
        tags: { a: "b" },
      }),
      changes: [
        () => ({ aws_service_name: "autoscaling.amazonaws.com", custom_suffix: "lives", description: "e" }),
        () => ({ aws_service_name: "autoscaling.amazonaws.com", custom_suffix: "other" }),
      ],
    },
    {
      type: "aws_iam_policy",
      name: "shared",
      config: () => ({ name: "lives-shared", policy: POLICY("s3:GetObject") }),
    },
    {
      type: "aws_iam_policy_attachment",
      name: "everyone",
      importId: null,
      config: (made) => ({
        name: "everyone",
        policy_arn: made("shared", "arn"),
        users: ["lives-second"],
        roles: ["lives-role"],
        groups: ["lives-other", made("group", "name")],
      }),
      changes: [(made) => ({ name: "everyone", policy_arn: made("shared", "arn"), users: [made("user", "name")] })],
    },
    {
      type: "aws_iam_role",
      name: "exclusive",
      config: () => ({ name: "lives-exclusive", assume_role_policy: TRUST }),
    },
    {
      type: "aws_iam_role_policies_exclusive",
      name: "no-inline",
      config: () => ({ role_name: "lives-exclusive", policy_names: [] }),
      importId: () => "lives-exclusive",
      remains: true,
    },
    {
      type: "aws_iam_role_policy_attachments_exclusive",
      name: "attachments",
      config: (made) => ({ role_name: "lives-exclusive", policy_arns: [made("policy", "arn")] }),
      changes: [() => ({ role_name: "lives-exclusive", policy_arns: [] }), () => ({ role_name: "lives-role", policy_arns: [] })],
      importId: () => "lives-exclusive",
      remains: true,
    },
    {
      type: "aws_iam_account_alias",
      name: "alias",
      config: () => ({ account_alias: "lives-alias" }),
      changes: [() => ({ account_alias: "lives-alias2" })],
    },
    {
      type: "aws_iam_account_password_policy",
      name: "passwords",
      config: () => ({}),
      changes: [
        () => ({
          minimum_password_length: 12,
          require_numbers: true,
          require_symbols: true,
          max_password_age: 90,
          password_reuse_prevention: 3,
          hard_expiry: true,
          allow_users_to_change_password: false,
        }),
        () => ({ minimum_password_length: 8 }),
      ],
    },
    {
      type: "aws_iam_virtual_mfa_device",
      name: "mfa",
      config: () => ({ virtual_mfa_device_name: "lives-mfa", path: "/m/", tags: { a: "b" } }),
      changes: [
        () => ({ virtual_mfa_device_name: "lives-mfa", path: "/m/", tags: { a: "c" } }),
        () => ({ virtual_mfa_device_name: "x" }),
      ],
      differs: [[/^(base_32_string_seed|qr_code_png)$/, "known to the create only"]],
    },
    {
      type: "aws_iam_user_login_profile",
      name: "login",
      config: () => ({ user: "lives-second", password_reset_required: true }),
      changes: [() => ({ user: "lives-second", password_length: 30 })],
      differs: SECRET,
    },
    {
      type: "aws_iam_user_policies_exclusive",
      name: "only-user-inline",
      config: () => ({ user_name: "lives-second", policy_names: [] }),
      importId: () => "lives-second",
      remains: true,
    },
    {
      type: "aws_iam_user_policy_attachments_exclusive",
      name: "only-user-attached",
      config: () => ({ user_name: "lives-second", policy_arns: [] }),
      changes: [
        () => ({ user_name: "lives-second", policy_arns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }),
        () => ({ user_name: "lives-second", policy_arns: [] }),
        () => ({ user_name: "other", policy_arns: [] }),
      ],
      importId: () => "lives-second",
      remains: true,
    },
    {
      type: "aws_iam_group_policies_exclusive",
      name: "only-group-inline",
      config: (made) => ({ group_name: made("group", "name"), policy_names: [] }),
      importId: (made) => String(made("group", "name")),
      remains: true,
    },
    {
      type: "aws_iam_group_policy_attachments_exclusive",
      name: "only-group-attached",
      config: (made) => ({ group_name: made("group", "name"), policy_arns: [] }),
      changes: [
        (made) => ({ group_name: made("group", "name"), policy_arns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }),
        (made) => ({ group_name: made("group", "name"), policy_arns: [] }),
      ],
      importId: (made) => String(made("group", "name")),
      remains: true,
    },
  ],
  looks: [
    { data: "aws_iam_access_keys", name: "second's", config: () => ({ user: "lives-second" }) },
    { data: "aws_iam_instance_profiles", name: "role's", config: (made) => ({ role_name: made("role", "name") }) },
    { data: "aws_iam_roles", name: "all", config: () => ({}) },
    { data: "aws_iam_roles", name: "named", config: () => ({ name_regex: "^(?:lives|x).*e$" }) },
    { data: "aws_iam_users", name: "path", config: () => ({ path_prefix: "/" }) },
    {
      data: "aws_iam_session_context",
      name: "session",
      config: () => ({ arn: "arn:aws:sts::123456789012:assumed-role/lives-role/session" }),
    },
    { data: "aws_iam_session_context", name: "user", config: () => ({ arn: "arn:aws:iam::123456789012:user/x" }) },
    { data: "aws_iam_role", name: "role", config: () => ({ name: "lives-role" }) },
    { data: "aws_iam_user", name: "user", config: () => ({ user_name: "lives-second" }) },
    { data: "aws_iam_group", name: "group", config: (made) => ({ group_name: made("group", "name") }) },
    { data: "aws_iam_instance_profile", name: "profile", config: () => ({ name: "lives-profile" }) },
    { data: "aws_iam_account_alias", name: "alias", config: () => ({}) },
    { data: "aws_iam_policy", name: "arn", config: (made) => ({ arn: made("policy", "arn") }) },
    { data: "aws_iam_policy", name: "named", config: () => ({ name: "lives-policy" }) },
    { data: "aws_iam_openid_connect_provider", name: "url", config: () => ({ url: "https://token.example.com" }) },
    { data: "aws_iam_openid_connect_provider", name: "arn", config: (made) => ({ arn: made("oidc", "arn") }) },
    { data: "aws_arn", name: "parts", config: () => ({ arn: "arn:aws:rds:eu-west-1:123456789012:db:mysql-db" }) },
    { data: "aws_billing_service_account", name: "account", config: () => ({}) },
  ],
  refusals: [
    { refused: "aws_iam_user", name: "name", config: { name: "a b" } },
    { refused: "aws_iam_group", name: "name", config: { name: "a/b" } },
    { refused: "aws_iam_user_policy", name: "policy", config: { user: "u", policy: "{" } },
    {
      refused: "aws_iam_group_policy",
      name: "both",
      config: { group: "g", name: "a", name_prefix: "b", policy: POLICY("s3:*") },
    },
    { refused: "aws_iam_user_policy_attachment", name: "arn", config: { user: "u", policy_arn: "x" } },
    { refused: "aws_iam_access_key", name: "status", config: { user: "u", status: "Off" } },
    { refused: "aws_iam_instance_profile", name: "name", config: { name: "a b" } },
    { refused: "aws_iam_instance_profile", name: "long", config: { name_prefix: "a".repeat(120) } },
    { refused: "aws_iam_openid_connect_provider", name: "scheme", config: { url: "http://x.example", client_id_list: ["a"] } },
    {
      refused: "aws_iam_openid_connect_provider",
      name: "query",
      config: { url: "https://x.example?a=b", client_id_list: ["a"] },
    },
    { refused: "aws_iam_openid_connect_provider", name: "text", config: { url: "x.example", client_id_list: ["a"] } },
    {
      refused: "aws_iam_openid_connect_provider",
      name: "thumbprint",
      config: { url: "https://x.example", client_id_list: ["a"], thumbprint_list: ["a"] },
    },
    { refused: "aws_iam_openid_connect_provider", name: "client", config: { url: "https://x.example", client_id_list: [""] } },
    { refused: "aws_iam_saml_provider", name: "short", config: { name: "a", saml_metadata_document: "x" } },
    { refused: "aws_iam_service_linked_role", name: "service", config: { aws_service_name: "x" } },
    {
      refused: "aws_iam_policy_attachment",
      name: "nobody",
      config: { name: "a", policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
    },
    { refused: "aws_iam_policy_attachment", name: "arn", config: { name: "a", policy_arn: "x", users: ["a"] } },
    {
      refused: "aws_iam_policy_attachment",
      name: "name",
      config: { name: "", policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess", users: ["a"] },
    },
    { refused: "aws_iam_account_alias", name: "short", config: { account_alias: "a" } },
    { refused: "aws_iam_account_alias", name: "letters", config: { account_alias: "ABCD" } },
    { refused: "aws_iam_account_alias", name: "hyphen", config: { account_alias: "abc-" } },
    { refused: "aws_iam_account_alias", name: "hyphens", config: { account_alias: "a--b" } },
    { refused: "aws_iam_virtual_mfa_device", name: "name", config: { virtual_mfa_device_name: "  " } },
    { refused: "aws_iam_user_login_profile", name: "length", config: { user: "u", password_length: 3 } },
  ],
};
