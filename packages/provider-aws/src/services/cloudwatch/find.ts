/** What the CloudWatch resources share. */
import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textMapAt } from "../attribute-map.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";

export const CLOUDWATCH_MISSING = ["ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError"];

export async function findMetricAlarm(aws: AwsContext, name: string): Promise<MetricAlarm | undefined> {
  const answer = await aws.clients.cloudwatch.describeAlarms({ AlarmNames: [name], AlarmTypes: ["MetricAlarm"] });
  return answer.MetricAlarms?.find((alarm) => alarm.AlarmName === name);
}

export async function findCompositeAlarm(aws: AwsContext, name: string): Promise<CompositeAlarm | undefined> {
  const answer = await aws.clients.cloudwatch.describeAlarms({ AlarmNames: [name], AlarmTypes: ["CompositeAlarm"] });
  return answer.CompositeAlarms?.find((alarm) => alarm.AlarmName === name);
}

/** Deletes an alarm of either kind. */
export async function deleteAlarm(aws: AwsContext, name: string): Promise<void> {
  await unlessMissing(CLOUDWATCH_MISSING, () => aws.clients.cloudwatch.deleteAlarms({ AlarmNames: [name] }));
}

export async function alarmTags(aws: AwsContext, arn: string): Promise<Record<string, string>> {
  const answer = await unlessMissing(CLOUDWATCH_MISSING, () => aws.clients.cloudwatch.listTagsForResource({ ResourceARN: arn }));
  return tagMap(answer?.Tags);
}

/** Tags of an existing alarm: PutMetricAlarm ignores them. */
export async function updateAlarmTags(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const { removed, added } = changedTags(prior, planned);
  const ResourceARN = requiredText(prior, "arn");
  if (removed.length > 0) await aws.clients.cloudwatch.untagResource({ ResourceARN, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.cloudwatch.tagResource({ ResourceARN, Tags: tagList(added) });
}

/** `{ Tags }` of a new alarm, where it has any. */
export function tagsToCreate(planned: ValueObject): { Tags?: { Key: string; Value: string }[] } {
  const Tags = tagList(textMapAt(planned, "tags_all"));
  return Tags.length > 0 ? { Tags } : {};
}
