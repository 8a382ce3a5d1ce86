import { readFile } from "node:fs/promises";
import type { GetLayerVersionCommandOutput, PublishLayerVersionCommandInput } from "@aws-sdk/client-lambda";
import { type Diagnostic, DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, isTrue, requiredText, rowsOf, text, textAt, texts } from "../attribute-map.ts";
import { conflicts, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { LAMBDA_MISSING } from "./find.ts";
import { expandHome } from "./function-checks.ts";

const row = rowsOf<PublishLayerVersionCommandInput>();
const LAYER = [
  row("compatible_architectures", "CompatibleArchitectures", texts()),
  row("compatible_runtimes", "CompatibleRuntimes", texts()),
  row("description", "Description", text()),
  row("layer_name", "LayerName", text()),
  row("license_info", "LicenseInfo", text()),
];

const CHECKS = [
  oneOf("compatible_architectures", ["x86_64", "arm64"]),
  conflicts("filename", ["s3_bucket", "s3_key", "s3_object_version"]),
  ...["s3_bucket", "s3_key", "s3_object_version"].map((name) => conflicts(name, ["filename"])),
  lengthBetween("license_info", 0, 512),
];

/** aws_lambda_layer_version. Its id is the version's ARN; every change publishes a new version. */
export const resource: NativeResource = {
  type: "aws_lambda_layer_version",
  defaults: { skip_destroy: false },
  forceNew: [
    ...LAYER.map((r) => r.attribute),
    "filename",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "skip_destroy",
    "source_code_hash",
  ],
  validate: (config) => runChecks(CHECKS, config),
  checkPlan: (config, prior) => (prior === null ? sourceDiagnostics(config) : []),
  async create(aws, planned, onCreated) {
    const answer = await aws.clients.lambda.publishLayerVersion({ ...expand(LAYER, planned), Content: await contentOf(planned) });
    await onCreated({ id: answer.LayerVersionArn ?? "" });
  },
  async read(aws, state) {
    const { name, version } = partsOf(requiredText(state, "id"));
    const layer = await findVersion(aws, name, version);
    return layer === undefined ? null : { ...state, ...toState(layer, name, state) };
  },
  async delete(aws, state) {
    if (isTrue(state, "skip_destroy")) return;
    const { name, version } = partsOf(requiredText(state, "id"));
    await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.deleteLayerVersion({ LayerName: name, VersionNumber: version }));
  },
  importId(id) {
    partsOf(id);
    return { id };
  },
  // Nothing tells one version from another that has the same content: a version more is the safe answer.
  find: async () => null,
};

function sourceDiagnostics(config: ValueObject): Diagnostic[] {
  const isSet = (name: string) => (config[name] ?? null) !== null;
  if (isSet("filename") || (isSet("s3_bucket") && isSet("s3_key"))) return [];
  const detail = "filename or s3_* attributes must be set";
  return [errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "filename" })];
}

async function contentOf(planned: ValueObject): Promise<PublishLayerVersionCommandInput["Content"]> {
  const filename = textAt(planned, "filename");
  if (filename !== undefined) return { ZipFile: await readFile(expandHome(filename)) };
  const version = textAt(planned, "s3_object_version");
  return {
    S3Bucket: requiredText(planned, "s3_bucket"),
    S3Key: requiredText(planned, "s3_key"),
    ...(version ? { S3ObjectVersion: version } : {}),
  };
}

/** `arn:aws:lambda:region:account:layer:name:version` -> layer ARN and version. */
function partsOf(arn: string): { name: string; version: number } {
  const sections = arn.split(":");
  const version = Number(sections[7]);
  if (sections.length !== 8 || !Number.isInteger(version)) {
    const detail = arn.startsWith("arn:") ? "lambda_layer ID must be a valid Layer ARN" : "arn: invalid prefix";
    throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  }
  return { name: sections.slice(0, 7).join(":"), version };
}

function findVersion(
  aws: AwsContext,
  LayerName: string,
  VersionNumber: number,
): Promise<GetLayerVersionCommandOutput | undefined> {
  return unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getLayerVersion({ LayerName, VersionNumber }));
}

function toState(layer: GetLayerVersionCommandOutput, layerArn: string, state: ValueObject): ValueObject {
  return {
    id: layer.LayerVersionArn ?? requiredText(state, "id"),
    arn: layer.LayerVersionArn ?? "",
    code_sha256: layer.Content?.CodeSha256 ?? "",
    compatible_architectures: layer.CompatibleArchitectures ?? [],
    compatible_runtimes: layer.CompatibleRuntimes ?? [],
    created_date: layer.CreatedDate ?? "",
    description: layer.Description ?? "",
    layer_arn: layer.LayerArn ?? layerArn,
    layer_name: layerArn.split(":").at(-1) ?? "",
    license_info: layer.LicenseInfo ?? "",
    signing_job_arn: layer.Content?.SigningJobArn ?? "",
    signing_profile_version_arn: layer.Content?.SigningProfileVersionArn ?? "",
    source_code_hash: textAt(state, "source_code_hash") ?? "",
    source_code_size: layer.Content?.CodeSize ?? 0,
    version: String(layer.Version ?? ""),
  };
}
