import type { OwnershipControlsRule } from "@aws-sdk/client-s3";
import { blocks, expand, flatten, rowsOf, text } from "../attribute-map.ts";
import { oneOf } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";

export const ROWS = [
  rowsOf<{ Rules: OwnershipControlsRule[] }>()(
    "rule",
    "Rules",
    blocks([rowsOf<OwnershipControlsRule>()("object_ownership", "ObjectOwnership", text())]),
  ),
];

/** `aws_s3_bucket_ownership_controls`. Behaviour: `internal/service/s3/bucket_ownership_controls.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_ownership_controls",
  missing: ["OwnershipControlsNotFoundError"],
  checks: [oneOf("rule.object_ownership", ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"])],
  async put(aws, target, planned) {
    await aws.clients.s3.putBucketOwnershipControls({ ...target, OwnershipControls: expand(ROWS, planned) });
  },
  async get(aws, target) {
    const { OwnershipControls: found } = await aws.clients.s3.getBucketOwnershipControls(target);
    return found === undefined ? undefined : flatten(ROWS, found);
  },
  async remove(aws, target) {
    await aws.clients.s3.deleteBucketOwnershipControls(target);
  },
});
