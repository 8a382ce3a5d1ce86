import { type Ctx, ServiceError } from "../../../core/service.ts";

/**
 * The key that a function's environment is encrypted with. Nothing is encrypted by it here, but a function whose key can't be used doesn't run,
 * with the errors of Invoke (API reference, "Invoke", Errors; read 2026-11-21).
 */
export async function checkKey(ctx: Ctx, keyArn: string | undefined): Promise<void> {
  if (keyArn === undefined) return;
  const state = await stateOf(ctx, keyArn);
  if (state === "Enabled") return;
  const because = "Lambda was unable to decrypt the environment variables because";
  if (state === undefined)
    throw failed("KMSNotFoundException", `${because} the KMS key was not found. Please check the function's KMS key settings.`);
  if (state === "Disabled")
    throw failed(
      "KMSDisabledException",
      `${because} the KMS key used is disabled. Please check the function's KMS key settings.`,
    );
  throw failed("KMSInvalidStateException", `${because} the state of the KMS key used is not valid for Decrypt: ${state}.`);
}

const failed = (code: string, message: string) => new ServiceError(code, 502, message, { Type: "User" });

async function stateOf(ctx: Ctx, KeyId: string): Promise<string | undefined> {
  try {
    const { KeyMetadata } = await ctx.call<{ KeyMetadata?: { KeyState?: string } }>("kms", "DescribeKey", { KeyId });
    return KeyMetadata?.KeyState;
  } catch (error) {
    if (error instanceof ServiceError && error.code === "NotFoundException") return undefined;
    throw error;
  }
}
