import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { findQueueAttribute, QUEUE_MISSING } from "./find.ts";

/** aws_sqs_queue (data source), by name. */
export const dataSource: NativeDataSource = {
  type: "aws_sqs_queue",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const answer = await unlessMissing(QUEUE_MISSING, () => aws.clients.sqs.getQueueUrl({ QueueName: name }));
    const url = answer?.QueueUrl;
    if (url === undefined) throw notFound(`SQS Queue (${name}) URL`);
    const arn = await findQueueAttribute(aws, url, "QueueArn");
    const { Tags } = await aws.clients.sqs.listQueueTags({ QueueUrl: url });
    return { id: url, arn: arn ?? "", name, url, tags: { ...Tags } };
  },
};
