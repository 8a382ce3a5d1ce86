/** S3. Expectations: Amazon S3 API reference ("Error responses", each operation's "Special errors"). */
import { type Scenario, stepsOf } from "./case.ts";
import { moreStorageScenarios } from "./scenarios-storage-more.ts";

const s3 = stepsOf("s3");
const NONE = { Bucket: "no-such-bucket-here" };
const BUCKET = { Bucket: "scenario-bucket" };
const OWNER = { ExpectedBucketOwner: "000000000000" };
const STRANGER = { ExpectedBucketOwner: "999999999999" };
const BYTES = { $bytes: "aGVsbG8=" };

/** Operations on a bucket alone, and what else they must be given. */
const ON_BUCKETS: readonly (readonly [operation: string, input: object])[] = [
  ["DeleteBucket", {}],
  ["GetBucketLocation", {}],
  ["ListObjects", {}],
  ["ListObjectsV2", {}],
  ["ListObjectVersions", {}],
  ["ListMultipartUploads", {}],
  ["GetBucketAcl", {}],
  ["GetBucketCors", {}],
  ["GetBucketEncryption", {}],
  ["GetBucketLifecycleConfiguration", {}],
  ["GetBucketLogging", {}],
  ["GetBucketNotificationConfiguration", {}],
  ["GetBucketOwnershipControls", {}],
  ["GetBucketPolicy", {}],
  ["GetBucketPolicyStatus", {}],
  ["GetBucketReplication", {}],
  ["GetBucketRequestPayment", {}],
  ["GetBucketTagging", {}],
  ["GetBucketVersioning", {}],
  ["GetBucketWebsite", {}],
  ["GetBucketAccelerateConfiguration", {}],
  ["GetPublicAccessBlock", {}],
  ["GetObjectLockConfiguration", {}],
  ["DeleteBucketCors", {}],
  ["DeleteBucketEncryption", {}],
  ["DeleteBucketLifecycle", {}],
  ["DeleteBucketPolicy", {}],
  ["DeleteBucketTagging", {}],
  ["DeleteBucketWebsite", {}],
  ["DeleteBucketOwnershipControls", {}],
  ["DeletePublicAccessBlock", {}],
  ["PutBucketVersioning", { VersioningConfiguration: { Status: "Enabled" } }],
  ["PutBucketTagging", { Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }],
  ["PutBucketPolicy", { Policy: "{}" }],
  ["DeleteObjects", { Delete: { Objects: [{ Key: "k" }] } }],
];

const ON_OBJECTS: readonly (readonly [operation: string, input: object])[] = [
  ["GetObject", {}],
  ["GetObjectAcl", {}],
  ["GetObjectAttributes", { ObjectAttributes: ["ETag"] }],
  ["GetObjectTagging", {}],
  ["PutObjectTagging", { Tagging: { TagSet: [] } }],
];

/** What a bucket answers that was never given this. */
const UNSET: readonly (readonly [operation: string, code: string])[] = [
  ["GetBucketCors", "NoSuchCORSConfiguration"],
  ["GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"],
  ["GetBucketPolicy", "NoSuchBucketPolicy"],
  ["GetBucketPolicyStatus", "NoSuchBucketPolicy"],
  ["GetBucketReplication", "ReplicationConfigurationNotFoundError"],
  ["GetBucketTagging", "NoSuchTagSet"],
  ["GetBucketWebsite", "NoSuchWebsiteConfiguration"],
  ["GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"],
];

const CREATE = s3.ok("CreateBucket", { ...BUCKET, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } });

