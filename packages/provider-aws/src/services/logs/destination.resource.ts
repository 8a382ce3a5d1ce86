import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textMapAt } from "../attribute-map.ts";
import { isArn, runChecks } from "../checks.ts";
import { changedTags } from "../tags.ts";
import { findDestination, LOGS_MISSING } from "./find.ts";

const RETRY: RetryRow = {
  codes: ["InvalidParameterException"],
  timeoutMs: 120_000,
  why: "the stream or the role that a destination names was only just made",
  source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestination.html",
};

/** aws_cloudwatch_log_destination. Its id is its name. Any name passes the real provider's own check. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_destination",
  noun: "CloudWatch Logs Destination",
  forceNew: ["name"],
  tagged: true,
  validate: (config) => runChecks([isArn("role_arn"), isArn("target_arn")], config),
  async create(aws, planned, onCreated) {
    const arn = await put(aws, planned);
    await onCreated({ id: requiredText(planned, "name") });
    // Tags in the call that makes it fail the test message, says the real provider.
    const tags = textMapAt(planned, "tags_all");
    if (Object.keys(tags).length > 0) await aws.clients.logs.tagResource({ resourceArn: arn, tags });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const destination = await findDestination(aws, id);
    if (destination === undefined) return null;
    const resourceArn = destination.arn ?? "";
    const tags = await unlessMissing(LOGS_MISSING, () => aws.clients.logs.listTagsForResource({ resourceArn }));
    return {
      ...state,
      id,
      arn: resourceArn,
      name: destination.destinationName ?? id,
      role_arn: destination.roleArn ?? "",
      target_arn: destination.targetArn ?? "",
      tags_all: { ...tags?.tags },
    };
  },
  async update(aws, prior, planned, changed) {
    if (changed("role_arn") || changed("target_arn")) await put(aws, planned);
    const resourceArn = requiredText(prior, "arn");
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await aws.clients.logs.untagResource({ resourceArn, tagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.logs.tagResource({ resourceArn, tags: added });
  },
  async delete(aws, state) {
    const destinationName = requiredText(state, "id");
    await unlessMissing(LOGS_MISSING, () => aws.clients.logs.deleteDestination({ destinationName }));
  },
  async find(aws, planned) {
    const name = requiredText(planned, "name");
    return (await findDestination(aws, name)) === undefined ? null : { id: name };
  },
};

async function put(aws: AwsContext, planned: ValueObject): Promise<string> {
  const input = {
    destinationName: requiredText(planned, "name"),
    roleArn: requiredText(planned, "role_arn"),
    targetArn: requiredText(planned, "target_arn"),
  };
  return (await aws.retry(RETRY, () => aws.clients.logs.putDestination(input))).destination?.arn ?? "";
}
