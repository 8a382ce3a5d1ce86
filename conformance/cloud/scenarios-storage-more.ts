/** S3 beside its objects: archives, replication, logging, keys, conditions, lists. Expectations: the API reference and the User Guide. */
import { type Scenario, stepsOf } from "./case.ts";

const s3 = stepsOf("s3");
const kms = stepsOf("kms");
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
];
