import type { InstanceKey, ResourceMode, Value } from "@dovetail/model";

/**
 * A Terraform state in memory. Attributes are kept as the file has them (JSON, dynamic values wrapped with their type):
 * only who knows the type's schema reads them.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface StateObject {
  readonly schemaVersion: number;
  /** As in the file. Absent where an old state has `attributes_flat` instead (kept in `extra`). */
  readonly attributes: JsonObject;
  /** `sensitive_attributes` as in the file. */
  readonly sensitive: readonly Json[];
  /** Base64, as in the file. */
  readonly private?: string;
  /** Config addresses (no instance keys). */
  readonly dependencies: readonly string[];
  readonly isTainted: boolean;
  readonly createBeforeDestroy: boolean;
  /** Fields that we don't know, kept. */
  readonly extra: JsonObject;
}

export interface StateInstance {
  readonly address: string;
  readonly mode: ResourceMode;
  readonly module?: string;
  readonly type: string;
  readonly name: string;
  readonly index?: InstanceKey;
  /** `provider["registry.terraform.io/hashicorp/aws"].west` */
  readonly provider: string;
  readonly current?: StateObject;
  /** Objects replaced and not deleted yet, by their key. */
  readonly deposed: { readonly [key: string]: StateObject };
  /** Unknown fields of the resource that it is an instance of, kept. */
  readonly resourceExtra: JsonObject;
}

export interface StateOutput {
  readonly value: Json;
  /** Terraform's JSON type encoding. */
  readonly type: Json;
  readonly sensitive: boolean;
}

export interface State {
  readonly terraformVersion: string;
  readonly serial: number;
  /** Empty in a state that was never written. */
  readonly lineage: string;
  readonly outputs: { readonly [name: string]: StateOutput };
  /** By address, managed and data together. */
  readonly instances: ReadonlyMap<string, StateInstance>;
  /** `check_results` as in the file. */
  readonly checkResults: Json;
  /** Top-level fields that we don't know, kept. */
  readonly extra: JsonObject;
}

/** The version that our states claim to be written by: the newest whose format we were held against. */
export const STATE_TERRAFORM_VERSION = "1.11.4";

export function emptyState(): State {
  return {
    terraformVersion: STATE_TERRAFORM_VERSION,
    serial: 0,
    lineage: "",
    outputs: {},
    instances: new Map(),
    checkResults: null,
    extra: {},
  };
}

/** Plain JSON as a value; JSON holds no unknowns. */
export function jsonToValue(json: Json): Value {
  return json;
}
