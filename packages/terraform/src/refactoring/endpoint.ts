import { BigFloat, type Traversal, type TraversalStep } from "@dovetail/hcl";
import { formatInstanceKey, type InstanceKey } from "@dovetail/model";

/** What `moved`, `removed` and `import` blocks name: a module or a resource, with or without instance keys. Pure. */

export interface Step {
  readonly name: string;
  readonly key?: InstanceKey;
}

export interface Endpoint {
  readonly modules: readonly Step[];
  readonly resource?: { readonly mode: "managed" | "data"; readonly type: string } & Step;
}

/** undefined: the traversal names neither a module nor a resource. */
export function endpointOf({ root, steps, range }: Traversal): Endpoint | undefined {
  const all: readonly TraversalStep[] = [{ kind: "attribute", name: root, range }, ...steps];
  const modules: Step[] = [];
  let at = 0;
  while (nameAt(all, at) === "module" && nameAt(all, at + 1) !== undefined) {
    const key = keyAt(all, at + 2);
    modules.push({ name: nameAt(all, at + 1) ?? "", ...(key === undefined ? {} : { key }) });
    at += key === undefined ? 2 : 3;
  }
  if (at === all.length) return modules.length === 0 ? undefined : { modules };
  const isData = nameAt(all, at) === "data";
  if (isData || nameAt(all, at) === "resource") at += 1;
  const [type, name, key] = [nameAt(all, at), nameAt(all, at + 1), keyAt(all, at + 2)];
  if (type === undefined || name === undefined || all.length > at + (key === undefined ? 2 : 3)) return undefined;
  return { modules, resource: { mode: isData ? "data" : "managed", type, name, ...(key === undefined ? {} : { key }) } };
}

function nameAt(steps: readonly TraversalStep[], at: number): string | undefined {
  const step = steps[at];
  return step?.kind === "attribute" ? step.name : undefined;
}

function keyAt(steps: readonly TraversalStep[], at: number): InstanceKey | undefined {
  const step = steps[at];
  if (step?.kind !== "index") return undefined;
  const { raw } = step.key;
  if (raw instanceof BigFloat) return raw.toNumber();
  return typeof raw === "string" ? raw : undefined;
}

/** `module.a["k"].aws_x.y[0]`. */
export function endpointText({ modules, resource }: Endpoint): string {
  const parts = modules.map(({ name, key }) => `module.${name}${keyText(key)}`);
  if (resource !== undefined) {
    const own = `${resource.mode === "data" ? "data." : ""}${resource.type}.${resource.name}`;
    parts.push(`${own}${keyText(resource.key)}`);
  }
  return parts.join(".");
}

function keyText(key: InstanceKey | undefined): string {
  return key === undefined ? "" : formatInstanceKey(key);
}

/** Without instance keys, below the module that names it: the address of what a configuration declares. */
export function configText(path: readonly string[], endpoint: Endpoint): string {
  const bare: Endpoint = {
    modules: [...path, ...endpoint.modules.map(({ name }) => name)].map((name) => ({ name })),
    ...(endpoint.resource === undefined
      ? {}
      : { resource: { mode: endpoint.resource.mode, type: endpoint.resource.type, name: endpoint.resource.name } }),
  };
  return endpointText(bare);
}
