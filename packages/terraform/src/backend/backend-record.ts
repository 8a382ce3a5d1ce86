import { isObject, type Value, type ValueObject } from "@dovetail/model";

/**
 * `.terraform/terraform.tfstate`: which backend the folder was initialised for, as Terraform writes it and reads it. It is no state. What
 * stands in it beside the backend is kept.
 */
export interface BackendRecord {
  readonly type: string;
  readonly config: ValueObject;
  readonly hash: number;
}

/** undefined: no backend is recorded. Throws Error, saying why, for a text that is no record of version 3. */
export function parseBackendRecord(text: string): BackendRecord | undefined {
  const whole = parsed(text);
  const backend = whole.backend ?? null;
  if (backend === null) return undefined;
  if (!isObject(backend) || typeof backend.type !== "string") throw new Error("its backend has no type");
  const { type, config = null, hash } = backend;
  return { type, config: isObject(config) ? config : {}, hash: typeof hash === "number" ? hash : 0 };
}

function parsed(text: string): ValueObject {
  const json: Value = JSON.parse(text);
  if (!isObject(json)) throw new Error("it is no JSON object");
  if (json.version !== 3) throw new Error(`it has version ${String(json.version)}, and only version 3 is read`);
  return json;
}

/** The file with `record` in it, or without any backend; `before` is its text until now. */
export function formatBackendRecord(record: BackendRecord | undefined, terraformVersion: string, before?: string): string {
  const { backend: _, version: _v, terraform_version: _t, ...kept } = before === undefined ? {} : tolerant(before);
  const head = { version: 3, terraform_version: terraformVersion };
  const backend = record === undefined ? {} : { backend: { type: record.type, config: record.config, hash: record.hash } };
  return JSON.stringify({ ...head, ...backend, ...kept }, null, 2);
}

function tolerant(text: string): ValueObject {
  try {
    return parsed(text);
  } catch {
    return {};
  }
}
