/** EC2's refusals. Source: Amazon EC2 Developer Guide, "Error codes for the Amazon EC2 API" (read 2026-11). */
import { ServiceError } from "../../core/service.ts";

/** A refusal by EC2's code: every client error of EC2 has the status 400. */
export const refusal = (code: string, message: string) => new ServiceError(code, 400, message);

export const invalidValue = (message: string) => refusal("InvalidParameterValue", message);

/** `Value (x) for parameter zoneType is invalid.` */
export const invalidParameter = (parameter: string, value: string, why = "") =>
  invalidValue(`Value (${value}) for parameter ${parameter} is invalid.${why === "" ? "" : ` ${why}`}`);

/** A parameter that the model leaves optional and the operation needs. */
export const missingParameter = (name: string) => refusal("MissingParameter", `The request must contain the parameter ${name}`);

/** Something hangs on what is to be deleted: `The vpc 'vpc-1' has dependencies and cannot be deleted.` */
export const hasDependencies = (what: string, id: string) =>
  refusal("DependencyViolation", `The ${what} '${id}' has dependencies and cannot be deleted.`);

/** A part of an operation that this cloud does not carry out. */
export const notCarriedOut = (what: string) =>
  new ServiceError("NotImplemented", 501, `NotImplemented: ec2: ${what} is not emulated`);

/** What `DryRun` answers to those who may. */
export const wouldSucceed = () =>
  new ServiceError("DryRunOperation", 412, "Request would have succeeded, but DryRun flag is set.");
