import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import type { Checksum, HttpRequest, SourceData } from "@smithy/types";

/** Keys that requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** SHA-256 (or its HMAC) of node:crypto behind the SDK's checksum interface. */
class Sha256 implements Checksum {
  readonly #secret: SourceData | undefined;
  #hash: Hash | Hmac;
  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#hash = this.#fresh();
  }
  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(this.#secret));
  }
  update(data: SourceData): void {
    this.#hash.update(toBytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    this.#hash = this.#fresh();
  }
}

function toBytes(data: SourceData): Uint8Array | string {
  if (typeof data === "string" || data instanceof Uint8Array) return data;
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Signs in place of AWS Signature Version 4. The signer class loads with the first request. */
export async function signRequest(
  request: HttpRequest,
  options: { readonly service: string; readonly region: string; readonly credentials: Credentials; readonly nowMs: number },
): Promise<HttpRequest> {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const signer = new SignatureV4({
    service: options.service,
    region: options.region,
    credentials: options.credentials,
    sha256: Sha256,
    // S3 signs the path as it is sent; every other service escapes it once more.
    uriEscapePath: options.service !== "s3",
    applyChecksum: true,
  });
  return signer.sign(request, { signingDate: new Date(options.nowMs) });
}
