import type { RestoreObjectCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import { restore } from "../archive.ts";
import { bucketOf } from "../store.ts";
import { objectOf } from "./get-object.ts";

export function restoreObject(ctx: Ctx, input: RestoreObjectCommandInput): object {
  const bucket = bucketOf(ctx, input);
  return restore(ctx, bucket, objectOf(ctx.store, bucket, input.Key ?? "", input.VersionId), input);
}
