import { CODES, type Diagnostic, type DiagnosticCode, DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** An error of a lean client, as the SDK's exceptions are shaped. */
export interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $service?: string;
  readonly $operation?: string;
  /** The code of query-compatible services (`AWS.SimpleQueueService.NonExistentQueue`). */
  readonly Code?: string;
  /** Request id as XML bodies carry it. */
  readonly RequestId?: string;
}

/** True when the error is AWS's answer with one of the codes (exception names, or codes of query-compatible services). */
export function isAwsError(error: unknown, ...codes: readonly string[]): error is AwsError {
  if (!(error instanceof Error)) return false;
  const { Code } = error as AwsError;
  return codes.includes(error.name) || (Code !== undefined && codes.includes(Code));
}

/** Codes that mean: it is there already. */
const EXISTS =
  /^(.*AlreadyExists(Exception)?|BucketAlreadyOwnedByYou|ResourceConflictException|ResourceInUseException|QueueNameExists|ParameterAlreadyExists|EntityAlreadyExists(Exception)?|ConflictException)$/;

const FIXES: readonly { readonly code: RegExp; readonly fix: string }[] = [
  {
    code: /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?|NotAuthorized(Exception)?|Forbidden|403)$/,
    fix: "Give the identity that deploys a policy that allows the action named above.",
  },
  {
    code: /^(ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch)$/,
    fix: "The credentials are not valid any more. Sign in again, or check the profile and environment that this run used.",
  },
  { code: /^BucketNotEmpty$/, fix: "Set force_destroy = true and apply once, or empty the bucket." },
  {
    code: /^(Throttl\w*|TooManyRequests(Exception)?|RequestLimitExceeded|SlowDown|RequestThrottled(Exception)?|ProvisionedThroughputExceededException)$/,
    fix: "AWS slows this account down. Run it again with less at once (--parallelism 4), or raise max_retries of the provider.",
  },
  {
    code: /^(DeleteConflict(Exception)?|DependencyViolation|ResourceInUse(Exception)?|ResourceConflict(Exception)?)$/,
    fix: "Something still uses it. Detach it there first, or let it depend on what uses it.",
  },
  {
    code: /^(LimitExceeded(Exception)?|ServiceQuotaExceeded(Exception)?|QuotaExceeded(Exception)?|TooManyBuckets|CodeStorageExceededException|TopicLimitExceeded|SubscriptionLimitExceeded)$/,
    fix: "A quota of the account is used up. Ask AWS for a higher one, or remove what is not needed.",
  },
];

/**
 * A failed call as what a user is told: what was being done, AWS's code, message, status and request id, and what to do where that is known.
 * `doing` is a phrase like `creating SQS Queue (orders)`. Diagnostics thrown below pass unchanged.
 */
export function awsDiagnostics(error: unknown, doing: string): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof Error)) return [errorDiagnostic("DVT4001", CODES.DVT4001, { detail: `${doing}: ${String(error)}` })];
  const { $metadata, $service, $operation, RequestId } = error as AwsError;
  if ($metadata?.httpStatusCode === undefined) return [connectionDiagnostic(error, doing)];
  const status = $metadata.httpStatusCode;
  const code: DiagnosticCode = doing.startsWith("creating") && EXISTS.test(error.name) ? "DVT4004" : "DVT4001";
  const requestId = $metadata.requestId ?? RequestId;
  const request = requestId === undefined ? "" : `, request id ${requestId}`;
  const operation = $service === undefined ? "" : `operation error ${$service}: ${$operation ?? ""}, `;
  const fix = code === "DVT4004" ? EXISTS_FIX : FIXES.find((row) => row.code.test(error.name))?.fix;
  return [
    errorDiagnostic(code, CODES[code], {
      detail: `${doing}: ${operation}${answerOf(error)} (status ${status}${request})`,
      ...(fix === undefined ? {} : { fix }),
      aws: {
        code: error.name,
        status,
        ...(requestId === undefined ? {} : { requestId }),
        ...($operation === undefined ? {} : { operation: $operation }),
      },
    }),
  ];
}

/** AWS's code and message; answers to HEAD have no body to carry them. */
function answerOf(error: Error): string {
  return error.name.startsWith("Unknown") ? "an answer without an error code" : `${error.name}: ${error.message}`;
}

const EXISTS_FIX =
  "An object of that name exists and this state does not know it. Choose another name, or take the object over:\n    dovetail import ADDRESS ID";

function connectionDiagnostic(error: Error, doing: string): Diagnostic {
  const { code, address, port } = error as Error & { code?: string; address?: string; port?: number };
  const where = address === undefined ? "" : ` (${address}:${port})`;
  const refused = code === "ECONNREFUSED";
  return errorDiagnostic("DVT4001", CODES.DVT4001, {
    detail: `${doing}: ${refused ? `nothing answers at the endpoint${where}` : error.message}`,
    ...(refused ? { fix: "See whether the embedded cloud is running:\n    dovetail cloud status" } : {}),
  });
}
