/** Key, buckets and tables: modules kms 1.1.0, s3 2.0.0, dynamodb 1.0.0. */
import { accountId, named, tags } from "./names";

export default function storage() {
  const kms = new terraform.Module("kms", {
    source: "../infrastructure/modules/kms",
    version: "1.1.0",
    inputs: {
      alias: `${$app.name}-${$app.stage}`,
      description: `Encrypts images, jobs and messages of ${named("app")}`,
      service_principals: ["cloudwatch.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"],
      tags,
    },
    moved: { "aws_kms_key.this": "aws_kms_key.Key", "aws_kms_alias.this": "aws_kms_alias.KeyAlias" },
  });
  const s3 = new terraform.Module("s3", {
    source: "../infrastructure/modules/s3",
    version: "2.0.0",
    inputs: {
      name_prefix: $interpolate`${$app.name}-${$app.stage}-${accountId}`,
      kms_key_arn: kms.outputs.key_arn,
      force_destroy: $app.stage !== "prod",
      tags,
    },
    moved: {
      "aws_s3_bucket.temp": "aws_s3_bucket.Temp",
      "aws_s3_bucket_public_access_block.temp": "aws_s3_bucket_public_access_block.TempPublicAccessBlock",
      "aws_s3_bucket_server_side_encryption_configuration.temp":
        "aws_s3_bucket_server_side_encryption_configuration.TempEncryption",
      "aws_s3_bucket_cors_configuration.temp": "aws_s3_bucket_cors_configuration.TempCors",
      "aws_s3_bucket_lifecycle_configuration.temp[0]": "aws_s3_bucket_lifecycle_configuration.TempLifecycle",
      "aws_s3_bucket.final": "aws_s3_bucket.Final",
      "aws_s3_bucket_public_access_block.final": "aws_s3_bucket_public_access_block.FinalPublicAccessBlock",
      "aws_s3_bucket_versioning.final": "aws_s3_bucket_versioning.FinalVersioning",
      "aws_s3_bucket_server_side_encryption_configuration.final":
        "aws_s3_bucket_server_side_encryption_configuration.FinalEncryption",
      "aws_s3_bucket_lifecycle_configuration.final[0]": "aws_s3_bucket_lifecycle_configuration.FinalLifecycle",
    },
  });
  const source = "../infrastructure/modules/dynamodb";
  const shared = { ttl_attribute: "expiresAt", kms_key_arn: kms.outputs.key_arn, tags };
  const { outputs: jobs } = new terraform.Module("jobs", {
    source,
    version: "1.0.0",
    inputs: {
      ...shared,
      name: named("jobs"),
      hash_key: "jobId",
      attributes: { jobId: "S", userId: "S", createdAt: "S" },
      indexes: { byUser: { hash_key: "userId", range_key: "createdAt" } },
    },
    moved: { "aws_dynamodb_table.this": "aws_dynamodb_table.Jobs" },
  });
  const { outputs: batches } = new terraform.Module("batches", {
    source,
    version: "1.0.0",
    inputs: { ...shared, name: named("batches"), hash_key: "batchId", attributes: { batchId: "S" } },
    moved: { "aws_dynamodb_table.this": "aws_dynamodb_table.Batches" },
  });
  return {
    keyId: kms.outputs.key_id,
    keyArn: kms.outputs.key_arn,
    temp: s3.outputs.temp_bucket,
    final: s3.outputs.final_bucket,
    jobs,
    batches,
  };
}
