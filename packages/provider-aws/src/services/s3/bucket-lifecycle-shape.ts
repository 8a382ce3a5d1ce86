/** Lifecycle rules of a bucket, both ways. Pure. State as the real provider (plugin framework) keeps it: unset stays null. */
import type {
  LifecycleRule,
  LifecycleRuleFilter,
  NoncurrentVersionTransition,
  Transition,
  TransitionStorageClass,
} from "@aws-sdk/client-s3";
import type { ValueObject } from "@dovetail/model";
import { blockAt, blocksAt, numberAt, textAt, textMapAt } from "../attribute-map.ts";
import { tagList, tagMap } from "../tags.ts";

/** The rules as S3 wants them. */
export function expandRules(planned: ValueObject): LifecycleRule[] {
  return blocksAt(planned, "rule").map((rule) => {
    const transitions = blocksAt(rule, "transition").map(expandTransition);
    const noncurrent = blocksAt(rule, "noncurrent_version_transition").map(expandNoncurrentTransition);
    const abort = blockAt(rule, "abort_incomplete_multipart_upload");
    return {
      ID: textAt(rule, "id"),
      Status: textAt(rule, "status") === "Enabled" ? "Enabled" : "Disabled",
      ...filterOf(rule),
      AbortIncompleteMultipartUpload:
        abort === undefined ? undefined : { DaysAfterInitiation: numberAt(abort, "days_after_initiation") },
      Expiration: expandExpiration(blockAt(rule, "expiration")),
      NoncurrentVersionExpiration: expandNoncurrentExpiration(blockAt(rule, "noncurrent_version_expiration")),
      ...(transitions.length > 0 ? { Transitions: transitions } : {}),
      ...(noncurrent.length > 0 ? { NoncurrentVersionTransitions: noncurrent } : {}),
    };
  });
}

/** A rule has a filter, or the prefix of the first version of the API; without either it is for every object. */
function filterOf(rule: ValueObject): Pick<LifecycleRule, "Filter" | "Prefix"> {
  const filter = blockAt(rule, "filter");
  if (filter !== undefined) return { Filter: expandFilter(filter) };
  const prefix = textAt(rule, "prefix");
  return prefix === undefined ? { Filter: {} } : { Prefix: prefix };
}

function expandFilter(filter: ValueObject): LifecycleRuleFilter {
  const and = blockAt(filter, "and");
  const tag = blockAt(filter, "tag");
  if (and !== undefined) {
    const Tags = tagList(textMapAt(and, "tags"));
    return { And: { Prefix: textAt(and, "prefix") ?? "", ...sizes(and), ...(Tags.length > 0 ? { Tags } : {}) } };
  }
  if (tag !== undefined) return { Tag: { Key: textAt(tag, "key"), Value: textAt(tag, "value") ?? "" } };
  const found = sizes(filter);
  return Object.keys(found).length > 0 ? found : { Prefix: textAt(filter, "prefix") ?? "" };
}

function sizes(item: ValueObject): { ObjectSizeGreaterThan?: number; ObjectSizeLessThan?: number } {
  const greater = numberAt(item, "object_size_greater_than");
  const less = numberAt(item, "object_size_less_than");
  return {
    ...(greater === undefined ? {} : { ObjectSizeGreaterThan: greater }),
    ...(less === undefined || less === 0 ? {} : { ObjectSizeLessThan: less }),
  };
}

function dateOf(item: ValueObject): Date | undefined {
  const date = textAt(item, "date");
  return date === undefined ? undefined : new Date(date);
}

function expandExpiration(item: ValueObject | undefined): LifecycleRule["Expiration"] {
  if (item === undefined) return undefined;
  const days = numberAt(item, "days");
  if (days !== undefined && days > 0) return { Days: days };
  const date = dateOf(item);
  if (date !== undefined) return { Date: date };
  return { ExpiredObjectDeleteMarker: item.expired_object_delete_marker === true };
}

function expandNoncurrentExpiration(item: ValueObject | undefined): LifecycleRule["NoncurrentVersionExpiration"] {
  if (item === undefined) return undefined;
  return { NoncurrentDays: numberAt(item, "noncurrent_days"), ...newer(item) };
}

function newer(item: ValueObject): { NewerNoncurrentVersions?: number } {
  const count = numberAt(item, "newer_noncurrent_versions");
  return count === undefined || count === 0 ? {} : { NewerNoncurrentVersions: count };
}

