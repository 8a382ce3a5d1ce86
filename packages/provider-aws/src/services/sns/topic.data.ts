import type { Topic } from "@aws-sdk/client-sns";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { findInPages } from "../pages.ts";
import { tagMap } from "../tags.ts";

/** aws_sns_topic (data source), by name. */
export const dataSource: NativeDataSource = {
  type: "aws_sns_topic",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const topic = await findInPages<Topic>(
      async (NextToken) => {
        const answer = await aws.clients.sns.listTopics({ NextToken });
        return { items: answer.Topics, next: answer.NextToken };
      },
      ({ TopicArn = "" }) => TopicArn.slice(TopicArn.lastIndexOf(":") + 1) === name,
    );
    if (topic?.TopicArn === undefined) throw notFound(`SNS Topic (${name})`, "empty result");
    const arn = topic.TopicArn;
    const { Tags } = await aws.clients.sns.listTagsForResource({ ResourceArn: arn });
    return { id: arn, arn, name, tags: tagMap(Tags) };
  },
};
