import type { HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, requiredText, textAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { flattenHead, keyOf } from "./object.resource.ts";

/** Types whose content is shown: it has to be text. */
const READABLE = /^(application\/(atom\+xml|json|ld\+json|x-csh|x-httpd-php|x-sh|xhtml\+xml|xml|x-sql|yaml)|text\/.+)$/;

/** `aws_s3_object` (data source): a version's headers and, where it is text, its content. Behaviour: `internal/service/s3/object_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_s3_object",
  validate: (config) =>
    runChecks([oneOf("checksum_mode", ["ENABLED"]), oneOf("download_body", ["always", "never", "auto"])], config),
  async read(aws, config) {
    const target = { Bucket: requiredText(config, "bucket"), Key: keyOf(config), Range: textAt(config, "range") };
    const { Bucket, Key } = target;
    const version = textAt(config, "version_id");
    const head = await unlessMissing(["NotFound", "NoSuchKey", "NoSuchBucket"], () =>
      aws.clients.s3.headObject({ ...target, VersionId: version, ChecksumMode: enumAt(config, "checksum_mode") }),
    );
    if (head === undefined) throw notFound(`S3 Bucket (${Bucket}) Object (${Key})`);
    const body = isShown(config, head)
      ? await (await aws.clients.s3.getObject({ ...target, VersionId: head.VersionId })).Body?.transformToByteArray()
      : undefined;
    const { TagSet } = await aws.clients.s3.getObjectTagging({ Bucket, Key, VersionId: version });
    const { website_redirect, kms_key_id, ...values } = flattenHead(head);
    return {
      ...values,
      id: `${Bucket}/${requiredText(config, "key")}${version === undefined ? "" : `@${version}`}`,
      arn: `arn:${aws.partition}:s3:::${Bucket}/${Key}`,
      ...(body === undefined ? {} : bodyState(config, body)),
      content_length: head.ContentLength ?? 0,
      expiration: head.Expiration ?? "",
      expires: head.ExpiresString ?? "",
      last_modified: head.LastModified === undefined ? "" : head.LastModified.toUTCString().replace("GMT", "UTC"),
      object_lock_retain_until_date: rfc3339(head.ObjectLockRetainUntilDate),
      sse_kms_key_id: kms_key_id ?? "",
      tags: tagMap(TagSet),
      website_redirect_location: website_redirect ?? "",
    };
  },
};

/** Edition 6 lets config say it; by default the type does. */
function isShown(config: ValueObject, { ContentType = "" }: HeadObjectCommandOutput): boolean {
  const asked = textAt(config, "download_body") ?? "auto";
  return asked === "always" || (asked === "auto" && READABLE.test(ContentType));
}

function bodyState(config: ValueObject, body: Uint8Array): ValueObject {
  const bytes = Buffer.from(body);
  return { body: bytes.toString(), ...("download_body" in config ? { body_base64: bytes.toString("base64") } : {}) };
}
