import type { IntelligentTieringConfiguration, IntelligentTieringFilter, Tiering } from "@aws-sdk/client-s3";
import { blocks, expand, flatten, rowsOf, text, whole } from "../attribute-map.ts";
import { oneOf } from "../checks.ts";
import { filterInput, filterIsSet, filterState, namedPart } from "./named-part.ts";

const tiering = rowsOf<Tiering>();
const row = rowsOf<IntelligentTieringConfiguration>();
const ROWS = [
  row("status", "Status", text()),
  row("tiering", "Tierings", blocks([tiering("access_tier", "AccessTier", text()), tiering("days", "Days", whole())])),
];

/** `aws_s3_bucket_intelligent_tiering_configuration`. Behaviour: `internal/service/s3/bucket_intelligent_tiering_configuration.go` (read 2026-11). */
export const resource = namedPart({
  type: "aws_s3_bucket_intelligent_tiering_configuration",
  defaults: { status: "Enabled" },
  checks: [
    filterIsSet(["prefix", "tags"]),
    oneOf("status", ["Enabled", "Disabled"]),
    oneOf("tiering.access_tier", ["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"]),
  ],
  async put(aws, target, planned) {
    const filter = filterInput(planned);
    const configuration = {
      ...expand<IntelligentTieringConfiguration>(ROWS, planned),
      Id: target.Id,
      ...(filter === undefined ? {} : { Filter: filter as IntelligentTieringFilter }),
    };
    await aws.clients.s3.putBucketIntelligentTieringConfiguration({
      ...target,
      IntelligentTieringConfiguration: configuration,
    });
  },
  async get(aws, target) {
    const answer = await aws.clients.s3.getBucketIntelligentTieringConfiguration(target);
    const found = answer.IntelligentTieringConfiguration;
    return found === undefined ? undefined : { ...flatten(ROWS, found), filter: filterState(found.Filter, false) };
  },
  remove: (aws, target) => aws.clients.s3.deleteBucketIntelligentTieringConfiguration(target),
});
