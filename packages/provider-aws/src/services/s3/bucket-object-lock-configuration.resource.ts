import type { DefaultRetention, ObjectLockRule } from "@aws-sdk/client-s3";
import type { ValueObject } from "@dovetail/model";
import { block, blocks, expand, flatten, nonZero, rowsOf, text, textAt } from "../attribute-map.ts";
import { oneOf } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";

const retention = rowsOf<DefaultRetention>();
const rule = rowsOf<ObjectLockRule>();
const ROWS = [
  rowsOf<{ Rule: ObjectLockRule[] }>()(
    "rule",
    "Rule",
    blocks([
      rule(
        "default_retention",
        "DefaultRetention",
        block([retention("days", "Days", nonZero()), retention("mode", "Mode", text()), retention("years", "Years", nonZero())]),
      ),
    ]),
  ),
];

/** `aws_s3_bucket_object_lock_configuration`. Behaviour: `internal/service/s3/bucket_object_lock_configuration.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_object_lock_configuration",
  missing: ["ObjectLockConfigurationNotFoundError"],
  defaults: { object_lock_enabled: "Enabled" },
  forceNew: ["bucket", "expected_bucket_owner", "object_lock_enabled"],
  checks: [oneOf("object_lock_enabled", ["Enabled"]), oneOf("rule.default_retention.mode", ["GOVERNANCE", "COMPLIANCE"])],
  async put(aws, target, planned) {
    const [Rule] = expand<{ Rule?: ObjectLockRule[] }>(ROWS, planned).Rule ?? [];
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" as const, ...(Rule === undefined ? {} : { Rule }) };
    await aws.clients.s3.putObjectLockConfiguration({ ...target, ObjectLockConfiguration, ...tokenOf(planned) });
  },
  async get(aws, target, state) {
    const { ObjectLockConfiguration: found } = await aws.clients.s3.getObjectLockConfiguration(target);
    if (found === undefined) return undefined;
    return {
      ...flatten(ROWS, { Rule: found.Rule === undefined ? [] : [found.Rule] }),
      object_lock_enabled: found.ObjectLockEnabled ?? "",
      token: state.token ?? null,
    };
  },
  async remove(aws, target, state) {
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" as const };
    await aws.clients.s3.putObjectLockConfiguration({ ...target, ObjectLockConfiguration, ...tokenOf(state) });
  },
});

function tokenOf(object: ValueObject): { Token?: string } {
  const token = textAt(object, "token");
  return token === undefined ? {} : { Token: token };
}
