import type { NativeResource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { runChecks } from "../checks.ts";
import { isDate, rfc3339 } from "../timestamp.ts";
import { fillKey, updateExternal } from "./external-key.resource.ts";
import { findKey, findKeyPolicy } from "./find.ts";
import { findTags, removeKey } from "./key.resource.ts";
import { checkReplica, findReplica, REPLICA_CHECKS, replicate } from "./replica.ts";

/**
 * `aws_kms_replica_external_key`: a copy of another region's key whose material is the user's own; the material is given once more.
 * Behaviour: `internal/service/kms/replica_external_key.go` (read 2026-11).
 */
export const resource: NativeResource = {
  type: "aws_kms_replica_external_key",
  noun: "KMS Replica External Key",
  defaults: { bypass_policy_lockout_safety_check: false, deletion_window_in_days: 30 },
  forceNew: ["key_material_base64", "primary_key_arn"],
  equivalence: { policy: "policy" },
  tagged: true,
  validate: (config) => runChecks([...REPLICA_CHECKS, isDate("valid_to")], config),
  async create(aws, planned, onCreated) {
    const id = await replicate(aws, planned, onCreated);
    if (textAt(planned, "key_material_base64") !== undefined) await fillKey(aws, id, planned);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const [key, policy] = [await findKey(aws, id), await findKeyPolicy(aws, id)];
    if (key === undefined || policy === undefined) return null;
    const primary = checkReplica(`KMS External Replica Key (${id})`, key, "EXTERNAL");
    return {
      id,
      arn: key.Arn ?? "",
      description: key.Description ?? "",
      enabled: key.Enabled ?? false,
      expiration_model: key.ExpirationModel ?? "",
      key_id: id,
      key_state: key.KeyState ?? "",
      key_usage: key.KeyUsage ?? "",
      policy,
      primary_key_arn: primary,
      valid_to: rfc3339(key.ValidTo),
      tags_all: await findTags(aws, id),
    };
  },
  update: updateExternal,
  delete: removeKey,
  find: findReplica,
};
