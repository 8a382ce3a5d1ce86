import { ServiceError } from "../../core/service.ts";

/** Lambda's errors carry `Type: "User"` beside the message. */
function userError(code: string, status: number, message: string, fields: Readonly<Record<string, unknown>> = {}): ServiceError {
  return new ServiceError(code, status, message, { Type: "User", ...fields });
}

export const invalidParameter = (message: string) => userError("InvalidParameterValueException", 400, message);
export const notFound = (message: string) => userError("ResourceNotFoundException", 404, message);
export const functionNotFound = (arn: string) => notFound(`Function not found: ${arn}`);
export const conflict = (message: string) => userError("ResourceConflictException", 409, message);
export const preconditionFailed = (message: string) => userError("PreconditionFailedException", 412, message);
export const validation = (message: string) => new ServiceError("ValidationException", 400, message);
export const storageExceeded = (message: string) => userError("CodeStorageExceededException", 400, message);

export const requestTooLarge = (limitBytes: number, operation: string) =>
  userError("RequestTooLargeException", 413, `Request must be smaller than ${limitBytes} bytes for the ${operation} operation`);

export const invalidRequestContent = (message: string) => userError("InvalidRequestContentException", 400, message);

/** 429 of Invoke. `reason` is AWS's enum, e.g. `ReservedFunctionConcurrentInvocationLimitExceeded`. */
export const throttled = (reason: string) =>
  userError("TooManyRequestsException", 429, "Rate Exceeded.", { Reason: reason, retryAfterSeconds: "1" });

export const RECURSIVE = "RecursiveInvocationException";
export const recursive = () =>
  userError(
    RECURSIVE,
    400,
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
  );

export const REVISION_MISMATCH =
  "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId";
