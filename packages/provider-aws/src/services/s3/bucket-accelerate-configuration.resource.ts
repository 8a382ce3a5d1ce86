import { textAt } from "../attribute-map.ts";
import { oneOf } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";

/** `aws_s3_bucket_accelerate_configuration`. Behaviour: `internal/service/s3/bucket_accelerate_configuration.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_accelerate_configuration",
  checks: [oneOf("status", ["Enabled", "Suspended"])],
  async put(aws, target, planned) {
    const Status = textAt(planned, "status") === "Enabled" ? "Enabled" : "Suspended";
    await aws.clients.s3.putBucketAccelerateConfiguration({ ...target, AccelerateConfiguration: { Status } });
  },
  async get(aws, target) {
    const { Status } = await aws.clients.s3.getBucketAccelerateConfiguration(target);
    return Status === undefined ? undefined : { status: Status };
  },
  async remove(aws, target) {
    await aws.clients.s3.putBucketAccelerateConfiguration({ ...target, AccelerateConfiguration: { Status: "Suspended" } });
  },
});
