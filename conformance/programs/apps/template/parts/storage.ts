const suffix = new random.RandomString("suffix", { length: 6, special: false, upper: false });
export const bucket = new aws.s3.BucketV2("Uploads", { bucket: $interpolate`notes-${suffix.result}` });
const jobs = new aws.sqs.Queue("Jobs", { visibilityTimeoutSeconds: $app.stage === "production" ? 300 : 30 });
const document = aws.iam.getPolicyDocumentOutput({
  statements: [
    {
      actions: ["sqs:SendMessage"],
      resources: [jobs.arn],
      principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
      conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: [bucket.arn] }],
    },
  ],
});
const policy = new aws.sqs.QueuePolicy("Policy", { queueUrl: jobs.url, policy: document.json });
new aws.s3.BucketNotification(
  "Notification",
  { bucket: bucket.id, queues: [{ queueArn: jobs.arn, events: ["s3:ObjectCreated:*"] }] },
  { dependsOn: [policy] },
);
for (const [i, name] of ["a", "b", "c"].entries()) {
  new aws.ssm.Parameter(`Param-${name}`, { name: `/notes/${$app.stage}/${name}`, type: "String", value: String(i) });
}
const topics = (["us-east-1", "eu-west-1"] as aws.Region[]).map((region) => {
  const provider = new aws.Provider(`in-${region}`, { region });
  return new aws.sns.Topic(`topic-${region}`, {}, { provider });
});
export const outputs = {
  all: $resolve([jobs.arn, bucket.arn]).apply(([queue, name]) => `${queue}|${name}`),
  topics: $util.all(topics.map((topic) => topic.arn)).apply((arns) => arns.join(",")),
  first: $util.output(topics[0]).apply((topic) => topic?.arn),
  lifted: $util.output({ queue: jobs }).queue.arn,
};
