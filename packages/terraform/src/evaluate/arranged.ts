import { objectVal, tupleVal, type Val } from "@dovetail/hcl";
import type { ModuleCallConfig } from "../configuration/model.ts";
import type { Instance } from "./repetition.ts";

/** What a block's instances come to: the only one's value, a tuple, or an object by key. */
export function arranged(
  config: Pick<ModuleCallConfig, "count" | "forEach">,
  all: readonly { readonly instance: Instance; readonly value: Val | undefined }[],
): Val {
  const values = all.flatMap(({ value }) => value ?? []);
  if (config.count !== undefined) return tupleVal(values);
  if (config.forEach === undefined) return values[0] ?? objectVal(new Map());
  return objectVal(new Map(all.flatMap(({ instance, value }) => pair(String(instance.key), value))));
}

function pair(name: string, value: Val | undefined): [string, Val][] {
  return value === undefined ? [] : [[name, value]];
}
