/** Uses of each key. KMS developer guide, "Monitor KMS keys with Amazon CloudWatch" (read 2026-11-21). */
import type { Ctx, EndedOperation } from "../../core/service.ts";

/** Cryptographic operations that answer with the key they used. */
const COUNTED = /^(Encrypt|Decrypt|ReEncrypt|GenerateDataKey.*|Sign|Verify|GenerateMac|VerifyMac|DeriveSharedSecret)$/;

export function observeRequest(ctx: Ctx, { operation, output }: EndedOperation): void {
  if (!COUNTED.test(operation) || typeof output !== "object" || output === null || !("KeyId" in output)) return;
  const { KeyId } = output;
  if (typeof KeyId === "string" && KeyId.startsWith("arn:"))
    ctx.metric("AWS/KMS", "SuccessfulRequest", { KeyArn: KeyId, Operation: operation }, 1, "Count");
}
