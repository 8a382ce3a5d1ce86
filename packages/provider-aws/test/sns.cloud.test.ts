import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { EDITIONS, liveThrough, openLab, type Step } from "./lab.ts";

const policy = (sid: string, resource: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: sid, Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: resource }],
  });

const STEPS: readonly Step[] = [
  { type: "aws_sqs_queue", name: "queue", config: () => ({ name: "queue" }) },
  {
    type: "aws_sns_topic",
    name: "topic",
    config: () => ({ name: "topic", tags: { a: "b" } }),
    update: () => ({ name: "topic", display_name: "T" }),
    replace: { config: () => ({ name: "other" }), path: "name" },
  },
  {
    type: "aws_sns_topic",
    name: "fifo",
    anonymous: true,
    config: () => ({ name_prefix: "f-", fifo_topic: true, content_based_deduplication: true }),
    update: () => ({ name_prefix: "f-", fifo_topic: true }),
  },
  {
    type: "aws_sns_topic_subscription",
    name: "subscription",
    config: (made) => ({
      topic_arn: made("topic", "arn"),
      protocol: "sqs",
      endpoint: made("queue", "arn"),
      raw_message_delivery: true,
      filter_policy: '{"a": ["b"]}',
    }),
    update: (made) => ({ topic_arn: made("topic", "arn"), protocol: "sqs", endpoint: made("queue", "arn") }),
    replace: {
      config: (made) => ({ topic_arn: made("topic", "arn"), protocol: "lambda", endpoint: made("queue", "arn") }),
      path: "protocol",
    },
    importLeaves: ["confirmation_timeout_in_minutes"],
  },
  {
    type: "aws_sns_topic_policy",
    name: "policy",
    config: (made) => ({ arn: made("topic", "arn"), policy: policy("one", made("topic", "arn")) }),
    update: (made) => ({ arn: made("topic", "arn"), policy: policy("two", made("topic", "arn")) }),
    // AWS's own policy comes back.
    remains: true,
  },
];

// Another room builds SNS at the same time: without it there is nothing to live in.
const has = existsSync(new URL("../../cloud/src/services/sns/sns.service.ts", import.meta.url));

it.skipIf(!has).each(EDITIONS)(
  "topics, their policy and subscriptions live and end in the embedded cloud, edition %s",
  async (edition) => {
    const lab = await openLab(edition);
    try {
      expect(await liveThrough(lab, STEPS)).toEqual([]);
    } finally {
      await lab.close();
    }
  },
);
