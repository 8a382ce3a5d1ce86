/** Key, buckets and tables. Standards: encryption, public access blocked, lifecycle rules, cost tags. */
import * as aws from "@pulumi/aws";
import { accountId, named, tags } from "./names";

export default function storage() {
  const key = new aws.kms.Key("Key", {
    description: `Encrypts images, jobs and messages of ${named("app")}`,
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: accountId.apply((account) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AccountAdministersTheKey",
            Effect: "Allow",
            Action: "kms:*",
            Resource: "*",
            Principal: { AWS: `arn:aws:iam::${account}:root` },
          },
          {
            Sid: "ServicesUseTheKey",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resource: "*",
            Principal: { Service: ["cloudwatch.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"] },
          },
        ],
      }),
    ),
    tags,
  });
  new aws.kms.Alias("KeyAlias", { name: `alias/${$app.name}-${$app.stage}`, targetKeyId: key.keyId });

  const tempBucket = bucket("Temp", "temp");
  new aws.s3.BucketServerSideEncryptionConfigurationV2("TempEncryption", {
    bucket: tempBucket.id,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new aws.s3.BucketCorsConfigurationV2("TempCors", {
    bucket: tempBucket.id,
    corsRules: [
      { allowedHeaders: ["*"], allowedMethods: ["PUT"], allowedOrigins: ["*"], exposeHeaders: ["ETag"], maxAgeSeconds: 3600 },
    ],
  });
  new aws.s3.BucketLifecycleConfigurationV2("TempLifecycle", {
    bucket: tempBucket.id,
    rules: [
      {
        id: "expire-uploads",
        status: "Enabled",
        filter: {},
        expiration: { days: 2 },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  });

  const finalBucket = bucket("Final", "final");
  const versioning = new aws.s3.BucketVersioningV2("FinalVersioning", {
    bucket: finalBucket.id,
    versioningConfiguration: { status: "Enabled" },
  });
  new aws.s3.BucketServerSideEncryptionConfigurationV2("FinalEncryption", {
    bucket: finalBucket.id,
    rules: [{ bucketKeyEnabled: true, applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } }],
  });
  new aws.s3.BucketLifecycleConfigurationV2(
    "FinalLifecycle",
    {
      bucket: finalBucket.id,
      rules: [
        {
          id: "tier-images",
          status: "Enabled",
          filter: {},
          transitions: [
            { days: 30, storageClass: "STANDARD_IA" },
            { days: 90, storageClass: "GLACIER_IR" },
            { days: 365, storageClass: "GLACIER" },
          ],
          noncurrentVersionTransitions: [{ noncurrentDays: 30, storageClass: "STANDARD_IA" }],
          noncurrentVersionExpiration: { noncurrentDays: 90 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    { dependsOn: [versioning] },
  );

  const jobs = table("Jobs", "jobs", "jobId", key, {
    attributes: [
      { name: "jobId", type: "S" },
      { name: "userId", type: "S" },
      { name: "createdAt", type: "S" },
    ],
    globalSecondaryIndexes: [{ name: "byUser", hashKey: "userId", rangeKey: "createdAt", projectionType: "ALL" }],
  });
  const batches = table("Batches", "batches", "batchId", key, { attributes: [{ name: "batchId", type: "S" }] });
  return { key, tempBucket, finalBucket, jobs, batches };
}

/** A bucket that nobody outside reaches. */
function bucket(name: string, suffix: string): aws.s3.BucketV2 {
  const made = new aws.s3.BucketV2(name, {
    bucket: $interpolate`${$app.name}-${$app.stage}-${accountId}-${suffix}`,
    forceDestroy: $app.stage !== "prod",
    tags,
  });
  new aws.s3.BucketPublicAccessBlock(`${name}PublicAccessBlock`, {
    bucket: made.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  return made;
}

function table(
  name: string,
  suffix: string,
  hashKey: string,
  key: aws.kms.Key,
  more: Pick<aws.dynamodb.TableArgs, "attributes" | "globalSecondaryIndexes">,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(name, {
    name: named(suffix),
    billingMode: "PAY_PER_REQUEST",
    hashKey,
    deletionProtectionEnabled: $app.stage === "prod",
    ttl: { enabled: true, attributeName: "expiresAt" },
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
    tags,
    ...more,
  });
}
