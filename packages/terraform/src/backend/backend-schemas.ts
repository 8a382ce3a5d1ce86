import type { AttributeSchema, BlockSchema } from "@dovetail/model";

/**
 * The arguments of Terraform's backends that states are kept in. Names and types are those of `.terraform/terraform.tfstate` as terraform
 * 1.11.4 writes it: the record's hash is over all of them.
 */

const text: AttributeSchema = { type: "string", optional: true };
const bool: AttributeSchema = { type: "bool", optional: true };
const number: AttributeSchema = { type: "number", optional: true };
const texts: AttributeSchema = { type: ["set", "string"], optional: true };
const required: AttributeSchema = { type: "string", required: true };

const role: AttributeSchema = {
  optional: true,
  nested_type: {
    nesting: "single",
    attributes: {
      duration: text,
      external_id: text,
      policy: text,
      policy_arns: texts,
      role_arn: required,
      session_name: text,
      source_identity: text,
      tags: { type: ["map", "string"], optional: true },
      transitive_tag_keys: texts,
    },
  },
};

const webIdentity: AttributeSchema = {
  optional: true,
  nested_type: {
    nesting: "single",
    attributes: {
      duration: text,
      policy: text,
      policy_arns: texts,
      role_arn: text,
      session_name: text,
      web_identity_token: text,
      web_identity_token_file: text,
    },
  },
};

const endpoints: AttributeSchema = {
  optional: true,
  nested_type: { nesting: "single", attributes: { dynamodb: text, iam: text, s3: text, sso: text, sts: text } },
};

const local: BlockSchema = { attributes: { path: text, workspace_dir: text } };

const s3: BlockSchema = {
  attributes: {
    access_key: text,
    acl: text,
    allowed_account_ids: texts,
    assume_role: role,
    assume_role_with_web_identity: webIdentity,
    bucket: required,
    custom_ca_bundle: text,
    dynamodb_endpoint: text,
    dynamodb_table: text,
    ec2_metadata_service_endpoint: text,
    ec2_metadata_service_endpoint_mode: text,
    encrypt: bool,
    endpoint: text,
    endpoints,
    forbidden_account_ids: texts,
    force_path_style: bool,
    http_proxy: text,
    https_proxy: text,
    iam_endpoint: text,
    insecure: bool,
    key: required,
    kms_key_id: text,
    max_retries: number,
    no_proxy: text,
    profile: text,
    region: text,
    retry_mode: text,
    secret_key: text,
    shared_config_files: texts,
    shared_credentials_file: text,
    shared_credentials_files: texts,
    skip_credentials_validation: bool,
    skip_metadata_api_check: bool,
    skip_region_validation: bool,
    skip_requesting_account_id: bool,
    skip_s3_checksum: bool,
    sse_customer_key: text,
    sts_endpoint: text,
    sts_region: text,
    token: text,
    use_dualstack_endpoint: bool,
    use_fips_endpoint: bool,
    use_lockfile: bool,
    use_path_style: bool,
    workspace_key_prefix: text,
  },
};

const http: BlockSchema = {
  attributes: {
    address: text,
    client_ca_certificate_pem: text,
    client_certificate_pem: text,
    client_private_key_pem: text,
    lock_address: text,
    lock_method: text,
    password: text,
    retry_max: number,
    retry_wait_max: number,
    retry_wait_min: number,
    skip_cert_verification: bool,
    unlock_address: text,
    unlock_method: text,
    update_method: text,
    username: text,
  },
};

export const BACKEND_SCHEMAS: { readonly [type: string]: BlockSchema } = { http, local, s3 };

/** Terraform's others, refused by name. */
export const OTHER_BACKENDS: readonly string[] = [
  "azurerm",
  "consul",
  "cos",
  "gcs",
  "inmem",
  "kubernetes",
  "oci",
  "oss",
  "pg",
  "remote",
];

/** Of earlier versions of Terraform. */
export const REMOVED_BACKENDS: readonly string[] = ["artifactory", "azure", "etcd", "etcdv3", "manta", "swift"];
