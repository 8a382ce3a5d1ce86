import type { KeySpec, KeyUsageType } from "@aws-sdk/client-kms";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { hasCodeAndMessage, unlessMissing } from "../api-error.ts";
import { enumAt, isTrue, numberAt, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { between, byEdition, isJson, lengthBetween, oneOf, requiredWith, runChecks } from "../checks.ts";
import { isPolicyJson } from "../iam/policy-text.ts";
import { normalizeJson, sameJson, withNormalizedJson } from "../json-text.ts";
import { allPages } from "../pages.ts";
import { changedTags } from "../tags.ts";
import { timed } from "../timeouts.ts";
import {
  DEFAULT_POLICY_NAME,
  DELETION,
  findKey,
  findKeyPolicy,
  KMS_MISSING,
  NEW_KEY,
  NEW_PRINCIPAL,
  PROPAGATION,
} from "./find.ts";

const SPECS: readonly KeySpec[] = [
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "ECC_NIST_P256",
  "ECC_NIST_P384",
  "ECC_NIST_P521",
  "ECC_SECG_P256K1",
  "SYMMETRIC_DEFAULT",
  "HMAC_224",
  "HMAC_256",
  "HMAC_384",
  "HMAC_512",
  "SM2",
];
const SPECS_OF_6: readonly KeySpec[] = ["ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ECC_NIST_EDWARDS25519"];
const USAGES = ["SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"];

const CHECKS = [
  lengthBetween("custom_key_store_id", 1, 22),
  byEdition([oneOf("customer_master_key_spec", SPECS)], [oneOf("customer_master_key_spec", [...SPECS, ...SPECS_OF_6])]),
  between("deletion_window_in_days", 7, 30),
  lengthBetween("description", 0, 8192),
  oneOf("key_usage", USAGES),
  byEdition([isJson("policy")], [isPolicyJson("policy")]),
  between("rotation_period_in_days", 90, 2560),
  requiredWith("rotation_period_in_days", ["enable_key_rotation"]),
  lengthBetween("xks_key_id", 1, 128),
  requiredWith("xks_key_id", ["custom_key_store_id"]),
];

/** aws_kms_key. Its id is the key's id; deleting it schedules its deletion. Behaviour: `internal/service/kms/key.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_kms_key",
  defaults: {
    bypass_policy_lockout_safety_check: false,
    customer_master_key_spec: "SYMMETRIC_DEFAULT",
    enable_key_rotation: false,
    is_enabled: true,
    key_usage: "ENCRYPT_DECRYPT",
  },
  forceNew: ["custom_key_store_id", "customer_master_key_spec", "key_usage", "multi_region", "xks_key_id"],
  equivalence: { policy: "policy" },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  create,
  read,
  update,
  delete: removeKey,
  // A key has no name: nothing tells it from another.
  find: async () => null,
};

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const policy = textAt(planned, "policy");
  const store = textAt(planned, "custom_key_store_id");
  const external = textAt(planned, "xks_key_id");
  const tags = kmsTags(textMapAt(planned, "tags_all"));
  const { KeyMetadata } = await aws.retry(timed(NEW_PRINCIPAL, planned, "create"), () =>
    aws.clients.kms.createKey({
      BypassPolicyLockoutSafetyCheck: isTrue(planned, "bypass_policy_lockout_safety_check"),
      KeySpec: enumAt<KeySpec>(planned, "customer_master_key_spec"),
      KeyUsage: enumAt<KeyUsageType>(planned, "key_usage"),
      Description: textAt(planned, "description"),
      MultiRegion: isTrue(planned, "multi_region") ? true : undefined,
      Policy: policy === undefined ? undefined : normalizeJson(policy),
      Origin: external !== undefined ? "EXTERNAL_KEY_STORE" : store !== undefined ? "AWS_CLOUDHSM" : undefined,
      CustomKeyStoreId: store,
      XksKeyId: external,
      Tags: tags.length > 0 ? tags : undefined,
    }),
  );
  const id = KeyMetadata?.KeyId ?? "";
  await onCreated({ id });
  if (isTrue(planned, "enable_key_rotation")) await setRotation(aws, id, true, numberAt(planned, "rotation_period_in_days"));
  if (planned.is_enabled === false) await setEnabled(aws, id, false);
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const key = await findKey(aws, id);
  const policy = await findKeyPolicy(aws, id);
  if (key === undefined || policy === undefined) return null;
  const rotation =
    key.Origin === "AWS_KMS"
      ? await unlessMissing(KMS_MISSING, () => aws.clients.kms.getKeyRotationStatus({ KeyId: id }))
      : undefined;
  return {
    ...state,
    id,
    arn: key.Arn ?? "",
    key_id: key.KeyId ?? "",
    custom_key_store_id: key.CustomKeyStoreId ?? "",
    customer_master_key_spec: key.CustomerMasterKeySpec ?? key.KeySpec ?? "",
    description: key.Description ?? "",
    enable_key_rotation: rotation?.KeyRotationEnabled ?? false,
    is_enabled: key.Enabled ?? false,
    key_usage: key.KeyUsage ?? "",
    multi_region: key.MultiRegion ?? false,
    policy,
    rotation_period_in_days: rotation?.RotationPeriodInDays ?? 0,
    xks_key_id: key.XksKeyConfiguration?.Id ?? "",
    tags_all: await findTags(aws, id),
  };
}

/** A key's tags. */
export async function findTags(aws: AwsContext, id: string): Promise<Record<string, string>> {
  const tags = await allPages(async (Marker) => {
    const input = { KeyId: id, Marker };
    const answer = await unlessMissing(KMS_MISSING, () => aws.clients.kms.listResourceTags(input));
    return { items: answer?.Tags, next: answer?.NextMarker };
  });
  return Object.fromEntries(tags.flatMap(({ TagKey, TagValue }) => (TagKey === undefined ? [] : [[TagKey, TagValue ?? ""]])));
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const id = requiredText(prior, "id");
  const enabled = isTrue(planned, "is_enabled");
  // A disabled key cannot be changed: it is enabled first and disabled last.
  if (changed("is_enabled") && enabled) await setEnabled(aws, id, true);
  const rotates = isTrue(planned, "enable_key_rotation");
  if (changed("enable_key_rotation") || (rotates && changed("rotation_period_in_days")))
    await setRotation(aws, id, rotates, numberAt(planned, "rotation_period_in_days"));
  if (changed("description")) await setDescription(aws, id, textAt(planned, "description") ?? "");
  if (changed("policy"))
    await putKeyPolicy(aws, id, textAt(planned, "policy") ?? "", isTrue(planned, "bypass_policy_lockout_safety_check"));
  if (changed("is_enabled") && !enabled) await setEnabled(aws, id, false);
  await updateTags(aws, id, prior, planned);
}

export async function updateTags(aws: AwsContext, id: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const { removed, added } = changedTags(prior, planned);
  if (removed.length > 0) await aws.clients.kms.untagResource({ KeyId: id, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.kms.tagResource({ KeyId: id, Tags: kmsTags(added) });
}

/** Tags as KMS takes them. */
export function kmsTags(tags: Record<string, string>): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

/** Describes a key and waits until it shows. */
export async function setDescription(aws: AwsContext, KeyId: string, Description: string): Promise<void> {
  await aws.clients.kms.updateKeyDescription({ KeyId, Description });
  await aws.wait(PROPAGATION, async () => ((await findKey(aws, KeyId))?.Description === Description ? true : undefined));
}

/** Switches a key on or off and waits until it shows. */
export async function setEnabled(aws: AwsContext, id: string, enabled: boolean): Promise<void> {
  await aws.retry(NEW_KEY, () =>
    enabled ? aws.clients.kms.enableKey({ KeyId: id }) : aws.clients.kms.disableKey({ KeyId: id }),
  );
  await aws.wait(PROPAGATION, async () => ((await findKey(aws, id))?.Enabled === enabled ? true : undefined));
}

async function setRotation(aws: AwsContext, id: string, rotates: boolean, days: number | undefined): Promise<void> {
  const period = days === undefined || days === 0 ? undefined : days;
  await aws.retry(NEW_KEY, () =>
    rotates
      ? aws.clients.kms.enableKeyRotation({ KeyId: id, RotationPeriodInDays: period })
      : aws.clients.kms.disableKeyRotation({ KeyId: id }),
  );
  await aws.wait(PROPAGATION, async () => {
    const now = await unlessMissing(KMS_MISSING, () => aws.clients.kms.getKeyRotationStatus({ KeyId: id }));
    const same = now?.KeyRotationEnabled === rotates && (period === undefined || now.RotationPeriodInDays === period);
    return same ? true : undefined;
  });
}

/** Sets a key's policy and waits until it shows. */
export async function putKeyPolicy(aws: AwsContext, id: string, policy: string, bypass: boolean): Promise<void> {
  const Policy = normalizeJson(policy);
  const retry = { ...NEW_PRINCIPAL, codes: [...NEW_PRINCIPAL.codes, ...KMS_MISSING] };
  await aws.retry(retry, () =>
    aws.clients.kms.putKeyPolicy({
      KeyId: id,
      Policy,
      PolicyName: DEFAULT_POLICY_NAME,
      BypassPolicyLockoutSafetyCheck: bypass,
    }),
  );
  await aws.wait(PROPAGATION, async () => {
    const now = await findKeyPolicy(aws, id);
    return now !== undefined && sameJson(now, Policy) ? true : undefined;
  });
}

/** Schedules a key's deletion. */
export async function removeKey(aws: AwsContext, state: ValueObject): Promise<void> {
  const id = requiredText(state, "id");
  const days = numberAt(state, "deletion_window_in_days");
  const input = { KeyId: id, PendingWindowInDays: days === undefined || days === 0 ? undefined : days };
  try {
    await unlessMissing(KMS_MISSING, () => aws.clients.kms.scheduleKeyDeletion(input));
  } catch (error) {
    if (hasCodeAndMessage(error, "KMSInvalidStateException", "is pending deletion")) return;
    throw error;
  }
  await aws.wait(DELETION, async () => ((await findKey(aws, id)) === undefined ? true : undefined));
}
