/**
 * A mix of requests that leaves nothing behind but what a log keeps: every round makes things under names of its own and takes
 * them away again, so that memory which grows with the rounds is a leak.
 */
import { strToU8, zipSync } from "fflate";
import { json, send, signed } from "../../bench/aws-http.ts";

async function query(url: string, service: string, form: Record<string, string>): Promise<string> {
  const headers = { ...signed(service), "content-type": "application/x-www-form-urlencoded" };
  return (await send(url, { headers, body: new URLSearchParams(form).toString() })).toString();
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const HANDLER = "exports.handler = async (event) => ({ round: event.round });";

interface Made {
  readonly queueUrl: string;
  readonly topicArn: string;
}

/** What the rounds share: a table, a bucket, a queue behind a topic, a log group, a function. */
export async function prepareMix(url: string): Promise<Made> {
  await json(url, "dynamodb", "CreateTable", {
    TableName: "soak",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  });
  await send(url, { method: "PUT", path: "/soak-bucket", headers: signed("s3") });
  const { QueueUrl } = await json(url, "sqs", "CreateQueue", { QueueName: "soak" });
  const topic = await query(url, "sns", { Action: "CreateTopic", Version: "2010-03-31", Name: "soak" });
  const topicArn = /<TopicArn>([^<]+)/.exec(topic)?.[1] ?? "";
  await query(url, "sns", {
    Action: "Subscribe",
    Version: "2010-03-31",
    TopicArn: topicArn,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:soak",
  });
  await json(url, "logs", "CreateLogGroup", { logGroupName: "soak" });
  await json(url, "logs", "CreateLogStream", { logGroupName: "soak", logStreamName: "soak" });
  await query(url, "iam", { Action: "CreateRole", Version: "2010-05-08", RoleName: "soak", AssumeRolePolicyDocument: TRUST });
  await send(url, {
    path: "/2015-03-31/functions",
    headers: { ...signed("lambda"), "content-type": "application/json" },
    body: JSON.stringify({
      FunctionName: "soak",
      Runtime: "nodejs22.x",
      Role: "arn:aws:iam::000000000000:role/soak",
      Handler: "index.handler",
      Code: { ZipFile: Buffer.from(zipSync({ "index.js": strToU8(HANDLER) })).toString("base64") },
    }),
  });
  return { queueUrl: String(QueueUrl), topicArn };
}

async function drain(url: string, queueUrl: string): Promise<number> {
  const { Messages } = await json(url, "sqs", "ReceiveMessage", { QueueUrl: queueUrl, MaxNumberOfMessages: 10 });
  const received = (Messages ?? []) as { ReceiptHandle: string }[];
  for (const { ReceiptHandle } of received) await json(url, "sqs", "DeleteMessage", { QueueUrl: queueUrl, ReceiptHandle });
  return 1 + received.length;
}

/** Every so many rounds a function is invoked: a few among the many. */
const INVOKE_EVERY = 100;

/** One round, about a dozen requests. Answers how many it sent. Rejects when one is refused. */
export async function mixRound(url: string, { queueUrl, topicArn }: Made, round: number): Promise<number> {
  const pk = { S: `item-${round}` };
  const name = `/soak/${round}`;
  const object = { path: `/soak-bucket/object-${round}`, headers: signed("s3") };
  await json(url, "dynamodb", "PutItem", { TableName: "soak", Item: { pk, text: { S: "x".repeat(500) } } });
  await json(url, "dynamodb", "GetItem", { TableName: "soak", Key: { pk } });
  await json(url, "dynamodb", "DeleteItem", { TableName: "soak", Key: { pk } });
  await send(url, { method: "PUT", ...object, body: "x".repeat(round % 10 === 0 ? 100_000 : 1000) });
  await send(url, { method: "GET", ...object });
  await send(url, { method: "DELETE", ...object });
  await json(url, "sqs", "SendMessage", { QueueUrl: queueUrl, MessageBody: `message ${round}` });
  await query(url, "sns", { Action: "Publish", Version: "2010-03-31", TopicArn: topicArn, Message: `notice ${round}` });
  await json(url, "ssm", "PutParameter", { Name: name, Value: "x", Type: "String" });
  await json(url, "ssm", "DeleteParameter", { Name: name });
  await json(url, "logs", "PutLogEvents", {
    logGroupName: "soak",
    logStreamName: "soak",
    logEvents: [{ timestamp: Date.now(), message: `line ${round}` }],
  });
  let sent = 11;
  if (round % INVOKE_EVERY === 0) {
    const payload = { path: "/2015-03-31/functions/soak/invocations", headers: signed("lambda"), body: `{"round":${round}}` };
    const answer = (await send(url, payload)).toString();
    if (answer !== `{"round":${round}}`) throw new Error(`the function answered ${answer}`);
    sent++;
  }
  return sent + (await drain(url, queueUrl));
}

const LANES = 8;

/** Sends at least `requests` requests, several rounds at a time; the rounds' numbers go on from `from`. Answers the next number. */
export async function runMix(url: string, made: Made, requests: number, from: number): Promise<number> {
  let sent = 0;
  let round = from;
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      while (sent < requests) {
        const count = await mixRound(url, made, round++);
        // Not `sent += await …`: that reads `sent` before it waits, and forgets what the other lanes have added meanwhile.
        sent += count;
      }
    }),
  );
  return round;
}
