import { ServiceError } from "../../core/service.ts";

/** DynamoDB's `ValidationException`, status 400. */
export function invalid(message: string): ServiceError {
  return new ServiceError("ValidationException", 400, message);
}

export function invalidParameter(message: string): ServiceError {
  return invalid(`One or more parameter values were invalid: ${message}`);
}

export function notFound(message = "Requested resource not found"): ServiceError {
  return new ServiceError("ResourceNotFoundException", 400, message);
}

/** PartiQL's INSERT of an item that is there. */
export function duplicateItem(): ServiceError {
  return new ServiceError("DuplicateItemException", 400, "Duplicate primary key exists in table");
}

/** `item` is the stored item's JSON text's value when the caller asked for it (ReturnValuesOnConditionCheckFailure). */
export function conditionFailed(item?: object): ServiceError {
  return new ServiceError(
    "ConditionalCheckFailedException",
    400,
    "The conditional request failed",
    item === undefined ? {} : { Item: item },
  );
}
