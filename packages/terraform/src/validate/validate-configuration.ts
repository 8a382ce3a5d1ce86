import { didYouMean } from "@dovetail/hcl";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  type ResourceSchema,
  type SourceRange,
} from "@dovetail/model";
import type { ModuleTree, ProviderBlock, ResourceConfig } from "../configuration/model.ts";
import { providerKey } from "../configuration/module-parts.ts";
import { impliedName } from "../configuration/provider-source.ts";
import { dependsOnProblem } from "../evaluate/depends-on.ts";
import { defaultValue } from "../evaluate/variables.ts";
import { referenceProblem } from "../references/declared.ts";
import { parseReference, type Reference, type ResourceReference } from "../references/reference.ts";
import { findCycles } from "./cycles.ts";
import { type SchemaOf, type Use, usesOf } from "./uses.ts";

export type TreeSchemaOf = (block: ResourceConfig | ProviderBlock, tree: ModuleTree) => Promise<ResourceSchema>;

/**
 * What is wrong with a configuration whatever its values: references to nothing, module calls that do not fit, circles. All of it is
 * told at once, before anything is evaluated; a circle would make evaluation wait for itself.
 */
export async function validateConfiguration(tree: ModuleTree, schemaOf: TreeSchemaOf): Promise<readonly Diagnostic[]> {
  const validation = new Validation(schemaOf);
  await validation.module(tree);
  const diagnostics = validation.diagnostics();
  return diagnostics.length > 0 ? diagnostics : validation.cycles();
}

/** Addresses, without keys, of all that configurations of providers are made from, directly or through others. */
export async function neededByProviders(tree: ModuleTree, schemaOf: TreeSchemaOf): Promise<ReadonlySet<string>> {
  const validation = new Validation(schemaOf);
  await validation.module(tree);
  return validation.reachable((node) => PROVIDER_NODE.test(node));
}

/** Every resource of every module, by its address without keys, with those that it is made after. Throws DiagnosticError. */
export async function resourceGraph(tree: ModuleTree, schemaOf: TreeSchemaOf): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const validation = new Validation(schemaOf);
  await validation.module(tree);
  const problems = validation.diagnostics();
  if (hasErrors(problems)) throw new DiagnosticError(problems);
  const resources = resourcesOf(tree);
  return new Map(resources.map((each) => [each, validation.nearest(each, new Set(resources))]));
}

function resourcesOf({ path, config, children }: ModuleTree): readonly string[] {
  const own = [...config.resources.keys()].map((key) => nodeId(path, key));
  return [...own, ...[...children.values()].flatMap(resourcesOf)];
}

const PROVIDER_NODE = /^(?:module\.[^.]+\.)*provider\./;

class Validation {
  readonly #schemaOf: TreeSchemaOf;
  /** By place and text: a folder that is called twice says it once. */
  readonly #found = new Map<string, Diagnostic>();
  readonly #edges = new Map<string, Set<string>>();
  readonly #ranges = new Map<string, SourceRange>();

  constructor(schemaOf: TreeSchemaOf) {
    this.#schemaOf = schemaOf;
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.#found.values()];
  }

