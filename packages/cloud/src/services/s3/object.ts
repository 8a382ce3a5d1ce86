/** Objects, their versions and their parts, as stored. */
import type { Checksum } from "./checksums.ts";

export interface BlobPlace {
  readonly key: string;
  readonly bytes: number;
  /** The first counter of encrypted bytes (`cipher.ts`). */
  readonly counter?: Uint8Array;
}

/** Where the bytes lie: small ones in the store, large ones as blobs; a multipart object is its parts in order. */
export type Content =
  | { readonly kind: "inline"; readonly id: string; readonly counter?: Uint8Array }
  | { readonly kind: "blobs"; readonly blobs: readonly BlobPlace[] };

export interface PartRecord {
  readonly number: number;
  readonly bytes: number;
  /** Hex MD5. */
  readonly etag: string;
  readonly checksum?: Checksum;
  readonly content: Content;
  readonly modifiedMs: number;
}

export interface Headers {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentDisposition?: string;
  readonly ContentLanguage?: string;
  readonly CacheControl?: string;
  readonly Expires?: Date;
}

export interface Encryption {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly SSEKMSEncryptionContext?: string;
  readonly BucketKeyEnabled?: boolean;
  /** SSE-KMS: the data key that the bytes are encrypted with, as KMS encrypted it. */
  readonly dataKey?: Uint8Array;
  /** SSE-C: AWS keeps no key, only enough to tell the right one. */
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKeyMD5?: string;
}

export interface Lock {
  readonly mode?: "GOVERNANCE" | "COMPLIANCE";
  readonly untilMs?: number;
  readonly legalHold?: boolean;
}

export interface ObjectRecord {
  readonly key: string;
  /** `null` as text for objects written while versioning was not on. */
  readonly versionId: string;
  /** Grows with every version of the bucket: later is newer. */
  readonly sequence: number;
  readonly modifiedMs: number;
  readonly isDeleteMarker: boolean;
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly content?: Content;
  readonly headers: Headers;
  readonly metadata: { readonly [name: string]: string };
  readonly checksum?: Checksum;
  readonly parts?: readonly { readonly number: number; readonly bytes: number; readonly checksum?: string }[];
  readonly storageClass?: string;
  readonly redirect?: string;
  readonly encryption: Encryption;
  readonly tags: { readonly [key: string]: string };
  readonly lock?: Lock;
  readonly acl?: unknown;
  /** A copy out of the archive: when it is there, and until when. */
  readonly restore?: { readonly readyMs: number; readonly untilMs: number; readonly told?: boolean };
  readonly replication?: "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";
}

export interface UploadRecord {
  readonly id: string;
  readonly key: string;
  readonly startedMs: number;
  readonly algorithm?: Checksum["algorithm"];
  readonly checksumType?: Checksum["type"];
  readonly headers: Headers;
  readonly metadata: ObjectRecord["metadata"];
  readonly storageClass?: string;
  readonly redirect?: string;
  readonly encryption: Encryption;
  readonly tags: ObjectRecord["tags"];
  readonly lock?: Lock;
  readonly acl?: unknown;
}
