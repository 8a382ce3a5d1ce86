import { createHash } from "node:crypto";
import type { ValueObject } from "@dovetail/model";

function digest(algorithm: string, data: Uint8Array, encoding: "hex" | "base64"): string {
  return createHash(algorithm).update(data).digest(encoding);
}

export function sha1Hex(data: Uint8Array): string {
  return digest("sha1", data, "hex");
}

/** The checksums of a content as local_file names them. */
export function contentDigests(data: Uint8Array): ValueObject {
  return {
    content_md5: digest("md5", data, "hex"),
    content_sha1: digest("sha1", data, "hex"),
    content_sha256: digest("sha256", data, "hex"),
    content_sha512: digest("sha512", data, "hex"),
    content_base64sha256: digest("sha256", data, "base64"),
    content_base64sha512: digest("sha512", data, "base64"),
  };
}

/** The checksums of an archive. */
export function outputDigests(data: Uint8Array): ValueObject {
  return {
    output_md5: digest("md5", data, "hex"),
    output_sha: digest("sha1", data, "hex"),
    output_sha256: digest("sha256", data, "hex"),
    output_sha512: digest("sha512", data, "hex"),
    output_base64sha256: digest("sha256", data, "base64"),
    output_base64sha512: digest("sha512", data, "base64"),
    output_size: data.byteLength,
  };
}
