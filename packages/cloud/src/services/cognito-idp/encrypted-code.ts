import { createCipheriv, hkdfSync } from "node:crypto";
import type { Ctx } from "../../core/service.ts";

/**
 * A secret as custom senders get it: a message of the AWS Encryption SDK (format 1.0, algorithm suite 0x0178: AES-256-GCM with HKDF-SHA256, no
 * signature, no key commitment, framed) whose data key is wrapped by the pool's KMS key. Source: AWS Encryption SDK developer guide,
 * "Message format reference", "Body additional authenticated data reference".
 */
const ALGORITHM = 0x0178;
const FRAME_BYTES = 4_096;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FINAL_FRAME = 0xffffffff;

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};

/** A text with its length before it. */
function counted(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([u16(bytes.length), bytes]);
}

function contextBytes(context: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(context).sort();
  return Buffer.concat([u16(names.length), ...names.flatMap((name) => [counted(name), counted(context[name] ?? "")])]);
}

function seal(key: Uint8Array, iv: Buffer, about: Buffer, plain: Buffer): { content: Buffer; tag: Buffer } {
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES }).setAAD(about);
  return { content: Buffer.concat([cipher.update(plain), cipher.final()]), tag: cipher.getAuthTag() };
}

export interface DataKey {
  readonly Plaintext: Uint8Array;
  readonly CiphertextBlob: Uint8Array;
  /** ARN. */
  readonly KeyId: string;
}

/** The message, `messageId` being 16 random bytes. At most one frame: `plain` has up to 4,096 bytes. Pure. */
export function encryptedMessage(
  dataKey: DataKey,
  messageId: Uint8Array,
  context: Readonly<Record<string, string>>,
  plain: Buffer,
): Buffer {
  if (plain.length > FRAME_BYTES) throw new RangeError(`${plain.length} bytes don't fit into one frame`);
  const info = Buffer.concat([u16(ALGORITHM), messageId]);
  const key = Buffer.from(hkdfSync("sha256", dataKey.Plaintext, Buffer.alloc(0), info, 32));
  const header = Buffer.concat([
    Buffer.from([0x01, 0x80]),
    info,
    counted(contextBytes(context)),
    u16(1),
    counted("aws-kms"),
    counted(dataKey.KeyId),
    counted(dataKey.CiphertextBlob),
    Buffer.from([0x02]),
    u32(0),
    Buffer.from([IV_BYTES]),
    u32(FRAME_BYTES),
  ]);
  const headerIv = Buffer.alloc(IV_BYTES);
  const headerTag = seal(key, headerIv, header, Buffer.alloc(0)).tag;
  const frameIv = Buffer.alloc(IV_BYTES);
  frameIv.writeUInt32BE(1, IV_BYTES - 4);
  const about = Buffer.concat([messageId, Buffer.from("AWSKMSEncryptionClient Final Frame"), u32(1), u32(0), u32(plain.length)]);
  const frame = seal(key, frameIv, about, plain);
  return Buffer.concat([
    header,
    headerIv,
    headerTag,
    u32(FINAL_FRAME),
    u32(1),
    frameIv,
    u32(plain.length),
    frame.content,
    frame.tag,
  ]);
}

/** `code` under the pool's key, base64. Throws KMS's ServiceError. */
export async function encryptedCode(ctx: Ctx, poolId: string, keyId: string, code: string): Promise<string> {
  const context = { "userpool-id": poolId };
  const dataKey = await ctx.call<DataKey>("kms", "GenerateDataKey", {
    KeyId: keyId,
    KeySpec: "AES_256",
    EncryptionContext: context,
  });
  return encryptedMessage(dataKey, ctx.random.bytes(16), context, Buffer.from(code, "utf8")).toString("base64");
}
