import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { allPages } from "../pages.ts";

const A_PAGE = 1000;

/** aws_sqs_queues (data source): URLs of those with a prefix. */
export const dataSource: NativeDataSource = {
  type: "aws_sqs_queues",
  async read(aws, config) {
    const QueueNamePrefix = textAt(config, "queue_name_prefix");
    const queue_urls = await allPages<string>(async (NextToken) => {
      const answer = await aws.clients.sqs.listQueues({ QueueNamePrefix, MaxResults: A_PAGE, NextToken });
      return { items: answer.QueueUrls, next: answer.NextToken };
    });
    return { id: aws.region, queue_urls };
  },
};
