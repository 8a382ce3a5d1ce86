import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import {
  CreateKeyCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  KMSClient,
  type OriginType,
} from "@aws-sdk/client-kms";
import type { Group } from "./life.ts";

const ACCOUNT_ROOT = "arn:aws:iam::123456789012:root";
const policy = (...actions: readonly string[]) =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        { Sid: "root", Effect: "Allow", Principal: { AWS: ACCOUNT_ROOT }, Action: "kms:*", Resource: "*" },
        { Sid: "more", Effect: "Allow", Principal: "*", Action: actions, Resource: "*" },
      ],
    },
    null,
    2,
  );
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const DRAWN: readonly (readonly [RegExp, string])[] = [
  [/^(id|ciphertext_blob)$/, "drawn at every encryption; the real id is the time"],
];

const DAY_MS = 86_400_000;
const TARGET = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1";
/** KMS takes a year at most. */
const SOON = `${new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + 100 * DAY_MS).toISOString().slice(0, 19)}Z`;
/** 32 bytes. */
const MATERIAL = Buffer.alloc(32, 7).toString("base64");

/** A primary key of another region; one whose material is the user's own has it. */
const primary = (Origin: OriginType) => async (endpoint: string) => {
  const client = new KMSClient({ endpoint, region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ MultiRegion: true, Origin }));
  const KeyId = KeyMetadata?.KeyId ?? "";
  if (Origin === "EXTERNAL") {
    const wrapping = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" } as const;
    const asked = await client.send(new GetParametersForImportCommand({ KeyId, ...wrapping }));
    const key = createPublicKey({ key: Buffer.from(asked.PublicKey ?? []), format: "der", type: "spki" });
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const EncryptedKeyMaterial = publicEncrypt({ key, padding, oaepHash: "sha256" }, Buffer.from(MATERIAL, "base64"));
    const ExpirationModel = "KEY_MATERIAL_DOES_NOT_EXPIRE";
    await client.send(
      new ImportKeyMaterialCommand({ KeyId, ImportToken: asked.ImportToken, EncryptedKeyMaterial, ExpirationModel }),
    );
  }
  return { arn: KeyMetadata?.Arn ?? "" };
};

