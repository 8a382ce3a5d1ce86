import type { RegisteredObject } from "@dovetail/engine";
import { intVal, objectVal, stringVal, type Val } from "@dovetail/hcl";
import { configAddress, type Diagnostic, parseAddress } from "@dovetail/model";
import type { ModuleTree, ProvisionerConfig } from "../configuration/model.ts";
import type { ModuleScope } from "../evaluate/nodes.ts";
import { configText, endpointOf } from "../refactoring/endpoint.ts";
import { fromPlain } from "../values/from-engine.ts";
import { runProvisioners } from "./provision.ts";

/** Runs the provisioners with `when = destroy` of an instance that is to go: those of its block, or of the `removed` block for it. */
export async function deprovision(
  root: ModuleScope,
  address: string,
  { value, sensitive }: RegisteredObject,
  tell: (line: string) => void,
): Promise<readonly Diagnostic[]> {
  const provisioners = destroyProvisioners(root.tree, configAddress(address)).filter(({ when }) => when === "destroy");
  if (provisioners.length === 0) return [];
  const self = fromPlain(value, { kind: "dynamic" }, sensitive);
  const names = new Map<string, Val>([["self", self], ...keyNames(parseAddress(address)?.index)]);
  return await runProvisioners(provisioners, { module: root, names }, tell);
}

function keyNames(key: string | number | undefined): readonly [string, Val][] {
  if (key === undefined) return [];
  return typeof key === "number"
    ? [["count", objectVal({ index: intVal(key) })]]
    : [["each", objectVal({ key: stringVal(key) })]];
}

function destroyProvisioners(tree: ModuleTree, config: string): readonly ProvisionerConfig[] {
  for (const resource of tree.config.resources.values()) {
    if ([...tree.path.map((name) => `module.${name}`), resource.key].join(".") === config) return resource.provisioners;
  }
  for (const { from, provisioners } of tree.config.removed) {
    const endpoint = endpointOf(from);
    if (endpoint !== undefined && configText(tree.path, endpoint) === config) return provisioners;
  }
  for (const child of tree.children.values()) {
    const found = destroyProvisioners(child, config);
    if (found.length > 0) return found;
  }
  return [];
}
