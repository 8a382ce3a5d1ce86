import type { CORSRule } from "@aws-sdk/client-s3";
import { blocks, expand, flatten, nonZero, rowsOf, text, texts } from "../attribute-map.ts";
import { lengthBetween } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";

const row = rowsOf<CORSRule>();
const RULE_ROWS = [
  row("allowed_headers", "AllowedHeaders", texts()),
  row("allowed_methods", "AllowedMethods", texts()),
  row("allowed_origins", "AllowedOrigins", texts()),
  row("expose_headers", "ExposeHeaders", texts()),
  row("id", "ID", text()),
  row("max_age_seconds", "MaxAgeSeconds", nonZero()),
];
export const ROWS = [rowsOf<{ CORSRules: CORSRule[] }>()("cors_rule", "CORSRules", blocks(RULE_ROWS))];

/** `aws_s3_bucket_cors_configuration`. Behaviour: `internal/service/s3/bucket_cors_configuration.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_cors_configuration",
  missing: ["NoSuchCORSConfiguration"],
  checks: [lengthBetween("cors_rule.id", 0, 255)],
  async put(aws, target, planned) {
    await aws.clients.s3.putBucketCors({ ...target, CORSConfiguration: expand(ROWS, planned) });
  },
  async get(aws, target) {
    const { CORSRules = [] } = await aws.clients.s3.getBucketCors(target);
    return CORSRules.length === 0 ? undefined : flatten(ROWS, { CORSRules });
  },
  async remove(aws, target) {
    await aws.clients.s3.deleteBucketCors(target);
  },
});
