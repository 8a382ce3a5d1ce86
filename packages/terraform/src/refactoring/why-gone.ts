import type { ActionReason } from "@dovetail/engine";
import { configAddress, parseAddress } from "@dovetail/model";
import type { ModuleTree } from "../configuration/model.ts";

/**
 * Why an instance of the state is not in the configuration, in the words of Terraform's plan.
 * @param modules addresses of the module instances that there are
 */
export function whyGone(tree: ModuleTree, modules: ReadonlySet<string>, address: string): ActionReason {
  const parsed = parseAddress(address);
  if (parsed === undefined) return "delete_because_no_resource_config";
  const at = moduleAt(tree, configAddress(parsed.module ?? ""));
  if (at === undefined) return "delete_because_no_resource_config";
  if (!modules.has(parsed.module ?? "")) return "delete_because_no_module";
  const declared = at.config.resources.get(`${parsed.mode === "data" ? "data." : ""}${parsed.type}.${parsed.name}`);
  if (declared === undefined) return "delete_because_no_resource_config";
  if (declared.count !== undefined)
    return typeof parsed.index === "number" ? "delete_because_count_index" : "delete_because_wrong_repetition";
  if (declared.forEach !== undefined)
    return typeof parsed.index === "string" ? "delete_because_each_key" : "delete_because_wrong_repetition";
  return parsed.index === undefined ? "delete_because_no_resource_config" : "delete_because_wrong_repetition";
}

function moduleAt(tree: ModuleTree, path: string): ModuleTree | undefined {
  const names = path.split(".").filter((_, i) => i % 2 === 1);
  let at: ModuleTree | undefined = tree;
  for (const name of names) at = at?.children.get(name);
  return at;
}
