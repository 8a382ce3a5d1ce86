/**
 * Data Stack
 *
 * Sets up DynamoDB table (single-table design) and S3 bucket for photos.
 *
 * Resources:
 * - DynamoDB table with GSI1 for alternate access patterns
 * - S3 bucket with encryption, versioning, and lifecycle policies
 */

import * as aws from "@pulumi/aws";

export default function DataStack() {
  const table = new aws.dynamodb.Table("KefirTable", {
    name: `kefir-app-${$app.stage}`,
    billingMode: "PAY_PER_REQUEST",  // On-demand for variable load
    hashKey: "PK",
    rangeKey: "SK",

    attributes: [
      { name: "PK", type: "S" },
      { name: "SK", type: "S" },
      { name: "GSI1PK", type: "S" },
      { name: "GSI1SK", type: "S" },
    ],

    globalSecondaryIndexes: [{
      name: "GSI1",
      hashKey: "GSI1PK",
      rangeKey: "GSI1SK",
      projectionType: "ALL",  // Include all attributes
    }],

    // Production features
    pointInTimeRecovery: {
      enabled: $app.stage === "prod",
    },

    deletionProtectionEnabled: $app.stage === "prod",

    // Encryption at rest (always on)
    serverSideEncryption: {
      enabled: true,
    },

    // TTL for auto-expiring items
    ttl: {
      enabled: true,
      attributeName: "TTL",
    },

    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  });

  const bucket = new aws.s3.BucketV2("KefirPhotoBucket", {
    bucket: `kefir-app-photos-${$app.stage}-${aws.getCallerIdentityOutput().accountId}`,
    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  });

  // Versioning (production only)
  new aws.s3.BucketVersioningV2("KefirPhotoBucketVersioning", {
    bucket: bucket.id,
    versioningConfiguration: {
      status: $app.stage === "prod" ? "Enabled" : "Suspended",
    },
  });

  // Block ALL public access
  new aws.s3.BucketPublicAccessBlock("KefirPhotoBucketPublicAccessBlock", {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });

  // Encryption at rest
  new aws.s3.BucketServerSideEncryptionConfigurationV2("KefirPhotoBucketEncryption", {
    bucket: bucket.id,
    rules: [{
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: "AES256",
      },
      bucketKeyEnabled: true,
    }],
  });

  // CORS for presigned URLs
  new aws.s3.BucketCorsConfigurationV2("KefirPhotoBucketCors", {
    bucket: bucket.id,
    corsRules: [{
      allowedHeaders: ["*"],
      allowedMethods: ["GET", "PUT", "POST"],
      allowedOrigins: $app.stage === "prod"
        ? ["https://kefirproducer.com", "https://*.kefirproducer.com"]
        : ["*"],
      exposeHeaders: ["ETag"],
      maxAgeSeconds: 3000,
    }],
  });

  // Lifecycle policies
  new aws.s3.BucketLifecycleConfigurationV2("KefirPhotoBucketLifecycle", {
    bucket: bucket.id,
    rules: [
      {
        id: "delete-old-photos",
        status: "Enabled",
        expiration: { days: 365 },
      },
      {
        id: "abort-incomplete-uploads",
        status: "Enabled",
        abortIncompleteMultipartUpload: {
          daysAfterInitiation: 7,
        },
      },
    ],
  });

  // Return outputs for dependent stacks
  return {
    tableName: table.name,
    tableArn: table.arn,
    bucketName: bucket.bucket,
    bucketArn: bucket.arn,
    table,    // Full resource for advanced usage
    bucket,
  };
}