  /** What the nodes that `starts` names lead to. */
  reachable(starts: (node: string) => boolean): ReadonlySet<string> {
    const found = new Set([...this.#edges.keys()].filter(starts));
    // A set goes on with what is added to it while it is walked.
    for (const node of found) for (const next of this.#edges.get(node) ?? []) found.add(next);
    return found;
  }

  /** The first of some nodes on every way from a node. */
  nearest(from: string, wanted: ReadonlySet<string>): ReadonlySet<string> {
    const seen = new Set<string>();
    const found = new Set<string>();
    const open = [...(this.#edges.get(from) ?? [])];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      if (wanted.has(at)) found.add(at);
      else open.push(...(this.#edges.get(at) ?? []));
    }
    return found;
  }

  cycles(): readonly Diagnostic[] {
    return findCycles(this.#edges).map((group) => this.#cycle(group));
  }

  async module(tree: ModuleTree): Promise<void> {
    const schemas = new Map<string, ResourceSchema>();
    const schemaOf: SchemaOf = async (resource) => {
      const schema = await this.#schemaOf(resource, tree);
      if ("key" in resource) schemas.set(resource.key, schema);
      return schema;
    };
    this.#declarations(tree);
    this.#structure(tree);
    try {
      const { uses, diagnostics } = await usesOf(tree, schemaOf);
      this.#put(...diagnostics);
      for (const use of uses) this.#use(use, tree, schemas);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      this.#put(...error.diagnostics);
    }
    for (const call of tree.config.calls.values()) {
      const child = tree.children.get(call.name);
      if (child === undefined) continue;
      this.#call(tree, call.name);
      await this.module(child);
    }
  }

  #declarations({ config, path }: ModuleTree): void {
    for (const variable of config.variables.values()) {
      this.#ranges.set(nodeId(path, `var.${variable.name}`), variable.range);
      try {
        if (variable.default !== undefined) defaultValue(variable);
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        this.#put(...error.diagnostics);
      }
    }
    for (const { provisioners } of config.resources.values())
      for (const { type, range } of provisioners) if (type !== "local-exec") this.#put(unsupportedProvisioner(type, range));
    for (const resource of config.resources.values()) this.#ranges.set(nodeId(path, resource.key), resource.range);
    for (const local of config.locals.values()) this.#ranges.set(nodeId(path, `local.${local.name}`), local.range);
    for (const output of config.outputs.values()) this.#ranges.set(nodeId(path, `output.${output.name}`), output.range);
  }

  /** A call's arguments are the variables of the module. */
  #call(tree: ModuleTree, name: string): void {
    const call = tree.config.calls.get(name);
    const child = tree.children.get(name);
    if (call === undefined || child === undefined) return;
    const { variables } = child.config;
    const { attributes, diagnostics } = call.body.justAttributes();
    this.#put(...diagnostics);
    for (const attribute of attributes.values()) {
      if (variables.has(attribute.name)) continue;
      const detail = `An argument named "${attribute.name}" is not expected here.${didYouMean(attribute.name, [...variables.keys()])}`;
      this.#put(errorDiagnostic("DVT2022", "Unsupported argument", { detail, range: attribute.nameRange }));
    }
    for (const variable of variables.values()) {
      if (variable.default !== undefined || attributes.has(variable.name)) continue;
      const detail = `The argument "${variable.name}" is required, but no definition was found.`;
      this.#put(errorDiagnostic("DVT2022", "Missing required argument", { detail, range: call.range }));
    }
  }

  #use(use: Use, tree: ModuleTree, schemas: ReadonlyMap<string, ResourceSchema>): void {
    const { config, path } = tree;
    for (const traversal of use.traversals) {
      const parsed = parseReference(traversal);
      if ("problem" in parsed) {
        this.#put(parsed.problem);
        continue;
      }
      const { reference } = parsed;
      const problem = referenceProblem(reference, config, path, use.names) ?? attributeProblem(reference, tree, schemas);
      if (problem !== undefined) this.#put(problem);
      else if (use.isWaiting)
        for (const target of targetsOf(reference, tree, use.isWhole === true)) this.#edge(sourceNode(use.node, path), target);
      const whole = use.isWhole === true ? dependsOnProblem(traversal) : undefined;
      if (whole !== undefined) this.#put(whole);
    }
  }

  /** Everything in a module waits for the call that makes it; the module as a whole is all that is in it. */
  #structure({ config, path }: ModuleTree): void {
    const above = path.slice(0, -1);
    const own = path.length === 0 ? undefined : nodeId(above, `module.${path.at(-1)}`);
    for (const resource of config.resources.values()) {
      const node = nodeId(path, resource.key);
      const provider = providerKey(resource.provider ?? { name: impliedName(resource.type) });
      if (config.providers.has(provider)) this.#edge(node, nodeId(path, `provider.${provider}`));
      if (own === undefined) continue;
      this.#edge(node, own);
      this.#edge(`${own}#all`, node);
    }
    if (own === undefined) return;
    for (const call of config.calls.keys()) {
      const node = nodeId(path, `module.${call}`);
      this.#edge(node, own);
      this.#edge(`${own}#all`, `${node}#all`);
      this.#edge(`${own}#all`, node);
    }
  }

  #edge(from: string, to: string): void {
    const known = this.#edges.get(from);
    if (known === undefined) this.#edges.set(from, new Set([to]));
    else known.add(to);
  }

  #put(...diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const { range, summary, detail } = diagnostic;
      this.#found.set(JSON.stringify([range?.file, range?.line, range?.column, summary, detail]), diagnostic);
    }
  }

