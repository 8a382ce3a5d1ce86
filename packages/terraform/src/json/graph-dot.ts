/** A graph of resources in Graphviz's language, as `terraform graph` draws it: a cluster for each module, the shortest arrows only. Pure. */

/** @param graph addresses without keys, each with those that it is made after */
export function graphDot(graph: ReadonlyMap<string, ReadonlySet<string>>): string {
  const nodes = [...graph.keys()].sort();
  const modules = [...new Set(nodes.map((node) => partsOf(node).module))].sort();
  const own = (module: string) => nodes.filter((node) => partsOf(node).module === module);
  const lines = modules.flatMap((module) => {
    const inner = own(module).map((node) => `${quoted(node)} [label=${quoted(partsOf(node).resource)}];`);
    if (module === "") return inner.map((line) => `  ${line}`);
    const title = [`subgraph ${quoted(`cluster_${module}`)} {`, `  label = ${quoted(module)}`, '  fontname = "sans-serif"'];
    return [...title, ...inner.map((line) => `  ${line}`), "}"].map((line) => `  ${line}`);
  });
  const arrows = nodes.flatMap((node) => shortest(graph, node).map((target) => `  ${quoted(node)} -> ${quoted(target)};`));
  const head = ["digraph G {", '  rankdir = "RL";', '  node [shape = rect, fontname = "sans-serif"];'];
  return [...head, ...lines, ...arrows, "}"].join("\n");
}

function partsOf(address: string): { readonly module: string; readonly resource: string } {
  const [, module = "", resource = address] = /^((?:module\.[^.]+\.)*)(.*)$/.exec(address) ?? [];
  return { module: module.replace(/\.$/, ""), resource };
}

/** Targets that no other target leads to. */
function shortest(graph: ReadonlyMap<string, ReadonlySet<string>>, node: string): readonly string[] {
  const targets = [...(graph.get(node) ?? [])];
  const beyond = new Set(targets.flatMap((target) => [...(graph.get(target) ?? [])]));
  // A set goes on with what is added to it while it is walked.
  for (const each of beyond) for (const next of graph.get(each) ?? []) beyond.add(next);
  return targets.filter((target) => !beyond.has(target)).sort();
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
