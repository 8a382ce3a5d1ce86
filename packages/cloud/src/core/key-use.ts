/**
 * How a service asks KMS whether the requester may use a key: a dry run of the call that AWS makes in the requester's place, with the
 * service's encryption context and `kms:ViaService`.
 */
import { type Ctx, type Principal, ServiceError } from "./service.ts";

export type KeyAction = "GenerateDataKey" | "Decrypt" | "Encrypt";

const INPUTS: { readonly [action in KeyAction]: object } = {
  GenerateDataKey: { KeySpec: "AES_256" },
  Decrypt: { DryRunModifiers: ["IGNORE_CIPHERTEXT"] },
  Encrypt: { Plaintext: Buffer.from("0") },
};

/** `keyId` in every form that KMS takes. Throws KMS's own ServiceError when the key is not there, not usable, or not allowed. */
export async function requireKeyUse(
  ctx: Ctx,
  keyId: string,
  actions: readonly KeyAction[],
  EncryptionContext: { readonly [name: string]: string },
  as: Principal = ctx.principal,
): Promise<void> {
  for (const action of actions) {
    try {
      await ctx.call("kms", action, { KeyId: keyId, EncryptionContext, DryRun: true, ...INPUTS[action] }, { as });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== "DryRunOperationException") throw error;
    }
  }
}

/** The code that a service gives for each of KMS's. */
export type KeyErrorNames = { readonly [kmsCode: string]: string };

/** KMS's refusal under the service's own code, in KMS's words; what the table lacks stays as it is. */
export function rewordKeyError(error: unknown, names: KeyErrorNames): unknown {
  if (!(error instanceof ServiceError) || !Object.hasOwn(names, error.code)) return error;
  const status = `(Service: Kms, Status Code: ${error.status}, Error Code: ${error.code})`;
  return new ServiceError(names[error.code] ?? error.code, 400, `${error.message} ${status}`.trim());
}

/** The codes of services that put KMS's name before KMS's own: `KMSDisabledException`. */
export const KMS_PREFIXED: KeyErrorNames = {
  AccessDeniedException: "KMSAccessDeniedException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  InvalidKeyUsageException: "KMSInvalidStateException",
  NotFoundException: "KMSNotFoundException",
};

/** Where an encrypted thing lives; its key is looked for there. */
export interface KeyHome {
  readonly account: string;
  readonly region: string;
}

/** `requireKeyUse` in the account and region of what is encrypted; refused under the service's own codes. */
export async function requireKeyOf(
  ctx: Ctx,
  { account, region }: KeyHome,
  keyId: string,
  actions: readonly KeyAction[],
  encryptionContext: { readonly [name: string]: string },
  names: KeyErrorNames,
): Promise<void> {
  try {
    await requireKeyUse(ctx.with({ account, region }), keyId, actions, encryptionContext);
  } catch (error) {
    throw rewordKeyError(error, names);
  }
}
