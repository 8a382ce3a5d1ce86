import type { PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { expand, flag, flatten, isTrue, rowsOf } from "../attribute-map.ts";
import { bucketPart } from "./bucket-part.ts";

const row = rowsOf<PublicAccessBlockConfiguration>();
export const ROWS = [
  row("block_public_acls", "BlockPublicAcls", flag()),
  row("block_public_policy", "BlockPublicPolicy", flag()),
  row("ignore_public_acls", "IgnorePublicAcls", flag()),
  row("restrict_public_buckets", "RestrictPublicBuckets", flag()),
];

/** `aws_s3_bucket_public_access_block`. Behaviour: `internal/service/s3/bucket_public_access_block.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_public_access_block",
  missing: ["NoSuchPublicAccessBlockConfiguration"],
  defaults: { block_public_acls: false, block_public_policy: false, ignore_public_acls: false, restrict_public_buckets: false },
  async put(aws, target, planned) {
    await aws.clients.s3.putPublicAccessBlock({ ...target, PublicAccessBlockConfiguration: expand(ROWS, planned) });
  },
  async get(aws, target) {
    const { PublicAccessBlockConfiguration: found } = await aws.clients.s3.getPublicAccessBlock(target);
    return found === undefined ? undefined : flatten(ROWS, found);
  },
  async remove(aws, target, state) {
    if (!isTrue(state, "skip_destroy")) await aws.clients.s3.deletePublicAccessBlock(target);
  },
});
