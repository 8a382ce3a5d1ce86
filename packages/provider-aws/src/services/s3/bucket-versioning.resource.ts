import { errorDiagnostic } from "@dovetail/model";
import { blockAt, textAt } from "../attribute-map.ts";
import { each, oneOf } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";

/** `aws_s3_bucket_versioning`. Behaviour: `internal/service/s3/bucket_versioning.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_versioning",
  checks: [
    each("versioning_configuration.status", (value, key) =>
      ["Enabled", "Suspended", "Disabled"].includes(String(value))
        ? undefined
        : `expected ${key} to be one of ["Enabled" "Suspended" "Disabled"], got ${String(value)}`,
    ),
    oneOf("versioning_configuration.mfa_delete", ["Enabled", "Disabled"]),
  ],
  customizePlan(prior, planned) {
    const before = prior === null ? undefined : blockAt(prior, "versioning_configuration")?.status;
    const after = blockAt(planned, "versioning_configuration")?.status;
    if (after !== "Disabled" || (before !== "Enabled" && before !== "Suspended")) return {};
    const detail = `versioning_configuration.status cannot be updated from '${before}' to '${after}'`;
    const fix = 'A bucket that was versioned once can only be suspended: status = "Suspended".';
    return {
      diagnostics: [
        errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "versioning_configuration[0].status", fix }),
      ],
    };
  },
  async put(aws, target, planned, prior) {
    const wanted = blockAt(planned, "versioning_configuration");
    const status = wanted === undefined ? undefined : textAt(wanted, "status");
    // "Disabled" is how a bucket starts; S3 has no call for it.
    if (wanted === undefined || (status === "Disabled" && prior === null)) return;
    const mfaDelete = textAt(wanted, "mfa_delete");
    await aws.clients.s3.putBucketVersioning({
      ...target,
      MFA: textAt(planned, "mfa"),
      VersioningConfiguration: {
        Status: status === "Enabled" ? "Enabled" : "Suspended",
        ...(mfaDelete === undefined ? {} : { MFADelete: mfaDelete === "Enabled" ? "Enabled" : "Disabled" }),
      },
    });
  },
  async get(aws, target) {
    const { Status = "Disabled", MFADelete = "" } = await aws.clients.s3.getBucketVersioning(target);
    return { versioning_configuration: [{ status: Status, mfa_delete: MFADelete }] };
  },
  async remove(aws, target, state) {
    const had = blockAt(state, "versioning_configuration");
    if (had?.status === "Disabled") return;
    await aws.clients.s3.putBucketVersioning({ ...target, VersioningConfiguration: { Status: "Suspended" } });
  },
});
