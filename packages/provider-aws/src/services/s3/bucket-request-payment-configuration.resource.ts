import { textAt } from "../attribute-map.ts";
import { oneOf } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";

/** `aws_s3_bucket_request_payment_configuration`. Behaviour: `internal/service/s3/bucket_request_payment_configuration.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_request_payment_configuration",
  checks: [oneOf("payer", ["Requester", "BucketOwner"])],
  async put(aws, target, planned) {
    const Payer = textAt(planned, "payer") === "Requester" ? "Requester" : "BucketOwner";
    await aws.clients.s3.putBucketRequestPayment({ ...target, RequestPaymentConfiguration: { Payer } });
  },
  async get(aws, target) {
    const { Payer } = await aws.clients.s3.getBucketRequestPayment(target);
    return { payer: Payer ?? "" };
  },
  async remove(aws, target) {
    await aws.clients.s3.putBucketRequestPayment({ ...target, RequestPaymentConfiguration: { Payer: "BucketOwner" } });
  },
});
