import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textsAt } from "../attribute-map.ts";

const LINE = /.{1,64}/g;

/** `aws_kms_public_key`. Behaviour: `internal/service/kms/public_key_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_kms_public_key",
  async read(aws, config) {
    const KeyId = requiredText(config, "key_id");
    const tokens = textsAt(config, "grant_tokens");
    const key = await aws.clients.kms.getPublicKey({ KeyId, ...(tokens.length > 0 ? { GrantTokens: tokens } : {}) });
    const public_key = Buffer.from(key.PublicKey ?? []).toString("base64");
    return {
      id: key.KeyId ?? "",
      arn: key.KeyId ?? "",
      customer_master_key_spec: key.CustomerMasterKeySpec ?? key.KeySpec ?? "",
      encryption_algorithms: key.EncryptionAlgorithms ?? [],
      key_usage: key.KeyUsage ?? "",
      public_key,
      public_key_pem: `-----BEGIN PUBLIC KEY-----\n${(public_key.match(LINE) ?? []).join("\n")}\n-----END PUBLIC KEY-----\n`,
      signing_algorithms: key.SigningAlgorithms ?? [],
    };
  },
};
