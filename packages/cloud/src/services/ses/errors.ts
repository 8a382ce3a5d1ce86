/** Version 1's own refusals. SES API v1 reference, "Errors" of each operation. */
import { ServiceError } from "../../core/service.ts";
import type { Refusals } from "../sesv2/sending.ts";

export const invalidParameter = (message: string) => new ServiceError("InvalidParameterValue", 400, message);
export const alreadyExists = (code: string, message: string) => new ServiceError(code, 400, message);
export const noSet = (name: string) =>
  new ServiceError("ConfigurationSetDoesNotExistException", 400, `Configuration set <${name}> does not exist.`, {
    ConfigurationSetName: name,
  });
export const noTemplate = (name: string) =>
  new ServiceError("TemplateDoesNotExistException", 400, `Template ${name} does not exist.`, { TemplateName: name });

export const V1: Refusals = {
  bad: invalidParameter,
  noSet,
  paused: (message) => new ServiceError("AccountSendingPausedException", 400, message),
};

/** v2's refusals under v1's codes; work that v2's code does. */
export function reworded<T>(work: () => T, codes: { readonly [v2: string]: (message: string) => ServiceError }): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ServiceError && Object.hasOwn(codes, error.code)) throw codes[error.code]?.(error.message);
    throw error;
  }
}
