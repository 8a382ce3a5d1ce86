/** Where states lie: the arguments of Terraform's backends as far as reading needs them. Source: Terraform language docs, "Backend Configuration" (read 2026-11). */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { UtilityOptions } from "../utility.ts";
import { text } from "../values.ts";

/** Reads the state of a workspace; undefined where there is none. Throws DiagnosticError for arguments that are wrong. */
export type ReadState = (options: UtilityOptions, config: ValueObject, workspace: string) => Promise<Uint8Array | undefined>;

const DEFAULT = "default";

/** The backends that are read. */
export const BACKENDS: { readonly [name: string]: ReadState } = { local: readLocal, s3: readS3 };

/** Terraform's other backends: states that lie where Dovetail does not reach. */
export const OTHER_BACKENDS: readonly string[] = [
  "azurerm",
  "cloud",
  "consul",
  "cos",
  "gcs",
  "http",
  "inmem",
  "kubernetes",
  "oci",
  "oss",
  "pg",
  "remote",
];

async function readLocal(options: UtilityOptions, config: ValueObject, workspace: string): Promise<Uint8Array | undefined> {
  onlyKnown("local", config, ["path", "workspace_dir"]);
  const folder = options.cwd ?? ".";
  const file =
    workspace === DEFAULT
      ? resolve(folder, text(config, "path") || "terraform.tfstate")
      : resolve(folder, join(text(config, "workspace_dir") || "terraform.tfstate.d", workspace, "terraform.tfstate"));
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** What says where the object is and how it is encrypted; the rest is how AWS is reached, and is for the AWS provider's own configuration. */
const S3_OWN = [
  "acl",
  "bucket",
  "dynamodb_table",
  "encrypt",
  "key",
  "kms_key_id",
  "sse_customer_key",
  "use_lockfile",
  "workspace_key_prefix",
];
const S3_ACCESS = [
  "access_key",
  "allowed_account_ids",
  "assume_role",
  "assume_role_with_web_identity",
  "custom_ca_bundle",
  "dynamodb_endpoint",
  "ec2_metadata_service_endpoint",
  "ec2_metadata_service_endpoint_mode",
  "endpoint",
  "endpoints",
  "forbidden_account_ids",
  "force_path_style",
  "http_proxy",
  "https_proxy",
  "iam_endpoint",
  "insecure",
  "max_retries",
  "no_proxy",
  "profile",
  "region",
  "retry_mode",
  "secret_key",
  "shared_config_files",
  "shared_credentials_file",
  "shared_credentials_files",
  "skip_credentials_validation",
  "skip_metadata_api_check",
  "skip_region_validation",
  "skip_requesting_account_id",
  "skip_s3_checksum",
  "sts_endpoint",
  "sts_region",
  "token",
  "use_dualstack_endpoint",
  "use_fips_endpoint",
  "use_path_style",
];

async function readS3(options: UtilityOptions, config: ValueObject, workspace: string): Promise<Uint8Array | undefined> {
  onlyKnown("s3", config, [...S3_OWN, ...S3_ACCESS]);
  const [bucket, key] = [required(config, "bucket"), required(config, "key")];
  const prefix = text(config, "workspace_key_prefix") ?? "env:";
  if (options.readStateObject === undefined) throw new DiagnosticError(invalid("The s3 backend cannot be read here.", "backend"));
  return options.readStateObject(config, { bucket, key: workspace === DEFAULT ? key : `${prefix}/${workspace}/${key}` });
}

function required(config: ValueObject, name: string): string {
  const value = text(config, name);
  if (value !== undefined && value !== "") return value;
  throw new DiagnosticError(
    invalid(`The argument "${name}" is required for the s3 backend, but no definition was found.`, "config"),
  );
}

function onlyKnown(backend: string, config: ValueObject, known: readonly string[]): void {
  const strange = Object.keys(config).filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw new DiagnosticError(
      strange.map((name) => invalid(`The backend "${backend}" has no argument named "${name}".`, "config")),
    );
}

/** Arguments of a backend that Terraform would refuse. */
export function invalid(detail: string, attribute: string) {
  return errorDiagnostic("DVT3001", "Invalid backend configuration", { detail, attribute });
}
