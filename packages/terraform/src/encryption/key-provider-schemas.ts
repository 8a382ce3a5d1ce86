import type { AttributeSchema, BlockSchema } from "@dovetail/model";
import { BACKEND_SCHEMAS } from "../backend/backend-schemas.ts";

/** Arguments of OpenTofu's key providers, those that are carried out. */

const text: AttributeSchema = { type: "string", optional: true };
const number: AttributeSchema = { type: "number", optional: true };
const ANY = { encrypted_metadata_alias: text };

/** How AWS is reached: the backend s3's arguments without those that are about objects. */
const OF_OBJECTS = new Set([
  "acl",
  "bucket",
  "dynamodb_endpoint",
  "dynamodb_table",
  "encrypt",
  "endpoint",
  "endpoints",
  "force_path_style",
  "key",
  "skip_s3_checksum",
  "sse_customer_key",
  "use_lockfile",
  "use_path_style",
  "workspace_key_prefix",
]);
const access = Object.fromEntries(
  Object.entries(BACKEND_SCHEMAS.s3?.attributes ?? {})
    .filter(([name]) => !OF_OBJECTS.has(name))
    .map(([name, { required: _, ...attribute }]) => [name, { ...attribute, optional: true }]),
);

export const KEY_PROVIDER_SCHEMAS: { readonly [type: string]: BlockSchema } = {
  pbkdf2: {
    attributes: {
      ...ANY,
      passphrase: text,
      chain: text,
      key_length: number,
      iterations: number,
      hash_function: text,
      salt_length: number,
    },
  },
  aws_kms: {
    attributes: {
      ...access,
      ...ANY,
      kms_key_id: { type: "string", required: true },
      key_spec: { type: "string", required: true },
    },
    blocks: { endpoints: { nesting: "list", max: 1, attributes: { iam: text, kms: text, sts: text } } },
  },
};
