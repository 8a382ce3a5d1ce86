import type { ReplicaRegionType, ReplicationStatusType } from "@aws-sdk/client-secrets-manager";
import { type ValueObject, valuesEqual } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, isTrue, numberAt, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { type Check, conflicts, each, isJson, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { findSecret, findSecretPolicy, isDeleted, PROPAGATION, putSecretPolicy, SECRET_MISSING } from "./find.ts";

const NAME_CHARS_MAX = 512;
const SUFFIX_CHARS = 26;
const RECOVERY_DAYS = 30;

/** Texts of `internal/service/secretsmanager/validate.go`. */
function secretName(path: string, max: number): Check[] {
  const says = `only alphanumeric characters and /_+=.@- special characters are allowed in "${path}"`;
  return [
    each(path, (value) => (typeof value === "string" && !/^[0-9A-Za-z/_+=.@-]+$/.test(value) ? says : undefined), {
      code: "DVT3007",
    }),
    each(path, (value) =>
      typeof value === "string" && value.length > max ? `"${path}" cannot be greater than ${max} characters` : undefined,
    ),
  ];
}

/** 7 to 30 days, or none; SDKv2's `validation.Any` gives both sentences. */
const RECOVERY: Check = each("recovery_window_in_days", (value, key) =>
  typeof value === "number" && value !== 0 && (value < 7 || value > RECOVERY_DAYS)
    ? `expected ${key} to be in the range (7 - ${RECOVERY_DAYS}), got ${value}`
    : undefined,
);

const CHECKS = [
  ...secretName("name", NAME_CHARS_MAX),
  ...secretName("name_prefix", NAME_CHARS_MAX - SUFFIX_CHARS),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  isJson("policy"),
  RECOVERY,
];

/** aws_secretsmanager_secret. Its id is its ARN. */
export const resource: NativeResource = {
  type: "aws_secretsmanager_secret",
  defaults: { force_overwrite_replica_secret: false, recovery_window_in_days: RECOVERY_DAYS },
  forceNew: ["name", "name_prefix"],
  equivalence: { policy: "policy" },
  computedBlocks: { replica: true },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: NAME_CHARS_MAX },
  unsupported: { type: "secrets that a partner manages are not made here" },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  create,
  read,
  update,
  delete: remove,
  async find(aws, planned) {
    const name = textAt(planned, "name");
    const secret = name === undefined ? undefined : await findSecret(aws, name);
    return secret?.ARN === undefined ? null : { id: secret.ARN };
  },
};

const DELETED_RECENTLY: RetryRow = {
  codes: ["InvalidRequestException"],
  message: /scheduled for deletion|was deleted/,
  timeoutMs: 120_000,
  why: "a secret's name is free again only some time after the secret of that name was deleted",
  source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html",
};

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const replicas = blocksAt(planned, "replica").map(replicaOf);
  const tags = tagList(textMapAt(planned, "tags_all"));
  const input = {
    Name: requiredText(planned, "name"),
    Description: textAt(planned, "description") ?? "",
    KmsKeyId: textAt(planned, "kms_key_id"),
    ...(replicas.length > 0
      ? { AddReplicaRegions: replicas, ForceOverwriteReplicaSecret: isTrue(planned, "force_overwrite_replica_secret") }
      : {}),
    Tags: tags.length > 0 ? tags : undefined,
  };
  const { ARN = "" } = await aws.retry(DELETED_RECENTLY, () => aws.clients.secretsmanager.createSecret(input));
  await onCreated({ id: ARN });
  const policy = policyAt(planned);
  if (policy === undefined) return;
  await aws.wait(PROPAGATION, () => findSecret(aws, ARN));
  await putSecretPolicy(aws, ARN, policy);
}

/** The policy to set; an empty object counts as none. */
function policyAt(planned: ValueObject): string | undefined {
  const policy = textAt(planned, "policy");
  return policy === "{}" ? undefined : policy;
}

