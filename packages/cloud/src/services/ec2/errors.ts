/** EC2's refusals. Source: Amazon EC2 Developer Guide, "Error codes for the Amazon EC2 API" (read 2026-11). */
import { ServiceError } from "../../core/service.ts";

export const invalidValue = (message: string) => new ServiceError("InvalidParameterValue", 400, message);

/** `Value (x) for parameter zoneType is invalid.` */
export const invalidParameter = (parameter: string, value: string) =>
  invalidValue(`Value (${value}) for parameter ${parameter} is invalid.`);

/** What `DryRun` answers to those who may. */
export const wouldSucceed = () =>
  new ServiceError("DryRunOperation", 412, "Request would have succeeded, but DryRun flag is set.");
