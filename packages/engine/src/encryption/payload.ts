import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { isJsonObject } from "../values/state-attributes.ts";

/**
 * The encrypted form of states and plans, as OpenTofu writes it: what key providers need to give the key again, the bytes, and a version
 * that tells it from everything else. Source: OpenTofu, `internal/encryption/base.go` (MPL, read 2026-11).
 */
export interface Payload {
  /** By the key provider's name (`key_provider.pbkdf2.main`): its own JSON, as bytes. */
  readonly meta: { readonly [name: string]: Uint8Array };
  readonly data: Uint8Array;
  /** Of a state: what stands outside, for who compares states without opening them. */
  readonly serial?: number;
  readonly lineage?: string;
}

const VERSION = "v0";

/** undefined: the bytes are not in this form. Throws DVT5011 where they are in it, and are of another version or damaged. */
export function parsePayload(bytes: Uint8Array): Payload | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isJsonObject(json) || typeof json.encryption_version !== "string" || json.encryption_version === "") return undefined;
  if (json.encryption_version !== VERSION)
    throw undecryptable(`invalid encrypted payload version: ${json.encryption_version} != ${VERSION}`);
  const { meta = {}, encrypted_data, serial, lineage } = json;
  if (!isJsonObject(meta) || typeof encrypted_data !== "string") throw undecryptable("its meta or encrypted_data is damaged");
  return {
    meta: Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, Buffer.from(String(value), "base64")])),
    data: Buffer.from(encrypted_data, "base64"),
    ...(typeof serial === "number" ? { serial } : {}),
    ...(typeof lineage === "string" && lineage !== "" ? { lineage } : {}),
  };
}

export function formatPayload({ meta, data, serial, lineage }: Payload): Uint8Array {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const document = {
    ...(serial === undefined ? {} : { serial }),
    ...(lineage === undefined ? {} : { lineage }),
    meta: Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, base64(value)])),
    encrypted_data: base64(data),
    encryption_version: VERSION,
  };
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}

/** DVT5011, saying why. */
export function undecryptable(detail: string, fix?: string): DiagnosticError {
  const diagnostic = errorDiagnostic("DVT5011", "State cannot be decrypted", { detail, ...(fix === undefined ? {} : { fix }) });
  return new DiagnosticError(diagnostic);
}