function expandTransition(item: ValueObject): Transition {
  const date = dateOf(item);
  const StorageClass = textAt(item, "storage_class") as TransitionStorageClass | undefined;
  return date === undefined ? { Days: numberAt(item, "days") ?? 0, StorageClass } : { Date: date, StorageClass };
}

function expandNoncurrentTransition(item: ValueObject): NoncurrentVersionTransition {
  const StorageClass = textAt(item, "storage_class") as TransitionStorageClass | undefined;
  return { NoncurrentDays: numberAt(item, "noncurrent_days"), StorageClass, ...newer(item) };
}

/** The attributes of the rules that S3 answered, in the order that the state has them. */
export function flattenRules(rules: readonly LifecycleRule[], state: ValueObject): ValueObject[] {
  const order = blocksAt(state, "rule").map((rule) => textAt(rule, "id"));
  const known = (rule: LifecycleRule) => {
    const at = order.indexOf(rule.ID);
    return at < 0 ? order.length : at;
  };
  const sorted = [...rules].sort((a, b) => known(a) - known(b));
  return sorted.map((rule) =>
    flattenRule(
      rule,
      blocksAt(state, "rule").find((item) => textAt(item, "id") === rule.ID),
    ),
  );
}

function flattenRule(rule: LifecycleRule, before: ValueObject | undefined): ValueObject {
  const hadFilter = before === undefined || blocksAt(before, "filter").length > 0;
  return {
    id: rule.ID ?? "",
    status: rule.Status ?? "",
    prefix: rule.Prefix ?? "",
    abort_incomplete_multipart_upload: optional(rule.AbortIncompleteMultipartUpload, (found) => ({
      days_after_initiation: found.DaysAfterInitiation ?? null,
    })),
    expiration: optional(rule.Expiration, (found) => ({
      date: stamp(found.Date),
      days: found.Days ?? 0,
      expired_object_delete_marker: found.ExpiredObjectDeleteMarker ?? false,
    })),
    filter: hadFilter ? optional(rule.Filter, flattenFilter) : [],
    noncurrent_version_expiration: optional(rule.NoncurrentVersionExpiration, (found) => ({
      newer_noncurrent_versions: found.NewerNoncurrentVersions ?? null,
      noncurrent_days: found.NoncurrentDays ?? null,
    })),
    noncurrent_version_transition: (rule.NoncurrentVersionTransitions ?? []).map((found) => ({
      newer_noncurrent_versions: found.NewerNoncurrentVersions ?? null,
      noncurrent_days: found.NoncurrentDays ?? null,
      storage_class: found.StorageClass ?? "",
    })),
    transition: (rule.Transitions ?? []).map((found) => ({
      date: stamp(found.Date),
      days: found.Date === undefined ? (found.Days ?? 0) : null,
      storage_class: found.StorageClass ?? "",
    })),
  };
}

function optional<T>(found: T | undefined, flatten: (found: T) => ValueObject): ValueObject[] {
  return found === undefined ? [] : [flatten(found)];
}

function stamp(date: Date | undefined): string | null {
  return date?.toISOString().replace(/\.\d+Z$/, "Z") ?? null;
}

function flattenFilter(filter: LifecycleRuleFilter): ValueObject {
  const { And, Tag } = filter;
  return {
    and: optional(And, (found) => ({
      object_size_greater_than: found.ObjectSizeGreaterThan ?? 0,
      object_size_less_than: found.ObjectSizeLessThan ?? 0,
      prefix: found.Prefix ?? "",
      tags: found.Tags === undefined ? null : tagMap(found.Tags),
    })),
    object_size_greater_than: filter.ObjectSizeGreaterThan ?? null,
    object_size_less_than: filter.ObjectSizeLessThan ?? null,
    prefix: filter.Prefix ?? (isAlone(filter) ? "" : null),
    tag: optional(Tag, (found) => ({ key: found.Key ?? "", value: found.Value ?? "" })),
  };
}

/** A filter that says nothing is for every object: the empty prefix. */
function isAlone(filter: LifecycleRuleFilter): boolean {
  const { And, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan } = filter;
  return And === undefined && Tag === undefined && ObjectSizeGreaterThan === undefined && ObjectSizeLessThan === undefined;
}
