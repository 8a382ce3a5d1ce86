import type { NativeResource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { resource as object } from "./object.resource.ts";

/** Of `aws_s3_object` only. */
const NEWER = /^checksum_/;

/**
 * `aws_s3_bucket_object`, the older type of the same thing (`aws.s3.BucketObject`); its id is the key in both editions.
 * Behaviour: `internal/service/s3/bucket_object.go` (read 2026-11).
 */
export const resource: NativeResource = {
  ...object,
  type: "aws_s3_bucket_object",
  noun: "S3 Bucket Object",
  unsupported: {},
  async create(aws, planned, onCreated, config) {
    await object.create(aws, planned, () => onCreated({ id: requiredText(planned, "key") }), config);
  },
  async read(aws, state) {
    const found = await object.read(aws, state);
    if (found === null) return null;
    const kept = Object.entries(found).filter(([name]) => !NEWER.test(name));
    return { ...Object.fromEntries(kept), id: requiredText(state, "key") };
  },
  find: async (_aws, planned) =>
    typeof planned.bucket === "string" && typeof planned.key === "string"
      ? { id: planned.key, bucket: planned.bucket, key: planned.key }
      : null,
};
