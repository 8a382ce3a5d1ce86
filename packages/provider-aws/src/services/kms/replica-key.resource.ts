import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt } from "../attribute-map.ts";
import { runChecks } from "../checks.ts";
import { findKey, findKeyPolicy, KMS_MISSING } from "./find.ts";
import { findTags, putKeyPolicy, removeKey, setDescription, setEnabled, updateTags } from "./key.resource.ts";
import { checkReplica, findReplica, REPLICA_CHECKS, replicate } from "./replica.ts";

/** `aws_kms_replica_key`: a copy of a key of another region. Behaviour: `internal/service/kms/replica_key.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_kms_replica_key",
  noun: "KMS Replica Key",
  defaults: { bypass_policy_lockout_safety_check: false, deletion_window_in_days: 30, enabled: true },
  forceNew: ["primary_key_arn"],
  equivalence: { policy: "policy" },
  tagged: true,
  validate: (config) => runChecks(REPLICA_CHECKS, config),
  async create(aws, planned, onCreated) {
    const id = await replicate(aws, planned, onCreated);
    if (!isTrue(planned, "enabled")) await setEnabled(aws, id, false);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const [key, policy] = [await findKey(aws, id), await findKeyPolicy(aws, id)];
    if (key === undefined || policy === undefined) return null;
    const primary = checkReplica(`KMS Replica Key (${id})`, key, "AWS_KMS");
    const rotation = await unlessMissing(KMS_MISSING, () => aws.clients.kms.getKeyRotationStatus({ KeyId: id }));
    return {
      id,
      arn: key.Arn ?? "",
      description: key.Description ?? "",
      enabled: key.Enabled ?? false,
      key_id: id,
      key_rotation_enabled: rotation?.KeyRotationEnabled ?? false,
      key_spec: key.KeySpec ?? "",
      key_usage: key.KeyUsage ?? "",
      policy,
      primary_key_arn: primary,
      tags_all: await findTags(aws, id),
    };
  },
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    const enabled = isTrue(planned, "enabled");
    // A disabled key cannot be changed: it is enabled first and disabled last.
    if (changed("enabled") && enabled) await setEnabled(aws, id, true);
    if (changed("description")) await setDescription(aws, id, textAt(planned, "description") ?? "");
    if (changed("policy"))
      await putKeyPolicy(aws, id, textAt(planned, "policy") ?? "", isTrue(planned, "bypass_policy_lockout_safety_check"));
    if (changed("enabled") && !enabled) await setEnabled(aws, id, false);
    await updateTags(aws, id, prior, planned);
  },
  delete: removeKey,
  find: findReplica,
};
