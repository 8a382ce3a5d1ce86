import { createHash } from "node:crypto";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { exactlyOneOf, requiredWith, runChecks } from "../checks.ts";
import { noImport } from "../import-id.ts";

const WRITE_ONLY = [
  exactlyOneOf(["plaintext", "plaintext_wo"]),
  requiredWith("plaintext_wo", ["plaintext_wo_version"]),
  requiredWith("plaintext_wo_version", ["plaintext_wo"]),
];

/** aws_kms_ciphertext: what KMS made of a plaintext once. There is nothing remote to read, change or delete. */
export const resource: NativeResource = {
  type: "aws_kms_ciphertext",
  importId: noImport("aws_kms_ciphertext"),
  forceNew: ["context", "key_id", "plaintext", "plaintext_wo_version"],
  // Edition 5 has the plaintext as a required argument.
  validate: (config) => (Object.hasOwn(config, "plaintext_wo") ? runChecks(WRITE_ONLY, config) : []),
  async create(aws, planned, onCreated, config) {
    const plaintext = textAt(config, "plaintext_wo") ?? textAt(planned, "plaintext") ?? "";
    const blob = await encrypt(aws, requiredText(planned, "key_id"), plaintext, textMapAt(planned, "context"));
    // The real provider's id is the time; this one is as unique, since no two ciphertexts are equal.
    await onCreated({ id: createHash("sha256").update(blob).digest("hex"), ciphertext_blob: blob });
  },
  read: async (_aws, state) => state,
  delete: async () => {},
  find: async () => null,
};

/** The ciphertext of a text in base64. */
export async function encrypt(
  aws: AwsContext,
  KeyId: string,
  plaintext: string,
  context: Record<string, string>,
): Promise<string> {
  const { CiphertextBlob } = await aws.clients.kms.encrypt({
    KeyId,
    Plaintext: Buffer.from(plaintext),
    EncryptionContext: Object.keys(context).length > 0 ? context : undefined,
  });
  return Buffer.from(CiphertextBlob ?? new Uint8Array()).toString("base64");
}
