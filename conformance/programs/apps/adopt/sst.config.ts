/** Beside what exists: read by `.get()` and by functions, taken over by `import`. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export default $config({
  app: (input) => ({ name: "adopt", stage: input.stage, home: "aws" }),
  async run() {
    const bucket = aws.s3.Bucket.get("Existing", "adopt-existing");
    const table = aws.dynamodb.Table.get("ExistingTable", "adopt-table");
    const queue = new aws.sqs.Queue(
      "Taken",
      { name: "adopt-queue", visibilityTimeoutSeconds: 45 },
      { import: process.env.QUEUE_URL },
    );
    const { accountId, arn } = await aws.getCallerIdentity({});
    const current = aws.getCallerIdentityOutput();
    const partition = await aws.getPartition();
    const region = aws.getRegionOutput();
    const same = aws.s3.getBucketOutput({ bucket: bucket.bucket });
    const parameter = aws.ssm.getParameterOutput({ name: pulumi.interpolate`/adopt/${"secret"}`, withDecryption: true });
    const plain = await aws.ssm.getParameter({ name: "/adopt/secret" });
    const document = aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          sid: "ReadOnly",
          effect: "Allow",
          actions: ["s3:GetObject"],
          resources: [bucket.arn.apply((bucketArn) => `${bucketArn}/*`)],
          conditions: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [current.accountId] }],
        },
      ],
    });
    const policy = new aws.iam.Policy("Read", { policy: document.json });
    return {
      same: pulumi.all([bucket.arn, same.arn]).apply(([a, b]) => a === b),
      hashKey: table.hashKey,
      queue: queue.arn,
      account: accountId,
      root: arn.startsWith(`arn:${partition.partition}:`),
      dns: partition.dnsSuffix,
      region: region.name,
      parameter: parameter.value,
      plain: plain.type,
      policy: policy.arn,
    };
  },
});
