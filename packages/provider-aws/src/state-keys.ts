/** KMS as OpenTofu's key provider `aws_kms` uses it: data keys of a key, which encrypt states and plans. */
import { isList, isObject, type ValueObject } from "@dovetail/model";
import { createSession } from "./config/session.ts";
import { textAt } from "./services/attribute-map.ts";
import { type BucketOptions, providerBlock } from "./state-bucket.ts";

export interface StateKeys {
  /** Throws AWS's error. */
  generate(): Promise<{ readonly plaintext: Uint8Array; readonly ciphertext: Uint8Array }>;
  decrypt(ciphertext: Uint8Array): Promise<Uint8Array>;
}

/** @param access arguments of the key provider: those of the provider block, `kms_key_id`, `key_spec`, one block `endpoints` */
export function openStateKeys(access: ValueObject, options: BucketOptions): StateKeys {
  const { endpoints = null, ...rest } = access;
  const [named] = isList(endpoints) ? endpoints.filter(isObject) : [];
  const block = providerBlock({ ...rest, ...(named === undefined ? {} : { endpoints: named }) }, options.env);
  const [KeyId, KeySpec] = [textAt(access, "kms_key_id"), textAt(access, "key_spec")];
  /** One connection a request: they are few, and a state is read and written at the two ends of a run. */
  const call = async <T>(
    work: (kms: ReturnType<ReturnType<typeof createSession>["context"]>["clients"]["kms"]) => Promise<T>,
  ) => {
    const session = createSession(block, { ...options, edition: "6.66.0" });
    try {
      return await work(session.context(session.region).clients.kms);
    } finally {
      session.close();
    }
  };
  return {
    generate: () =>
      call(async (kms) => {
        const { Plaintext, CiphertextBlob } = await kms.generateDataKey({
          KeyId,
          KeySpec: KeySpec === "AES_128" ? KeySpec : "AES_256",
        });
        if (Plaintext === undefined || CiphertextBlob === undefined) throw new Error("KMS gave no data key");
        return { plaintext: Plaintext, ciphertext: CiphertextBlob };
      }),
    decrypt: (CiphertextBlob) =>
      call(async (kms) => {
        const { Plaintext } = await kms.decrypt({ KeyId, CiphertextBlob });
        if (Plaintext === undefined) throw new Error("KMS gave no plaintext");
        return Plaintext;
      }),
  };
}