function replicaOf(block: ValueObject): ReplicaRegionType {
  return { Region: requiredText(block, "region"), KmsKeyId: textAt(block, "kms_key_id") };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const secret = await findSecret(aws, id);
  const policy = secret === undefined ? undefined : await findSecretPolicy(aws, id);
  if (secret === undefined || policy === undefined) return null;
  const name = secret.Name ?? "";
  return {
    ...state,
    id,
    arn: secret.ARN ?? "",
    description: secret.Description ?? "",
    kms_key_id: secret.KmsKeyId ?? "",
    name,
    name_prefix: prefixOfName(name),
    policy: normalizeJson(policy),
    replica: (secret.ReplicationStatus ?? []).map(replicaState),
    tags_all: tagMap(secret.Tags),
  };
}

function replicaState(status: ReplicationStatusType): ValueObject {
  return {
    kms_key_id: status.KmsKeyId ?? "",
    last_accessed_date: rfc3339(status.LastAccessedDate),
    region: status.Region ?? "",
    status: status.Status ?? "",
    status_message: status.StatusMessage ?? "",
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const id = requiredText(prior, "id");
  if (changed("replica")) await updateReplicas(aws, id, prior, planned);
  if (changed("description") || changed("kms_key_id")) {
    await aws.clients.secretsmanager.updateSecret({
      SecretId: id,
      Description: textAt(planned, "description") ?? "",
      KmsKeyId: textAt(planned, "kms_key_id"),
    });
  }
  if (changed("policy")) {
    const policy = policyAt(planned);
    if (policy === undefined) await aws.clients.secretsmanager.deleteResourcePolicy({ SecretId: id });
    else await putSecretPolicy(aws, id, policy);
  }
  const { removed, added } = changedTags(prior, planned);
  if (removed.length > 0) await aws.clients.secretsmanager.untagResource({ SecretId: id, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.secretsmanager.tagResource({ SecretId: id, Tags: tagList(added) });
}

/** What identifies a replica: where it is and its key. */
function sameReplica(a: ValueObject, b: ValueObject): boolean {
  return a.region === b.region && valuesEqual(a.kms_key_id ?? "", b.kms_key_id ?? "");
}

async function updateReplicas(aws: AwsContext, id: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const [before, after] = [blocksAt(prior, "replica"), blocksAt(planned, "replica")];
  await removeReplicas(
    aws,
    id,
    before.filter((one) => !after.some((other) => sameReplica(one, other))),
  );
  const added = after.filter((one) => !before.some((other) => sameReplica(one, other)));
  if (added.length === 0) return;
  await aws.clients.secretsmanager.replicateSecretToRegions({
    SecretId: id,
    AddReplicaRegions: added.map(replicaOf),
    ForceOverwriteReplicaSecret: isTrue(planned, "force_overwrite_replica_secret"),
  });
}

async function removeReplicas(aws: AwsContext, id: string, replicas: readonly ValueObject[]): Promise<void> {
  if (replicas.length === 0) return;
  const input = { SecretId: id, RemoveReplicaRegions: replicas.map((replica) => requiredText(replica, "region")) };
  await unlessMissing(SECRET_MISSING, () => aws.clients.secretsmanager.removeRegionsFromReplication(input));
}

async function remove(aws: AwsContext, state: ValueObject): Promise<void> {
  const id = requiredText(state, "id");
  await removeReplicas(aws, id, blocksAt(state, "replica"));
  const days = numberAt(state, "recovery_window_in_days") ?? 0;
  const how = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
  try {
    await unlessMissing(SECRET_MISSING, () => aws.clients.secretsmanager.deleteSecret({ SecretId: id, ...how }));
  } catch (error) {
    if (!isDeleted(error)) throw error;
  }
  await aws.wait(PROPAGATION, async () => ((await findSecret(aws, id)) === undefined ? true : undefined));
}
