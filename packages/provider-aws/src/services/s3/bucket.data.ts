import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { globalDomain, regionalDomain, websiteDomain, websiteHostedZone } from "./bucket-names.ts";

/** `aws_s3_bucket` (data source): an existing bucket. Behaviour: `internal/service/s3/bucket_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_s3_bucket",
  async read(aws, config) {
    const Bucket = requiredText(config, "bucket");
    const head = await unlessMissing(["NotFound", "NoSuchBucket"], () => aws.clients.s3.headBucket({ Bucket }));
    if (head === undefined) {
      throw new DiagnosticError(
        errorDiagnostic("DVT4001", CODES.DVT4001, { detail: `reading S3 Bucket (${Bucket}): couldn't find resource` }),
      );
    }
    const region = head.BucketRegion ?? aws.region;
    const website = await unlessMissing(["NoSuchWebsiteConfiguration"], () => aws.clients.s3.getBucketWebsite({ Bucket }));
    const domain = websiteDomain(region);
    return {
      id: Bucket,
      arn: `arn:${aws.partition}:s3:::${Bucket}`,
      bucket_domain_name: globalDomain(Bucket, region),
      bucket_region: region,
      bucket_regional_domain_name: regionalDomain(Bucket, region),
      hosted_zone_id: websiteHostedZone(region),
      region,
      ...(website === undefined ? {} : { website_domain: domain, website_endpoint: `${Bucket}.${domain}` }),
    };
  },
};