export const storageScenarios: readonly Scenario[] = [
  {
    name: "s3: a bucket that is not there",
    steps: [
      ...ON_BUCKETS.map(([operation, input]) =>
        s3.fails(operation, { ...NONE, ...input }, "NoSuchBucket", 404, "The specified bucket does not exist"),
      ),
      ...ON_OBJECTS.map(([operation, input]) => s3.fails(operation, { ...NONE, Key: "k", ...input }, "NoSuchBucket", 404)),
      s3.fails("PutObject", { ...NONE, Key: "k", Body: BYTES }, "NoSuchBucket", 404),
      s3.fails("CreateMultipartUpload", { ...NONE, Key: "k" }, "NoSuchBucket", 404),
      s3.fails("HeadBucket", NONE, "404", 404),
      s3.fails("HeadObject", { ...NONE, Key: "k" }, "404", 404),
    ],
  },
  {
    name: "s3: names and regions of buckets",
    steps: [
      s3.fails("CreateBucket", { Bucket: "Not_Valid" }, "InvalidBucketName", 400, "The specified bucket is not valid."),
      s3.fails("CreateBucket", BUCKET, "IllegalLocationConstraintException", 400),
      CREATE,
      s3.fails(
        "CreateBucket",
        { ...BUCKET, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } },
        "BucketAlreadyOwnedByYou",
        409,
      ),
      s3.ok("GetBucketLocation", BUCKET, { output: { LocationConstraint: "eu-west-1" } }),
      s3.fails("ListBuckets", { MaxBuckets: 0 }, "InvalidArgument", 400),
    ],
  },
  {
    name: "s3: what a new bucket has",
    steps: [
      ...UNSET.map(([operation, code]) => s3.fails(operation, BUCKET, code, 404)),
      s3.ok("GetBucketEncryption", BUCKET, {
        output: {
          ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] },
        },
      }),
      s3.ok("GetPublicAccessBlock", BUCKET, {
        output: { PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true } },
      }),
      s3.ok("GetBucketOwnershipControls", BUCKET, {
        output: { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
      }),
      s3.ok("GetBucketRequestPayment", BUCKET, { output: { Payer: "BucketOwner" } }),
      s3.ok("GetBucketVersioning", BUCKET),
      s3.ok("ListObjectsV2", BUCKET, { output: { KeyCount: 0, IsTruncated: false, MaxKeys: 1000 } }),
    ],
  },
  {
    name: "s3: an object's life",
    steps: [
      s3.fails("GetObject", { ...BUCKET, Key: "none" }, "NoSuchKey", 404, "The specified key does not exist."),
      s3.fails("HeadObject", { ...BUCKET, Key: "none" }, "404", 404),
      s3.fails("GetObjectTagging", { ...BUCKET, Key: "none" }, "NoSuchKey", 404),
      s3.fails("PutObject", { ...BUCKET, Key: "k", Body: BYTES, ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }, "BadDigest", 400),
      s3.fails("PutObject", { ...BUCKET, Key: "k", Body: BYTES, ContentMD5: "short" }, "InvalidDigest", 400),
      s3.ok(
        "PutObject",
        { ...BUCKET, Key: "k", Body: BYTES, ContentType: "text/plain", Metadata: { a: "b" } },
        {
          output: { ETag: '"5d41402abc4b2a76b9719d911017c592"', ServerSideEncryption: "AES256" },
        },
      ),
      s3.fails("PutObject", { ...BUCKET, Key: "k", Body: BYTES, IfNoneMatch: "*" }, "PreconditionFailed", 412),
      s3.ok(
        "GetObject",
        { ...BUCKET, Key: "k", Range: "bytes=1-2" },
        {
          output: { Body: { $bytes: "ZWw=" }, ContentRange: "bytes 1-2/5", ResponseMetadata: { HTTPStatusCode: 206 } },
        },
      ),
      s3.fails("GetObject", { ...BUCKET, Key: "k", Range: "bytes=9-" }, "InvalidRange", 416),
      s3.fails("GetObject", { ...BUCKET, Key: "k", IfMatch: '"no"' }, "PreconditionFailed", 412),
      s3.fails("GetObject", { ...BUCKET, Key: "k", IfNoneMatch: '"5d41402abc4b2a76b9719d911017c592"' }, "304", 304),
      s3.fails(
        "GetObject",
        { ...BUCKET, Key: "k", VersionId: "nonsense" },
        "InvalidArgument",
        400,
        "Invalid version id specified",
      ),
      s3.ok(
        "HeadObject",
        { ...BUCKET, Key: "k" },
        { output: { ContentLength: 5, Metadata: { a: "b" }, ContentType: "text/plain" } },
      ),
      s3.ok(
        "CopyObject",
        { ...BUCKET, Key: "copy", CopySource: "scenario-bucket/k" },
        {
          output: { CopyObjectResult: { ETag: '"5d41402abc4b2a76b9719d911017c592"' } },
        },
      ),
      s3.fails("CopyObject", { ...BUCKET, Key: "copy", CopySource: "scenario-bucket/none" }, "NoSuchKey", 404),
      s3.fails("CopyObject", { ...BUCKET, Key: "k", CopySource: "scenario-bucket/k" }, "InvalidRequest", 400),
      s3.ok("PutObjectTagging", { ...BUCKET, Key: "k", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }),
      s3.ok("GetObjectTagging", { ...BUCKET, Key: "k" }, { output: { TagSet: [{ Key: "a", Value: "b" }] } }),
      s3.ok("DeleteObjectTagging", { ...BUCKET, Key: "k" }, { output: { ResponseMetadata: { HTTPStatusCode: 204 } } }),
      s3.ok(
        "ListObjectsV2",
        { ...BUCKET, MaxKeys: 1 },
        {
          output: { KeyCount: 1, IsTruncated: true, Contents: [{ Key: "copy", Size: 5, StorageClass: "STANDARD" }] },
          keep: { token: "NextContinuationToken" },
        },
      ),
      s3.ok("ListObjectsV2", { ...BUCKET, ContinuationToken: "@{token}" }, { output: { Contents: [{ Key: "k" }] } }),
      s3.fails("ListObjectsV2", { ...BUCKET, ContinuationToken: "%%" }, "InvalidArgument", 400),
      s3.ok("DeleteObject", { ...BUCKET, Key: "copy" }, { output: { ResponseMetadata: { HTTPStatusCode: 204 } } }),
      s3.ok("DeleteObject", { ...BUCKET, Key: "never-was" }),
      s3.fails("DeleteBucket", BUCKET, "BucketNotEmpty", 409, "The bucket you tried to delete is not empty"),
    ],
  },
  {
    name: "s3: multipart uploads",
    steps: [
      s3.fails("ListParts", { ...BUCKET, Key: "m", UploadId: "none" }, "NoSuchUpload", 404),
      s3.fails("AbortMultipartUpload", { ...BUCKET, Key: "m", UploadId: "none" }, "NoSuchUpload", 404),
      s3.fails("UploadPart", { ...BUCKET, Key: "m", UploadId: "none", PartNumber: 1, Body: BYTES }, "NoSuchUpload", 404),
      s3.ok("CreateMultipartUpload", { ...BUCKET, Key: "m" }, { keep: { upload: "UploadId" } }),
      s3.fails(
        "UploadPart",
        { ...BUCKET, Key: "m", UploadId: "@{upload}", PartNumber: 10_001, Body: BYTES },
        "InvalidArgument",
        400,
      ),
      s3.ok("UploadPart", { ...BUCKET, Key: "m", UploadId: "@{upload}", PartNumber: 1, Body: BYTES }, { keep: { etag: "ETag" } }),
      s3.ok("ListParts", { ...BUCKET, Key: "m", UploadId: "@{upload}" }, { output: { Parts: [{ PartNumber: 1, Size: 5 }] } }),
      s3.fails(
        "CompleteMultipartUpload",
        { ...BUCKET, Key: "m", UploadId: "@{upload}", MultipartUpload: { Parts: [{ PartNumber: 2, ETag: '"x"' }] } },
        "InvalidPart",
        400,
      ),
      s3.ok(
        "CompleteMultipartUpload",
        { ...BUCKET, Key: "m", UploadId: "@{upload}", MultipartUpload: { Parts: [{ PartNumber: 1, ETag: "@{etag}" }] } },
        { output: { Key: "m" } },
      ),
      s3.ok("GetObject", { ...BUCKET, Key: "m" }, { output: { Body: BYTES } }),
    ],
  },
  {
    name: "s3: the owner that a caller expects",
    steps: [
      s3.ok("GetObject", { ...BUCKET, Key: "k", ...OWNER }),
      s3.ok("ListObjectsV2", { ...BUCKET, ...OWNER }),
      ...ON_BUCKETS.filter(([operation]) => operation !== "DeleteBucket").map(([operation, input]) =>
        s3.fails(operation, { ...BUCKET, ...input, ...STRANGER }, "AccessDenied", 403),
      ),
      ...ON_OBJECTS.map(([operation, input]) =>
        s3.fails(operation, { ...BUCKET, Key: "k", ...input, ...STRANGER }, "AccessDenied", 403),
      ),
      s3.fails("HeadObject", { ...BUCKET, Key: "k", ...STRANGER }, "403", 403),
      s3.fails("HeadBucket", { ...BUCKET, ...STRANGER }, "403", 403),
      s3.fails("PutObject", { ...BUCKET, Key: "k", Body: BYTES, ...STRANGER }, "AccessDenied", 403),
      s3.fails("DeleteObject", { ...BUCKET, Key: "k", ...STRANGER }, "AccessDenied", 403),
      s3.fails(
        "CopyObject",
        { ...BUCKET, Key: "c", CopySource: "scenario-bucket/k", ExpectedSourceBucketOwner: "999999999999" },
        "AccessDenied",
        403,
      ),
      s3.fails("DeleteBucket", { ...BUCKET, ...STRANGER }, "AccessDenied", 403),
    ],
  },
  {
    name: "s3: versions",
    steps: [
      s3.ok("PutBucketVersioning", { ...BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
      s3.ok("GetBucketVersioning", BUCKET, { output: { Status: "Enabled" } }),
      s3.ok("PutObject", { ...BUCKET, Key: "v", Body: BYTES }, { keep: { first: "VersionId" } }),
      s3.ok("DeleteObject", { ...BUCKET, Key: "v" }, { output: { DeleteMarker: true }, keep: { marker: "VersionId" } }),
      s3.fails("GetObject", { ...BUCKET, Key: "v" }, "NoSuchKey", 404),
      s3.fails("GetObject", { ...BUCKET, Key: "v", VersionId: "@{marker}" }, "MethodNotAllowed", 405),
      s3.ok("GetObject", { ...BUCKET, Key: "v", VersionId: "@{first}" }, { output: { Body: BYTES } }),
      s3.ok(
        "ListObjectVersions",
        { ...BUCKET, Prefix: "v" },
        {
          output: { DeleteMarkers: [{ Key: "v", IsLatest: true }], Versions: [{ Key: "v", IsLatest: false }] },
        },
      ),
      s3.fails("PutBucketPolicy", { ...BUCKET, Policy: "{" }, "MalformedPolicy", 400),
      s3.fails(
        "PutBucketTagging",
        {
          ...BUCKET,
          Tagging: {
            TagSet: [
              { Key: "a", Value: "1" },
              { Key: "a", Value: "2" },
            ],
          },
        },
        "InvalidTag",
        400,
      ),
    ],
  },
  ...moreStorageScenarios,
];
