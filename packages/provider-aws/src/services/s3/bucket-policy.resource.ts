import type { MutableValueObject } from "@dovetail/model";
import type { RetryRow } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { isJson } from "../checks.ts";
import { versionFirst } from "../iam/policy-text.ts";
import { normalizeJson } from "../json-text.ts";
import { bucketPart } from "./bucket-part.ts";

const NEW_PRINCIPAL: RetryRow = {
  codes: ["MalformedPolicy"],
  message: /Invalid principal/,
  timeoutMs: 60_000,
  why: "a policy may name a principal before S3 knows it",
  source: "terraform-provider-aws, internal/service/s3/bucket_policy.go (read 2026-11)",
};

/** `aws_s3_bucket_policy`. Behaviour: `internal/service/s3/bucket_policy.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_policy",
  missing: ["NoSuchBucketPolicy"],
  equivalence: { policy: "policy" },
  checks: [isJson("policy")],
  customizePlan(prior, planned) {
    const out: MutableValueObject = { ...planned };
    if (typeof planned.policy === "string" && planned.policy !== prior?.policy) out.policy = normalizeJson(planned.policy);
    return { planned: out };
  },
  async put(aws, target, planned) {
    const Policy = versionFirst(requiredText(planned, "policy"));
    await aws.retry(NEW_PRINCIPAL, () => aws.clients.s3.putBucketPolicy({ ...target, Policy }));
  },
  async get(aws, target) {
    const { Policy } = await aws.clients.s3.getBucketPolicy(target);
    return Policy === undefined || Policy === "" ? undefined : { policy: Policy };
  },
  async remove(aws, target) {
    await aws.clients.s3.deleteBucketPolicy(target);
  },
});
