/** Lookups and waiters that the Secrets Manager resources share. */
import type {
  DescribeSecretCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
} from "@aws-sdk/client-secrets-manager";
import type { AwsContext, RetryRow, WaitRow } from "../../resource.ts";
import { hasCodeAndMessage, unlessMissing } from "../api-error.ts";
import { normalizeJson } from "../json-text.ts";

export const SECRET_MISSING = ["ResourceNotFoundException"];

/** A secret by ARN or name; undefined when there is none, or one that waits for its deletion. */
export async function findSecret(aws: AwsContext, id: string): Promise<DescribeSecretCommandOutput | undefined> {
  const secret = await unlessMissing(SECRET_MISSING, () => aws.clients.secretsmanager.describeSecret({ SecretId: id }));
  return secret?.DeletedDate === undefined ? secret : undefined;
}

/** True for what the service says of a secret that was deleted. */
export function isDeleted(error: unknown): boolean {
  return (
    hasCodeAndMessage(error, "InvalidRequestException", "because it was deleted") ||
    hasCodeAndMessage(error, "InvalidRequestException", "because it was marked for deletion")
  );
}

/** A secret's value; undefined when secret or version does not exist. */
export async function findSecretValue(
  aws: AwsContext,
  input: GetSecretValueCommandInput,
): Promise<GetSecretValueCommandOutput | undefined> {
  try {
    return await unlessMissing(SECRET_MISSING, () => aws.clients.secretsmanager.getSecretValue(input));
  } catch (error) {
    if (isDeleted(error)) return undefined;
    throw error;
  }
}

/** A secret's resource policy, `""` where it has none; undefined when the secret does not exist. */
export async function findSecretPolicy(aws: AwsContext, id: string): Promise<string | undefined> {
  const answer = await unlessMissing(SECRET_MISSING, () => aws.clients.secretsmanager.getResourcePolicy({ SecretId: id }));
  return answer === undefined ? undefined : (answer.ResourcePolicy ?? "");
}

/** Sets a secret's resource policy. */
export async function putSecretPolicy(aws: AwsContext, id: string, policy: string, blockPublic?: boolean): Promise<void> {
  const input = { SecretId: id, ResourcePolicy: normalizeJson(policy), BlockPublicPolicy: blockPublic };
  await aws.retry(NEW_PRINCIPAL, () => aws.clients.secretsmanager.putResourcePolicy(input));
}

const NEW_PRINCIPAL: RetryRow = {
  codes: ["MalformedPolicyDocumentException"],
  message: /This resource policy contains an unsupported principal/,
  timeoutMs: 120_000,
  why: "Secrets Manager refuses a policy that names a principal which IAM has only just made",
  source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#asynchronous",
};

/** Secrets Manager is eventually consistent. */
export const PROPAGATION: WaitRow = {
  what: "Secrets Manager secret",
  timeoutMs: 120_000,
  isConsistency: true,
  source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#asynchronous",
};
