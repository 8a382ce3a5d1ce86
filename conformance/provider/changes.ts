/** New configurations of objects that exist, by address: updates in place and replacements. */
import type { ValueObject } from "@dovetail/model";

const TRUST = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

export const CHANGES: { readonly [address: string]: ValueObject } = {
  "aws_dynamodb_table.plain": {
    name: "plain",
    billing_mode: "PAY_PER_REQUEST",
    hash_key: "PK",
    attribute: [{ name: "PK", type: "S" }],
    stream_enabled: true,
    stream_view_type: "KEYS_ONLY",
    tags: { New: "1" },
    ttl: [{ enabled: true, attribute_name: "T" }],
  },
  "aws_dynamodb_table.provisioned": {
    name: "provisioned-other",
    read_capacity: 5,
    write_capacity: 5,
    hash_key: "PK",
    attribute: [{ name: "PK", type: "S" }],
  },
  "aws_s3_bucket.named": { bucket: "dovetail-conformance-named", tags: { A: "2", B: "x" }, force_destroy: false },
  "aws_s3_bucket_versioning.on": { bucket: "dovetail-conformance-named", versioning_configuration: [{ status: "Suspended" }] },
  "aws_s3_bucket_public_access_block.all": {
    bucket: "dovetail-conformance-named",
    block_public_acls: false,
    ignore_public_acls: true,
  },
  "aws_s3_bucket_cors_configuration.two": {
    bucket: "dovetail-conformance-named",
    cors_rule: [{ allowed_methods: ["GET"], allowed_origins: ["*"] }],
  },
  "aws_s3_bucket_ownership_controls.o": { bucket: "dovetail-conformance-logs", rule: [{ object_ownership: "ObjectWriter" }] },
  "aws_s3_object.o": {
    bucket: "dovetail-conformance-named",
    key: "a/b.txt",
    content: "other",
    content_type: "text/plain",
    tags: { K: "w" },
  },
  "aws_iam_role.named": {
    name: "dovetail-role",
    assume_role_policy: TRUST("events.amazonaws.com"),
    description: "now",
    path: "/",
  },
  "aws_iam_role_policy.named": {
    name: "n",
    role: "dovetail-role",
    policy: JSON.stringify({ Statement: [{ Resource: "*", Effect: "Deny", Action: ["s3:*"] }], Version: "2012-10-17" }),
  },
  "aws_iam_policy.p": {
    name: "dovetail-policy",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: "*" }] }),
    description: "d",
    tags: { A: "1" },
  },
  "aws_ssm_parameter.s": { name: "/dovetail/a", type: "String", value: "changed", tags: {} },
};
