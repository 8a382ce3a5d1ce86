/** The record of a bucket, with every sub-resource that was set on it. */
import { s3Error } from "./errors.ts";

/** What a sub-resource's Put was given, as the SDK types it; the key is the sub-resource's name in `sub-resources.ts`. */
export interface Settings {
  readonly [kind: string]: unknown;
}

export interface BucketRecord {
  readonly name: string;
  /** What its objects are stored under: a new bucket of the same name starts empty. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly createdMs: number;
  readonly objectLock: boolean;
  readonly settings: Settings;
}

export function ownerId(account: string): string {
  return account.padStart(64, "0");
}

export function owner(account: string): { ID: string; DisplayName: string } {
  return { ID: ownerId(account), DisplayName: `account-${account}` };
}

const RESERVED_START = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_END = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/** User Guide, "General purpose bucket naming rules". */
export function isBucketName(name: string): boolean {
  if (!NAME.test(name) || name.includes("..") || ADDRESS.test(name)) return false;
  return !RESERVED_START.some((start) => name.startsWith(start)) && !RESERVED_END.some((end) => name.endsWith(end));
}

export function checkBucketName(name: string): void {
  if (!isBucketName(name)) throw s3Error("InvalidBucketName", 400, "The specified bucket is not valid.", { BucketName: name });
}

export function versioningOf(bucket: BucketRecord): "Enabled" | "Suspended" | undefined {
  const status = (bucket.settings.versioning as { Status?: string } | undefined)?.Status;
  return status === "Enabled" || status === "Suspended" ? status : undefined;
}

export interface PublicAccessBlock {
  readonly BlockPublicAcls?: boolean;
  readonly IgnorePublicAcls?: boolean;
  readonly BlockPublicPolicy?: boolean;
  readonly RestrictPublicBuckets?: boolean;
}

export function publicAccessBlock(bucket: BucketRecord): PublicAccessBlock {
  return (bucket.settings.publicAccessBlock as PublicAccessBlock | undefined) ?? {};
}

/** ACLs count only where the bucket's owner does not own every object. */
export function aclsDisabled(bucket: BucketRecord): boolean {
  const rules = (bucket.settings.ownership as { Rules?: { ObjectOwnership?: string }[] } | undefined)?.Rules;
  return rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced";
}

/** What a new bucket has since April 2023: ACLs off, public access blocked. */
export const NEW_BUCKET_SETTINGS: Settings = {
  ownership: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
  publicAccessBlock: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
};
