import type { ObjectIdentifier } from "@aws-sdk/client-s3";
import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";

/** Deletes every version and delete marker of a bucket, a page (1,000) at a time. */
export async function emptyBucket(aws: AwsContext, Bucket: string, bypassGovernance: boolean, Prefix?: string): Promise<void> {
  const { s3 } = aws.clients;
  for (;;) {
    const page = await s3.listObjectVersions({ Bucket, ...(Prefix === undefined ? {} : { Prefix }) });
    const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].filter(
      (item) => Prefix === undefined || item.Key === Prefix,
    );
    const Objects = all.map(({ Key, VersionId }): ObjectIdentifier => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.deleteObjects({
      Bucket,
      Delete: { Objects, Quiet: true },
      ...(bypassGovernance ? { BypassGovernanceRetention: true } : {}),
    });
    const [first] = Errors;
    if (first !== undefined) {
      const detail = `emptying S3 Bucket (${Bucket}): ${Errors.length} objects could not be deleted, the first being ${first.Key}: ${first.Code}: ${first.Message}`;
      throw new DiagnosticError(errorDiagnostic("DVT4001", CODES.DVT4001, { detail }));
    }
  }
}
