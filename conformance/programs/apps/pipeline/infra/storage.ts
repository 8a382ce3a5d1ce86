import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export function storage() {
  const uploads = new aws.s3.Bucket("Uploads", { forceDestroy: true });
  const deadLetters = new aws.sqs.Queue("DeadLetters", { messageRetentionSeconds: 14 * 24 * 3600 });
  const work = new aws.sqs.Queue("Work", {
    visibilityTimeoutSeconds: 60,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 2 }),
  });
  new aws.sqs.RedriveAllowPolicy("DeadLettersAllow", {
    queueUrl: deadLetters.id,
    redriveAllowPolicy: work.arn.apply((arn) => JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn] })),
  });
  const results = new aws.dynamodb.Table("Results", {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "key",
    attributes: [{ name: "key", type: "S" }],
    streamEnabled: true,
    streamViewType: "NEW_AND_OLD_IMAGES",
  });
  const news = new aws.sns.Topic("News");
  const inbox = new aws.sqs.Queue("Inbox");
  return { uploads, deadLetters, work, results, news, inbox };
}

export type Storage = ReturnType<typeof storage>;
