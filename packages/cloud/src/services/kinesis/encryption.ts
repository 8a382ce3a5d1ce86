/**
 * Server-side encryption: producers need kms:GenerateDataKey on the stream's key, consumers kms:Decrypt. Kinesis Data Streams developer
 * guide, "Permissions to use user-generated KMS keys".
 */
import { type KeyAction, KMS_PREFIXED, requireKeyOf } from "../../core/key-use.ts";
import type { Ctx } from "../../core/service.ts";
import { type StreamRecord, streamArn } from "./store.ts";

function ask(ctx: Ctx, stream: StreamRecord, keyId: string, action: KeyAction): Promise<void> {
  return requireKeyOf(ctx, stream, keyId, [action], { "aws:kinesis:arn": streamArn(stream) }, KMS_PREFIXED);
}

/** Runs `work` once the requester may use the stream's key; at once when there is none. */
export function withKey<T>(ctx: Ctx, stream: StreamRecord | undefined, action: KeyAction, work: () => T): T | Promise<T> {
  const keyId = stream?.keyId;
  return stream === undefined || keyId === undefined ? work() : ask(ctx, stream, keyId, action).then(work);
}

/** StartStreamEncryption: the key must be there and be the requester's to use. */
export function checkNewKey(ctx: Ctx, stream: StreamRecord, keyId: string): Promise<void> {
  return ask(ctx, stream, keyId, "GenerateDataKey");
}
