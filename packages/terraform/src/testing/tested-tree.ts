import { type Attribute, type Body, type Expression, objectVal, parseNative, type Scope, type Val } from "@dovetail/hcl";
import type { SourceRange } from "@dovetail/model";
import type { ModuleConfig, ModuleTree, OutputConfig, ProviderBlock } from "../configuration/model.ts";
import { providerKey } from "../configuration/module-parts.ts";
import { registryName } from "../configuration/provider-source.ts";
import { sourceOf } from "../evaluate/provider-nodes.ts";
import type { MockProviderBlock, Override, RunBlock, TestFile } from "./test-file.ts";
import { withoutKeys } from "./traversal-text.ts";

/** A module as a run of a test file has it: with the file's providers, and without the insides of overridden modules. */
export interface TestedTree {
  readonly tree: ModuleTree;
  /** Mocked configurations by their names in the registry of providers. */
  readonly mocks: ReadonlyMap<string, MockProviderBlock>;
}

/** @param scope what expressions of the file's providers may refer to */
export function testedTree(
  tree: ModuleTree,
  { file, run, scope }: { readonly file: TestFile; readonly run: RunBlock; readonly scope: Scope },
): TestedTree {
  const providers = new Map<string, ProviderBlock>();
  const mocks = new Map<string, MockProviderBlock>();
  for (const { inner, outer } of used(tree.config, file, run)) {
    const mock = file.mocks.get(outer);
    const block = file.providers.get(outer);
    const own = tree.config.providers.get(outer);
    const [name = "", alias] = inner.split(".");
    const registered = registryName(sourceOf(tree.config, name), name);
    const as = { name, ...(alias === undefined ? {} : { alias }) };
    if (mock !== undefined) {
      mocks.set(alias === undefined ? registered : `${registered}.${alias}`, mock);
      // A default configuration that has no block is an empty one; an alias must have one.
      if (alias !== undefined) providers.set(inner, { ...as, range: mock.range, body: emptyBody(mock.range) });
    } else if (block !== undefined) providers.set(inner, { ...as, range: block.range, body: boundBody(block.body, scope) });
    else if (own !== undefined) providers.set(inner, { ...own, ...as });
  }
  const overrides = [...run.overrides, ...file.overrides, ...[...mocks.values()].flatMap((mock) => mock.overrides)];
  const overridden = withModules({ ...tree, config: { ...tree.config, providers } }, overrides);
  return { tree: overridden, mocks };
}

interface Used {
  readonly inner: string;
  readonly outer: string;
}

/** Names of the configurations that a module has, each with its name in the file. */
function used(config: ModuleConfig, file: TestFile, run: RunBlock): readonly Used[] {
  if (run.providers !== undefined)
    return run.providers.map(({ inner, outer }) => ({ inner: providerKey(inner), outer: providerKey(outer) }));
  const names = new Set([...config.providers.keys(), ...file.providers.keys(), ...file.mocks.keys()]);
  return [...names].map((name) => ({ inner: name, outer: name }));
}

/** Overridden modules have their outputs, and nothing that makes them. */
function withModules(tree: ModuleTree, overrides: readonly Override[]): ModuleTree {
  const children = [...tree.children].map(([name, child]): [string, ModuleTree] => {
    const address = child.path.map((each) => `module.${each}`).join(".");
    const override = overrides.find(({ kind, target }) => kind === "module" && withoutKeys(target) === address);
    return [name, override === undefined ? withModules(child, overrides) : onlyOutputs(child, override)];
  });
  return { ...tree, children: new Map(children) };
}

function onlyOutputs(tree: ModuleTree, { values }: Override): ModuleTree {
  const outputs = [...tree.config.outputs].map(([name, output]): [string, OutputConfig] => {
    const { expression: _, ...rest } = output;
    const value = values.get(name);
    const given = value === undefined ? {} : { expression: constant(value, output.range) };
    return [name, { ...rest, ...given, dependsOn: [], preconditions: [] }];
  });
  const nothing = { resources: new Map(), calls: new Map(), checks: new Map(), locals: new Map(), imports: [] };
  return { ...tree, config: { ...tree.config, ...nothing, outputs: new Map(outputs) }, children: new Map() };
}

function constant(value: Val, range: SourceRange): Expression {
  return {
    range,
    evaluate: () => ({ value, diagnostics: [] }),
    references: () => [],
    asTraversal: () => undefined,
    asList: () => undefined,
    asMap: () => undefined,
    asCall: () => undefined,
    asKeyword: () => undefined,
  };
}

function emptyBody({ file }: SourceRange): Body {
  return parseNative(Buffer.from(""), file).body;
}

/** The body with its expressions standing in another scope than where it is read: they refer to nothing there. */
function boundBody(body: Body, scope: Scope): Body {
  const attributes = (all: ReadonlyMap<string, Attribute>) =>
    new Map([...all].map(([name, each]) => [name, { ...each, expression: bound(each.expression, scope) }]));
  const content = (read: ReturnType<Body["content"]>) => ({
    ...read,
    attributes: attributes(read.attributes),
    blocks: read.blocks.map((block) => ({ ...block, body: boundBody(block.body, scope) })),
  });
  return {
    content: (schema) => content(body.content(schema)),
    partialContent(schema) {
      const read = body.partialContent(schema);
      return { content: content(read.content), rest: boundBody(read.rest, scope) };
    },
    justAttributes() {
      const read = body.justAttributes();
      return { ...read, attributes: attributes(read.attributes) };
    },
    missingRange: body.missingRange,
  };
}

function bound(expression: Expression, scope: Scope): Expression {
  return { ...constant(objectVal(new Map()), expression.range), evaluate: () => expression.evaluate(scope) };
}
