import { ServiceError } from "../../core/service.ts";

/** CloudWatch's errors. */
const error = (code: string, status: number) => (message: string) => new ServiceError(code, status, message);

export const invalidValue = error("InvalidParameterValueException", 400);
export const invalidCombination = error("InvalidParameterCombinationException", 400);
export const missingParameter = error("MissingRequiredParameterException", 400);
export const validationError = error("ValidationError", 400);
export const resourceNotFound = error("ResourceNotFound", 404);
export const resourceNotFoundException = error("ResourceNotFoundException", 404);
export const limitExceeded = error("LimitExceededFault", 400);
export const invalidFormat = error("InvalidFormatFault", 400);
export const invalidNextToken = error("InvalidNextToken", 400);
export const notImplemented = (what: string) =>
  new ServiceError("NotImplemented", 501, `NotImplemented: cloudwatch ${what} is not emulated`);
