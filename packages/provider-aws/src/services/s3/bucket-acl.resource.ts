import type { AccessControlPolicy, Grant, ObjectCannedACL, Owner } from "@aws-sdk/client-s3";
import { DiagnosticError, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, blocks, blocksAt, expand, flatten, requiredText, rowsOf, text, textAt } from "../attribute-map.ts";
import { configError, exactlyOneOf, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { BUCKET_SETTLING } from "./bucket-part.ts";
import { OBJECT_ACLS } from "./canned-acls.ts";
import { GRANTEE_ROWS } from "./grant-rows.ts";

const CANNED = [...OBJECT_ACLS, "log-delivery-write"];

const grant = rowsOf<Grant>();
const owner = rowsOf<Owner>();
const policy = rowsOf<AccessControlPolicy>();
export const POLICY_ROWS = [
  policy(
    "grant",
    "Grants",
    blocks([grant("grantee", "Grantee", block(GRANTEE_ROWS)), grant("permission", "Permission", text())]),
  ),
  policy("owner", "Owner", block([owner("display_name", "DisplayName", text()), owner("id", "ID", text())])),
];

/** `aws_s3_bucket_acl`; id `bucket[,owner][,acl]`. Behaviour: `internal/service/s3/bucket_acl.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_s3_bucket_acl",
  noun: "S3 Bucket ACL",
  forceNew: ["bucket", "expected_bucket_owner"],
  computedBlocks: { access_control_policy: true },
  recomputedWhen: { access_control_policy: ["acl"] },
  validate: (config) =>
    runChecks(
      [
        lengthBetween("bucket", 1, 63, { code: "DVT3007" }),
        oneOf("acl", CANNED),
        exactlyOneOf(["access_control_policy", "acl"]),
        oneOf("access_control_policy.grant.permission", ["FULL_CONTROL", "WRITE", "WRITE_ACP", "READ", "READ_ACP"]),
      ],
      config,
    ),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: idOf(planned) });
  },
  async read(aws, state) {
    const parsed = parseId(requiredText(state, "id"));
    const input = { Bucket: requiredText(parsed, "bucket"), ExpectedBucketOwner: textAt(parsed, "expected_bucket_owner") };
    const found = await unlessMissing(["NoSuchBucket"], () => aws.clients.s3.getBucketAcl(input));
    if (found === undefined) return null;
    return { expected_bucket_owner: "", ...parsed, access_control_policy: [flatten(POLICY_ROWS, found)] };
  },
  update: async (aws, _prior, planned) => put(aws, planned),
  // A bucket always has an ACL: the real provider only forgets it.
  delete: async () => {},
  importId: parseId,
  find: async (_aws, planned) => (textAt(planned, "bucket") === undefined ? null : { id: idOf(planned) }),
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const acl = textAt(planned, "acl");
  const [access] = blocksAt(planned, "access_control_policy");
  await aws.retry(BUCKET_SETTLING, () =>
    aws.clients.s3.putBucketAcl({
      Bucket: requiredText(planned, "bucket"),
      ExpectedBucketOwner: textAt(planned, "expected_bucket_owner"),
      ...(acl === undefined
        ? {}
        : { ACL: acl as Exclude<ObjectCannedACL, "aws-exec-read" | "bucket-owner-read" | "bucket-owner-full-control"> }),
      ...(acl === undefined && access !== undefined ? { AccessControlPolicy: expand(POLICY_ROWS, access) } : {}),
    }),
  );
}

function idOf(planned: ValueObject): string {
  return [requiredText(planned, "bucket"), textAt(planned, "expected_bucket_owner"), textAt(planned, "acl")]
    .filter((part) => part !== undefined)
    .join(",");
}

function parseId(id: string): ValueObject {
  const [bucket = "", ...rest] = id.split(",");
  const owner = rest.find((part) => /^\d{12}$/.test(part));
  const acl = rest.find((part) => CANNED.includes(part));
  const understood = [owner, acl].filter((part) => part !== undefined).length === rest.length;
  if (bucket === "" || !understood) {
    const detail = `unexpected format for ID (${id}), expected BUCKET or BUCKET,EXPECTED_BUCKET_OWNER or BUCKET,ACL or BUCKET,EXPECTED_BUCKET_OWNER,ACL`;
    throw new DiagnosticError(configError(detail, "id"));
  }
  return { id, bucket, ...(owner === undefined ? {} : { expected_bucket_owner: owner }), ...(acl === undefined ? {} : { acl }) };
}
