import type { Clock, Random } from "@dovetail/model";
import type { Operation } from "./wire.ts";

/** Codes that mean "later". Source: AWS SDKs and Tools Reference Guide, "Retry behavior", standard mode (read 2026-11). */
const THROTTLING = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);
/** LimitExceededException is a quota, not a rate, in these services. */
const QUOTA_SERVICES = new Set(["iam", "lambda", "dynamodb", "logs", "scheduler", "events", "cognito"]);
const TRANSIENT = new Set([
  "InternalError",
  "InternalServerError",
  "RequestTimeout",
  "RequestTimeoutException",
  "ServiceUnavailable",
]);
const NETWORK = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "ECONNABORTED"]);
const TRANSIENT_STATUS = new Set([500, 502, 503, 504]);

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 20_000;

/** Milliseconds on the given clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(clock.now() + ms, resolve);
  });
}

/** True when the same request may succeed a moment later. */
export function isRetryable(service: string, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (typeof code === "string" && NETWORK.has(code)) return true;
  if (error.name === "LimitExceededException" && QUOTA_SERVICES.has(service)) return false;
  if (THROTTLING.has(error.name) || TRANSIENT.has(error.name)) return true;
  return $metadata?.httpStatusCode !== undefined && TRANSIENT_STATUS.has($metadata.httpStatusCode);
}

/** True when the request, or an attempt before it, may have been carried out and nobody will ever say so. */
export function isAnswerLost(error: unknown): boolean {
  const { code, $answerLost } = error instanceof Error ? (error as Error & { code?: unknown; $answerLost?: unknown }) : {};
  return $answerLost === true || (typeof code === "string" && NETWORK.has(code) && code !== "EAI_AGAIN");
}

/**
 * Operations whose every call makes another thing, under an id that AWS chooses: asked for twice, there are two. All other creates are
 * refused the second time, or come to the same. Source: the operations' API references (read 2026-11).
 */
const MAKES_ANEW = new Set([
  "AllocateAddress",
  "CreateAccessKey",
  "CreateApi",
  "CreateAuthorizer",
  "CreateCodeSigningConfig",
  "CreateDeployment",
  "CreateGrant",
  "CreateIdentityPool",
  "CreateIntegration",
  "CreateIntegrationResponse",
  "CreateKey",
  "CreatePolicyVersion",
  "CreateUserPool",
  "CreateUserPoolClient",
  "CreateVpc",
  "CreateVpcLink",
  "PublishLayerVersion",
]);

/** True when a request must not be repeated once it may have been carried out: nothing in it tells AWS that it is the same. */
export function makesAnew({ name, input }: Operation): boolean {
  return MAKES_ANEW.has(name) && !input.members.some(({ traits }) => traits.idempotencyToken === 1);
}

/** Delay before attempt `attempt` (1 = first repeat): exponential with full jitter. */
export function retryDelayMs(attempt: number, random: Random): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  const [a = 0, b = 0] = random.bytes(2);
  return Math.round((ceiling * (a * 256 + b)) / 65_535);
}
