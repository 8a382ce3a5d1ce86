import type { ValueObject } from "@dovetail/model";

/** What `terraform { encryption { … } }` and TF_ENCRYPTION say, merged. Addresses are `key_provider.TYPE.NAME`, `method.TYPE.NAME`. */
export interface EncryptionConfig {
  readonly keyProviders: ReadonlyMap<string, KeyProviderConfig>;
  readonly methods: ReadonlyMap<string, MethodConfig>;
  readonly state?: EncryptionTarget;
  readonly plan?: EncryptionTarget;
  /** Of `terraform_remote_state`, whichever it is. */
  readonly remoteStates?: EncryptionTarget;
}

export interface KeyProviderConfig {
  readonly type: "pbkdf2" | "aws_kms";
  /** Under which what it needs is kept beside the data. */
  readonly metaName: string;
  readonly settings: ValueObject;
}

export type MethodConfig =
  | { readonly type: "unencrypted" }
  | { readonly type: "aes_gcm"; readonly keys: string; readonly aad?: readonly number[] };

export interface EncryptionTarget {
  /** Addresses: the first encrypts, each decrypts. */
  readonly methods: readonly string[];
  readonly isEnforced: boolean;
}
