/** S3 beside its objects: archives, replication, logging, keys, conditions, lists. Expectations: the API reference and the User Guide. */
import { type Scenario, stepsOf } from "./case.ts";

const s3 = stepsOf("s3");
const kms = stepsOf("kms");
const dynamodb = stepsOf("dynamodb");
const secrets = stepsOf("secretsmanager");
const IMPORTED = {
  TableName: "imported",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
};
const BYTES = { $bytes: "eA==" };
const REGION = { CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } };
const ON = { VersioningConfiguration: { Status: "Enabled" } };

function replication(target: string) {
  return {
    ReplicationConfiguration: {
      Role: "arn:aws:iam::000000000000:role/replication",
      Rules: [
        {
          ID: "all",
          Status: "Enabled",
          Priority: 1,
          Filter: { Prefix: "" },
          DeleteMarkerReplication: { Status: "Disabled" },
          Destination: { Bucket: `arn:aws:s3:::${target}` },
        },
      ],
    },
  };
}

function selecting(Expression: string) {
  return {
    Bucket: "more-selected",
    Key: "a",
    Expression,
    ExpressionType: "SQL",
    InputSerialization: { CSV: {} },
    OutputSerialization: { CSV: {} },
  };
}

export const moreStorageScenarios: readonly Scenario[] = [
  {
    name: "s3: archived objects",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-archive", ...REGION }),
      s3.ok("PutObject", { Bucket: "more-archive", Key: "a", Body: BYTES, StorageClass: "GLACIER" }),
      s3.ok("HeadObject", { Bucket: "more-archive", Key: "a" }, { output: { StorageClass: "GLACIER" } }),
      s3.fails("GetObject", { Bucket: "more-archive", Key: "a" }, "InvalidObjectState", 403),
      s3.fails(
        "CopyObject",
        { Bucket: "more-archive", Key: "b", CopySource: "more-archive/a" },
        "ObjectNotInActiveTierError",
        403,
      ),
      s3.ok("RestoreObject", {
        Bucket: "more-archive",
        Key: "a",
        RestoreRequest: { Days: 1, GlacierJobParameters: { Tier: "Bulk" } },
      }),
      s3.ok("HeadObject", { Bucket: "more-archive", Key: "a" }, { output: { Restore: 'ongoing-request="true"' } }),
      s3.fails(
        "RestoreObject",
        { Bucket: "more-archive", Key: "a", RestoreRequest: { Days: 1 } },
        "RestoreAlreadyInProgress",
        409,
      ),
      s3.ok("PutObject", { Bucket: "more-archive", Key: "s", Body: BYTES }),
      s3.fails("RestoreObject", { Bucket: "more-archive", Key: "s", RestoreRequest: { Days: 1 } }, "InvalidObjectState", 403),
      s3.fails("RestoreObject", { Bucket: "more-archive", Key: "none", RestoreRequest: { Days: 1 } }, "NoSuchKey", 404),
    ],
  },
  {
    name: "s3: replication",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-source", ...REGION }),
      s3.ok("CreateBucket", { Bucket: "more-target", ...REGION }),
      s3.fails("PutBucketReplication", { Bucket: "more-source", ...replication("more-target") }, "InvalidRequest", 400),
      s3.ok("PutBucketVersioning", { Bucket: "more-source", ...ON }),
      s3.fails("PutBucketReplication", { Bucket: "more-source", ...replication("more-target") }, "InvalidRequest", 400),
      s3.ok("PutBucketVersioning", { Bucket: "more-target", ...ON }),
      s3.fails("GetBucketReplication", { Bucket: "more-source" }, "ReplicationConfigurationNotFoundError", 404),
      s3.ok("PutBucketReplication", { Bucket: "more-source", ...replication("more-target") }),
      s3.ok(
        "GetBucketReplication",
        { Bucket: "more-source" },
        { output: { ReplicationConfiguration: { Rules: [{ ID: "all" }] } } },
      ),
      s3.ok("DeleteBucketReplication", { Bucket: "more-source" }),
    ],
  },
  {
    name: "s3: access logs' settings",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-logged", ...REGION }),
      s3.ok("GetBucketLogging", { Bucket: "more-logged" }),
      s3.fails(
        "PutBucketLogging",
        { Bucket: "more-logged", BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "more-nowhere", TargetPrefix: "" } } },
        "InvalidTargetBucketForLogging",
        400,
      ),
      s3.ok("PutBucketLogging", {
        Bucket: "more-logged",
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "more-logged", TargetPrefix: "logs/" } },
      }),
      s3.ok("GetBucketLogging", { Bucket: "more-logged" }, { output: { LoggingEnabled: { TargetPrefix: "logs/" } } }),
      s3.ok("PutBucketLogging", { Bucket: "more-logged", BucketLoggingStatus: {} }),
    ],
  },
  {
    name: "s3: keys of KMS",
    steps: [
      kms.ok("CreateKey", {}, { keep: { key: "KeyMetadata.Arn", id: "KeyMetadata.KeyId" } }),
      s3.ok("CreateBucket", { Bucket: "more-sealed", ...REGION }),
      s3.ok(
        "PutObject",
        { Bucket: "more-sealed", Key: "a", Body: BYTES, ServerSideEncryption: "aws:kms", SSEKMSKeyId: "@{id}" },
        { output: { ServerSideEncryption: "aws:kms" } },
      ),
      s3.ok("GetObject", { Bucket: "more-sealed", Key: "a" }, { output: { Body: BYTES, ServerSideEncryption: "aws:kms" } }),
      kms.ok("DisableKey", { KeyId: "@{id}" }),
      s3.fails("GetObject", { Bucket: "more-sealed", Key: "a" }, "KMS.DisabledException", 400),
      s3.fails(
        "PutObject",
        { Bucket: "more-sealed", Key: "b", Body: BYTES, ServerSideEncryption: "aws:kms", SSEKMSKeyId: "@{id}" },
        "KMS.DisabledException",
        400,
      ),
      s3.fails(
        "CreateMultipartUpload",
        { Bucket: "more-sealed", Key: "b", ServerSideEncryption: "aws:kms", SSEKMSKeyId: "11111111-2222-3333-4444-555555555555" },
        "KMS.NotFoundException",
        400,
      ),
      s3.ok("HeadObject", { Bucket: "more-sealed", Key: "a" }, { output: { ServerSideEncryption: "aws:kms" } }),
    ],
  },
  {
    name: "s3: conditional writes and lists",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-lists", ...REGION }),
      s3.ok("PutObject", { Bucket: "more-lists", Key: "a/1 2", Body: BYTES, IfNoneMatch: "*" }, { keep: { etag: "ETag" } }),
      s3.fails("PutObject", { Bucket: "more-lists", Key: "a/1 2", Body: BYTES, IfNoneMatch: "*" }, "PreconditionFailed", 412),
      s3.ok("PutObject", { Bucket: "more-lists", Key: "a/1 2", Body: BYTES, IfMatch: "@{etag}" }),
      s3.fails("PutObject", { Bucket: "more-lists", Key: "a/1 2", Body: BYTES, IfMatch: '"other"' }, "PreconditionFailed", 412),
      s3.fails("PutObject", { Bucket: "more-lists", Key: "none", Body: BYTES, IfMatch: '"other"' }, "NoSuchKey", 404),
      s3.fails("DeleteObject", { Bucket: "more-lists", Key: "a/1 2", IfMatch: '"other"' }, "PreconditionFailed", 412),
      ...["a/2", "b/1", "c"].map((Key) => s3.ok("PutObject", { Bucket: "more-lists", Key, Body: BYTES })),
      s3.ok(
        "ListObjectsV2",
        { Bucket: "more-lists", Delimiter: "/" },
        { output: { KeyCount: 3, CommonPrefixes: [{ Prefix: "a/" }, { Prefix: "b/" }], Contents: [{ Key: "c" }] } },
      ),
      s3.ok("ListObjectsV2", { Bucket: "more-lists", StartAfter: "b/1" }, { output: { KeyCount: 1, Contents: [{ Key: "c" }] } }),
      s3.ok(
        "ListObjectsV2",
        { Bucket: "more-lists", MaxKeys: 2 },
        { output: { KeyCount: 2, IsTruncated: true }, keep: { token: "NextContinuationToken" } },
      ),
      s3.ok(
        "ListObjectsV2",
        { Bucket: "more-lists", ContinuationToken: "@{token}", FetchOwner: true },
        { output: { KeyCount: 2, Contents: [{ Key: "b/1", Owner: {} }, { Key: "c" }] } },
      ),
      s3.fails("ListObjectsV2", { Bucket: "more-lists", ContinuationToken: "" }, "InvalidArgument", 400),
      s3.ok("ListObjectsV2", { Bucket: "more-lists", MaxKeys: 0 }, { output: { KeyCount: 0, IsTruncated: false } }),
      s3.ok(
        "ListBuckets",
        { Prefix: "more-l", MaxBuckets: 1 },
        { output: { Buckets: [{ Name: "more-lists" }] }, keep: { next: "ContinuationToken" } },
      ),
      s3.ok(
        "ListBuckets",
        { Prefix: "more-l", ContinuationToken: "@{next}" },
        { output: { Buckets: [{ Name: "more-logged" }] } },
      ),
      s3.fails("RenameObject", { Bucket: "more-lists", Key: "d", RenameSource: "more-lists/c" }, "NotImplemented", 501),
    ],
  },
  {
    name: "s3: conditional deletes of many",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-tags", ...REGION }),
      s3.ok("PutObject", { Bucket: "more-tags", Key: "a", Body: BYTES }),
      s3.ok(
        "DeleteObjects",
        {
          Bucket: "more-tags",
          Delete: {
            Objects: [
              { Key: "a", ETag: '"0"' },
              { Key: "none", ETag: '"0"' },
            ],
          },
        },
        { output: { Deleted: [{ Key: "none" }], Errors: [{ Key: "a", Code: "PreconditionFailed" }] } },
      ),
      s3.ok("HeadObject", { Bucket: "more-tags", Key: "a" }),
    ],
  },
  {
    name: "s3: configurations with IDs",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-configured", ...REGION }),
      s3.ok("PutBucketMetricsConfiguration", {
        Bucket: "more-configured",
        Id: "all",
        MetricsConfiguration: { Id: "all", Filter: { Prefix: "logs/" } },
      }),
      s3.ok(
        "ListBucketMetricsConfigurations",
        { Bucket: "more-configured" },
        { output: { IsTruncated: false, MetricsConfigurationList: [{ Id: "all", Filter: { Prefix: "logs/" } }] } },
      ),
      s3.fails(
        "PutBucketMetricsConfiguration",
        { Bucket: "more-configured", Id: "other", MetricsConfiguration: { Id: "all" } },
        "MalformedXML",
        400,
      ),
      s3.fails("GetBucketMetricsConfiguration", { Bucket: "more-configured", Id: "none" }, "NoSuchConfiguration", 404),
      s3.ok("DeleteBucketMetricsConfiguration", { Bucket: "more-configured", Id: "all" }),
      s3.fails(
        "PutBucketIntelligentTieringConfiguration",
        {
          Bucket: "more-configured",
          Id: "t",
          IntelligentTieringConfiguration: {
            Id: "t",
            Status: "Enabled",
            Tierings: [{ AccessTier: "DEEP_ARCHIVE_ACCESS", Days: 90 }],
          },
        },
        "InvalidArgument",
        400,
      ),
    ],
  },
  {
    name: "s3: Select's refusals",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-selected", ...REGION }),
      s3.ok("PutObject", { Bucket: "more-selected", Key: "a", Body: BYTES }),
      s3.ok("SelectObjectContent", selecting("SELECT * FROM S3Object")),
      s3.fails("SelectObjectContent", selecting("SELECT"), "ParseUnexpectedToken", 400),
      s3.fails("SelectObjectContent", selecting("SELECT *"), "ParseSelectMissingFrom", 400),
      s3.fails("SelectObjectContent", { ...selecting("SELECT * FROM S3Object"), Key: "none" }, "NoSuchKey", 404),
    ],
  },
  {
    name: "dynamodb: imports",
    steps: [
      s3.ok("CreateBucket", { Bucket: "more-imports", ...REGION }),
      s3.ok("PutObject", { Bucket: "more-imports", Key: "rows.csv", Body: { $bytes: "cGssbgphLDEKYiwyCg==" } }),
      dynamodb.ok(
        "ImportTable",
        {
          S3BucketSource: { S3Bucket: "more-imports", S3KeyPrefix: "rows" },
          InputFormat: "CSV",
          TableCreationParameters: IMPORTED,
        },
        { output: { ImportTableDescription: { ImportStatus: "IN_PROGRESS", InputFormat: "CSV" } } },
      ),
      dynamodb.ok("ListImports", {}, { output: { ImportSummaryList: [{ InputFormat: "CSV" }] } }),
      dynamodb.fails(
        "ImportTable",
        { S3BucketSource: { S3Bucket: "more-imports" }, InputFormat: "CSV", TableCreationParameters: IMPORTED },
        "ResourceInUseException",
        400,
      ),
      dynamodb.fails(
        "DescribeImport",
        { ImportArn: "arn:aws:dynamodb:us-east-1:000000000000:table/imported/import/none" },
        "ImportNotFoundException",
        400,
      ),
    ],
  },
  {
    name: "kms: multi-Region keys",
    steps: [
      kms.ok("CreateKey", { MultiRegion: true }, { keep: { key: "KeyMetadata.KeyId" } }),
      kms.ok(
        "ReplicateKey",
        { KeyId: "@{key}", ReplicaRegion: "us-west-2" },
        { output: { ReplicaKeyMetadata: { MultiRegionConfiguration: { MultiRegionKeyType: "REPLICA" } } } },
      ),
      kms.fails("ReplicateKey", { KeyId: "@{key}", ReplicaRegion: "us-west-2" }, "AlreadyExistsException", 400),
      kms.ok("UpdatePrimaryRegion", { KeyId: "@{key}", PrimaryRegion: "us-west-2" }),
      kms.fails("EnableKeyRotation", { KeyId: "@{key}" }, "UnsupportedOperationException", 400),
    ],
  },
  {
    name: "secretsmanager: replicas",
    steps: [
      secrets.ok("CreateSecret", { Name: "more-replicated", SecretString: "x" }),
      secrets.ok(
        "ReplicateSecretToRegions",
        { SecretId: "more-replicated", AddReplicaRegions: [{ Region: "us-west-2" }] },
        { output: { ReplicationStatus: [{ Region: "us-west-2", Status: "InProgress" }] } },
      ),
      secrets.fails("DeleteSecret", { SecretId: "more-replicated" }, "InvalidRequestException", 400),
      secrets.ok("RemoveRegionsFromReplication", { SecretId: "more-replicated", RemoveReplicaRegions: ["us-west-2"] }),
      secrets.fails("StopReplicationToReplica", { SecretId: "more-replicated" }, "InvalidRequestException", 400),
      secrets.ok("DeleteSecret", { SecretId: "more-replicated" }),
    ],
  },
];
