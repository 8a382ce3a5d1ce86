import type { Group } from "./life.ts";

const policy = (action: string) =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: action, Resource: "*" }],
    },
    null,
    2,
  );
export const SECRETS: Group = {
  name: "Secrets Manager",
  rows: [
    { type: "aws_kms_key", name: "secrets-key", config: () => ({}), importId: null },
    {
      type: "aws_secretsmanager_secret",
      name: "secret-plain",
      config: () => ({ name: "plain" }),
      changes: [
        () => ({ name: "plain", description: "d", tags: { a: "b" } }),
        (made) => ({ name: "plain", description: "e", kms_key_id: made("secrets-key", "arn"), tags: { a: "c" } }),
        (made) => ({ name: "plain", kms_key_id: made("secrets-key", "arn"), policy: policy("secretsmanager:GetSecretValue") }),
        (made) => ({ name: "plain", kms_key_id: made("secrets-key", "arn"), policy: "{}", recovery_window_in_days: 0 }),
        () => ({ name: "plain-2" }),
      ],
    },
    {
      type: "aws_secretsmanager_secret",
      name: "secret-full",
      config: (made) => ({
        name_prefix: "full-",
        description: "full",
        kms_key_id: made("secrets-key", "key_id"),
        policy: policy("secretsmanager:GetSecretValue"),
        recovery_window_in_days: 7,
        tags: { a: "b" },
      }),
    },
    { type: "aws_secretsmanager_secret", name: "secret-unnamed", config: () => ({ recovery_window_in_days: 0 }) },
    { type: "aws_secretsmanager_secret", name: "rotated", config: () => ({ name: "rotated", recovery_window_in_days: 0 }) },
    {
      type: "aws_secretsmanager_secret_version",
      name: "text",
      config: (made) => ({ secret_id: made("secret-plain", "id"), secret_string: "one" }),
      changes: [
        (made) => ({ secret_id: made("secret-plain", "id"), secret_string: "one", version_stages: ["AWSCURRENT", "mine"] }),
        (made) => ({ secret_id: made("secret-plain", "id"), secret_string: "two" }),
      ],
      remains: true,
    },
    {
      type: "aws_secretsmanager_secret_version",
      name: "binary",
      config: (made) => ({ secret_id: made("secret-full", "id"), secret_binary: "AAEC" }),
      remains: true,
    },
    {
      type: "aws_secretsmanager_secret_version",
      name: "write-only",
      config: (made) => ({ secret_id: made("secret-unnamed", "id"), secret_string_wo: "w", secret_string_wo_version: 1 }),
      changes: [(made) => ({ secret_id: made("secret-unnamed", "id"), secret_string_wo: "v", secret_string_wo_version: 2 })],
      remains: true,
    },
    {
      type: "aws_secretsmanager_secret_version",
      name: "rotated-value",
      config: (made) => ({ secret_id: made("rotated", "id"), secret_string: "one" }),
      remains: true,
    },
    {
      type: "aws_secretsmanager_secret_policy",
      name: "policy",
      config: (made) => ({ secret_arn: made("secret-unnamed", "arn"), policy: policy("secretsmanager:GetSecretValue") }),
      changes: [
        (made) => ({
          secret_arn: made("secret-unnamed", "arn"),
          policy: policy("secretsmanager:DescribeSecret"),
          block_public_policy: true,
        }),
        (made) => ({ secret_arn: made("secret-plain", "arn"), policy: policy("secretsmanager:DescribeSecret") }),
      ],
      remains: true,
    },
  ],
  looks: [
    { data: "aws_secretsmanager_secret", name: "by name", config: () => ({ name: "plain" }) },
    { data: "aws_secretsmanager_secret", name: "by ARN", config: (made) => ({ arn: made("secret-full", "arn") }) },
    { data: "aws_secretsmanager_secret_version", name: "current", config: (made) => ({ secret_id: made("secret-plain", "id") }) },
    {
      data: "aws_secretsmanager_secret_version",
      name: "by version",
      config: (made) => ({ secret_id: made("secret-full", "id"), version_id: made("binary", "version_id") }),
    },
    { data: "aws_secretsmanager_secrets", name: "filtered", config: () => ({ filter: [{ name: "name", values: ["plain"] }] }) },
    { data: "aws_secretsmanager_secrets", name: "all", config: () => ({}) },
    {
      data: "aws_secretsmanager_random_password",
      name: "drawn",
      config: () => ({ password_length: 9, exclude_punctuation: true }),
      differs: [[/^(id|random_password)$/, "another one at each read"]],
    },
  ],
  refusals: [
    { refused: "aws_secretsmanager_secret", name: "name", config: { name: "a b" } },
    { refused: "aws_secretsmanager_secret", name: "both", config: { name: "a", name_prefix: "b" } },
    { refused: "aws_secretsmanager_secret", name: "days", config: { name: "a", recovery_window_in_days: 3 } },
    { refused: "aws_secretsmanager_secret", name: "policy", config: { name: "a", policy: "{" } },
    {
      refused: "aws_secretsmanager_secret_version",
      name: "both",
      config: { secret_id: "a", secret_string: "a", secret_binary: "AAEC" },
    },
    { refused: "aws_secretsmanager_secret_version", name: "base64", config: { secret_id: "a", secret_binary: "a!" } },
    { refused: "aws_secretsmanager_secret_version", name: "write-only alone", config: { secret_id: "a", secret_string_wo: "a" } },
    { refused: "aws_secretsmanager_secret_policy", name: "arn", config: { secret_arn: "a", policy: "{}" } },
    {
      refused: "aws_secretsmanager_secret_rotation",
      name: "days",
      config: { secret_id: "a", rotation_rules: [{ automatically_after_days: 0 }] },
    },
    {
      refused: "aws_secretsmanager_secret_rotation",
      name: "both",
      config: { secret_id: "a", rotation_rules: [{ automatically_after_days: 1, schedule_expression: "rate(1 day)" }] },
    },
    {
      refused: "aws_secretsmanager_secret_rotation",
      name: "neither",
      config: { secret_id: "a", rotation_rules: [{ duration: "1h" }] },
    },
  ],
};
