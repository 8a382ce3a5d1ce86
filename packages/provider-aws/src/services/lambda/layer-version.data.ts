import type { Architecture, Runtime } from "@aws-sdk/client-lambda";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, numberAt, textAt } from "../attribute-map.ts";
import { conflicts, oneOf, runChecks } from "../checks.ts";
import { failedRead, notFound } from "../not-found.ts";
import { LAMBDA_MISSING } from "./find.ts";

const CHECKS = [
  oneOf("compatible_architecture", ["x86_64", "arm64"]),
  conflicts("compatible_architecture", ["version", "layer_version_arn"]),
  conflicts("compatible_runtime", ["version", "layer_version_arn"]),
  conflicts("layer_version_arn", ["layer_name", "version", "compatible_architecture", "compatible_runtime"]),
];

/** `aws_lambda_layer_version` (data source). Behaviour: `internal/service/lambda/layer_version_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_layer_version",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config) {
    const { name: LayerName, version } = partsOf(config);
    const VersionNumber = version ?? (await latest(aws, LayerName, config));
    const layer = await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getLayerVersion({ LayerName, VersionNumber }));
    if (layer === undefined) throw notFound(`Lambda Layer (${LayerName}) Version (${VersionNumber})`);
    const { Content: content } = layer;
    return {
      id: layer.LayerVersionArn ?? "",
      arn: layer.LayerVersionArn ?? "",
      code_sha256: content?.CodeSha256 ?? "",
      compatible_architectures: layer.CompatibleArchitectures ?? [],
      compatible_runtimes: layer.CompatibleRuntimes ?? [],
      created_date: layer.CreatedDate ?? "",
      description: layer.Description ?? "",
      layer_arn: layer.LayerArn ?? "",
      ...(aws.edition === "5.100.0" ? {} : { layer_name: (layer.LayerArn ?? "").split(":")[6] ?? "" }),
      layer_version_arn: layer.LayerVersionArn ?? "",
      license_info: layer.LicenseInfo ?? "",
      signing_job_arn: content?.SigningJobArn ?? "",
      signing_profile_version_arn: content?.SigningProfileVersionArn ?? "",
      source_code_hash: content?.CodeSha256 ?? "",
      source_code_size: content?.CodeSize ?? 0,
      version: layer.Version ?? 0,
    };
  },
};

/** Name or ARN of the layer, and the version where config says one, by its number or at the ARN's end. */
function partsOf(config: ValueObject): { name: string; version?: number } {
  const arn = textAt(config, "layer_version_arn");
  const name = textAt(config, "layer_name") ?? arn?.split(":").slice(0, 7).join(":");
  if (name === undefined) throw failedRead("one of `layer_name` or `layer_version_arn` must be specified");
  const version = Number(arn?.split(":")[7] ?? numberAt(config, "version") ?? 0);
  return version > 0 ? { name, version } : { name };
}

async function latest(aws: AwsContext, LayerName: string, config: ValueObject): Promise<number> {
  const architecture = enumAt<Architecture>(config, "compatible_architecture");
  const runtime = enumAt<Runtime>(config, "compatible_runtime");
  const { LayerVersions } = await aws.clients.lambda.listLayerVersions({
    LayerName,
    ...(architecture === undefined ? {} : { CompatibleArchitecture: architecture }),
    ...(runtime === undefined ? {} : { CompatibleRuntime: runtime }),
  });
  const version = LayerVersions?.[0]?.Version;
  if (version === undefined) throw failedRead(`listing Lambda Layer Versions (${LayerName}): empty result`);
  return version;
}
