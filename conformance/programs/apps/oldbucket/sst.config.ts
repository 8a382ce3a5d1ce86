/** A bucket as it was configured for years: everything in its own arguments. */
import * as aws from "@pulumi/aws";

export default $config({
  app: (input) => ({ name: "oldbucket", stage: input.stage, home: "aws", providers: { aws: "6.83.0" } }),
  async run() {
    const logs = new aws.s3.Bucket("Logs", { forceDestroy: true });
    const bucket = new aws.s3.Bucket("Media", {
      forceDestroy: true,
      versioning: { enabled: true },
      corsRules: [
        { allowedHeaders: ["*"], allowedMethods: ["GET", "PUT"], allowedOrigins: ["https://example.com"], maxAgeSeconds: 300 },
      ],
      lifecycleRules: [
        { id: "old", enabled: true, prefix: "tmp/", expiration: { days: 3 }, noncurrentVersionExpiration: { days: 9 } },
      ],
      serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } } },
      website: { indexDocument: "index.html", errorDocument: "404.html" },
      tags: { kind: "media" },
    });
    new aws.s3.BucketPolicy("LogsPolicy", {
      bucket: logs.bucket,
      policy: logs.arn.apply((arn) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject", Resource: `${arn}/*` },
          ],
        }),
      ),
    });
    return { bucket: bucket.id, arn: bucket.arn };
  },
});
