import type { MetricsFilter } from "@aws-sdk/client-s3";
import { isArn } from "../checks.ts";
import { filterInput, filterIsSet, filterState, namedPart } from "./named-part.ts";

/** `aws_s3_bucket_metric`. Behaviour: `internal/service/s3/bucket_metric.go` (read 2026-11). */
export const resource = namedPart({
  type: "aws_s3_bucket_metric",
  checks: [filterIsSet(["access_point", "prefix", "tags"]), isArn("filter.access_point")],
  async put(aws, target, planned) {
    const filter = filterInput(planned);
    const MetricsConfiguration = {
      Id: target.Id,
      ...(filter === undefined ? {} : { Filter: filter as MetricsFilter }),
    };
    await aws.clients.s3.putBucketMetricsConfiguration({ ...target, MetricsConfiguration });
  },
  async get(aws, target) {
    const { MetricsConfiguration: found } = await aws.clients.s3.getBucketMetricsConfiguration(target);
    return found === undefined ? undefined : { filter: filterState(found.Filter, true) };
  },
  remove: (aws, target) => aws.clients.s3.deleteBucketMetricsConfiguration(target),
});
