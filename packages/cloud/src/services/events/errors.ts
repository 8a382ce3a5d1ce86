import { ServiceError } from "../../core/service.ts";

/** EventBridge's errors: all HTTP 400. */
const error = (code: string) => (message: string) => new ServiceError(code, 400, message);

export const validation = error("ValidationException");
export const notFound = error("ResourceNotFoundException");
export const alreadyExists = error("ResourceAlreadyExistsException");
export const limitExceeded = error("LimitExceededException");
export const invalidPattern = (reason: string) =>
  error("InvalidEventPatternException")(`Event pattern is not valid. Reason: ${reason}`);
export const policyTooLong = error("PolicyLengthExceededException");
export const notImplemented = (what: string) =>
  new ServiceError("NotImplemented", 501, `NotImplemented: ${what} are not emulated`);
export const illegalStatus = error("IllegalStatusException");
