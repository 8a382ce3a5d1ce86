import type { NativeDataSource } from "../../resource.ts";
import { notFound } from "../not-found.ts";

/** `aws_canonical_user_id`. Behaviour: `internal/service/s3/canonical_user_id_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_canonical_user_id",
  async read(aws) {
    const { Owner: owner } = await aws.clients.s3.listBuckets({});
    if (owner?.ID === undefined) throw notFound("S3 Canonical User ID");
    return { id: owner.ID, display_name: owner.DisplayName ?? "" };
  },
};