  #cycle(group: readonly string[]): Diagnostic {
    const range = group.map((node) => this.#ranges.get(node)).find((each) => each !== undefined);
    const place = range === undefined ? {} : { range };
    const [only = "", another] = group;
    if (another === undefined && isResource(only)) {
      const detail = `Configuration for ${only} may not refer to itself.`;
      return errorDiagnostic("DVT2024", "Self-referential block", { detail, ...place });
    }
    const names = [...group].sort().map(nodeLabel).join(", ");
    return errorDiagnostic("DVT2024", `Cycle: ${names}`, {
      detail: "These depend on each other, so none of them can be evaluated first.",
      fix: "Take one of the references away.",
      ...place,
    });
  }
}

function unsupportedProvisioner(type: string, range: SourceRange): Diagnostic {
  const detail = `Dovetail runs "local-exec" provisioners; "${type}" it does not.`;
  return errorDiagnostic("DVT2028", "Provisioner is not supported", { detail, range });
}

function nodeId(path: readonly string[], name: string): string {
  return [...path.map((each) => `module.${each}`), name].join(".");
}

/** An argument of a call is the variable of the called module. */
function sourceNode(node: string, path: readonly string[]): string {
  const [call, variable] = node.split("#");
  if (variable === undefined || call === undefined) return nodeId(path, node);
  return nodeId(path, `${call}.var.${variable}`);
}

/** The nodes that must be done before what a reference means can be had. */
function targetsOf(reference: Reference, { path, children }: ModuleTree, isWhole: boolean): readonly string[] {
  switch (reference.kind) {
    case "variable":
      return [nodeId(path, `var.${reference.name}`)];
    case "local":
      return [nodeId(path, `local.${reference.name}`)];
    case "resource":
      return [nodeId(path, reference.key)];
    case "module": {
      const call = `module.${reference.name}`;
      if (isWhole) return [nodeId(path, `${call}#all`)];
      const outputs = [...(children.get(reference.name)?.config.outputs.keys() ?? [])];
      const wanted = outputs.filter((name) => reference.output === undefined || name === reference.output);
      return [nodeId(path, call), ...wanted.map((name) => nodeId(path, `${call}.output.${name}`))];
    }
    default:
      return [];
  }
}

const LAST_NAME = /(?:^|\.)((?:var|local|output|module)\.[^.]+)$/;

function isResource(node: string): boolean {
  return !LAST_NAME.test(node);
}

function nodeLabel(node: string): string {
  if (node.endsWith("#all")) return `${node.slice(0, -"#all".length)} (close)`;
  return isResource(node) ? node : `${node} (expand)`;
}

/** An attribute of a resource that its type has not. */
function attributeProblem(
  reference: Reference,
  tree: ModuleTree,
  schemas: ReadonlyMap<string, ResourceSchema>,
): Diagnostic | undefined {
  if (reference.kind === "module") return outputProblem(reference, tree);
  if (reference.kind !== "resource") return undefined;
  return resourceAttributeProblem(reference, tree, schemas.get(reference.key));
}

function resourceAttributeProblem(
  reference: ResourceReference,
  { config }: ModuleTree,
  schema: ResourceSchema | undefined,
): Diagnostic | undefined {
  const [first] = reference.rest;
  const declared = config.resources.get(reference.key);
  const isRepeated = declared?.count !== undefined || declared?.forEach !== undefined;
  if (schema === undefined || first?.kind !== "attribute" || (isRepeated && reference.index === undefined)) return undefined;
  const names = [...Object.keys(schema.attributes ?? {}), ...Object.keys(schema.blocks ?? {})];
  if (names.includes(first.name)) return undefined;
  const detail = `This object has no argument, nested block, or exported attribute named "${first.name}".${didYouMean(first.name, names)}`;
  return errorDiagnostic("DVT2023", "Unsupported attribute", { detail, range: first.range });
}

function outputProblem(reference: Reference & { kind: "module" }, { children }: ModuleTree): Diagnostic | undefined {
  const child = children.get(reference.name);
  if (child === undefined || reference.output === undefined || child.config.outputs.has(reference.output)) return undefined;
  const detail = `This object does not have an attribute named "${reference.output}".${didYouMean(reference.output, [...child.config.outputs.keys()])}`;
  return errorDiagnostic("DVT2023", "Unsupported attribute", { detail, range: reference.range });
}
