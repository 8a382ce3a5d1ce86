import { isObject, type Value, type ValueObject } from "@dovetail/model";

/** The outputs of a state, and which of them are secret. */
export interface StateOutputs {
  readonly outputs: ValueObject;
  readonly sensitive: readonly string[];
}

const VERSION = 4;

/**
 * The outputs of a state file. Throws Error, saying what is wrong, for anything that is no state of version 4: the only one that Terraform
 * has written since 0.12 (2019).
 */
export function outputsOf(bytes: Uint8Array): StateOutputs {
  const state = parsed(bytes);
  if (state.version !== VERSION)
    throw new Error(`it has format version ${String(state.version)}, and only version ${VERSION} is read`);
  const outputs: { [name: string]: Value } = {};
  const sensitive: string[] = [];
  for (const [name, output] of Object.entries(isObject(state.outputs ?? null) ? (state.outputs as ValueObject) : {})) {
    if (!isObject(output) || !("value" in output)) throw new Error(`its output ${name} has no value`);
    outputs[name] = output.value ?? null;
    if (output.sensitive === true) sensitive.push(name);
  }
  return { outputs, sensitive };
}

function parsed(bytes: Uint8Array): ValueObject {
  let value: Value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Value;
  } catch (error) {
    throw new Error(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) throw new Error("it is no JSON object");
  return value;
}
