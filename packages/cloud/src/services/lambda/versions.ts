import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import type { StoreWrite } from "../../core/store.ts";
import { invalidParameter } from "./errors.ts";
import { type FunctionRef, functionArn } from "./names.ts";
import { type FunctionRecord, keys, type VersionRecord } from "./store.ts";

/** Members in which two versions may differ without the code or configuration being another one. */
const VOLATILE = new Set(["FunctionArn", "Version", "RevisionId", "LastModified", "Description"]);

function isSame(a: FunctionConfiguration, b: FunctionConfiguration): boolean {
  const essence = (config: FunctionConfiguration) =>
    JSON.stringify(
      Object.entries(config)
        .filter(([name]) => !VOLATILE.has(name))
        .sort(([x], [y]) => (x < y ? -1 : 1)),
    );
  return essence(a) === essence(b);
}

/**
 * Publishes $LATEST. When nothing changed since the newest version, that version is answered and none is made (AWS developer guide,
 * "Lambda function versions").
 */
export function publish(
  ctx: Ctx,
  store: StoreWrite,
  ref: FunctionRef,
  record: FunctionRecord,
  input: { readonly CodeSha256?: string | undefined; readonly Description?: string | undefined },
): FunctionConfiguration {
  if (input.CodeSha256 !== undefined && input.CodeSha256 !== record.config.CodeSha256) {
    throw invalidParameter(
      `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${record.config.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  const [newest] = store.range<VersionRecord>({ prefix: keys.versions(ref, ref.name), reverse: true, limit: 1 });
  if (newest !== undefined && isSame(newest.value.config, record.config)) return newest.value.config;
  const version = String(record.nextVersion);
  const config: FunctionConfiguration = {
    ...record.config,
    FunctionArn: functionArn({ ...ref, qualifier: version }),
    Version: version,
    Description: input.Description ?? record.config.Description ?? "",
    RevisionId: randomUuid(ctx.random),
    ...(record.config.SnapStart?.ApplyOn === "PublishedVersions"
      ? { SnapStart: { ApplyOn: "PublishedVersions", OptimizationStatus: "On" } }
      : {}),
  };
  store.put(keys.version(ref, ref.name, record.nextVersion), { config, code: record.code } satisfies VersionRecord);
  store.put(keys.function(ref, ref.name), { ...record, nextVersion: record.nextVersion + 1 } satisfies FunctionRecord);
  return config;
}
