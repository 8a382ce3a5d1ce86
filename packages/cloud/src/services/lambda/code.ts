import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalidParameter } from "./errors.ts";
import type { CodeRecord } from "./store.ts";
import { unpackZip, ZipTooLarge } from "./zip.ts";

/** Code archives: where they come from, their checks, and the folder they are unpacked into. */
export const UNZIPPED_BYTES_MAX = 262_144_000;
const UPLOAD_BYTES_MAX = 52_428_800;

export interface CodeInput {
  readonly ZipFile?: Uint8Array;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
  readonly ImageUri?: string;
}

export interface StoredCode {
  readonly code: CodeRecord;
  readonly bytes: number;
  /** Base64, as in `CodeSha256`. */
  readonly sha256: string;
}

/** Bucket whose "objects" are folders of this machine: LocalStack's name for it. */
const HOT_RELOAD_BUCKET = "hot-reload";

export const codeFolder = (ctx: Ctx, sha256Hex: string): string => join(ctx.folder, "code", sha256Hex);

/** Fetches, checks and unpacks. Throws InvalidParameterValueException as AWS does for archives it can't use. */
export async function storeCode(ctx: Ctx, input: CodeInput, operation: string): Promise<StoredCode> {
  if (input.ImageUri !== undefined) return storeImage(input.ImageUri);
  if (input.S3Bucket === HOT_RELOAD_BUCKET) return hotReloadCode(input.S3Key ?? "");
  const zip = await readArchive(ctx, input, operation);
  const stored = await storeArchive(ctx, zip);
  return stored;
}

export async function storeArchive(ctx: Ctx, zip: Buffer): Promise<StoredCode> {
  const digest = createHash("sha256").update(zip).digest();
  const sha256Hex = digest.toString("hex");
  const folder = codeFolder(ctx, sha256Hex);
  if (!existsSync(folder)) await unpack(zip, folder);
  const { key } = await ctx.blobs.write(zip);
  return { code: { blobKey: key, sha256Hex }, bytes: zip.length, sha256: digest.toString("base64") };
}

async function unpack(zip: Buffer, folder: string): Promise<void> {
  try {
    await mkdir(join(folder, ".."), { recursive: true });
    await unpackZip(zip, folder, UNZIPPED_BYTES_MAX);
  } catch (error) {
    if (error instanceof ZipTooLarge) throw invalidParameter(`Unzipped size must be smaller than ${UNZIPPED_BYTES_MAX} bytes`);
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") throw error;
    throw invalidParameter("Could not unzip uploaded file. Please check your file, then try to upload again.");
  }
}

async function readArchive(ctx: Ctx, input: CodeInput, operation: string): Promise<Buffer> {
  if (input.ZipFile !== undefined) {
    if (input.ZipFile.length === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
    if (input.ZipFile.length > UPLOAD_BYTES_MAX) {
      throw new ServiceError(
        "RequestEntityTooLargeException",
        413,
        `Request must be smaller than 70167211 bytes for the ${operation} operation`,
      );
    }
    return Buffer.from(input.ZipFile);
  }
  if (input.S3Bucket === undefined || input.S3Key === undefined) {
    throw invalidParameter("Please provide a source for function code.");
  }
  return readFromS3(ctx, input.S3Bucket, input.S3Key, input.S3ObjectVersion);
}

async function readFromS3(ctx: Ctx, bucket: string, key: string, versionId: string | undefined): Promise<Buffer> {
  try {
    const { Body } = await ctx.call<{ Body?: Uint8Array | AsyncIterable<Uint8Array> | string }>("s3", "GetObject", {
      Bucket: bucket,
      Key: key,
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    });
    if (typeof Body === "string" || Body instanceof Uint8Array) return Buffer.from(Body);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of Body ?? []) {
      bytes += chunk.length;
      if (bytes > UNZIPPED_BYTES_MAX) throw invalidParameter(`Unzipped size must be smaller than ${UNZIPPED_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ServiceError && !error.code.startsWith("Invalid") && error.code !== "NotImplemented") {
      throw invalidParameter(`Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`);
    }
    throw error;
  }
}

function storeImage(imageUri: string): StoredCode {
  const digest = createHash("sha256").update(imageUri).digest();
  return { code: { imageUri, sha256Hex: digest.toString("hex") }, bytes: 0, sha256: digest.toString("hex") };
}

/** Code that is a folder of this machine, used in place: a changed file is served by the next invocation. */
export function hotReloadCode(path: string): StoredCode {
  if (!isAbsolute(path) || !existsSync(path) || !statSync(path).isDirectory()) {
    throw invalidParameter(`Hot reload needs the absolute path of an existing folder, not ${JSON.stringify(path)}`);
  }
  const digest = createHash("sha256").update(path).digest();
  return { code: { hotReloadPath: path, sha256Hex: digest.toString("hex") }, bytes: 0, sha256: digest.toString("base64") };
}

/** Removes the archive and the unpacked folder of code that no function, version or layer uses any more. */
export async function releaseCode(ctx: Ctx, code: CodeRecord): Promise<void> {
  if (code.deployed !== undefined) await releaseCode(ctx, code.deployed);
  let isBlobUsed = false;
  let isFolderUsed = false;
  ctx.snapshot((store) => {
    for (const collection of ["function", "version", "layer"]) {
      for (const { value } of store.range<{ code: CodeRecord }>({ prefix: [collection] })) {
        for (const used of [value.code, value.code.deployed]) {
          isBlobUsed ||= used !== undefined && used.blobKey === code.blobKey;
          isFolderUsed ||= used?.sha256Hex === code.sha256Hex;
        }
      }
    }
  });
  if (!isBlobUsed && code.blobKey !== undefined) await ctx.blobs.remove(code.blobKey);
  if (!isFolderUsed && code.hotReloadPath === undefined)
    await rm(codeFolder(ctx, code.sha256Hex), { recursive: true, force: true });
}
