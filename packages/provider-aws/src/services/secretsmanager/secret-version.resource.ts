import type { GetSecretValueCommandOutput } from "@aws-sdk/client-secrets-manager";
import { type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { hasCode, hasCodeAndMessage } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { conflicts, each, requiredWith, runChecks } from "../checks.ts";
import { refusedImport } from "../import-id.ts";
import { allPages } from "../pages.ts";
import { findSecretValue, isDeleted, PROPAGATION, SECRET_MISSING } from "./find.ts";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const CHECKS = [
  each("secret_binary", (value, key) =>
    typeof value === "string" && !BASE64.test(value) ? `"${key}" (${JSON.stringify(value)}) must be base64-encoded` : undefined,
  ),
  conflicts("secret_binary", ["secret_string", "secret_string_wo"]),
  conflicts("secret_string", ["secret_binary", "secret_string_wo"]),
  conflicts("secret_string_wo", ["secret_binary", "secret_string"]),
  requiredWith("secret_string_wo", ["secret_string_wo_version"]),
  requiredWith("secret_string_wo_version", ["secret_string_wo"]),
];

/** aws_secretsmanager_secret_version. Its id is `secret|version`. A write-only value stands in no state. */
export const resource: NativeResource = {
  type: "aws_secretsmanager_secret_version",
  forceNew: ["secret_id", "secret_binary", "secret_string", "secret_string_wo_version"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated, config) {
    const SecretId = requiredText(planned, "secret_id");
    const binary = textAt(planned, "secret_binary");
    const stages = textsAt(planned, "version_stages");
    const { VersionId = "" } = await aws.clients.secretsmanager.putSecretValue({
      SecretId,
      SecretBinary: binary === undefined ? undefined : Buffer.from(binary, "base64"),
      SecretString: textAt(config, "secret_string_wo") ?? textAt(planned, "secret_string"),
      VersionStages: stages.length > 0 ? stages : undefined,
    });
    const isWriteOnly = textAt(config, "secret_string_wo") !== undefined;
    await onCreated({ id: `${SecretId}|${VersionId}`, version_id: VersionId, has_secret_string_wo: isWriteOnly ? true : null });
  },
  read,
  update,
  delete: remove,
  importId(id) {
    const [secret_id, version_id] = partsOf(id);
    return { id, secret_id, version_id, has_secret_string_wo: false };
  },
  async find(aws, planned) {
    const SecretId = planned.secret_id;
    if (typeof SecretId !== "string" || planned.version_stages !== UNKNOWN) return null;
    const now = await findSecretValue(aws, { SecretId, VersionStage: CURRENT });
    const same = now?.SecretString !== undefined && now.SecretString === textAt(planned, "secret_string");
    return same ? { id: `${SecretId}|${now.VersionId}` } : null;
  },
};

function partsOf(id: string): [secret: string, version: string] {
  const at = id.indexOf("|");
  const [secret, version] = [id.slice(0, Math.max(at, 0)), id.slice(at + 1)];
  if (secret === "" || version === "") throw refusedImport(`unexpected format of ID (${id}), expected SecretID|VersionID`);
  return [secret, version];
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const [SecretId, VersionId] = partsOf(id);
  const value = await findSecretValue(aws, { SecretId, VersionId });
  if (value === undefined) return null;
  const isWriteOnly = state.has_secret_string_wo === true;
  const values: MutableValueObject = {
    ...state,
    id,
    arn: value.ARN ?? "",
    secret_id: SecretId,
    secret_binary: binaryOf(value),
    secret_string: isWriteOnly ? null : (value.SecretString ?? ""),
    version_id: value.VersionId ?? "",
    version_stages: value.VersionStages ?? [],
  };
  if (aws.edition !== "5.100.0") values.secret_arn = value.ARN ?? "";
  return values;
}

function binaryOf(value: GetSecretValueCommandOutput): string {
  return value.SecretBinary === undefined ? "" : Buffer.from(value.SecretBinary).toString("base64");
}

async function update(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const [SecretId, VersionId] = partsOf(requiredText(prior, "id"));
  const [before, after] = [textsAt(prior, "version_stages"), textsAt(planned, "version_stages")];
  const added = after.filter((stage) => !before.includes(stage));
  for (const VersionStage of added) {
    const RemoveFromVersionId = VersionStage === CURRENT ? await currentVersion(aws, SecretId) : undefined;
    await aws.clients.secretsmanager.updateSecretVersionStage({
      SecretId,
      VersionStage,
      MoveToVersionId: VersionId,
      RemoveFromVersionId,
    });
  }
  for (const VersionStage of before.filter((stage) => !after.includes(stage))) {
    // AWSCURRENT can only be moved; when it came here, AWSPREVIOUS went to another version.
    if (VersionStage === CURRENT || (VersionStage === PREVIOUS && added.includes(CURRENT))) continue;
    await aws.clients.secretsmanager.updateSecretVersionStage({ SecretId, VersionStage, RemoveFromVersionId: VersionId });
  }
}

async function currentVersion(aws: AwsContext, SecretId: string): Promise<string | undefined> {
  const versions = await allPages(async (NextToken) => {
    const answer = await aws.clients.secretsmanager.listSecretVersionIds({ SecretId, NextToken });
    return { items: answer.Versions, next: answer.NextToken };
  });
  return versions.find(({ VersionStages }) => VersionStages?.includes(CURRENT))?.VersionId;
}

/** A version goes when it has no stage left. AWSCURRENT cannot be taken away: then the version stays until the secret goes. */
async function remove(aws: AwsContext, state: ValueObject): Promise<void> {
  const [SecretId, VersionId] = partsOf(requiredText(state, "id"));
  for (const VersionStage of textsAt(state, "version_stages")) {
    if (VersionStage === CURRENT) continue;
    try {
      await aws.clients.secretsmanager.updateSecretVersionStage({ SecretId, VersionStage, RemoveFromVersionId: VersionId });
    } catch (error) {
      if (hasCodeAndMessage(error, "InvalidParameterException", "is not currently attached to version")) continue;
      if (hasCode(error, ...SECRET_MISSING) || isDeleted(error)) return;
      throw error;
    }
  }
  await aws.wait({ ...PROPAGATION, what: "Secrets Manager secret version deletion" }, async () => {
    const stages = (await findSecretValue(aws, { SecretId, VersionId }))?.VersionStages ?? [];
    const [only] = stages;
    return only === undefined || (stages.length === 1 && (only === CURRENT || only === PREVIOUS)) ? true : undefined;
  });
}