export const KMS: Group = {
  name: "KMS",
  things: { primary: primary("AWS_KMS"), "external primary": primary("EXTERNAL") },
  rows: [
    { type: "aws_iam_role", name: "kms-role", config: () => ({ name: "kms-role", assume_role_policy: TRUST }), importId: null },
    {
      type: "aws_kms_key",
      name: "plain",
      config: () => ({}),
      changes: [() => ({ tags: { a: "b" }, enable_key_rotation: true })],
      plans: [
        () => ({ description: "e", tags: { a: "c", d: "e" }, enable_key_rotation: true, rotation_period_in_days: 100 }),
        () => ({ is_enabled: false, tags: { a: "b" } }),
        () => ({ policy: policy("kms:Encrypt"), deletion_window_in_days: 10 }),
        () => ({ tags: { a: "b" }, timeouts: { create: "3m" } }),
        () => ({ key_usage: "SIGN_VERIFY", customer_master_key_spec: "ECC_NIST_P256" }),
        () => ({ multi_region: true }),
      ],
    },
    {
      type: "aws_kms_key",
      name: "full",
      config: () => ({
        description: "full",
        deletion_window_in_days: 7,
        enable_key_rotation: true,
        rotation_period_in_days: 90,
        multi_region: true,
        policy: policy("kms:Encrypt"),
        bypass_policy_lockout_safety_check: true,
        tags: { a: "b" },
      }),
    },
    {
      type: "aws_kms_key",
      name: "signs",
      config: () => ({ key_usage: "SIGN_VERIFY", customer_master_key_spec: "RSA_2048" }),
    },
    {
      type: "aws_kms_key",
      name: "mac",
      config: () => ({ key_usage: "GENERATE_VERIFY_MAC", customer_master_key_spec: "HMAC_256" }),
    },
    {
      type: "aws_kms_alias",
      name: "alias",
      config: (made) => ({ name: "alias/a", target_key_id: made("plain", "key_id") }),
      changes: [
        (made) => ({ name: "alias/a", target_key_id: made("full", "key_id") }),
        (made) => ({ name: "alias/b", target_key_id: made("full", "key_id") }),
      ],
      plans: [(made) => ({ name: "alias/a", target_key_id: made("full", "arn") })],
    },
    {
      type: "aws_kms_alias",
      name: "prefixed",
      config: (made) => ({ name_prefix: "alias/p-", target_key_id: made("plain", "key_id") }),
    },
    { type: "aws_kms_alias", name: "unnamed", config: (made) => ({ target_key_id: made("plain", "key_id") }) },
    {
      type: "aws_kms_grant",
      name: "grant",
      config: (made) => ({
        name: "g",
        key_id: made("plain", "key_id"),
        grantee_principal: made("kms-role", "arn"),
        operations: ["Encrypt", "Decrypt"],
        constraints: [{ encryption_context_equals: { a: "b" } }],
      }),
      changes: [
        (made) => ({
          name: "g",
          key_id: made("plain", "key_id"),
          grantee_principal: made("kms-role", "arn"),
          operations: ["Encrypt"],
          constraints: [{ encryption_context_equals: { a: "b" } }],
        }),
      ],
      differs: [[/^grant_token$/, "drawn at every creation"]],
    },
    {
      type: "aws_kms_grant",
      name: "retired",
      config: (made) => ({
        key_id: made("plain", "arn"),
        grantee_principal: made("kms-role", "arn"),
        retiring_principal: made("kms-role", "arn"),
        operations: ["DescribeKey"],
        retire_on_delete: true,
      }),
    },
    {
      type: "aws_kms_key_policy",
      name: "policy",
      config: (made) => ({ key_id: made("signs", "key_id"), policy: policy("kms:Sign") }),
      changes: [
        (made) => ({ key_id: made("signs", "key_id"), policy: policy("kms:Verify"), bypass_policy_lockout_safety_check: false }),
      ],
      remains: true,
    },
    {
      type: "aws_kms_ciphertext",
      name: "ciphertext",
      config: (made) => ({ key_id: made("plain", "key_id"), plaintext: "secret", context: { a: "b" } }),
      changes: [(made) => ({ key_id: made("plain", "key_id"), plaintext: "other" })],
      importId: null,
      remains: true,
      differs: DRAWN,
    },
    {
      type: "aws_kms_external_key",
      name: "waiting",
      config: () => ({ description: "d", tags: { a: "b" } }),
      changes: [() => ({ description: "e", deletion_window_in_days: 7, tags: { a: "c" } }), () => ({ multi_region: true })],
      differs: [[/^bypass_policy_lockout_safety_check$|^deletion_window_in_days$/, "not known to an import"]],
    },
    {
      type: "aws_kms_external_key",
      name: "filled",
      config: () => ({ key_material_base64: MATERIAL, enabled: true }),
      changes: [
        () => ({ key_material_base64: MATERIAL, enabled: false, valid_to: SOON }),
        () => ({ key_material_base64: `${MATERIAL.slice(0, -2)}Q=`, enabled: false }),
      ],
      differs: [[/^(bypass_policy_lockout_safety_check|deletion_window_in_days|key_material_base64)$/, "not known to an import"]],
    },
    {
      type: "aws_kms_replica_key",
      name: "copy",
      config: (made) => ({ primary_key_arn: made("primary", "arn"), description: "d", tags: { a: "b" } }),
      changes: [
        (made) => ({
          primary_key_arn: made("primary", "arn"),
          description: "e",
          policy: policy("kms:Encrypt"),
          tags: { a: "c" },
        }),
        (made) => ({ primary_key_arn: made("primary", "arn"), enabled: false, deletion_window_in_days: 7 }),
        (made) => ({ primary_key_arn: made("external primary", "arn") }),
      ],
      differs: [[/^(bypass_policy_lockout_safety_check|deletion_window_in_days)$/, "not known to an import"]],
    },
    {
      type: "aws_kms_replica_external_key",
      name: "external copy",
      config: (made) => ({ primary_key_arn: made("external primary", "arn"), tags: { a: "b" } }),
      changes: [
        (made) => ({ primary_key_arn: made("external primary", "arn"), description: "e", deletion_window_in_days: 7 }),
        (made) => ({ primary_key_arn: made("external primary", "arn"), key_material_base64: MATERIAL }),
      ],
      differs: [[/^(bypass_policy_lockout_safety_check|deletion_window_in_days|key_material_base64)$/, "not known to an import"]],
    },
  ],
  looks: [
    { data: "aws_kms_public_key", name: "public", config: (made) => ({ key_id: made("signs", "key_id") }) },
    { data: "aws_kms_key", name: "by id", config: (made) => ({ key_id: made("plain", "key_id") }) },
    { data: "aws_kms_key", name: "by alias", config: () => ({ key_id: "alias/a" }) },
    { data: "aws_kms_key", name: "multi-region", config: (made) => ({ key_id: made("full", "arn") }) },
    { data: "aws_kms_alias", name: "named", config: () => ({ name: "alias/a" }) },
    {
      data: "aws_kms_ciphertext",
      name: "text",
      config: (made) => ({ key_id: made("plain", "key_id"), plaintext: "x" }),
      differs: DRAWN,
    },
    {
      data: "aws_kms_secrets",
      name: "one",
      config: (made) => ({ secret: [{ name: "s", payload: made("ciphertext", "ciphertext_blob"), context: { a: "b" } }] }),
    },
  ],
  refusals: [
    { refused: "aws_kms_external_key", name: "window", config: { deletion_window_in_days: 1 } },
    { refused: "aws_kms_external_key", name: "time", config: { valid_to: "soon" } },
    { refused: "aws_kms_external_key", name: "policy", config: { policy: "{" } },
    { refused: "aws_kms_replica_key", name: "primary", config: { primary_key_arn: "x" } },
    { refused: "aws_kms_replica_external_key", name: "time", config: { primary_key_arn: TARGET, valid_to: "soon" } },
    { refused: "aws_kms_key", name: "spec", config: { customer_master_key_spec: "AES" } },
    { refused: "aws_kms_key", name: "usage", config: { key_usage: "X" } },
    { refused: "aws_kms_key", name: "days", config: { deletion_window_in_days: 5 } },
    { refused: "aws_kms_key", name: "period", config: { enable_key_rotation: true, rotation_period_in_days: 10 } },
    { refused: "aws_kms_key", name: "policy", config: { policy: "{" } },
    { refused: "aws_kms_key", name: "store", config: { xks_key_id: "x" } },
    { refused: "aws_kms_alias", name: "reserved", config: { name: "alias/aws/x", target_key_id: "k" } },
    { refused: "aws_kms_alias", name: "no prefix", config: { name: "x", target_key_id: "k" } },
    { refused: "aws_kms_alias", name: "both", config: { name: "alias/x", name_prefix: "alias/y", target_key_id: "k" } },
    {
      refused: "aws_kms_grant",
      name: "operation",
      config: { key_id: "k", grantee_principal: ACCOUNT_ROOT, operations: ["Fly"] },
    },
    { refused: "aws_kms_grant", name: "principal", config: { key_id: "k", grantee_principal: "me", operations: ["Encrypt"] } },
    {
      refused: "aws_kms_grant",
      name: "name",
      config: { key_id: "k", name: "a b", grantee_principal: ACCOUNT_ROOT, operations: ["Encrypt"] },
    },
    { refused: "aws_kms_key_policy", name: "policy", config: { key_id: "k", policy: "x" } },
    { refused: "aws_kms_alias", name: "form", config: { name: "alias/ü", target_key_id: "k" } },
  ],
};
