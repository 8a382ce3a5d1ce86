import type { EvaluationHost } from "@dovetail/engine";
import type { ModuleConfig, ModuleTree } from "../configuration/model.ts";
import { impliedName, registryName } from "../configuration/provider-source.ts";
import { runOf, staticSchema } from "../evaluate/evaluate-configuration.ts";
import { sourceOf } from "../evaluate/provider-nodes.ts";
import { graphDot } from "../json/graph-dot.ts";
import { resourceGraph } from "../validate/validate-configuration.ts";

/** What `graph`, `providers` and `modules` say of a configuration. */

/** Resources and what each is made after, in Graphviz's language, as `terraform graph` draws them. Throws DiagnosticError. */
export async function configurationGraph(tree: ModuleTree, schema: NonNullable<EvaluationHost["schema"]>): Promise<string> {
  const deaf = () => Promise.reject(new Error("nothing is registered here"));
  const run = runOf({
    tree,
    host: { pass: "plan", isDiscovery: true, schema, register: deaf, readData: deaf, report: () => undefined },
    settings: { root: tree.config.folder, cwd: tree.config.folder, workspace: "default", variables: new Map() },
    functions: new Map(),
    configured: () => undefined,
  });
  return graphDot(await resourceGraph(tree, (block, at) => staticSchema(run, block, at)));
}

export interface NeededProvider {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  /** As the registry of providers knows it: `aws`. */
  readonly name: string;
  /** As terraform writes it: `>= 3.1.0`. */
  readonly constraint?: string;
}

/** The providers that a module itself needs, by their source. */
export function neededProviders(config: ModuleConfig): readonly NeededProvider[] {
  const names = [
    ...config.requiredProviders.keys(),
    ...[...config.resources.values()].map(({ provider, type }) => provider?.name ?? impliedName(type)),
    ...[...config.providers.values()].map(({ name }) => name),
  ];
  const all = [...new Set(names)].map((local): NeededProvider => {
    const source = sourceOf(config, local);
    const version = config.requiredProviders.get(local)?.version?.text;
    return {
      source,
      name: registryName(source, local),
      ...(version === undefined ? {} : { constraint: wholeConstraint(version) }),
    };
  });
  const bySource = new Map(all.toReversed().map((each) => [each.source, each]));
  return [...bySource.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

/** `>= 3.1` -> `>= 3.1.0`; how far `~>` goes is told by what it leaves out. */
function wholeConstraint(text: string): string {
  return text
    .split(",")
    .map((part) => {
      const [, operator = "", version = ""] = /^\s*(\D*?)\s*(\d\S*)\s*$/.exec(part) ?? [];
      if (version === "") return part.trim();
      const padded =
        operator === "~>"
          ? version
          : [...version.split("."), "0", "0"].slice(0, Math.max(3, version.split(".").length)).join(".");
      return operator === "" || operator === "=" ? padded : `${operator} ${padded}`;
    })
    .join(", ");
}
