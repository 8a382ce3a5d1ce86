import { expect, it } from "vitest";
import { EDITIONS, liveThrough, openLab, type Step } from "./lab.ts";

const policy = (sid: string, resource: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: sid, Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: resource }],
  });

const STEPS: readonly Step[] = [
  {
    type: "aws_sqs_queue",
    name: "dead",
    config: () => ({ name: "dead" }),
    update: () => ({ name: "dead", visibility_timeout_seconds: 45, tags: { a: "b" } }),
    replace: { config: () => ({ name: "other" }), path: "name" },
  },
  {
    type: "aws_sqs_queue",
    name: "jobs",
    config: (made) => ({
      name: "jobs",
      delay_seconds: 3,
      redrive_policy: JSON.stringify({ maxReceiveCount: 4, deadLetterTargetArn: made("dead", "arn") }, null, 2),
      tags: { x: "y" },
    }),
    update: () => ({ name: "jobs", tags: { x: "z" } }),
  },
  {
    type: "aws_sqs_queue",
    name: "orders",
    anonymous: true,
    config: () => ({ name_prefix: "orders-", fifo_queue: true, content_based_deduplication: true }),
    update: () => ({ name_prefix: "orders-", fifo_queue: true }),
    replace: { config: () => ({ name_prefix: "orders-" }), path: "fifo_queue" },
  },
  {
    type: "aws_sqs_queue_policy",
    name: "policy",
    config: (made) => ({ queue_url: made("jobs", "id"), policy: policy("one", made("jobs", "arn")) }),
    update: (made) => ({ queue_url: made("jobs", "id"), policy: policy("two", made("jobs", "arn")) }),
  },
  {
    type: "aws_sqs_queue_redrive_policy",
    name: "redrive",
    config: (made) => ({
      queue_url: made("orders", "id"),
      redrive_policy: JSON.stringify({ maxReceiveCount: 5, deadLetterTargetArn: made("fifo-dead", "arn") }),
    }),
  },
  {
    type: "aws_sqs_queue_redrive_allow_policy",
    name: "allow",
    config: (made) => ({
      queue_url: made("dead", "id"),
      redrive_allow_policy: JSON.stringify({ sourceQueueArns: [made("jobs", "arn")], redrivePermission: "byQueue" }),
    }),
    update: (made) => ({ queue_url: made("dead", "id"), redrive_allow_policy: JSON.stringify({ redrivePermission: "denyAll" }) }),
  },
];

it.each(EDITIONS)("queues and their policies live and end in the embedded cloud, edition %s", async (edition) => {
  const lab = await openLab(edition);
  try {
    const deadFifo: Step = { type: "aws_sqs_queue", name: "fifo-dead", config: () => ({ name: "dead.fifo", fifo_queue: true }) };
    expect(await liveThrough(lab, [deadFifo, ...STEPS])).toEqual([]);
  } finally {
    await lab.close();
  }
});
