import type { EncryptionAlgorithmSpec } from "@aws-sdk/client-kms";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { blocksAt, enumAt, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";

const ALGORITHMS = ["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"];
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** aws_kms_secrets (data source): ciphertexts that the configuration carries, decrypted. */
export const dataSource: NativeDataSource = {
  type: "aws_kms_secrets",
  validate: (config) => runChecks([oneOf("secret.encryption_algorithm", ALGORITHMS)], config),
  async read(aws, config) {
    const plaintext: Record<string, string> = {};
    for (const secret of blocksAt(config, "secret")) {
      const name = requiredText(secret, "name");
      const payload = requiredText(secret, "payload");
      if (!BASE64.test(payload)) {
        const detail = `invalid base64 value for secret '${name}'`;
        throw new DiagnosticError(errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "secret" }));
      }
      const [context, tokens] = [textMapAt(secret, "context"), textsAt(secret, "grant_tokens")];
      const { Plaintext } = await aws.clients.kms.decrypt({
        CiphertextBlob: Buffer.from(payload, "base64"),
        EncryptionContext: Object.keys(context).length > 0 ? context : undefined,
        EncryptionAlgorithm: enumAt<EncryptionAlgorithmSpec>(secret, "encryption_algorithm"),
        GrantTokens: tokens.length > 0 ? tokens : undefined,
        KeyId: textAt(secret, "key_id"),
      });
      plaintext[name] = Buffer.from(Plaintext ?? new Uint8Array()).toString();
    }
    return { id: aws.region, plaintext };
  },
};
