import { isList, isObject, type MutableValueObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { blocksAt, textAt } from "../attribute-map.ts";
import { atLeast, oneOf } from "../checks.ts";
import { expandRules, flattenRules } from "./bucket-lifecycle-shape.ts";
import { bucketPart } from "./bucket-part.ts";

const CLASSES = ["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"];
const SMALLEST = "all_storage_classes_128K";

/** `aws_s3_bucket_lifecycle_configuration`. Behaviour: `internal/service/s3/bucket_lifecycle_configuration.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_lifecycle_configuration",
  missing: ["NoSuchLifecycleConfiguration"],
  checks: [
    oneOf("rule.status", ["Enabled", "Disabled"]),
    oneOf("rule.transition.storage_class", CLASSES),
    oneOf("rule.noncurrent_version_transition.storage_class", CLASSES),
    atLeast("rule.noncurrent_version_expiration.noncurrent_days", 1),
    atLeast("rule.noncurrent_version_expiration.newer_noncurrent_versions", 1),
  ],
  customizePlan: (prior, planned, config) => ({ planned: withDefaults(prior, planned, config) }),
  async put(aws, target, planned) {
    const size = textAt(planned, "transition_default_minimum_object_size");
    await aws.clients.s3.putBucketLifecycleConfiguration({
      ...target,
      LifecycleConfiguration: { Rules: expandRules(planned) },
      ...(size === undefined
        ? {}
        : { TransitionDefaultMinimumObjectSize: size === SMALLEST ? SMALLEST : "varies_by_storage_class" }),
    });
  },
  async get(aws, target, state) {
    const found = await aws.clients.s3.getBucketLifecycleConfiguration(target);
    const rules = found.Rules ?? [];
    if (rules.length === 0) return undefined;
    return {
      rule: flattenRules(rules, state),
      expected_bucket_owner: target.ExpectedBucketOwner ?? "",
      transition_default_minimum_object_size: found.TransitionDefaultMinimumObjectSize ?? SMALLEST,
    };
  },
  async remove(aws, target) {
    await aws.clients.s3.deleteBucketLifecycle(target);
  },
});

/** What the real provider knows at plan time of the arguments that config leaves out. */
function withDefaults(prior: ValueObject | null, planned: ValueObject, config: ValueObject): ValueObject {
  const out: MutableValueObject = { ...planned };
  if (config.transition_default_minimum_object_size === null && prior === null)
    out.transition_default_minimum_object_size = SMALLEST;
  const rules = planned.rule ?? null;
  const given = blocksAt(config, "rule");
  if (isList(rules)) out.rule = rules.map((rule, i) => (isObject(rule) ? planRule(rule, given[i] ?? {}) : rule));
  return out;
}

function planRule(rule: ValueObject, config: ValueObject): ValueObject {
  const each = (name: string, plan: (item: ValueObject, given: ValueObject) => ValueObject): Value => {
    const items = rule[name] ?? null;
    const given = blocksAt(config, name);
    return isList(items) ? items.map((item, i) => (isObject(item) ? plan(item, given[i] ?? {}) : item)) : items;
  };
  return {
    ...rule,
    prefix: config.prefix ?? "",
    expiration: each("expiration", (item, given) => ({
      ...item,
      days: given.days ?? 0,
      expired_object_delete_marker: given.expired_object_delete_marker ?? false,
    })),
    filter: each("filter", planFilter),
    noncurrent_version_expiration: each("noncurrent_version_expiration", (item) => withNewer(item)),
    noncurrent_version_transition: each("noncurrent_version_transition", (item) => withNewer(item)),
    transition: each("transition", (item) => (item.days === UNKNOWN ? { ...item, days: item.date === null ? 0 : null } : item)),
  };
}

function withNewer(item: ValueObject): ValueObject {
  return item.newer_noncurrent_versions === UNKNOWN ? { ...item, newer_noncurrent_versions: null } : item;
}

function planFilter(filter: ValueObject, config: ValueObject): ValueObject {
  const and = filter.and ?? null;
  const alone =
    blocksAt(config, "and").length === 0 &&
    blocksAt(config, "tag").length === 0 &&
    config.object_size_greater_than === null &&
    config.object_size_less_than === null;
  return {
    ...filter,
    prefix: config.prefix ?? (alone ? "" : null),
    object_size_greater_than: config.object_size_greater_than ?? null,
    object_size_less_than: config.object_size_less_than ?? null,
    and: isList(and) ? and.map((item, i) => (isObject(item) ? planAnd(item, blocksAt(config, "and")[i] ?? {}) : item)) : and,
  };
}

function planAnd(item: ValueObject, config: ValueObject): ValueObject {
  return {
    ...item,
    prefix: config.prefix ?? "",
    object_size_greater_than: config.object_size_greater_than ?? 0,
    object_size_less_than: config.object_size_less_than ?? 0,
  };
}
