import type {
  InventoryConfiguration,
  InventoryDestination,
  InventoryEncryption,
  InventoryFilter,
  InventoryS3BucketDestination,
  InventorySchedule,
  SSEKMS,
} from "@aws-sdk/client-s3";
import { block, type Codec, expand, flag, flatten, rowsOf, text, texts } from "../attribute-map.ts";
import { isArn, lengthBetween, oneOf } from "../checks.ts";
import { namedPart } from "./named-part.ts";

/** A block without members. */
const mark: Codec<Record<string, never>> = {
  expand: (value) => (Array.isArray(value) && value.length > 0 ? {} : undefined),
  flatten: (member) => (member === undefined ? [] : [{}]),
};

const encryption = rowsOf<InventoryEncryption>();
const bucket = rowsOf<InventoryS3BucketDestination>();
const BUCKET = [
  bucket("account_id", "AccountId", text()),
  bucket("bucket_arn", "Bucket", text()),
  bucket(
    "encryption",
    "Encryption",
    block([
      encryption("sse_kms", "SSEKMS", block([rowsOf<SSEKMS>()("key_id", "KeyId", text())])),
      encryption("sse_s3", "SSES3", mark),
    ]),
  ),
  bucket("format", "Format", text()),
  bucket("prefix", "Prefix", text()),
];
const row = rowsOf<InventoryConfiguration>();
const ROWS = [
  row("destination", "Destination", block([rowsOf<InventoryDestination>()("bucket", "S3BucketDestination", block(BUCKET))])),
  row("enabled", "IsEnabled", flag()),
  row("filter", "Filter", block([rowsOf<InventoryFilter>()("prefix", "Prefix", text())])),
  row("included_object_versions", "IncludedObjectVersions", text()),
  row("optional_fields", "OptionalFields", texts()),
  row("schedule", "Schedule", block([rowsOf<InventorySchedule>()("frequency", "Frequency", text())])),
];

/** `aws_s3_bucket_inventory`. Behaviour: `internal/service/s3/bucket_inventory.go` (read 2026-11). */
export const resource = namedPart({
  type: "aws_s3_bucket_inventory",
  defaults: { enabled: true },
  checks: [
    lengthBetween("name", 0, 64),
    isArn("destination.bucket.bucket_arn"),
    oneOf("destination.bucket.format", ["CSV", "ORC", "Parquet"]),
    oneOf("included_object_versions", ["All", "Current"]),
    oneOf("schedule.frequency", ["Daily", "Weekly"]),
  ],
  async put(aws, target, planned) {
    const InventoryConfiguration = { ...expand<InventoryConfiguration>(ROWS, planned), Id: target.Id };
    await aws.clients.s3.putBucketInventoryConfiguration({ ...target, InventoryConfiguration });
  },
  async get(aws, target) {
    const { InventoryConfiguration: found } = await aws.clients.s3.getBucketInventoryConfiguration(target);
    return found === undefined ? undefined : flatten(ROWS, found);
  },
  remove: (aws, target) => aws.clients.s3.deleteBucketInventoryConfiguration(target),
});
