import type {
  AnalyticsExportDestination,
  AnalyticsFilter,
  AnalyticsS3BucketDestination,
  StorageClassAnalysis,
  StorageClassAnalysisDataExport,
} from "@aws-sdk/client-s3";
import { block, expand, flatten, rowsOf, text } from "../attribute-map.ts";
import { isArn, oneOf } from "../checks.ts";
import { filterInput, filterIsSet, filterState, namedPart } from "./named-part.ts";

const bucket = rowsOf<AnalyticsS3BucketDestination>();
const dataExport = rowsOf<StorageClassAnalysisDataExport>();
const DESTINATION = [
  rowsOf<AnalyticsExportDestination>()(
    "s3_bucket_destination",
    "S3BucketDestination",
    block([
      bucket("bucket_account_id", "BucketAccountId", text()),
      bucket("bucket_arn", "Bucket", text()),
      bucket("format", "Format", text()),
      bucket("prefix", "Prefix", text()),
    ]),
  ),
];
const ANALYSIS = [
  rowsOf<{ StorageClassAnalysis: StorageClassAnalysis }>()(
    "storage_class_analysis",
    "StorageClassAnalysis",
    block([
      rowsOf<StorageClassAnalysis>()(
        "data_export",
        "DataExport",
        block([
          dataExport("destination", "Destination", block(DESTINATION)),
          dataExport("output_schema_version", "OutputSchemaVersion", text()),
        ]),
      ),
    ]),
  ),
];

const EXPORT = "storage_class_analysis.data_export";

/** `aws_s3_bucket_analytics_configuration`. Behaviour: `internal/service/s3/bucket_analytics_configuration.go` (read 2026-11). */
export const resource = namedPart({
  type: "aws_s3_bucket_analytics_configuration",
  defaults: {
    [`${EXPORT}.output_schema_version`]: "V_1",
    [`${EXPORT}.destination.s3_bucket_destination.format`]: "CSV",
  },
  checks: [
    filterIsSet(["prefix", "tags"]),
    oneOf(`${EXPORT}.output_schema_version`, ["V_1"]),
    oneOf(`${EXPORT}.destination.s3_bucket_destination.format`, ["CSV"]),
    isArn(`${EXPORT}.destination.s3_bucket_destination.bucket_arn`),
  ],
  async put(aws, target, planned) {
    const filter = filterInput(planned);
    const { StorageClassAnalysis: analysis } = expand<{ StorageClassAnalysis?: StorageClassAnalysis }>(ANALYSIS, planned);
    const AnalyticsConfiguration = {
      Id: target.Id,
      ...(filter === undefined ? {} : { Filter: filter as AnalyticsFilter }),
      StorageClassAnalysis: analysis ?? {},
    };
    await aws.clients.s3.putBucketAnalyticsConfiguration({ ...target, AnalyticsConfiguration });
  },
  async get(aws, target) {
    const { AnalyticsConfiguration: found } = await aws.clients.s3.getBucketAnalyticsConfiguration(target);
    if (found === undefined) return undefined;
    const analysis = found.StorageClassAnalysis;
    const shown = analysis?.DataExport === undefined ? {} : { StorageClassAnalysis: analysis };
    return { filter: filterState(found.Filter, false), ...flatten(ANALYSIS, shown) };
  },
  remove: (aws, target) => aws.clients.s3.deleteBucketAnalyticsConfiguration(target),
});
