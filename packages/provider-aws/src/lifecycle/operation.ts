import {
  CODES,
  type Diagnostic,
  errorDiagnostic,
  isObject,
  type ResourceSchema,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { durationSeconds } from "../config/provider-config.ts";
import { withTimeout } from "../context.ts";
import type { TagSettings } from "../plan/tags.ts";
import type { AwsContext, NativeResource } from "../resource.ts";
import type { FinishRules } from "./finish-state.ts";
import { nounOf } from "./noun.ts";

/** Everything that an operation on one object works with. */
export interface Operation {
  readonly type: string;
  readonly schema: ResourceSchema;
  readonly resource: NativeResource;
  readonly tags: TagSettings;
  readonly aws: AwsContext;
  readonly makeName: (prefix: string) => string;
}

/** The rules by which the operation's states are finished. */
export function finishRules(operation: Operation): FinishRules {
  return { schema: operation.schema, resource: operation.resource, tags: operation.tags, region: operation.aws.region };
}

/** `SQS Queue (orders)`: the object as messages call it, by its name or id. */
export function describe(operation: Operation, object: ValueObject): string {
  const { resource, type } = operation;
  const noun = resource.noun ?? nounOf(type);
  const name = nameOf(resource, object);
  return name === undefined ? noun : `${noun} (${name})`;
}

const NAMES = ["name", "function_name", "bucket", "alarm_name", "id"];

function nameOf(resource: NativeResource, object: ValueObject): string | undefined {
  const names = resource.naming === undefined ? NAMES : [resource.naming.attribute, ...NAMES];
  return names.map((name) => object[name]).find((value): value is string => typeof value === "string" && value !== "");
}

/** A value of an object where it is a known text that is not empty. */
export function knownText(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The object's region where config or state names one (edition 6). */
export function regionOf(object: ValueObject | null, schema: ResourceSchema): string | undefined {
  return schema.attributes?.region?.optional === true ? knownText(object?.region) : undefined;
}

export function internalError(detail: string): Diagnostic {
  return errorDiagnostic("DVT9001", CODES.DVT9001, { detail });
}

/** The operation with the limit that the object's `timeouts` block sets for it. */
export function timed(operation: Operation, object: ValueObject, phase: "create" | "update" | "delete"): Operation {
  const block = object.timeouts;
  const seconds = isObject(block) ? durationSeconds(block[phase]) : undefined;
  return seconds === undefined ? operation : { ...operation, aws: withTimeout(operation.aws, seconds * 1000) };
}
