import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { normalizeJson } from "../json-text.ts";
import { notFound } from "../not-found.ts";

/** `aws_s3_bucket_policy` (data source). Behaviour: `internal/service/s3/bucket_policy_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_s3_bucket_policy",
  async read(aws, config) {
    const Bucket = requiredText(config, "bucket");
    const missing = ["NoSuchBucket", "NoSuchBucketPolicy"];
    const found = await unlessMissing(missing, () => aws.clients.s3.getBucketPolicy({ Bucket }));
    if (found?.Policy === undefined) throw notFound(`S3 Bucket (${Bucket}) Policy`);
    return { id: Bucket, policy: normalizeJson(found.Policy) };
  },
};
