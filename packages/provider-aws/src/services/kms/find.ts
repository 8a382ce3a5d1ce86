/** Lookups and waiters that the KMS resources share. */
import type { GrantListEntry, KeyMetadata, ListGrantsCommandInput } from "@aws-sdk/client-kms";
import type { AwsContext, RetryRow, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { normalizeJson } from "../json-text.ts";
import { findInPages } from "../pages.ts";

export const KMS_MISSING = ["NotFoundException"];
export const DEFAULT_POLICY_NAME = "default";

const GONE = ["PendingDeletion", "PendingReplicaDeletion"];

/** A key's description by id, ARN or alias; undefined when there is none. One that waits for its deletion counts as gone. */
export async function findKey(aws: AwsContext, id: string): Promise<KeyMetadata | undefined> {
  const answer = await unlessMissing(KMS_MISSING, () => aws.clients.kms.describeKey({ KeyId: id }));
  const key = answer?.KeyMetadata;
  return key === undefined || GONE.includes(key.KeyState ?? "") ? undefined : key;
}

/** A key's policy with its keys sorted; undefined when the key does not exist. */
export async function findKeyPolicy(aws: AwsContext, id: string): Promise<string | undefined> {
  const answer = await unlessMissing(KMS_MISSING, () =>
    aws.clients.kms.getKeyPolicy({ KeyId: id, PolicyName: DEFAULT_POLICY_NAME }),
  );
  return answer === undefined ? undefined : normalizeJson(answer.Policy ?? "");
}

/** A grant of a key; undefined when it or the key does not exist. */
export async function findGrant(aws: AwsContext, keyId: string, grantId: string): Promise<GrantListEntry | undefined> {
  const page = async (Marker: string | undefined) => {
    const input: ListGrantsCommandInput = { KeyId: keyId, Limit: 100, Marker };
    const answer = await unlessMissing(KMS_MISSING, () => aws.clients.kms.listGrants(input));
    return { items: answer?.Grants, next: answer?.NextMarker };
  };
  return findInPages(page, (grant) => grant.GrantId === grantId);
}

/** True when two references, ids or ARNs, name the same key. */
export function sameKey(a: string, b: string): boolean {
  return a === b || lastPart(a) === lastPart(b);
}

function lastPart(reference: string): string {
  return reference.startsWith("arn:") ? reference.slice(reference.indexOf(":key/") + ":key/".length) : reference;
}

const CONSISTENCY = "https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency";

/** Until every part of KMS shows a change of a key. */
export const PROPAGATION: WaitRow = {
  what: "KMS key change",
  timeoutMs: 600_000,
  isConsistency: true,
  source: CONSISTENCY,
};

export const DELETION: WaitRow = { what: "KMS key deletion", timeoutMs: 1_200_000, source: CONSISTENCY };

/** A principal that a policy or grant names may not be known to KMS yet. */
export const NEW_PRINCIPAL: RetryRow = {
  codes: ["MalformedPolicyDocumentException"],
  timeoutMs: 120_000,
  why: "KMS refuses a policy that names a principal which IAM has only just made",
  source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html",
};

/** A key that was just made is not yet known to every operation. */
export const NEW_KEY: RetryRow = {
  codes: KMS_MISSING,
  timeoutMs: 600_000,
  why: "KMS is eventually consistent: a new key is not known everywhere at once",
  source: CONSISTENCY,
};
