import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { Ctx, Operation, ServiceDefinition } from "../../core/service.ts";
import { logged, logsRound } from "./access-log.ts";
import { restoreRound } from "./archive.ts";
import { corsOfAnswer, routes } from "./http.ts";
import { lifecycleRound } from "./lifecycle.ts";
import { observeRequest, storageRound } from "./metrics.ts";
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from "./operations/buckets.ts";
import { copyObject } from "./operations/copy-object.ts";
import { deleteObject, deleteObjects } from "./operations/delete-object.ts";
import { getObject, headObject } from "./operations/get-object.ts";
import { listObjects, listObjectsV2, listObjectVersions } from "./operations/list-objects.ts";
import * as multipart from "./operations/multipart.ts";
import * as settings from "./operations/object-settings.ts";
import { putObject } from "./operations/put-object.ts";
import { restoreObject } from "./operations/restore-object.ts";
import { selectObjectContent } from "./operations/select-object-content.ts";
import { askOwner, onBucket, onNewObject, onObject } from "./permissions.ts";
import { bucketsOf } from "./store.ts";
import { subResourceOperations } from "./sub-resources.ts";

function reads(handler: Operation["handler"], iam: NonNullable<Operation["iam"]>): Operation {
  return { handler, readonly: true, iam };
}

const buckets: Record<string, Operation> = {
  CreateBucket: { handler: createBucket, iam: onBucket("s3:CreateBucket") },
  DeleteBucket: { handler: deleteBucket, iam: onBucket("s3:DeleteBucket") },
  GetBucketLocation: reads(getBucketLocation, onBucket("s3:GetBucketLocation")),
  HeadBucket: reads(headBucket, onBucket("s3:ListBucket")),
  ListBuckets: reads(listBuckets, () => ({ action: "s3:ListAllMyBuckets", resources: ["*"] })),
};

const objects: Record<string, Operation> = {
  CopyObject: { handler: copyObject, waits: true, iam: onNewObject },
  DeleteObject: { handler: deleteObject, iam: onObject("s3:DeleteObject", "s3:DeleteObjectVersion") },
  // Every key is asked for in the handler: a refusal is one row of the answer.
  DeleteObjects: { handler: deleteObjects, iam: () => [] },
  DeleteObjectTagging: {
    handler: settings.deleteObjectTagging,
    iam: onObject("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"),
  },
  GetObject: reads(getObject, onObject("s3:GetObject", "s3:GetObjectVersion")),
  GetObjectAcl: reads(settings.getObjectAcl, onObject("s3:GetObjectAcl", "s3:GetObjectVersionAcl")),
  GetObjectAttributes: reads(settings.getObjectAttributes, onObject("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")),
  GetObjectLegalHold: reads(settings.getObjectLegalHold, onObject("s3:GetObjectLegalHold")),
  GetObjectRetention: reads(settings.getObjectRetention, onObject("s3:GetObjectRetention")),
  GetObjectTagging: reads(settings.getObjectTagging, onObject("s3:GetObjectTagging", "s3:GetObjectVersionTagging")),
  HeadObject: reads(headObject, onObject("s3:GetObject", "s3:GetObjectVersion")),
  ListObjects: reads(listObjects, onBucket("s3:ListBucket")),
  ListObjectsV2: reads(listObjectsV2, onBucket("s3:ListBucket")),
  ListObjectVersions: reads(listObjectVersions, onBucket("s3:ListBucketVersions")),
  PutObject: {
    handler: (ctx: Ctx, input: PutObjectCommandInput) => putObject(ctx, input, "ObjectCreated:Put"),
    waits: true,
    iam: onNewObject,
  },
  PutObjectAcl: { handler: settings.putObjectAcl, iam: onObject("s3:PutObjectAcl", "s3:PutObjectVersionAcl") },
  PutObjectLegalHold: { handler: settings.putObjectLegalHold, iam: onObject("s3:PutObjectLegalHold") },
  PutObjectRetention: { handler: settings.putObjectRetention, iam: onObject("s3:PutObjectRetention") },
  SelectObjectContent: {
    handler: selectObjectContent,
    waits: true,
    iam: onObject("s3:GetObject"),
    missing: "Parquet, BZIP2, ScanRange, functions of dates",
  },
  RestoreObject: { handler: restoreObject, iam: onObject("s3:RestoreObject"), missing: "SELECT" },
  PutObjectTagging: { handler: settings.putObjectTagging, iam: onObject("s3:PutObjectTagging", "s3:PutObjectVersionTagging") },
};

const uploads: Record<string, Operation> = {
  AbortMultipartUpload: { handler: multipart.abortMultipartUpload, iam: onObject("s3:AbortMultipartUpload") },
  CompleteMultipartUpload: { handler: multipart.completeMultipartUpload, waits: true, iam: onObject("s3:PutObject") },
  CreateMultipartUpload: { handler: multipart.createMultipartUpload, waits: true, iam: onNewObject },
  ListMultipartUploads: reads(multipart.listMultipartUploads, onBucket("s3:ListBucketMultipartUploads")),
  ListParts: reads(multipart.listParts, onObject("s3:ListMultipartUploadParts")),
  UploadPart: { handler: multipart.uploadPart, waits: true, iam: onObject("s3:PutObject") },
  UploadPartCopy: { handler: multipart.uploadPartCopy, waits: true, iam: onObject("s3:PutObject") },
};

/** Beside what the gateway asks: whether another account's root may do it. */
function asked(operation: Operation): Operation {
  const handler = operation.handler as (ctx: Ctx, input: { readonly Bucket?: string }) => unknown;
  return {
    ...operation,
    handler: (ctx: Ctx, input: { readonly Bucket?: string }) => {
      askOwner(ctx, input, operation.iam);
      return handler(ctx, input);
    },
  };
}

export const service: ServiceDefinition = {
  name: "s3",
  operations: Object.fromEntries(
    Object.entries({ ...buckets, ...objects, ...uploads, ...subResourceOperations(onBucket) }).map(([name, operation]) => [
      name,
      logged(name, asked(operation)),
    ]),
  ),
  timers: { lifecycle: lifecycleRound, restore: restoreRound, logs: logsRound, storage: storageRound },
  observe: observeRequest,
  http: routes,
  cors: corsOfAnswer,
  inventory: (ctx: Ctx) => ({ buckets: [...bucketsOf(ctx.store)].length }),
};
