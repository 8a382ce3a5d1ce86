import { bodyReferences, type Expression, type Traversal } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError, type ResourceSchema } from "@dovetail/model";
import type { CheckRule, ModuleCallConfig, ModuleTree, ProviderBlock, ResourceConfig } from "../configuration/model.ts";
import { LOCAL_EXEC } from "../provisioners/schema.ts";

/** Everything in a module that refers to something, by what it belongs to. */

export interface Use {
  /** What refers: `local.a`, `aws_x.y`, `module.m`, `module.m#v` (a variable of the called module). */
  readonly node: string;
  readonly traversals: readonly Traversal[];
  /** Which of `each`, `count`, `self` mean something there. */
  readonly names: ReadonlySet<string>;
  /** Whether the node waits for what it refers to here. */
  readonly isWaiting: boolean;
  /** `depends_on`: a module stands for everything in it. */
  readonly isWhole?: boolean;
}

export type SchemaOf = (block: ResourceConfig | ProviderBlock) => Promise<ResourceSchema>;

const NONE: ReadonlySet<string> = new Set();

/** What is told of types whose schema cannot be had is in the answer too: the others are looked at all the same. */
export async function usesOf(
  { config }: ModuleTree,
  schemaOf: SchemaOf,
): Promise<{ readonly uses: readonly Use[]; readonly diagnostics: readonly Diagnostic[] }> {
  const uses: Use[] = [];
  const diagnostics: Diagnostic[] = [];
  const add = (node: string, expressions: readonly (Expression | undefined)[], names = NONE, isWaiting = true) =>
    uses.push({ node, traversals: expressions.flatMap((each) => each?.references() ?? []), names, isWaiting });
  for (const local of config.locals.values()) add(`local.${local.name}`, [local.expression]);
  for (const variable of config.variables.values()) add(`var.${variable.name}`, ruleParts(variable.validations), NONE, false);
  for (const output of config.outputs.values()) {
    add(`output.${output.name}`, [output.expression, ...ruleParts(output.preconditions)]);
    uses.push({ node: `output.${output.name}`, traversals: output.dependsOn, names: NONE, isWaiting: true, isWhole: true });
  }
  for (const call of config.calls.values()) uses.push(...callUses(call));
  for (const check of config.checks.values()) add(`check.${check.name}`, ruleParts(check.asserts));
  for (const each of config.imports) add("import", [each.id, each.forEach], each.forEach === undefined ? NONE : EACH, false);
  for (const [key, provider] of config.providers) {
    const traversals = bodyReferences(provider.body, await schemaOf(provider));
    uses.push({ node: `provider.${key}`, traversals, names: NONE, isWaiting: true });
  }
  for (const resource of config.resources.values()) {
    try {
      uses.push(...resourceUses(resource, await schemaOf(resource)));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      diagnostics.push(...error.diagnostics);
    }
  }
  return { uses, diagnostics };
}

const EACH: ReadonlySet<string> = new Set(["each"]);

function namesOf({ count, forEach }: { readonly count?: Expression; readonly forEach?: Expression }): ReadonlySet<string> {
  return new Set([...(count === undefined ? [] : ["count"]), ...(forEach === undefined ? [] : ["each"])]);
}

function callUses(call: ModuleCallConfig): readonly Use[] {
  const node = `module.${call.name}`;
  const names = namesOf(call);
  const repetition = [call.count, call.forEach].flatMap((each) => each?.references() ?? []);
  const given = [...call.body.justAttributes().attributes.values()];
  return [
    { node, traversals: repetition, names: NONE, isWaiting: true },
    { node, traversals: call.dependsOn, names: NONE, isWaiting: true, isWhole: true },
    ...given.map(({ name, expression }) => ({
      node: `${node}#${name}`,
      traversals: expression.references(),
      names,
      isWaiting: true,
    })),
  ];
}

function resourceUses(resource: ResourceConfig, schema: ResourceSchema): readonly Use[] {
  const { key: node, lifecycle } = resource;
  const names = namesOf(resource);
  const withSelf = new Set([...names, "self"]);
  const repetition = [resource.count, resource.forEach].flatMap((each) => each?.references() ?? []);
  const rules = (list: readonly CheckRule[]) => ruleParts(list).flatMap((each) => each.references());
  const use = (traversals: readonly Traversal[], own: ReadonlySet<string>, isWaiting = true): Use => ({
    node,
    traversals,
    names: own,
    isWaiting,
  });
  return [
    use(repetition, NONE),
    use(bodyReferences(resource.body, schema), names),
    { ...use(resource.dependsOn, NONE), isWhole: true },
    use(rules(lifecycle.preconditions), names),
    // What a data source's conditions name is waited for before it is read.
    use(rules(lifecycle.postconditions), withSelf, resource.kind === "data"),
    ...resource.provisioners.map((each) =>
      use(
        each.type === "local-exec" ? bodyReferences(each.body, LOCAL_EXEC) : [],
        each.when === "destroy" ? new Set(["self", "count", "each"]) : withSelf,
        each.when === "create",
      ),
    ),
    use(
      lifecycle.replaceTriggeredBy.flatMap((each) => each.references()),
      names,
    ),
  ];
}

function ruleParts(rules: readonly CheckRule[]): readonly Expression[] {
  return rules.flatMap(({ condition, errorMessage }) => [condition, errorMessage]);
}
