import type { MutableValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textMapAt } from "../attribute-map.ts";
import { isArn, runChecks } from "../checks.ts";
import { changedTags, tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { CONSUMER_CHANGE, findConsumer, KINESIS_MISSING } from "./find.ts";

/** aws_kinesis_stream_consumer. Its id is its ARN. Only edition 6 has its tags. */
export const resource: NativeResource = {
  type: "aws_kinesis_stream_consumer",
  forceNew: ["name", "stream_arn"],
  tagged: true,
  validate: (config) => runChecks([isArn("stream_arn")], config),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const { Consumer } = await aws.clients.kinesis.registerStreamConsumer({
      ConsumerName: requiredText(planned, "name"),
      StreamARN: requiredText(planned, "stream_arn"),
      Tags: Object.keys(tags).length > 0 ? tags : undefined,
    });
    const arn = Consumer?.ConsumerARN ?? "";
    await onCreated({ id: arn });
    await aws.wait(CONSUMER_CHANGE, async () => ((await findConsumer(aws, arn))?.ConsumerStatus === "ACTIVE" ? true : undefined));
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const consumer = await findConsumer(aws, id);
    if (consumer === undefined) return null;
    const values: MutableValueObject = {
      ...state,
      id,
      arn: consumer.ConsumerARN ?? "",
      creation_timestamp: rfc3339(consumer.ConsumerCreationTimestamp),
      name: consumer.ConsumerName ?? "",
      stream_arn: consumer.StreamARN ?? "",
    };
    if (aws.edition !== "5.100.0") values.tags_all = await tagsOf(aws, id);
    return values;
  },
  async update(aws, prior, planned) {
    const ResourceARN = requiredText(prior, "id");
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await aws.clients.kinesis.untagResource({ ResourceARN, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.kinesis.tagResource({ ResourceARN, Tags: added });
  },
  async delete(aws, state) {
    const ConsumerARN = requiredText(state, "id");
    await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.deregisterStreamConsumer({ ConsumerARN }));
    await aws.wait(CONSUMER_CHANGE, async () => ((await findConsumer(aws, ConsumerARN)) === undefined ? true : undefined));
  },
  async find(aws, planned) {
    const input = { StreamARN: requiredText(planned, "stream_arn"), ConsumerName: requiredText(planned, "name") };
    const answer = await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.describeStreamConsumer(input));
    const arn = answer?.ConsumerDescription?.ConsumerARN;
    return arn === undefined ? null : { id: arn };
  },
};

async function tagsOf(aws: AwsContext, ResourceARN: string): Promise<Record<string, string>> {
  const answer = await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.listTagsForResource({ ResourceARN }));
  return tagMap(answer?.Tags);
}
