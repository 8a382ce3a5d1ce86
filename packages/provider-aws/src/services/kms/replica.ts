/** What copies of keys in another region have in common, whoever brought the material. */
import type { KeyMetadata, OriginType } from "@aws-sdk/client-kms";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, WaitRow } from "../../resource.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { between, byEdition, isArn, isJson, lengthBetween } from "../checks.ts";
import { isPolicyJson } from "../iam/policy-text.ts";
import { normalizeJson } from "../json-text.ts";
import { findKey, NEW_PRINCIPAL } from "./find.ts";
import { kmsTags } from "./key.resource.ts";

export const REPLICA_CHECKS = [
  between("deletion_window_in_days", 7, 30),
  lengthBetween("description", 0, 8192),
  byEdition([isJson("policy")], [isPolicyJson("policy")]),
  isArn("primary_key_arn"),
];

const REPLICATION: WaitRow = {
  what: "KMS key replication",
  timeoutMs: 120_000,
  source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html",
};

/** The id of a key by its ARN; undefined for what is none. A copy has the id of its primary. */
const keyIdOf = (arn: string | undefined) => /:key\/(.+)$/.exec(arn ?? "")?.[1];

/** Has the primary's region copy it to this one, and waits until the copy is there. Answers its id. */
export async function replicate(
  aws: AwsContext,
  planned: ValueObject,
  onCreated: (partial: ValueObject) => Promise<void>,
): Promise<string> {
  const primary = requiredText(planned, "primary_key_arn");
  const [policy, tags] = [textAt(planned, "policy"), kmsTags(textMapAt(planned, "tags_all"))];
  const { ReplicaKeyMetadata } = await aws.retry(NEW_PRINCIPAL, () =>
    aws.clientsOf(primary.split(":")[3] ?? aws.region).kms.replicateKey({
      KeyId: keyIdOf(primary) ?? primary,
      ReplicaRegion: aws.region,
      BypassPolicyLockoutSafetyCheck: isTrue(planned, "bypass_policy_lockout_safety_check"),
      Description: textAt(planned, "description"),
      Policy: policy === undefined ? undefined : normalizeJson(policy),
      Tags: tags.length > 0 ? tags : undefined,
    }),
  );
  const id = ReplicaKeyMetadata?.KeyId ?? "";
  await onCreated({ id });
  await aws.wait(REPLICATION, async () => {
    const key = await findKey(aws, id);
    return key === undefined || key.KeyState === "Creating" ? undefined : true;
  });
  return id;
}

/** The primary's ARN of a copy. Throws when the key is none, or its material is of another origin. */
export function checkReplica(named: string, key: KeyMetadata, origin: OriginType): string {
  if (key.KeyManager !== "CUSTOMER") throw failure(`${named} has invalid KeyManager: ${key.KeyManager ?? ""}`);
  if (key.Origin !== origin) throw failure(`${named} has invalid Origin: ${key.Origin ?? ""}`);
  const { MultiRegionKeyType, PrimaryKey } = key.MultiRegionConfiguration ?? {};
  if (MultiRegionKeyType !== "REPLICA") throw failure(`${named} is not a multi-Region replica key`);
  return PrimaryKey?.Arn ?? "";
}

/** A region has one copy at most of a key. */
export async function findReplica(aws: AwsContext, planned: ValueObject): Promise<ValueObject | null> {
  const id = keyIdOf(textAt(planned, "primary_key_arn"));
  return id === undefined || (await findKey(aws, id)) === undefined ? null : { id };
}

function failure(detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
}
