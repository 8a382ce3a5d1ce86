import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import type { KeySpec, KeyUsageType } from "@aws-sdk/client-kms";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { enumAt, isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { between, byEdition, isJson, lengthBetween, runChecks } from "../checks.ts";
import { isPolicyJson } from "../iam/policy-text.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { isDate, rfc3339 } from "../timestamp.ts";
import { findKey, findKeyPolicy, NEW_KEY, NEW_PRINCIPAL, PROPAGATION } from "./find.ts";
import { findTags, kmsTags, putKeyPolicy, removeKey, setDescription, setEnabled, updateTags } from "./key.resource.ts";

const CHECKS = [
  between("deletion_window_in_days", 7, 30),
  lengthBetween("description", 0, 8192),
  lengthBetween("policy", 0, 32_768),
  byEdition([isJson("policy")], [isPolicyJson("policy")]),
  isDate("valid_to"),
];

/** `aws_kms_external_key`: a key whose material is the user's own. Behaviour: `internal/service/kms/external_key.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_kms_external_key",
  noun: "KMS External Key",
  defaults: { bypass_policy_lockout_safety_check: false, deletion_window_in_days: 30 },
  forceNew: ["key_material_base64", "key_spec", "key_usage", "multi_region"],
  equivalence: { policy: "policy" },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  create,
  async read(aws, state) {
    const id = requiredText(state, "id");
    const [key, policy] = [await findKey(aws, id), await findKeyPolicy(aws, id)];
    if (key === undefined || policy === undefined) return null;
    if (key.Origin !== "EXTERNAL") throw invalid(`KMS External Key (${id}) has invalid Origin: ${key.Origin ?? ""}`);
    return {
      id,
      arn: key.Arn ?? "",
      description: key.Description ?? "",
      enabled: key.Enabled ?? false,
      expiration_model: key.ExpirationModel ?? "",
      ...(aws.edition === "5.100.0" ? {} : { key_spec: key.KeySpec ?? "" }),
      key_state: key.KeyState ?? "",
      key_usage: key.KeyUsage ?? "",
      multi_region: key.MultiRegion ?? false,
      policy,
      valid_to: rfc3339(key.ValidTo),
      tags_all: await findTags(aws, id),
    };
  },
  update: updateExternal,
  delete: removeKey,
  // A key has no name: nothing tells it from another.
  find: async () => null,
};

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const policy = textAt(planned, "policy");
  const tags = kmsTags(textMapAt(planned, "tags_all"));
  const { KeyMetadata } = await aws.retry(NEW_PRINCIPAL, () =>
    aws.clients.kms.createKey({
      BypassPolicyLockoutSafetyCheck: isTrue(planned, "bypass_policy_lockout_safety_check"),
      Description: textAt(planned, "description"),
      KeySpec: enumAt<KeySpec>(planned, "key_spec"),
      KeyUsage: enumAt<KeyUsageType>(planned, "key_usage") ?? "ENCRYPT_DECRYPT",
      MultiRegion: isTrue(planned, "multi_region") ? true : undefined,
      Origin: "EXTERNAL",
      Policy: policy === undefined ? undefined : normalizeJson(policy),
      Tags: tags.length > 0 ? tags : undefined,
    }),
  );
  const id = KeyMetadata?.KeyId ?? "";
  await onCreated({ id });
  if (textAt(planned, "key_material_base64") !== undefined) await fillKey(aws, id, planned);
}

/** Gives a new key its material, and switches it off where it is not wanted on. */
export async function fillKey(aws: AwsContext, id: string, planned: ValueObject): Promise<void> {
  await importMaterial(aws, id, planned);
  // Before its material is there, a key can be neither enabled nor disabled.
  if (!isTrue(planned, "enabled")) await setEnabled(aws, id, false);
}

/** Changes a key whose material is the user's own. */
export async function updateExternal(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const id = requiredText(prior, "id");
  const enabled = isTrue(planned, "enabled");
  const switches = changed("enabled") && prior.key_state !== "PendingImport";
  // A disabled key cannot be changed: it is enabled first and disabled last.
  if (switches && enabled) await setEnabled(aws, id, true);
  if (changed("description")) await setDescription(aws, id, textAt(planned, "description") ?? "");
  if (changed("policy"))
    await putKeyPolicy(aws, id, textAt(planned, "policy") ?? "", isTrue(planned, "bypass_policy_lockout_safety_check"));
  if (changed("valid_to")) await importMaterial(aws, id, planned);
  if (switches && !enabled) await setEnabled(aws, id, false);
  await updateTags(aws, id, prior, planned);
}

/** Wraps the material for KMS and waits until the key is no longer waiting for it. */
async function importMaterial(aws: AwsContext, KeyId: string, planned: ValueObject): Promise<void> {
  const { kms } = aws.clients;
  const { PublicKey = new Uint8Array(), ImportToken } = await aws.retry(NEW_KEY, () =>
    kms.getParametersForImport({ KeyId, WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" }),
  );
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  const material = Buffer.from(textAt(planned, "key_material_base64") ?? "", "base64");
  const wrapped = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, material);
  const until = textAt(planned, "valid_to");
  await aws.retry(NEW_KEY, () =>
    kms.importKeyMaterial({
      KeyId,
      EncryptedKeyMaterial: wrapped,
      ImportToken,
      ExpirationModel: until === undefined ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES",
      ValidTo: until === undefined ? undefined : new Date(until),
    }),
  );
  await aws.wait(PROPAGATION, async () => {
    const state = (await findKey(aws, KeyId))?.KeyState;
    return state === "Enabled" || state === "Disabled" ? true : undefined;
  });
}

function invalid(detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
}
