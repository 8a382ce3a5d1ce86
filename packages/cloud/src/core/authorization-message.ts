/**
 * The encoded authorization message of a refusal (EC2 gives one): who asked for what, and which statement denied it, sealed so that only STS's
 * DecodeAuthorizationMessage reads it. STS API reference, "DecodeAuthorizationMessage" (read 2026-11-21).
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Random } from "@dovetail/model";
import type { StoreWrite } from "./store.ts";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY = ["authorization-message-key"];

export interface Refusal {
  readonly principal: { readonly id: string; readonly arn: string };
  readonly action: string;
  readonly resource: string;
  readonly explicitDeny: boolean;
  /** Which statement denied it, in words; undefined when nothing allowed it. */
  readonly statement: string | undefined;
  readonly conditions: Readonly<Record<string, readonly string[]>>;
}

/** `iam`: the identities' store, which keeps the key. */
export function encodeRefusal(iam: StoreWrite, random: Random, refusal: Refusal): string {
  let key = iam.get<Uint8Array>(KEY);
  if (key === undefined) {
    key = random.bytes(KEY_BYTES);
    iam.put(KEY, key);
  }
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(documentOf(refusal))), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** The document as JSON; undefined for a message that this cloud didn't encode. */
export function decodeRefusal(iam: Pick<StoreWrite, "get">, message: string): string | undefined {
  const key = iam.get<Uint8Array>(KEY);
  const bytes = Buffer.from(message, "base64url");
  if (key === undefined || bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

function documentOf({ principal, action, resource, explicitDeny, statement, conditions }: Refusal): object {
  const values = Object.entries(conditions).map(([key, each]) => ({ key, values: { items: each.map((value) => ({ value })) } }));
  return {
    allowed: false,
    explicitDeny,
    matchedStatements: { items: statement === undefined ? [] : [{ statementId: statement, effect: "DENY" }] },
    failures: { items: [] },
    context: { principal, action, resource, conditions: { items: values } },
  };
}
